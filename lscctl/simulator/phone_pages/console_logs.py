"""The console logs of a phone, as the files that its page links to."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from random import Random
from typing import Final

from lscctl.simulator.diary import Entry
from lscctl.simulator.phone_pages.java_words import java_noise, java_words
from lscctl.simulator.phone_pages.linux_words import linux_noise, linux_words
from lscctl.simulator.phone_pages.log_lines import JavaPen, Line, LinuxPen
from lscctl.simulator.phone_pages.portrait import Generation, Portrait

_LINES_PER_FILE: Final = 240
_PATHS: Final = {
    Generation.LINUX: ("/FS/messages", "/FS/messages.0", "/FS/messages.1", "/FS/messages.2"),
    Generation.JAVA: ("/FS/cache/log0.log", "/FS/cache/log1.log", "/FS/cache/log2.log", "/FS/cache/log3.log"),
    Generation.CLASSIC: (),
}


@dataclass(frozen=True, slots=True)
class LogFile:
    """One file: where the phone's web server has it, and what is in it."""

    path: str
    content: str


@lru_cache(maxsize=16)
def console_logs(portrait: Portrait) -> tuple[LogFile, ...]:
    """The logs, the one that is being written first; none of a generation whose pages have none.

    The same phone at the same point of its life has the same logs.
    """
    dice = Random(f"{portrait.seed} logs of {portrait.name}")  # noqa: S311  # no secret
    paths = _PATHS[portrait.generation]
    if not paths:
        return ()
    pen = LinuxPen(portrait, dice) if portrait.generation is Generation.LINUX else JavaPen(portrait, dice)
    lines = list(_lines(portrait, dice))
    files = [lines[start : start + _LINES_PER_FILE] for start in range(0, len(lines), _LINES_PER_FILE)][-len(paths) :]
    written = ["".join(f"{text}\n" for line in part for text in pen.write(line)) for part in files]
    if portrait.telling.cut:
        written[0] = written[0][dice.randrange(len(written[0]) // 4) :]
    if portrait.generation is Generation.JAVA:
        written = [_header(portrait, part[0]) + text for part, text in zip(files, written, strict=True)]
    return tuple(LogFile(path, text) for path, text in zip(paths, reversed(written), strict=False))


def _header(portrait: Portrait, first: Line) -> str:
    return f"|== Syslogd TNP== {datetime.fromtimestamp(first.at, portrait.zone):%a %b %d %H:%M:%S %Y}\n{'=' * 52}\n"


def _lines(portrait: Portrait, dice: Random) -> Iterator[Line]:
    words, noise = (linux_words, linux_noise) if portrait.generation is Generation.LINUX else (java_words, java_noise)
    booted = Entry(portrait.boot, "lists", "kept")
    last = portrait.boot
    for entry in (booted, Entry(portrait.boot + 2, "configuration"), *portrait.diary):
        for between in _between(last, entry.at, portrait, dice):
            yield Line(between, noise(portrait, dice))
        last = max(last, entry.at)
        for said in words(portrait, entry, dice):
            last += said.after * dice.uniform(0.6, 1.7)
            yield Line(last, said)
            if dice.random() < 0.1:
                yield Line(last, noise(portrait, dice))
    for between in _between(last, portrait.now, portrait, dice):
        yield Line(between, noise(portrait, dice))


def _between(start: float, end: float, portrait: Portrait, dice: Random) -> list[float]:
    most = portrait.telling.noise
    return sorted(dice.uniform(start, end) for _ in range(dice.randrange(most))) if end > start and most else []
