"""The change-notification queue: each accepted write adds to it, time drains it, and a full one makes AXL answer 503."""

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass

from lscctl.simulator.doors.load import NOBODY, Steps, Timetable


@dataclass(frozen=True, slots=True)
class Usage:
    """What became of the queue from the first accepted write to the last.

    `accepted` and `refused` are requests, `worked_off` notifications of all clients, `possible` as many as could have been.
    """

    seconds: float = 0.0
    accepted: int = 0
    refused: int = 0
    worked_off: float = 0.0
    possible: float = 0.0

    @property
    def utilisation(self) -> float:
        """The share of what could be worked off that was; 1 for no time at all."""
        return self.worked_off / self.possible if self.possible else 1.0


class ChangeNotifications:
    """Outstanding change notifications, of all clients together [field guide 3, AXLDOC].

    `limit` is the number over which AXL refuses writes, `drained_per_second` how quickly the cluster works
    them off, `others` what other clients add, `per_write` what one changed object adds, and `retry_after` (seconds) goes into the
    header `Retry-After`, which a CUCM does not send. `now` tells epoch seconds. Both timetables start with the first
    write; until then the drain is that of their first second.
    """

    def __init__(
        self,
        now: Callable[[], float],
        *,
        limit: int = 1500,
        drained_per_second: Timetable | float = 1000.0,
        others: Timetable = NOBODY,
        per_write: int = 1,
        retry_after: int | None = None,
    ) -> None:
        self.limit = limit
        self.per_write = per_write
        self.retry_after = retry_after
        self._drain = (
            Steps.constant(drained_per_second) if isinstance(drained_per_second, int | float) else drained_per_second
        )
        self._others = others
        self._now = now
        self._at = now()
        self._since_first: float | None = None
        self._outstanding = 0.0
        self._accepted = self._refused = 0
        self._worked_off = self._possible = 0.0
        self._usage = Usage()
        self._lock = threading.Lock()

    @property
    def outstanding(self) -> int:
        """Notifications that no node has worked off yet."""
        with self._lock:
            self._forward()
            return int(self._outstanding)

    @property
    def over_limit(self) -> bool:
        """Whether AXL answers 503 to writes just now."""
        return self.outstanding > self.limit

    @property
    def usage(self) -> Usage:
        """How well the queue was used so far."""
        with self._lock:
            return self._usage

    @property
    def drained_per_second(self) -> float:
        """How quickly the cluster works notifications off just now."""
        with self._lock:
            self._forward()
            return self._drain.at(self._since_first or 0.0)[0]

    @drained_per_second.setter
    def drained_per_second(self, rate: float) -> None:
        with self._lock:
            self._forward()
            self._drain = Steps.constant(rate)

    def set_others(self, others: Timetable) -> None:
        """Let other clients add this from now on; it still counts its seconds from the first write."""
        with self._lock:
            self._forward()
            self._others = others

    def admit(self) -> bool:
        """Let a write in, or count a refusal."""
        if not self.over_limit:
            return True
        with self._lock:
            self._refused += 1
        return False

    def add(self, notifications: int) -> None:
        """Put a load on the queue at once: another client's, a BAT job's, an admin's."""
        with self._lock:
            self._forward()
            self._outstanding += notifications

    def written(self, changes: int) -> None:
        """Count what an accepted write changed."""
        with self._lock:
            self._forward()
            if self._since_first is None:
                self._since_first = 0.0
            self._outstanding += changes * self.per_write
            self._accepted += 1
            self._usage = Usage(self._since_first, self._accepted, self._refused, self._worked_off, self._possible)

    def _forward(self) -> None:
        """Drain what time has drained since the last look; a clock that was set back drains nothing."""
        now = self._now()
        left = max(0.0, now - self._at)
        self._at = now
        if self._since_first is None:
            self._outstanding = max(0.0, self._outstanding - self._drain.at(0.0)[0] * left)
            return
        at, end = self._since_first, self._since_first + left
        while at < end:
            drain, drain_until = self._drain.at(at)
            added, added_until = self._others.at(at)
            until = max(min(end, drain_until, added_until), math.nextafter(at, math.inf))
            there = self._outstanding + added * (until - at)
            worked_off = min(there, drain * (until - at))
            self._outstanding = there - worked_off
            self._worked_off += worked_off
            self._possible += drain * (until - at)
            at = until
        self._since_first = at
