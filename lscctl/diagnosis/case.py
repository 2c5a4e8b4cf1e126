"""A case: everything that is known of one phone before anybody searches for causes. Whoever gathers evidence adds to it."""

from dataclasses import dataclass, field

from lscctl.diagnosis.diagnose import search
from lscctl.diagnosis.knowledge import Knowledge
from lscctl.diagnosis.sightings import Sightings
from lscctl.finding import Attempt, Diagnosis, Place


@dataclass(slots=True)
class Case:
    """One phone's evidence: its sightings, what was looked at for them, and what could not be had."""

    sightings: Sightings
    phone: str = ""
    model: str = ""
    looked_at: list[Place] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    attempts: list[tuple[int, Attempt]] = field(default_factory=list)
    attempts_in_all: int = 0

    def diagnosis(self, knowledge: Knowledge) -> Diagnosis:
        """What is wrong with the phone."""
        found = search(knowledge, self.sightings)
        in_order = [attempt for _, attempt in sorted(self.attempts, key=lambda one: (one[0], one[1].start.line))]
        return Diagnosis(
            phone=self.phone,
            model=self.model,
            links=found.links,
            causes=found.causes,
            looked_at=tuple(self.looked_at),
            missing=tuple(self.missing),
            attempts=tuple(in_order[-MOST_ATTEMPTS:]),
            attempts_in_all=self.attempts_in_all,
        )


MOST_ATTEMPTS = 50
"""So many attempts are told, the last ones."""
