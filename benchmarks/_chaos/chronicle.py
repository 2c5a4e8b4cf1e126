"""What remains of an ordeal, for the invariants to judge."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from benchmarks._chaos.lab import Lab, Truth
from benchmarks._chaos.mischief import Fired
from benchmarks._chaos.scenario import Scenario
from benchmarks._chaos.witness import Testimony
from lscctl.rollout.journal.place import lock_folder
from lscctl.rollout.journal.reading import History, Loaded
from lscctl.rollout.journal.store import Store
from lscctl.simulator.history import Write

WRITES = ("updatePhone", "executeSQLUpdate")
PROFILE_APPLIES = ("applyPhoneSecurityProfile", "resetPhoneSecurityProfile")


@dataclass(frozen=True, slots=True)
class Part:
    """One process of the client: how it was called, how it ended, and what troubled it.

    `state` is the run's in the journal afterwards, empty before there is one; `story` how many lines the journal's story had
    when it started; `writes` the number of the cluster's last write once it had ended; `reads` when it read, in epoch seconds;
    `seconds` how long it took; `late` whether it had to be ended because it never would.
    """

    arguments: tuple[str, ...]
    exit_code: int
    out: str
    err: str
    fired: tuple[Fired, ...]
    begun: bool
    state: str
    story: int
    writes: int
    reads: tuple[float, ...] = ()
    seconds: float = 0.0
    late: bool = False


@dataclass(frozen=True, slots=True)
class Rival:
    """A second client that was started while the first was at work."""

    exit_code: int
    err: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a phone's story in the journal."""

    number: int
    phone: str
    at: float
    what: str
    text: str


@dataclass(frozen=True, slots=True)
class Chronicle:
    """A whole ordeal. `run` is None where no run ever began. `looks` is the truth as the client's last reads found it, then as
    it stands at the end; `writes` are those of single phones, `applied_with_profile` those that came with a profile; `deadlines`
    is `{finish time: epoch seconds}` of all that were written."""

    scenario: Scenario
    parts: tuple[Part, ...]
    rivals: tuple[Rival, ...]
    before: Truth
    looks: tuple[Truth, ...]
    writes: tuple[Write, ...]
    deadlines: Mapping[str, float]
    run: Loaded | None
    story: tuple[Line, ...]
    truth: Testimony
    applied_with_profile: tuple[Write, ...] = ()
    password: str = field(repr=False, default="")
    journal: bytes = field(repr=False, default=b"")

    @property
    def after(self) -> Truth:
        """How the phones stand at the end."""
        return self.looks[-1]

    @property
    def fired(self) -> tuple[Fired, ...]:
        """All that went wrong, in order."""
        return tuple(fired for part in self.parts for fired in part.fired)


def story_of(lab: Lab) -> tuple[Line, ...]:
    """All lines of the journal's story."""
    rows: list[tuple[Any, ...]] = lab.read("SELECT number, name, at, what, text FROM story ORDER BY number")
    return tuple(Line(*row) for row in rows)


def run_of(lab: Lab, number: int | None) -> Loaded | None:
    """The run as the client itself reads it from its journal."""
    if number is None:
        return None
    with History(Store.for_reading(lab.journal), lab.journal.parent / lock_folder().name) as history:
        return history.load(number)


def told(part: Part) -> dict[str, str]:
    """The state of each phone as the process itself told it at its end, `{name: state}`; empty where it told nothing."""
    if not part.out.strip():
        return {}
    return {phone["name"]: phone["state"] for phone in json.loads(part.out)["phones"]}
