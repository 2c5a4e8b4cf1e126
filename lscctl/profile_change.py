"""A security profile that is given the mode By Existing Certificate (precedence to LSC) once all of its phones have an LSC:
what is planned for it, how that stands, and what became of it.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from lscctl.capf import CapfSettings
from lscctl.phone import SecurityProfile


class ProfileState(StrEnum):
    """Where a profile stands in a run."""

    WAITING = "waiting"
    STAYS = "stays"
    FAILED = "failed"
    WRITTEN = "written"
    RESTARTING = "restarting"
    UNKNOWN = "unknown"
    ALREADY = "already"
    CHANGED = "changed"
    PHONES_LOST = "phones-lost"

    @property
    def open(self) -> bool:
        """Whether a run that is resumed may still do something for it."""
        return self in (
            ProfileState.WAITING,
            ProfileState.STAYS,
            ProfileState.FAILED,
            ProfileState.WRITTEN,
            ProfileState.RESTARTING,
        )

    @property
    def well(self) -> bool:
        """Whether the profile has what it was to have, and its phones, which were told, are back as far as anybody knows."""
        return self in (ProfileState.ALREADY, ProfileState.CHANGED)


@dataclass(frozen=True, slots=True)
class ProfileChange:
    """What a plan means to do with one profile after its phones.

    `phones` is how many used it when that was planned, whether the plan writes them or not: so many may restart, and no more.
    `to_install` of them get their LSC by the plan; `without` have no valid one now and get none by it. `against` says why it
    stays as it is, whatever its phones have, '' where nothing is known that would; `next_step` what to do then.
    """

    profile: SecurityProfile
    settings: CapfSettings
    phones: int
    to_install: int = 0
    without: int = 0
    against: str = ""
    next_step: str = ""


class ProfileCall(StrEnum):
    """How far one of a profile's two writes has come."""

    NOT_MADE = "not made"
    UNDER_WAY = "under way"
    DONE = "done"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Lacking:
    """A phone that has no LSC with which it could prove itself, and what it has instead: `no LSC`, `LSC has expired`."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Absent:
    """A phone that was registered when its profile was applied and has not been since, and what was said of it last."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class ProfileStanding:
    """How the change of one profile stands. What a journal keeps.

    `phones` is how many used it when that was looked at last, None before; `lacking` names phones without a valid LSC, the first
    by name, `without` says how many there are. `writes` counts the intents to write it. `applied_at` is when it was applied, in
    epoch seconds of our clock; `registered` how many of its phones were registered then, None before. `restarting` names these
    while they are waited for; `lost` says how many were not so again in time, `absent` names the first of them.
    """

    state: ProfileState = ProfileState.WAITING
    reason: str = ""
    next_step: str = ""
    write: ProfileCall = ProfileCall.NOT_MADE
    apply: ProfileCall = ProfileCall.NOT_MADE
    writes: int = 0
    phones: int | None = None
    without: int = 0
    lacking: tuple[Lacking, ...] = field(default=())
    applied_at: float | None = None
    registered: int | None = None
    restarting: tuple[str, ...] = ()
    lost: int = 0
    absent: tuple[Absent, ...] = ()


@dataclass(frozen=True, slots=True)
class ProfileOutcome:
    """A planned change and how it stands, for whoever tells of it."""

    change: ProfileChange
    standing: ProfileStanding = field(default_factory=ProfileStanding)

    @property
    def open(self) -> bool:
        """Whether a run that is resumed may still do something for it: not where nothing that phones get could help."""
        return self.standing.state.open and not self.change.against

    @property
    def needs_a_person(self) -> bool:
        """Whether it ended otherwise than wanted."""
        return self.standing.state in (
            ProfileState.STAYS,
            ProfileState.FAILED,
            ProfileState.UNKNOWN,
            ProfileState.WRITTEN,
            ProfileState.PHONES_LOST,
        )
