"""What the parts of one run share, and what they hand each other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from lscctl.plan import Plan
from lscctl.rollout.announcer import Announcer
from lscctl.rollout.events import Purpose
from lscctl.rollout.ledger import Ledger
from lscctl.rollout.options import RunOptions
from lscctl.rollout.record import Record
from lscctl.rollout.target import Target


@dataclass(frozen=True, slots=True)
class Run:
    """One run: what is to be done, where and how. `fail` stops all changes because of an error; with `reads_too` also
    the watch."""

    plan: Plan
    target: Target
    options: RunOptions
    ledger: Ledger
    announcer: Announcer
    now: Callable[[], float]
    chance: Callable[[], float]
    fail: Callable[[BaseException, bool], None]


@dataclass(frozen=True, slots=True)
class Task:
    """One call at the cluster: `call` runs in a worker, `finish(value, error)` in the engine's thread once it came back.

    A call that changes these phones says for which `purpose`, so that observers hear of it before it leaves.
    """

    call: Callable[[], object]
    finish: Callable[[object, BaseException | None], None]
    purpose: Purpose | None = None
    records: Sequence[Record] = ()


@dataclass(slots=True)
class Chunk:
    """Phones that are written together and read back before any of them is applied.

    `room` is how many more may join, `in_flight` how many writes await their answers, `unread` how many of its pages
    have not been read back, `handed_over` whether it was given to be read back.
    """

    number: int
    room: int
    in_flight: int = 0
    written: list[Record] = field(default_factory=list)
    unread: int = 0
    handed_over: bool = False
