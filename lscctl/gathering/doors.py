"""The doors at which evidence is gathered. Each may be shut, or be left alone: then what it would have told is named as missing."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from lscctl.cucm.faults import RoleMissing
from lscctl.diagnosis.case import Case
from lscctl.errors import LscctlError
from lscctl.finding import Door, Moment, Place, Source


@dataclass(frozen=True, slots=True)
class Stated:
    """A fact of `lscctl.diagnosis.facts` with its value, where it was seen, in words, and what it is about (see `Evidence`)."""

    fact: str
    value: str
    place: Place
    text: str
    about: str = ""


@dataclass(slots=True)
class Told:
    """What one door told: facts, where they were looked for, and what could not be had, and why."""

    facts: list[Stated] = field(default_factory=list)
    looked_at: list[Place] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def look(self, file: str) -> Place:
        """A place of the cluster's that is looked at."""
        place = Place(Source.CLUSTER, file)
        self.looked_at.append(place)
        return place

    def state(self, fact: str, value: str, place: Place, text: str, about: str = "") -> None:
        """State a fact."""
        self.facts.append(Stated(fact, value, place, text, about))

    def join(self, other: "Told") -> None:
        """Take in what another door told."""
        self.facts += other.facts
        self.looked_at += other.looked_at
        self.missing += other.missing

    def add_to(self, case: Case) -> None:
        """Add it to what is known of a phone."""
        state(case, self.facts)
        case.looked_at += self.looked_at
        case.missing += self.missing


def state(case: Case, facts: Iterable[Stated], moment: Moment | None = None) -> None:
    """State facts of a phone. What is so of a server now need not have been so when the phone tried: that is not dated.

    `moment` is NOW for what is so of the phone itself.
    """
    for one in facts:
        case.sightings.fact(one.fact, one.value, one.place, moment=moment, text=one.text, about=one.about)


def not_had(what: str, error: LscctlError) -> str:
    """What is said of what could not be had; where the user lacks a role, with the role."""
    role = f" ({error.hint})" if isinstance(error, RoleMissing) and error.hint else ""
    return f"{what}: {error.message}{role}"


def left_alone(door: Door) -> str:
    """What is said of a door that nobody was to ask."""
    return f"{door.tells}: left alone, as --without {door} says"
