"""How long a run may still take: a guess only where one can be made, and never more precise than it is."""

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

WINDOW = 60.0
"""What happens a second, or a minute, is counted over the last so many seconds."""

ENOUGH = 20
"""So many phones must have ended within WINDOW before their number says anything about those to come."""

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_STEPS = ((10 * _MINUTE, _MINUTE), (_HOUR, 5 * _MINUTE), (5 * _HOUR, 30 * _MINUTE), (2 * _DAY, _HOUR))


class Flow:
    """How many of something happened lately. Times are epoch seconds, and never go back by much."""

    def __init__(self) -> None:
        self._happened: deque[tuple[float, int]] = deque()
        self._total = 0

    def add(self, at: float, number: int) -> None:
        """So many more happened."""
        if number > 0:
            self._happened.append((at, number))
            self._total += number
            self._forget(at)

    def recent(self, now: float) -> int:
        """How many happened within the last WINDOW."""
        self._forget(now)
        return self._total

    def _forget(self, now: float) -> None:
        while self._happened and self._happened[0][0] < now - WINDOW:
            self._total -= self._happened.popleft()[1]

    def a_second(self, now: float, since: float) -> float:
        """How many a second lately; `since` is when counting began."""
        return self.recent(now) / max(1.0, min(WINDOW, now - since))


@dataclass(frozen=True, slots=True)
class Guess:
    """So many seconds, or `at_least` so many."""

    seconds: float
    at_least: bool = False

    def __str__(self) -> str:
        return (
            f"at least {_rounded(self.seconds, math.floor)}"
            if self.at_least
            else f"about {_rounded(self.seconds, round)}"
        )


def lower_bound(quickest: float | None, elapsed: float, later: int, phones: int, best_rate: float) -> Guess | None:
    """What is left where waves follow of which nobody knows how long their slowest phone takes; None where nothing is known.

    `quickest` is how long the quickest wave took so far, None before the first has ended; `elapsed` how long the present one
    has gone on, `later` how many follow. `phones` are still to end; `best_rate` is the most that ended a second while it was
    the cluster or a limit, not the size of the wave, that held them back; 0 where that was never so.
    """
    by_waves = 0.0 if quickest is None else max(0.0, quickest - elapsed) + later * quickest
    by_rate = phones / best_rate if best_rate else 0.0
    seconds = max(by_waves, by_rate)
    return Guess(seconds, at_least=True) if seconds >= _MINUTE else None


def _rounded(seconds: float, to_whole: Callable[[float], int]) -> str:
    """`3 min`, `25 min`, `1 h 30 min`, `7 h`, `3 days`: the longer, the coarser."""
    step = next((step for below, step in _STEPS if seconds < below), _DAY)
    whole = max(_MINUTE, to_whole(seconds / step) * step)
    days, hours, minutes = whole // _DAY, whole // _HOUR, whole % _HOUR // _MINUTE
    if step == _DAY:
        return f"{days:,} days"
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"
