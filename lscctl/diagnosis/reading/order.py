"""In which order the rotated files of one log were written, from their names and from how each begins."""

import re
from pathlib import PurePath
from typing import Final

from lscctl.diagnosis.reading.records import Record, records

_ROTATED: Final = re.compile(
    r"^(?P<stem>.*?)(?:[._-]?(?:20\d{6}(?:\d\d){0,3}(?:[._-]\d{1,10})?|(?P<number>\d{1,4})))?(?P<ending>\.(?:log|txt|gz))*$",
    re.IGNORECASE,
)
_NUMBERED: Final = re.compile(r"(?<!\d)\d{6,10}(?!\d)")
_MOST_FILES: Final = 10_000
_FIRST_LINES: Final = 200
_SECONDS_OF_A_DAY: Final = 24 * 60 * 60
_DAYS_OF_A_MONTH: Final = 31


def part_of(name: str, beginning: bytes) -> tuple[str, int]:
    """The log that a file belongs to, and its place among that log's files: a later one has a higher place.

    The time of its first record tells, by month, day and second; without a date, and where two begin in the same second, the
    number in its name: `messages.2` is older than `messages.1`, and that older than `messages`. A date in a name
    (`messages-20261128`) tells nothing. The turn of a year is not seen: nothing tells the year.
    """
    path = PurePath(name)
    rotated = _ROTATED.match(path.name)
    clock = f"{path.parent}/{rotated['stem'] if rotated else path.name}"
    dated = _seconds(beginning)
    number = int(rotated["number"]) if rotated and rotated["number"] else 0
    return clock, (0 if dated is None else 1 + dated) * _MOST_FILES + _MOST_FILES - 1 - number


def trace_part_of(name: str) -> tuple[str, int]:
    """The same of a server's traces, which are numbered upwards: `capf00000012.txt` follows `capf00000011.txt`."""
    path = PurePath(name)
    numbered = _NUMBERED.search(path.name)
    if numbered is None:
        return name, 0
    return f"{path.parent}/{path.name[: numbered.start()]}", int(numbered[0])


def _seconds(beginning: bytes) -> int | None:
    """Seconds since the year began, of the first record with a date that is not the phone's own beginning of time."""
    lines = beginning.split(b"\n")[:_FIRST_LINES]
    for index in range(len(lines)):
        for record in records(lines, index, 1):
            if record.day is not None and record.day != (1, 1):
                return _since_new_year(record, record.day)
    return None


def _since_new_year(record: Record, day: tuple[int, int]) -> int:
    month, number = day
    clock = re.search(r"(\d{1,2}):(\d\d):(\d\d)", record.at)
    seconds = (int(clock[1]) * 60 + int(clock[2])) * 60 + int(clock[3]) if clock else 0
    return ((month - 1) * _DAYS_OF_A_MONTH + number) * _SECONDS_OF_A_DAY + seconds
