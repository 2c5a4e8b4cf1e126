"""A phone's console log: what of it matters, in one pass, however long it is."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from lscctl.diagnosis.reading.attempts import CAPF_PORT, WORDS, WORDS_UNDER_WAY, Attempts
from lscctl.diagnosis.reading.chatter import Chatter
from lscctl.diagnosis.reading.lines import Readable, Some, Stretch, stretches
from lscctl.diagnosis.reading.own_names import Names, is_own, names_in
from lscctl.diagnosis.reading.records import MOST_LINES, Record, records
from lscctl.diagnosis.reading.senders import Senders, has_head
from lscctl.diagnosis.reading.words import Words
from lscctl.diagnosis.sightings import Line, Questions, Sightings
from lscctl.finding import Attempt, Moment, Place, Source

MOST_IN_FILE: Final = 10**9
"""More than a file has: the moments of the files of one log are so far apart."""

_PHONE: Final = re.compile("SEP[0-9A-F]{12}")
_SERVICE: Final = re.compile(r"\bservM\b|\bCisco (?:Certificate Authority|Trust Verification|Tftp)\b")
_MODEL: Final = re.compile(rb"CP-(\d{4}[A-Z]{0,3})")


@dataclass(frozen=True, slots=True)
class ConsoleLog:
    """What one phone wrote into a file: what of it was seen, its attempts, and whose it is.

    `phone` is its name, '' where nothing says it; `sender` the name or address that a server's log puts before its lines.
    """

    sender: str
    phone: str
    model: str
    sightings: Sightings
    attempts: tuple[Attempt, ...]
    attempts_in_all: int


class _Phone:
    """A phone whose lines are followed. `lines` is how many there were."""

    def __init__(self, sender: str, questions: Questions, capf_port: int, first: int) -> None:
        self.sender = sender
        self.lines = 0
        self.names = Names(sender if _PHONE.fullmatch(sender) else "")
        self.model = ""
        self.sightings = Sightings(questions)
        self.attempts = Attempts(capf_port)
        self.attempt = first

    @property
    def met(self) -> bool:
        """Whether anything of interest was seen."""
        return bool(self.sightings) or self.attempts.total > 0

    def told(self, *, of_many: bool) -> ConsoleLog:
        """All of it."""
        attempts, phone = self.attempts, self.names.told(of_many=of_many)
        return ConsoleLog(self.sender, phone, self.model, self.sightings, attempts.all(), attempts.total)


class ConsoleLogReader:
    """Reads one file of a log. `clock` names the log, `part` is the file's place in it: a later one has a higher one.

    `capf_port` is CAPF's in the phones' cluster. `cut` is how many messages were looked at in part.
    """

    def __init__(self, questions: Questions, clock: str, part: int, capf_port: int = CAPF_PORT) -> None:
        self._questions = questions
        self._clock = clock
        self.cut = 0
        self._first = part * MOST_IN_FILE
        self._passes_over = Attempts(capf_port).passes_over
        self.senders = Senders(lambda sender: _Phone(sender, questions, capf_port, self._first))
        always = {*questions.words(Source.CONSOLE_LOG), *WORDS, str(CAPF_PORT), str(capf_port)}
        self._always = Words(always)
        self._under_way = Words({*always, *questions.words(Source.CONSOLE_LOG, ("attempt",)), *WORDS_UNDER_WAY})
        self._of_connections = Words(questions.words(Source.CONSOLE_LOG, ("capf", "tvs")))
        self._chatter = Chatter(
            self._changes_nothing,
            {*questions.numbers(Source.CONSOLE_LOG), str(CAPF_PORT), str(capf_port)},
        )

    def read(self, stream: Readable, place: Place, begins: int = 1) -> list[ConsoleLog]:
        """Follow everything of interest from line `begins` on. One log for each phone; of a log with one phone just that."""
        shown = last = begins - 1
        bare = 0
        for stretch in stretches(stream):
            whose = self.senders.of(stretch)
            self._name(stretch, whose)
            broken = set(stretch.broken)
            left = Some(stretch, self._chatter.left(stretch))
            for index, phone, lines in self._worth(left, whose):
                number = stretch.first + index
                if number <= last or (index not in broken and self._chatter.holds(stretch.lines[index])):
                    continue
                found = self._records(stretch, index, bare)
                last = found[0].last
                bare = number if found[0].bare else 0
                if found[0].line > shown:
                    shown = found[0].line
                    behind = stretch.first + index - shown
                    for record in found:
                        self._show(record, Place(place.source, place.file, record.line), phone, lines - behind)
        phones = self.senders.phones()
        if self.senders.many and len(phones) == 1:
            self._add_beside(phones[0])
        return [one.told(of_many=self.senders.many and one.sender != "") for one in phones]

    def _add_beside(self, phone: _Phone) -> None:
        """Somebody put together what concerns one phone: add whose it is, and what CUCM's nodes say of their services."""
        beside = self.senders.nameless
        phone.names = phone.names if phone.names.told(of_many=True) else beside.names
        phone.model = phone.model or beside.model
        for one in self.senders.unknown():
            if any(_SERVICE.search(evidence.seen) for _, evidence in one.sightings.all()):
                phone.sightings.join(one.sightings)

    def _records(self, stretch: Stretch, index: int, bare: int) -> list[Record]:
        """The records of a line; where lines of many stand together, none goes on over the next head. `bare` as `behind`."""
        begins = self.senders.begins
        if not begins:
            return records(stretch.lines, index, stretch.first, bare)
        at = bisect_right(begins, index)
        begin = begins[at - 1] if at else 0
        if at < len(begins):
            end = begins[at]
        else:
            behind = range(stretch.settled, min(stretch.settled + MOST_LINES, len(stretch.lines)))
            end = next((one for one in behind if has_head(stretch.lines[one])), len(stretch.lines))
        return records(stretch.lines[begin:end], index - begin, stretch.first + begin, bare)

    def _changes_nothing(self, line: bytes) -> bool:
        """Whether a line by itself, and any with other digits where it has 0, changes nothing, however things stand."""
        record, *more = records([line], 0, 1)
        if more or record.cut:
            return False
        return self._passes_over(record) and self._questions.nothing_in(Source.CONSOLE_LOG, record.text)

    def _name(self, stretch: Stretch, whose: list[_Phone | None] | None) -> None:
        """Find out which phones these are, and of which models: what their lines say first.

        An address is given to another phone at times: from where it calls itself otherwise on the lines are of that one.
        """
        if whose is None:
            phone = self.senders.nameless
            phone.names.own = phone.names.own or self.senders.only_name
            if not phone.names.own:
                for found in names_in(stretch.text):
                    phone.names.meet(found[0].decode(), is_own(stretch.text, found))
            phone.model = phone.model or _first(_MODEL, b"CP-", stretch)
            return
        turns: list[tuple[int, _Phone]] = []
        now: dict[str, _Phone] = {}
        for found in names_in(stretch.text):
            index = bisect_right(stretch.ends, found.start())
            one = whose[index]
            if one is None or one.sender == one.names.own != "":
                continue
            one, name, own = now.get(one.sender, one), found[0].decode(), is_own(stretch.text, found)
            if own and one.sender and one.names.own not in ("", name):
                one = now[one.sender] = self.senders.instead_of(one, one.names.own, name)
                turns.append((index, one))
            one.names.meet(name, own)
        _turn(whose, turns)
        for found in _MODEL.finditer(stretch.text):
            one = whose[bisect_right(stretch.ends, found.start())]
            if one is not None:
                one.model = one.model or found[1].decode()

    def _worth(self, left: Some, whose: Sequence[_Phone | None] | None) -> Iterator[tuple[int, _Phone, int]]:
        """Of the lines that are left those to look at, by index, whose each is, and how many that phone had written with it."""
        if whose is not None:
            yield from self._worth_of_many(left, whose)
            return
        phone = self.senders.nameless
        before = phone.lines + 1 - left.stretch.new
        for index in self._worth_of_one(left, phone):
            yield index, phone, before + index
        phone.lines += left.stretch.settled - left.stretch.new

    def _worth_of_one(self, left: Some, phone: _Phone) -> Iterator[int]:
        """The indexes of lines to look at: those with a word that is asked for, and more while an attempt is under way."""
        index = left.stretch.new
        always = self._always.hits(left)
        under_way: dict[frozenset[str], list[int]] = {}
        while index < left.stretch.settled:
            hits = always
            if phone.attempts.under_way:
                processes = phone.attempts.processes
                if processes not in under_way:
                    under_way[processes] = self._hits_under_way(left, processes)
                hits = under_way[processes]
            place = bisect_left(hits, index)
            if place == len(hits):
                return
            index = hits[place] + 1
            yield hits[place]

    def _hits_under_way(self, left: Some, processes: Collection[str]) -> list[int]:
        """Lines with a word that matters while an attempt is under way; some matter only in records of these processes."""
        names = [process.encode() for process in processes]
        go_on = {index + 1 for index in left.stretch.broken}
        of_them = (
            index
            for index in self._of_connections.hits(left)
            if index in go_on or any(name in left.stretch.lines[index] for name in names)
        )
        return sorted({*of_them, *self._under_way.hits(left)})

    def _worth_of_many(self, left: Some, whose: Sequence[_Phone | None]) -> Iterator[tuple[int, _Phone, int]]:
        """The same of lines of many: of each phone those that would be looked at if it had a log of its own."""
        always = set(self._always.hits(left))
        under_way = set(self._under_way.hits(left))
        of_connections = set(self._of_connections.hits(left))
        go_on = {index + 1 for index in left.stretch.broken}
        for index, phone in enumerate(whose, left.stretch.new):
            if phone is None:
                continue
            phone.lines += 1
            worth = index in always
            if not worth and phone.attempts.under_way:
                worth = index in under_way or (
                    index in of_connections
                    and (
                        index in go_on
                        or any(one.encode() in left.stretch.lines[index] for one in phone.attempts.processes)
                    )
                )
            if worth:
                yield index, phone, phone.lines

    def _show(self, record: Record, place: Place, phone: _Phone, line: int) -> None:
        number = self._first + record.line
        self.cut += record.cut
        begun = phone.attempts.total
        during, code = phone.attempts.follow(record, place, line)
        if phone.attempts.total > begun:
            phone.attempt = number
        moment = Moment(self._clock, number, phone.attempt)
        phone.sightings.line(Line(place, record.text, record.at, moment, during))
        if code is not None:
            phone.sightings.fact("capf-code", str(code), place, moment=moment, at=record.at, text=record.flat)


def _turn(whose: list[_Phone | None], turns: Sequence[tuple[int, _Phone]]) -> None:
    """Let lines be another phone's, of the same sender, from these lines on."""
    now: dict[str, _Phone] = {}
    ends = [*(at for at, _ in turns), len(whose)][1:]
    for (begin, phone), end in zip(turns, ends, strict=True):
        now[phone.sender] = phone
        for index in range(begin, end):
            one = whose[index]
            whose[index] = one and now.get(one.sender, one)


def _first(pattern: re.Pattern[bytes], mark: bytes, stretch: Stretch) -> str:
    """What the pattern, which begins with the mark, finds first."""
    found = pattern.search(stretch.text) if mark in stretch.text else None
    return "" if found is None else found[found.lastindex or 0].decode()
