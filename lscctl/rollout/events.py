"""What a run tells while it goes on: a handful of events, and the protocol of those who listen.

A new observer is any object with `on_event`; hand it to `engine.run` with the others. It may rely on this:

- Events come one at a time, in the order in which things happened, all from the thread that called `engine.run`.
  `RunStarted` is the first, `RunEnded` the last, and nothing comes after it.
- `PhoneChanged.before` is always the `after` of that phone's last event, and each phone of the plan starts as `queued`.
- A slow observer delays the run, so one that waits for anything should do so in a thread of its own.
- An observer that raises is not called again. An LscctlError of its own stops new writes, as a failure of the cluster
  does, and is told in `RunSummary.failure`: a listener that the run must not go on without can say so. Any other
  exception becomes a note of the summary.

All times are epoch seconds of our clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from lscctl.outcome import PhoneState, RunSummary


@dataclass(frozen=True, slots=True)
class RunStarted:
    """The engine has begun; `phones` is how many the plan names, all of them queued."""

    at: float
    phones: int


@dataclass(frozen=True, slots=True)
class PhoneChanged:
    """One phone passed from a state to another. `status` is CUCM's text as last read, `reason` ours where there is one."""

    at: float
    name: str
    before: PhoneState
    after: PhoneState
    status: str = ""
    reason: str = ""


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
    """The phones under way have been read once. `counts` covers all phones of the plan; `next_poll` is seconds from now."""

    at: float
    counts: Mapping[PhoneState, int]
    next_poll: float


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


Event = RunStarted | PhoneChanged | ChunkWritten | Polled | Paused | Resumed | Stopping | RunEnded


class Observer(Protocol):
    """Whoever wants to know."""

    def on_event(self, event: Event) -> None:
        """Take one event; see the module's text for what may be relied on."""
