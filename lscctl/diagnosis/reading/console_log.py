"""A phone's console log: what of it matters, in one pass, however long it is."""

import re
from dataclasses import dataclass
from typing import Final

from lscctl.diagnosis.reading.attempts import Attempts
from lscctl.diagnosis.reading.lines import Readable, Stretch, stretches
from lscctl.diagnosis.reading.records import Record, records
from lscctl.diagnosis.sightings import Line, Sightings
from lscctl.finding import Moment, Place, Source

_PHONE: Final = re.compile(rb"SEP[0-9A-F]{12}")
_MODEL: Final = re.compile(rb"CP-(\d{4}[A-Z]{0,3})")


@dataclass(frozen=True, slots=True)
class LogFile:
    """One file of a phone's log: whose it is ('' where it does not say), which model, and how many lines it has."""

    phone: str
    model: str
    lines: int


class ConsoleLogReader:
    """Reads the files of one phone's log, the oldest first. `attempts` are those in all of them."""

    def __init__(self, sightings: Sightings, clock: str) -> None:
        self.attempts = Attempts()
        self._sightings = sightings
        self._clock = clock
        self._lines_before = 0
        self._attempt = 0
        words = {*sightings.words(Source.CONSOLE_LOG), "capf", "lsc"}
        self._words = [word.encode() for word in words if not any(one in word and one != word for one in words)]

    def read(self, stream: Readable, place: Place) -> LogFile:
        """Show everything of interest to the sightings, and follow the attempts."""
        phone = model = ""
        lines = shown = 0
        for stretch in stretches(stream):
            phone = phone or _first(_PHONE, stretch)
            model = model or _first(_MODEL, stretch)
            lines = stretch.first + len(stretch.lines) - 1
            for index in stretch.hits(self._words):
                found = records(stretch.lines, index, stretch.first)
                if found[0].line > shown:
                    shown = found[0].line
                    for record in found:
                        self._show(record, Place(place.source, place.file, record.line))
        self._lines_before += lines
        return LogFile(phone, model, lines)

    def _show(self, record: Record, place: Place) -> None:
        number = self._lines_before + record.line
        begun, during = self.attempts.total, self.attempts.during(record)
        code = self.attempts.follow(record, place)
        if self.attempts.total > begun:
            self._attempt = number
        moment = Moment(self._clock, number, self._attempt)
        self._sightings.line(Line(place, record.text, record.at, moment, during))
        if code is not None:
            self._sightings.fact("capf-code", str(code), place, moment=moment, at=record.at)


def _first(pattern: re.Pattern[bytes], stretch: Stretch) -> str:
    found = pattern.search(b"\n".join(stretch.lines[stretch.new : stretch.settled]))
    return "" if found is None else found[found.lastindex or 0].decode()
