"""What of the things that anybody asks for was seen: bounded, however long the logs are."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import Final

from lscctl.diagnosis.any_digits import ANY, numbers, of_any_digits
from lscctl.diagnosis.knowledge import Clue, Condition
from lscctl.diagnosis.masking import masked
from lscctl.diagnosis.necessary import needed
from lscctl.diagnosis.sieve import Sieve, numbers_in
from lscctl.diagnosis.wording import Searching, in_clauses, own, said, undenied
from lscctl.finding import Evidence, Moment, Place, Source

MOST_KINDS: Final = 64
"""So many different findings of one condition are told apart, by what its groups hold; a name server's log has endless names."""

_LONGEST_SEEN: Final = 300
_MOST_REMEMBERED: Final = 20_000
"""So many messages are remembered with what they fulfil."""

_Fulfilled = tuple[tuple[int, str, Mapping[str, str]], ...]
"""Conditions, by their numbers, the text that fulfils each, and what its groups hold."""


@dataclass(frozen=True, slots=True)
class Line:
    """One message of a text: where, when, and what it says.

    `during` holds `attempt` if the phone was trying to have CAPF do something then, `capf` if the message tells of that, and
    `tvs` if it tells of a connection to TVS.
    """

    place: Place
    text: str
    at: str = ""
    moment: Moment | None = None
    during: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """All conditions of a clue, fulfilled: by what, when (None: undated), what their groups hold, and in which attempt at CAPF."""

    evidence: tuple[Evidence, ...]
    moment: Moment | None
    groups: Mapping[str, str]
    attempt: tuple[str, int] | None = None


class Questions:
    """All that anybody asks for, in the order in which it is looked up quickly: `conditions` are numbered by their place."""

    def __init__(self, conditions: Iterable[Condition]) -> None:
        self.conditions = tuple(conditions)
        self.number = {condition: number for number, condition in enumerate(self.conditions)}
        self._literal: dict[int, bool] = {}
        self._remembered: dict[tuple[Source, str, tuple[str, ...]], _Fulfilled] = {}
        """What messages fulfil, by their source, text, and what they are `during`: logs say the same again and again."""

        self.of_facts: dict[str, list[tuple[int, Condition]]] = defaultdict(list)
        self._of_lines: dict[tuple[Source, str | None], int] = defaultdict(int)
        self._patterns = tuple(one.pattern for one in self.conditions)
        self._sieve = Sieve(
            [(one.words, *needed(pattern)) for one, pattern in zip(self.conditions, self._patterns, strict=True)]
        )
        for number, condition in enumerate(self.conditions):
            for source in condition.sources:
                self._of_lines[source, condition.during] |= 1 << number
            if condition.fact:
                self.of_facts[condition.fact].append((number, condition))

    def words(self, source: Source, during: Iterable[str] = ()) -> set[str]:
        """Lines of this source without any of these words need not be shown, but for those of an attempt.

        `during`: what all its lines are of, if they are.
        """
        asked = self._asked(source, (None, *during))
        return {word for number in numbers_in(asked) for word in self.conditions[number].words}

    def fulfilled(self, line: "Line") -> _Fulfilled:
        """What a line fulfils."""
        what = (line.place.source, line.text, line.during)
        found = self._remembered.get(what)
        if found is None:
            found = tuple(self._found_in(line))
            if len(line.text) <= _LONGEST_SEEN:
                if len(self._remembered) >= _MOST_REMEMBERED:
                    self._remembered.clear()
                self._remembered[what] = found
        return found

    def _found_in(self, line: "Line") -> Iterator[tuple[int, str, Mapping[str, str]]]:
        flat, unbroken = (line.text.replace("\n", between) for between in (" ", ""))
        for number, pattern, text in self.of_line(line, flat, unbroken):
            found = self._held_against(number, pattern, text)
            if found is not None:
                yield number, text, {name: part for name, part in found.groupdict().items() if part}

    def _held_against(self, number: int, pattern: Searching, text: str) -> re.Match[str] | None:
        """Where the text fulfils a condition, without what is passed over unless the condition asks for just that."""
        literal = self._literal.get(number)
        if literal is None:
            literal = self._literal[number] = _means_it(self.conditions[number])
        if literal:
            return pattern.search(text)
        found = pattern.search(undenied(text))
        if (found is None and not in_clauses(text)) or (rest := own(text)) == text:
            return found
        return pattern.search(undenied(rest))

    def of_line(self, line: "Line", flat: str, unbroken: str) -> Iterator[tuple[int, Searching, str]]:
        """Each condition that the line may fulfil, by its words, and the text that it is to be held against.

        Where a line of the log ends within a record, a blank may stand there (`flat`), or the word goes on (`unbroken`).
        """
        lower = flat.lower()
        lower_unbroken = lower if flat == unbroken else unbroken.lower()
        whole = lower if flat == unbroken else f"{lower}\n{lower_unbroken}"
        asked = self._asked(line.place.source, (None, *line.during))
        for number in numbers_in(self._sieve.may_meet(whole) & asked):
            for word in self.conditions[number].words:
                if word in whole:
                    yield number, self._patterns[number], flat if word in lower else unbroken
                    break

    def _asked(self, source: Source, during: Iterable[str | None]) -> int:
        """What is asked of lines of a source that are of that, as a number with a bit for each condition."""
        asked = 0
        for one in during:
            asked |= self._of_lines.get((source, one), 0)
        return asked

    def numbers(self, source: Source) -> frozenset[str]:
        """The longer numbers that conditions ask of lines of this source."""
        return frozenset().union(*(numbers(one.pattern) for one in self.conditions if source in one.sources))

    def nothing_in(self, source: Source, text: str) -> bool:
        """Whether a message fulfils no condition, whatever it is of and whichever digits but `numbers` stand where it has 0."""
        plainly = said(text)
        if undenied(text) != plainly:  # it may be trouble with another number than 0
            return False
        lower = text.lower()
        asked = self._asked(source, {one for of, one in self._of_lines if of is source})
        held = (
            number
            for number in numbers_in(self._sieve.may_meet(lower, any_digits=True) & asked)
            if any(word.translate(ANY) in lower for word in self.conditions[number].words)
        )
        if "0" not in text:
            return all(self._held_against(number, self._patterns[number], text) is None for number in held)
        texts = {plainly, text, own(plainly)}
        loose = (of_any_digits(self._patterns[number]) for number in held)
        return not any(one is None or any(one.search(said_so) for said_so in texts) for one in loose)


