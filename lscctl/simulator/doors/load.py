"""What happens to the queue of change notifications over time: how quickly it drains, and what other clients add."""

import math
import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

_NUMBER = r"\d+(?:\.\d+)?"


class Timetable(Protocol):
    """A rate that changes at known times."""

    def at(self, seconds: float) -> tuple[float, float]:
        """The rate (a second) so many seconds from the start, and when it changes next (math.inf: never)."""


@dataclass(frozen=True, slots=True)
class Steps:
    """One rate after the other: `starts` in seconds, from 0, ascending."""

    starts: tuple[float, ...]
    rates: tuple[float, ...]

    SPEC = "RATE[,SECOND:RATE]..."

    @classmethod
    def constant(cls, rate: float) -> "Steps":
        """The same rate for ever."""
        return cls((0.0,), (rate,))

    @classmethod
    def parse(cls, spec: str) -> "Steps":
        """Read `50,120:200,300:20`: 50 a second, from second 120 on 200, from second 300 on 20; raises `ValueError`."""
        if not re.fullmatch(rf"{_NUMBER}(,{_NUMBER}:{_NUMBER})*", spec):
            raise ValueError(f"{spec!r} is not {cls.SPEC}")
        first, *later = spec.split(",")
        steps = [(0.0, float(first)), *((float(start), float(rate)) for start, rate in (s.split(":") for s in later))]
        starts = tuple(start for start, _ in steps)
        if any(one >= other for one, other in pairwise(starts)):
            raise ValueError(f"{spec!r}: the seconds must ascend, from above 0")
        return cls(starts, tuple(rate for _, rate in steps))

    def at(self, seconds: float) -> tuple[float, float]:
        """The rate so many seconds from the start, and when it changes next."""
        number = bisect_right(self.starts, seconds)
        return self.rates[number - 1], self.starts[number] if number < len(self.starts) else math.inf


@dataclass(frozen=True, slots=True)
class Bursts:
    """A client that comes for `on` seconds and stays away for `off`; `average` notifications a second over both."""

    average: float
    on: float
    off: float

    SPEC = "RATE[/ON/OFF]"

    @classmethod
    def parse(cls, spec: str) -> "Bursts":
        """Read `25` (steadily) or `25/5/10` (25 on average: five seconds here, ten away); raises `ValueError`."""
        match = re.fullmatch(rf"({_NUMBER})(?:/({_NUMBER})/({_NUMBER}))?", spec)
        if match is None:
            raise ValueError(f"{spec!r} is not {cls.SPEC}")
        on = float(match[2] or 1)
        if not on:
            raise ValueError(f"{spec!r}: a client that is never there adds nothing")
        return cls(float(match[1]), on, float(match[3] or 0))

    def at(self, seconds: float) -> tuple[float, float]:
        """The rate so many seconds from the start, and when it changes next."""
        if not self.off:
            return self.average, math.inf
        period = self.on + self.off
        began = math.floor(seconds / period) * period
        if seconds < began + self.on:
            return self.average * period / self.on, began + self.on
        return 0.0, began + period


NOBODY = Steps.constant(0.0)
