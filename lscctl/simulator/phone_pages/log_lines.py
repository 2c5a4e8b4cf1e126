"""What a phone says in its console log, and the two ways in which generations write a line of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Final, Literal

from lscctl.simulator.diary import Entry
from lscctl.simulator.phone_pages.portrait import Portrait

Level = Literal["INF", "NOT", "WRN", "ERR", "DEB"]

_LONG: Final = 110
"""From this many characters on a message goes on in a second line, with the firmware that writes so."""


@dataclass(frozen=True, slots=True)
class Said:
    """One message: how grave, which process says it, what; and how many seconds after the one before."""

    level: Level
    process: str
    text: str
    after: float = 0.02


Words = Callable[[Portrait, Entry, Random], Iterator[Said]]
"""What a generation says of one thing that happened."""


@dataclass(frozen=True, slots=True)
class Line:
    """A message at its time (epoch seconds)."""

    at: float
    said: Said


class LinuxPen:
    """`0481 WRN Mar 12 15:07:53.697091 (12905:13036) JAVA-configmgr MQThread|...`: with a date, but no year [field guide 7].

    Whether the process and thread numbers are there depends on the firmware; so does folding.
    """

    def __init__(self, portrait: Portrait, dice: Random) -> None:
        self._zone = portrait.zone
        self._number = dice.randrange(100, 4000)
        self._numbered = dice.random() < 0.5
        self._folds = dice.random() < 0.3
        self._pids = {process: dice.randrange(300, 20_000) for process in ("SECUREAPP", "JAVA", "dnsmasq", "downd")}

    def write(self, line: Line) -> Iterator[str]:
        """The line, or two where it folds."""
        said = line.said
        local = datetime.fromtimestamp(line.at, self._zone)
        stamp = f"{local:%b} {local.day:2} {local:%H:%M:%S.%f}"
        pid = self._pids.get(said.process, 271)
        thread = f"({pid}:{pid + len(said.process)}) " if self._numbered else ""
        name = f"dnsmasq[{pid}]: " if said.process == "dnsmasq" else f"{thread}{said.process}-"
        written = f"{self._number:04} {said.level} {stamp} {name}{said.text}"
        self._number = (self._number + 1) % 10_000
        cut = written.rfind(" ", 60, _LONG)
        if self._folds and len(written) > _LONG and cut > 0:
            yield written[:cut]
            yield written[cut:]
        else:
            yield written


class JavaPen:
    """`8089: NOT 23:00:22.601218 SECD: clpTvsInit: ...`: a colon after the number, and no date [field guide 7]."""

    def __init__(self, portrait: Portrait, dice: Random) -> None:
        self._zone = portrait.zone
        self._number = dice.randrange(500, 9000)

    def write(self, line: Line) -> Iterator[str]:
        """The line."""
        local = datetime.fromtimestamp(line.at, self._zone)
        yield f"{self._number}: {line.said.level} {local:%H:%M:%S.%f} {line.said.process}: {line.said.text}"
        self._number += 1
