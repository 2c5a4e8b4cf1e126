"""What a run tells while it goes on: a handful of events, and the protocol of those who listen.

A new observer is any object with `on_event`; hand it to `engine.run` with the others. It may rely on this:

- Events come one at a time, in the order in which things happened, all from the thread that called `engine.run`.
  `RunStarted` is the first, `RunEnded` the last, and nothing comes after it.
- `PhoneChanged.before` is always the `after` of that phone's last event. Each phone of the plan starts as `queued`, in a run
  that is resumed as its journal left it. Phones are keyed by name, which is unique in a cluster.
- `Intended` and `ProfileIntended` come before the calls that they speak of leave. They never leave if an observer raises an
  LscctlError at it: so a
  journal that has written it down when `on_event` returns always knows at least as much as the cluster.
- A slow observer delays the run, so one that waits for anything should do so in a thread of its own.
- An observer that raises is not called again. An LscctlError of its own stops new writes, as a failure of the cluster
  does, and is told in `RunSummary.failure`: a listener that the run must not go on without can say so. Any other
  exception becomes a note of the summary.

All times are epoch seconds of our clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from lscctl.outcome import PhoneState, RunSummary
from lscctl.profile_change import ProfileChange, ProfileStanding
from lscctl.rollout.standing import Standing


@dataclass(frozen=True, slots=True)
class RunStarted:
    """The engine has begun; `phones` is how many the plan names, `counts` how they stand: all queued, unless the run is resumed."""

    at: float
    phones: int
    counts: Mapping[PhoneState, int]


class Purpose(StrEnum):
    """What a call is to do with a phone."""

    WRITE = "write"
    APPLY = "apply"
    TAKE_BACK = "take back"
    CLEAR_STRING = "clear the authentication string"


@dataclass(frozen=True, slots=True)
class Intended:
    """These phones are about to be written, applied, taken back, or rid of their authentication strings: each with its standing, in
    which that call is under way."""

    at: float
    purpose: Purpose
    phones: tuple[tuple[str, Standing], ...]


@dataclass(frozen=True, slots=True)
class CallNotMade:
    """The cluster did nothing with a call of which `Intended` spoke: the phones stand as before, and it is made again, or never."""

    at: float
    purpose: Purpose
    phones: tuple[tuple[str, Standing], ...]


@dataclass(frozen=True, slots=True)
class PhoneChanged:
    """One phone passed from a state to another, and stands like this now."""

    at: float
    name: str
    before: PhoneState
    standing: Standing

    @property
    def after(self) -> PhoneState:
        """The state that it passed to."""
        return self.standing.state


@dataclass(frozen=True, slots=True)
class PhoneBack:
    """A phone that has ended was seen registered again; its state is what it was."""

    at: float
    name: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class ProfileIntended:
    """This profile is about to be written or applied: with its standing, in which that call is under way. As `Intended`."""

    at: float
    purpose: Purpose
    change: ProfileChange
    standing: ProfileStanding


@dataclass(frozen=True, slots=True)
class ProfileChanged:
    """Something is known of a security profile that the plan means to change: it stands like this now."""

    at: float
    change: ProfileChange
    standing: ProfileStanding


@dataclass(frozen=True, slots=True)
class ProfileAwaited:
    """A profile was applied, and of the `phones` that were registered then `back` are so again, `absent` are still waited for."""

    at: float
    profile: str
    back: int
    phones: int
    absent: int


@dataclass(frozen=True, slots=True)
class StringCleared:
    """The cluster holds a phone's authentication string no more, or still: `why`, else empty. Its state is what it was."""

    at: float
    name: str
    standing: Standing
    why: str = ""


@dataclass(frozen=True, slots=True)
class WaveStarted:
    """Phones of this wave may be written from now on. `number` counts from 1 up to `waves`."""

    at: float
    number: int
    waves: int
    name: str
    phones: int


@dataclass(frozen=True, slots=True)
class WaveEnded:
    """Every phone of the wave is done, failed or stalled; `counts` are the wave's."""

    at: float
    number: int
    name: str
    counts: Mapping[PhoneState, int]


@dataclass(frozen=True, slots=True)
class GateClosed:
    """No phone will be written any more; what is under way is watched. `gate` is the option's name, `why` the figures."""

    at: float
    gate: str
    why: str


@dataclass(frozen=True, slots=True)
class WindowClosed:
    """No phone is written until the window opens again; `until` in epoch seconds of the cluster's clock."""

    at: float
    until: float


@dataclass(frozen=True, slots=True)
class WindowOpened:
    """The window is open again."""

    at: float


class Limit(StrEnum):
    """What keeps the engine from writing more phones now."""

    NOTHING = "nothing"
    CONCURRENCY = "concurrency"
    CLUSTER = "cluster"
    MAX_RATE = "max-rate"
    IN_FLIGHT = "max-in-flight"
    WAVE = "wave"
    PAUSE = "pause-between"
    WINDOW = "window"
    GATE = "gate"
    STOPPING = "stopping"
    ALL_WRITTEN = "all written"
    PROFILES = "profiles"


@dataclass(frozen=True, slots=True)
class Limited:
    """Told whenever something else limits the run than before; `why` in words, `rate` writes served a second of late."""

    at: float
    by: Limit
    why: str
    rate: float


@dataclass(frozen=True, slots=True)
class ChunkWritten:
    """A chunk's writes have all been answered (or their answers lost); it is read back before any of it is applied.

    `number` counts from 1; `phones` are those whose write the cluster may have taken.
    """

    at: float
    number: int
    phones: int


@dataclass(frozen=True, slots=True)
class Polled:
    """The phones under way have been read once. `counts` covers all phones of the plan."""

    at: float
    counts: Mapping[PhoneState, int]


@dataclass(frozen=True, slots=True)
class Paused:
    """The cluster bears no more, or is not there: `why`, and how many `seconds` pass before the next try.

    Told anew for each longer pause of one trouble; `changes` says whether writes pause (else reads do).
    """

    at: float
    why: str
    seconds: float
    changes: bool


@dataclass(frozen=True, slots=True)
class Resumed:
    """The cluster answers again after a pause of writes (`changes`) or reads."""

    at: float
    changes: bool


@dataclass(frozen=True, slots=True)
class Stopping:
    """No phone will be written from here on: `why`. What is under way is still looked after."""

    at: float
    why: str


@dataclass(frozen=True, slots=True)
class RunEnded:
    """The engine is done; `engine.run` returns this summary, and in it the errors of observers that failed at this event."""

    at: float
    summary: RunSummary


Event = (
    RunStarted
    | Intended
    | CallNotMade
    | PhoneChanged
    | PhoneBack
    | ProfileIntended
    | ProfileChanged
    | ProfileAwaited
    | StringCleared
    | WaveStarted
    | WaveEnded
    | GateClosed
    | WindowClosed
    | WindowOpened
    | Limited
    | ChunkWritten
    | Polled
    | Paused
    | Resumed
    | Stopping
    | RunEnded
)


class Observer(Protocol):
    """Whoever wants to know."""

    def on_event(self, event: Event) -> None:
        """Take one event; see the module's text for what may be relied on."""