@dataclass(slots=True)
class _Kept:
    """The last of the like, not yet masked, and how many there were."""

    evidence: Evidence
    times: int

    def told(self) -> Evidence:
        seen = masked(self.evidence.seen)[:_LONGEST_SEEN]
        return replace(self.evidence, seen=seen, times=self.times)


class Sightings:
    """Takes lines and facts in, and keeps of each condition the last that fulfilled it.

    One of these is for one phone, or one file. What it hands out is masked.
    """

    def __init__(self, questions: Questions) -> None:
        self.questions = questions
        self._seen: dict[int, dict[tuple[str, ...], _Kept]] = defaultdict(dict)

    def line(self, line: Line) -> None:
        """Look at one message."""
        for number, text, groups in self.questions.fulfilled(line):
            self._keep(number, Evidence(line.place, text, at=line.at, moment=line.moment, groups=groups))

    def fact(
        self,
        name: str,
        value: str,
        place: Place,
        *,
        moment: Moment | None = None,
        at: str = "",
        text: str = "",
        about: str = "",
    ) -> None:
        """Take a fact in (see `lscctl.diagnosis.facts`); `text` is what tells it, if anything does; `about` as in `Evidence`."""
        for number, condition in self.questions.of_facts[name]:
            groups = _fulfilled(condition, value)
            if groups is not None:
                seen = text or f"{name} is {value}"
                self._keep(number, Evidence(place, seen, name, value, at, moment, groups=groups, about=about))

    def join(self, other: "Sightings") -> None:
        """Take in what other sightings of the same phone hold, such as those of another file."""
        for condition, evidence in other.all():
            self._keep(self.questions.number[condition], evidence)

    def forget(self) -> None:
        """Take back all that was seen."""
        self._seen.clear()

    def __bool__(self) -> bool:
        """Whether anything was seen."""
        return bool(self._seen)

    def all(self) -> Iterator[tuple[Condition, Evidence]]:
        """Everything that is kept, with the condition that it fulfils."""
        for number, kinds in self._seen.items():
            for kept in kinds.values():
                yield self.questions.conditions[number], kept.told()

    def matches(self, clue: Clue) -> Iterator[Match]:
        """Every way in which the clue's conditions are fulfilled, groups of the same name agreeing."""
        found = [Match((), None, {})]
        for condition in clue.conditions:
            kinds = self._seen.get(self.questions.number[condition])
            if not kinds:
                return
            told = [kept.told() for kept in kinds.values()]
            joined = (_joined(before, evidence, condition) for before in found for evidence in told)
            found = [match for match in joined if match is not None]
        yield from (match for match in found if not clue.in_order or _in_order(match.evidence))

    def _keep(self, number: int, evidence: Evidence) -> None:
        kinds = self._seen[number]
        kind = (evidence.about, *(text.casefold() for text in evidence.groups.values()))
        before = kinds.get(kind)
        if before is not None:
            if before.evidence.moment is None or not before.evidence.moment.after(evidence.moment):
                before.evidence = evidence
            before.times += evidence.times
        elif len(kinds) < MOST_KINDS:
            kinds[kind] = _Kept(evidence, evidence.times)


@cache
def _means_it(condition: Condition) -> bool:
    """Whether it asks, as its example shows, for what is passed over else: denied trouble, settings, the business of others."""
    return bool(condition.example) and condition.pattern.search(undenied(own(condition.example))) is None


def _fulfilled(condition: Condition, value: str) -> dict[str, str] | None:
    """What the condition's groups hold, None where the fact's value is none that it asks for."""
    if condition.values:
        return {} if value in condition.values else None
    found = condition.pattern.search(value)
    return None if found is None else {name: text for name, text in found.groupdict().items() if text}


def agree(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Whether groups of the same name hold the same, in any case."""
    return all(other.get(name, text).casefold() == text.casefold() for name, text in one.items())


def _in_order(seen: Iterable[Evidence]) -> bool:
    """Whether none is known to have been seen before the one that stands before it."""
    moments = [evidence.moment for evidence in seen if evidence.moment is not None]
    return not any(earlier.after(later) for earlier, later in pairwise(moments))


def _joined(before: Match, evidence: Evidence, condition: Condition) -> Match | None:
    """The match with one more condition; None where it is of other names, or of another attempt."""
    attempt = before.attempt
    if condition.of_an_attempt and evidence.moment is not None:
        attempt = (evidence.moment.clock, evidence.moment.attempt)
        if before.attempt is not None and before.attempt[0] == attempt[0] and before.attempt != attempt:
            return None
    if not agree(before.groups, evidence.groups):
        return None
    moment = before.moment
    if moment is None or (evidence.moment is not None and evidence.moment.after(moment)):
        moment = evidence.moment or moment
    return Match((*before.evidence, evidence), moment, {**before.groups, **evidence.groups}, attempt)
