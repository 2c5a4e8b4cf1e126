"""What happened: the states of a phone in a run, each phone's outcome, and the run's summary."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from lscctl.errors import LscctlError
from lscctl.profile_change import ProfileOutcome


class PhoneState(StrEnum):
    """Where a phone stands in a run [design: a phone's states]."""

    LEFT_OUT = "left-out"
    QUEUED = "queued"
    WRITTEN = "written"
    APPLIED = "applied"
    PENDING = "pending"
    INSTALLED = "installed"
    DELETED = "deleted"
    FETCHED = "fetched"
    MOVED = "moved"
    FAILED = "failed"
    LATE = "late"
    LOST = "lost"
    STALLED = "stalled"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        """Whether nothing more is expected of the phone in this run."""
        return self not in (PhoneState.QUEUED, PhoneState.WRITTEN, PhoneState.APPLIED, PhoneState.PENDING)


DONE_BY_CAPF = (PhoneState.INSTALLED, PhoneState.DELETED, PhoneState.FETCHED)
"""The states of phones for which CAPF has done what it was asked for."""

FAILURES = (
    PhoneState.FAILED,
    PhoneState.LATE,
    PhoneState.LOST,
    PhoneState.STALLED,
    PhoneState.UNKNOWN,
    PhoneState.CANCELLED,
)
"""The states that make a run end with exit code 1."""


@dataclass(frozen=True, slots=True)
class PhoneOutcome:
    """How one phone of the plan stands: `status` is CUCM's text, `reason` ours, `next_step` what a person can do.

    `wave` counts from 1, 0 for a phone that is in none; `finish_time` is the deadline last written, as CUCM writes it.
    """

    name: str
    model: str
    state: PhoneState
    status: str = ""
    reason: str = ""
    next_step: str = ""
    lsc_valid_until: int | None = None
    wave: int = 0
    finish_time: str = ""


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A run as a whole. `started` and `ended` are epoch seconds of our clock; `stopped` says why it ended early, if it did.

    `writes` counts the changing calls that the cluster served, or may have, `reads` the pages asked for. `failure` is
    the error that stopped new writes (of the cluster, or of a listener that the run needs), None where a person stopped
    it or nothing did. `gate` says which gate closed and why; `left` what a run that does not wait left for
    later, and why.
    """

    outcomes: tuple[PhoneOutcome, ...]
    started: float
    ended: float
    writes: int = 0
    reads: int = 0
    stopped: str | None = None
    notes: tuple[str, ...] = field(default=())
    failure: LscctlError | None = None
    gate: str | None = None
    left: str | None = None
    profiles: tuple[ProfileOutcome, ...] = ()

    @property
    def counts(self) -> dict[PhoneState, int]:
        """Phones by state, in the states' own order, states without phones left away."""
        return count_states(outcome.state for outcome in self.outcomes)

    @property
    def unfinished(self) -> bool:
        """Whether phones or profiles are left that a resumed run would write or see through."""
        return self.phones_unfinished or any(outcome.open for outcome in self.profiles)

    @property
    def phones_unfinished(self) -> bool:
        """Whether phones are left that a resumed run would write or see through."""
        return any(not outcome.state.final for outcome in self.outcomes)

    @property
    def failures(self) -> tuple[PhoneOutcome, ...]:
        """The phones that need a person's attention."""
        return tuple(outcome for outcome in self.outcomes if outcome.state in FAILURES)


def count_states(states: Iterable[PhoneState]) -> dict[PhoneState, int]:
    """Count by state, in the order of the enumeration, without the empty ones."""
    counted = Counter(states)
    return {state: counted[state] for state in PhoneState if counted[state]}


NEXT_STEPS = {
    "Invalid LSC": "CAPF-trust lacks the issuer of the phone's LSC: import it, or use a profile with another mode.",
    "Invalid MIC": "CAPF-trust lacks the issuer of the phone's MIC: import it, or use a profile with another mode.",
    "Invalid Authentication String": "Check the string typed on the phone; ten wrong tries lock it for ten minutes.",
    "Invalid Credentials": "The phone could not prove itself: check the profile's authentication mode.",
    "Phone Communication Failure": "Check the path from the phone to CAPF (TCP 3804) and the phone's registration.",
    "Key Generation Failed/Timeout": "Retry with more time (--complete-by), or a smaller key.",
    "CA Communication Failure": "Check the enrolment service and the CA that issues LSCs.",
    "CA Rejected Connection": "Check the enrolment service and the CA that issues LSCs.",
    "User Initiated Request Late/Timedout": "The deadline passed: retry with a later one (--complete-by).",
}
"""CUCM's reason behind `... Failed:` -> what a person can do [field guide 2 and 7]."""


def next_step_for(reason: str | None) -> str:
    """What to do about a failure with CUCM's `reason` (None: CUCM gave none)."""
    if reason and reason.startswith("No Support for EC only"):
        return "The phone speaks CAPF version 3: use a profile with RSA."
    return NEXT_STEPS.get(reason or "", "Look at the CAPF trace and the phone's status messages.")
