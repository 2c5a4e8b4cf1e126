"""What of the things that anybody asks for was seen: bounded, however long the logs are."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from lscctl.diagnosis.knowledge import Clue, Condition
from lscctl.diagnosis.reading.masking import masked
from lscctl.finding import Evidence, Moment, Place, Source

MOST_KINDS: Final = 64
"""So many different findings of one condition are told apart, by what its groups hold; a name server's log has endless names."""

_LONGEST_SEEN: Final = 300


@dataclass(frozen=True, slots=True)
class Line:
    """One message of a text: where, when, and what it says.

    `during` holds `attempt` if the phone was trying to have CAPF do something then, and `capf` if the message tells of that.
    """

    place: Place
    text: str
    at: str = ""
    moment: Moment | None = None
    during: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """All conditions of a clue, fulfilled: by what, when (None: undated), and what their groups hold."""

    evidence: tuple[Evidence, ...]
    moment: Moment | None
    groups: Mapping[str, str]


class Sightings:
    """Takes lines and facts in, and keeps of each condition the last that fulfilled it.

    One of these is for one phone. `conditions` are all that will be asked for.
    """

    def __init__(self, conditions: Iterable[Condition]) -> None:
        self._of_lines: dict[Source, dict[str, list[Condition]]] = defaultdict(lambda: defaultdict(list))
        self._of_facts: dict[str, list[Condition]] = defaultdict(list)
        for condition in conditions:
            for source in condition.sources:
                self._of_lines[source][condition.word].append(condition)
            if condition.fact:
                self._of_facts[condition.fact].append(condition)
        self._seen: dict[Condition, dict[tuple[str, ...], Evidence]] = defaultdict(dict)

    def words(self, source: Source) -> set[str]:
        """Lines of this source without any of these words need not be shown, but for those of an attempt."""
        of_source = self._of_lines[source]
        return {word for word, conditions in of_source.items() if any(one.during is None for one in conditions)}

    def line(self, line: Line) -> None:
        """Look at one message."""
        flat, unbroken = (line.text.lower().replace("\n", between) for between in (" ", ""))
        for word, conditions in self._of_lines[line.place.source].items():
            if word in flat or word in unbroken:
                for condition in conditions:
                    if condition.during is None or condition.during in line.during:
                        self._try(condition, line)

    def fact(self, name: str, value: str, place: Place, *, moment: Moment | None = None, at: str = "") -> None:
        """Take a fact in (see `lscctl.diagnosis.facts`)."""
        for condition in self._of_facts[name]:
            groups = _fulfilled(condition, value)
            if groups is not None:
                self._keep(condition, Evidence(place, masked(value), name, at, moment, groups=groups))

    def join(self, other: "Sightings") -> None:
        """Take in what other sightings of the same phone hold, such as those of another file."""
        for condition, evidence in other.all():
            self._keep(condition, evidence)

    def all(self) -> Iterator[tuple[Condition, Evidence]]:
        """Everything that is kept, with the condition that it fulfils."""
        for condition, kinds in self._seen.items():
            for evidence in kinds.values():
                yield condition, evidence

    def matches(self, clue: Clue) -> Iterator[Match]:
        """Every way in which the clue's conditions are fulfilled, groups of the same name agreeing."""
        found = [Match((), None, {})]
        for condition in clue.conditions:
            found = [
                joined
                for before in found
                for evidence in self._seen.get(condition, {}).values()
                if (joined := _joined(before, evidence)) is not None
            ]
        yield from found

    def _try(self, condition: Condition, line: Line) -> None:
        flat = line.text.replace("\n", " ")
        found = condition.pattern.search(flat) or condition.pattern.search(line.text.replace("\n", ""))
        if found is not None:
            seen = masked(flat)[:_LONGEST_SEEN]
            groups = {name: text for name, text in found.groupdict().items() if text}
            self._keep(condition, Evidence(line.place, seen, "", line.at, line.moment, groups=groups))

    def _keep(self, condition: Condition, evidence: Evidence) -> None:
        kinds = self._seen[condition]
        kind = tuple(text.casefold() for text in evidence.groups.values())
        before = kinds.get(kind)
        if before is not None:
            later = before if before.moment is not None and before.moment.after(evidence.moment) else evidence
            kinds[kind] = replace(later, times=before.times + evidence.times)
        elif len(kinds) < MOST_KINDS:
            kinds[kind] = evidence


def _fulfilled(condition: Condition, value: str) -> dict[str, str] | None:
    """What the condition's groups hold, None where the fact's value is none that it asks for."""
    if condition.values:
        return {} if value in condition.values else None
    found = condition.pattern.search(value)
    return None if found is None else {name: text for name, text in found.groupdict().items() if text}


def agree(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Whether groups of the same name hold the same, in any case."""
    return all(other.get(name, text).casefold() == text.casefold() for name, text in one.items())


def _joined(before: Match, evidence: Evidence) -> Match | None:
    if not agree(before.groups, evidence.groups):
        return None
    moment = before.moment
    if moment is None or (evidence.moment is not None and evidence.moment.after(moment)):
        moment = evidence.moment or moment
    return Match((*before.evidence, evidence), moment, {**before.groups, **evidence.groups})
