"""A phone's console log: what of it matters, in one pass, however long it is."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lscctl.diagnosis.reading.attempts import CAPF_PORT, Attempts
from lscctl.diagnosis.reading.lines import Readable, Stretch, stretches
from lscctl.diagnosis.reading.records import Record, records
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
        asked = {*sightings.questions.words(Source.CONSOLE_LOG), "capf", "lsc", "clp", str(CAPF_PORT), str(capf_port)}
        words = {way for word in asked for way in _ways_to_break(word)}
        self._words = [word.encode() for word in words if not any(one in word and one != word for one in words)]

    def read(self, stream: Readable, place: Place) -> ConsoleLog:
        """Show everything of interest to the sightings, and follow the attempts."""
        phone = model = ""
        shown = 0
        for stretch in stretches(stream):
            phone = phone or _first(_PHONE, stretch)
            model = model or _first(_MODEL, stretch)
            for index in self._worth(stretch):
                found = records(stretch.lines, index, stretch.first)
                if found[0].line > shown:
                    shown = found[0].line
                    for record in found:
                        self._show(record, Place(place.source, place.file, record.line))
        return ConsoleLog(phone, model, self._attempts.all(), self._attempts.total, self._cut)

    def _worth(self, stretch: Stretch) -> Iterator[int]:
        """The indexes of lines to look at: those with a word that is asked for, and while an attempt is under way, all."""
        index = stretch.new
        hits = stretch.hits(self._words)
        while index < stretch.settled:
            if not self._attempts.under_way:
                place = bisect_left(hits, index)
                if place == len(hits):
                    return
                index = hits[place]
            yield index
            index += 1

    def _show(self, record: Record, place: Place) -> None:
        number = self._first + record.line
        self._cut += record.cut
        begun, during = self._attempts.total, self._attempts.during(record)
        code = self._attempts.follow(record, place)
        if self._attempts.total > begun:
            self._attempt = number
        moment = Moment(self._clock, number, self._attempt)
        self._sightings.line(Line(place, record.text, record.at, moment, during))
        if code is not None:
            self._sightings.fact("capf-code", str(code), place, moment=moment, at=record.at, text=record.flat)


def _ways_to_break(word: str) -> Iterator[str]:
    """The word, and as it is where a line ends at one of its blanks, and the blank is gone."""
    yield word
    for at, letter in enumerate(word):
        if letter == " ":
            yield word[:at] + word[at + 1 :]


def _first(pattern: re.Pattern[bytes], stretch: Stretch) -> str:
    found = pattern.search(b"\n".join(stretch.lines[stretch.new : stretch.settled]))
    return "" if found is None else found[found.lastindex or 0].decode()
