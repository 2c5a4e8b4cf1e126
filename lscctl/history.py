"""What is remembered of runs: how each one stands, and what happened to it and to its phones, in order."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from lscctl.capf import CertificateOperation
from lscctl.identity import ClusterIdentity
from lscctl.outcome import PhoneState


class RunState(StrEnum):
    """How a run stands. `crashed` is never written down: it is a run that is `running` with nobody at work."""

    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    GATE_CLOSED = "gate-closed"
    WINDOW_CLOSED = "window-closed"
    STOPPED = "stopped"
    CANCELLED = "cancelled"
    CRASHED = "crashed"


@dataclass(frozen=True, slots=True)
class PastRun:
    """One run as the journal has it; times in epoch seconds of our clock.

    `number` is what people call it by. `who` (user@host), `version` (of lscctl) and `command` (without secrets) tell how it
    was begun. `ended` is None until it has ended in good order. `why` says what ended it early, empty where nothing did.
    `counts` covers all phones of the plan, those left out too. `retries` is the run whose phones it tries again. `open_profiles` is
    for how many security profiles it may still do something.
    """

    number: int
    identity: ClusterIdentity
    who: str
    version: str
    command: str
    started: float
    ended: float | None
    state: RunState
    operation: CertificateOperation
    counts: Mapping[PhoneState, int]
    why: str = ""
    notes: tuple[str, ...] = ()
    retries: int | None = None
    open_profiles: int = 0

    @property
    def resumable(self) -> bool:
        """Whether it could go on: it was cut off, or ended with phones or security profiles still to be written or seen through."""
        if self.state in (RunState.RUNNING, RunState.CANCELLED):
            return False
        return self.state is RunState.CRASHED or any(not state.final for state in self.counts) or self.open_profiles > 0


@dataclass(frozen=True, slots=True)
class Remedy:
    """One thing that was done to a cluster itself, and not to its phones: a service started, a security profile changed.

    `at` is epoch seconds of our clock, `who` user@host, `what` in words, `cluster` its name. `outcome` is `done`, or why not;
    empty where lscctl was cut off before it knew. `run` is the run that it was done for, None where there was none.
    """

    at: float
    who: str
    what: str
    cluster: str
    outcome: str = ""
    run: int | None = None


BACK = "registered again"
"""What a phone's story says once the phone has been seen after its end."""


@dataclass(frozen=True, slots=True)
class StoryLine:
    """One thing that happened to a phone, at epoch seconds of our clock.

    `what` is `planned`, `write intended`, `apply intended`, `take back intended`, `registered again`, or the state that the phone
    passed to.
    `status` is CUCM's text as last read, `text` our words.
    """

    at: float
    what: str
    status: str = ""
    text: str = ""
