"""Evidence out of files that somebody mailed: which phone each is of, and what it tells."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from lscctl.diagnosis.diagnose import search
from lscctl.diagnosis.knowledge import Knowledge
from lscctl.diagnosis.reading.console_log import ConsoleLogReader
from lscctl.diagnosis.reading.lines import Readable
from lscctl.diagnosis.sightings import Sightings
from lscctl.finding import Attempt, Diagnosis, Place, Source


@dataclass(slots=True)
class Case:
    """Everything that is known of one phone before anybody searches for causes. Whoever gathers evidence adds to it."""

    sightings: Sightings
    phone: str = ""
    model: str = ""
    looked_at: list[Place] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)
    attempts_in_all: int = 0

    def diagnosis(self, knowledge: Knowledge) -> Diagnosis:
        """What is wrong with the phone."""
        found = search(knowledge, self.sightings)
        return Diagnosis(
            phone=self.phone,
            model=self.model,
            links=found.links,
            causes=found.causes,
            looked_at=tuple(self.looked_at),
            missing=tuple(self.missing),
            attempts=tuple(self.attempts),
            attempts_in_all=self.attempts_in_all,
        )


def of_console_logs(logs: Sequence[tuple[str, Readable]], knowledge: Knowledge) -> Case:
    """One phone's console log: `(name, content)` of each of its files, the oldest first."""
    case = Case(Sightings(knowledge.conditions()))
    reader = ConsoleLogReader(case.sightings, "console-log")
    for name, content in logs:
        place = Place(Source.CONSOLE_LOG, name)
        read = reader.read(content, place)
        case.looked_at.append(place)
        case.phone, case.model = case.phone or read.phone, case.model or read.model
    case.attempts += reader.attempts.all()
    case.attempts_in_all += reader.attempts.total
    return case


def diagnoses(cases: Iterable[Case], knowledge: Knowledge) -> list[Diagnosis]:
    """The diagnosis of each."""
    return [case.diagnosis(knowledge) for case in cases]
