"""A phone's console log: what of it matters, in one pass, however long it is."""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from lscctl.diagnosis.reading.attempts import CAPF_PORT, WORDS, WORDS_UNDER_WAY, Attempts
from lscctl.diagnosis.reading.chatter import Chatter
from lscctl.diagnosis.reading.lines import Readable, Stretch, stretches
from lscctl.diagnosis.reading.records import Record, records
from lscctl.diagnosis.reading.words import Words
from lscctl.diagnosis.sightings import Line, Sightings
from lscctl.finding import Attempt, Moment, Place, Source

MOST_LINES: Final = 10**9
"""More than a file has: the moments of the files of one log are so far apart."""

_PHONE: Final = re.compile(rb"SEP[0-9A-F]{12}")
_MODEL: Final = re.compile(rb"CP-(\d{4}[A-Z]{0,3})")


@dataclass(frozen=True, slots=True)
class ConsoleLog:
    """One file of a phone's log: its attempts, whose it is ('' where it does not say), and how many messages were cut."""

    phone: str
    model: str
    attempts: tuple[Attempt, ...]
    attempts_in_all: int
    cut: int = 0


class ConsoleLogReader:
    """Reads one file of a phone's log. `clock` names the log, `part` is the file's place in it: a later one has a higher one.

    `capf_port` is CAPF's in the phone's cluster.
    """

    def __init__(self, sightings: Sightings, clock: str, part: int, capf_port: int = CAPF_PORT) -> None:
        self._attempts = Attempts(capf_port)
        self._sightings = sightings
        self._clock = clock
        self._cut = 0
        self._first = self._attempt = part * MOST_LINES
        asked = sightings.questions.words
        always = {*asked(Source.CONSOLE_LOG), *WORDS, str(CAPF_PORT), str(capf_port)}
        self._always = Words(always)
        self._under_way = Words({*always, *asked(Source.CONSOLE_LOG, ("attempt",)), *WORDS_UNDER_WAY})
        self._of_connections = Words(asked(Source.CONSOLE_LOG, ("capf", "tvs")))
        self._chatter = Chatter(
            self._changes_nothing,
            {*sightings.questions.numbers(Source.CONSOLE_LOG), str(CAPF_PORT), str(capf_port)},
        )

    def read(self, stream: Readable, place: Place, begins: int = 1) -> ConsoleLog:
        """Show everything of interest from line `begins` on to the sightings, and follow the attempts."""
        phone = model = ""
        shown = begins - 1
        for stretch in stretches(stream):
            phone = phone or _first(_PHONE, b"SEP", stretch)
            model = model or _first(_MODEL, b"CP-", stretch)
            broken = set(stretch.broken)
            for index in self._worth(stretch):
                if index not in broken and self._chatter.holds(stretch.lines[index]):
                    continue
                found = records(stretch.lines, index, stretch.first)
                if found[0].line > shown:
                    shown = found[0].line
                    for record in found:
                        self._show(record, Place(place.source, place.file, record.line))
        return ConsoleLog(phone, model, self._attempts.all(), self._attempts.total, self._cut)

    def _changes_nothing(self, line: bytes) -> bool:
        """Whether a line by itself, and any with other digits where it has 0, changes nothing, however things stand."""
        record, *more = records([line], 0, 1)
        if more or record.cut:
            return False
        asked = self._sightings.questions
        return self._attempts.passes_over(record) and asked.nothing_in(Source.CONSOLE_LOG, record.text)

    def _worth(self, stretch: Stretch) -> Iterator[int]:
        """The indexes of lines to look at: those with a word that is asked for, and more while an attempt is under way."""
        index = stretch.new
        always = self._always.hits(stretch)
        under_way: dict[frozenset[str], list[int]] = {}
        while index < stretch.settled:
            hits = always
            if self._attempts.under_way:
                processes = self._attempts.processes
                if processes not in under_way:
                    under_way[processes] = self._hits_under_way(stretch, processes)
                hits = under_way[processes]
            place = bisect_left(hits, index)
            if place == len(hits):
                return
            index = hits[place] + 1
            yield hits[place]

    def _hits_under_way(self, stretch: Stretch, processes: Collection[str]) -> list[int]:
        """Lines with a word that matters while an attempt is under way; some matter only in records of these processes."""
        names = [process.encode() for process in processes]
        go_on = {index + 1 for index in stretch.broken}
        of_them = (
            index
            for index in self._of_connections.hits(stretch)
            if index in go_on or any(name in stretch.lines[index] for name in names)
        )
        return sorted({*of_them, *self._under_way.hits(stretch)})

    def _show(self, record: Record, place: Place) -> None:
        number = self._first + record.line
        self._cut += record.cut
        begun = self._attempts.total
        during, code = self._attempts.follow(record, place)
        if self._attempts.total > begun:
            self._attempt = number
        moment = Moment(self._clock, number, self._attempt)
        self._sightings.line(Line(place, record.text, record.at, moment, during))
        if code is not None:
            self._sightings.fact("capf-code", str(code), place, moment=moment, at=record.at, text=record.flat)


def _first(pattern: re.Pattern[bytes], mark: bytes, stretch: Stretch) -> str:
    """What the pattern, which begins with the mark, finds first."""
    found = pattern.search(stretch.text) if mark in stretch.text else None
    return "" if found is None else found[found.lastindex or 0].decode()
