"""How quickly, and how many at once, writes may be sent: as much as the cluster bears, found out from its answers alone.

The pace follows the cluster's queue of change notifications (`Drain`). The number of writes under way starts at one and
grows with each that is served, as TCP starts; it shrinks by half on a timeout or a lost connection, and one by one while
answers take much longer than they did. A `--max-rate` caps it all.

Nothing here sleeps or starts threads: the engine asks, and tells what happened.
"""

import math
from collections.abc import Callable
from typing import Literal

from lscctl.rollout.drain import LONGEST_PAUSE, Drain

JITTER = 0.1
"""By how much pauses and intervals vary around what was wanted, so that clients do not march in step."""
CATCH_UP = 0.1
"""Seconds of lateness that are made up for. More, after a clock's leap or a wait for something else, are not."""
CATCH_UP_TO_CEILING = 0.02
IDLE = 5.0
"""Seconds without a write after which nobody knows any more how full the queue is."""
LEAP = 60.0
"""Seconds between two looks at the clock that are rather a leap of it, or a long sleep."""
SLOW_FACTOR = 3.0
SLOW_SECONDS = 0.5
"""Answers are slow when they take longer than the best seen lately by this factor and by these seconds."""
RATE_SECONDS = 5.0
"""The time over which `Throttle.rate` averages."""

Limit = Literal["", "cluster", "--max-rate"]


class Throttle:
    """Says when the next write may leave. Each `sent` is followed by one `served`, `refused` or `slow_or_lost`.

    `now` is a clock in seconds that may be set, `chance` gives numbers from 0 to 1, `concurrency` is how many writes may
    be under way at most, and `ceiling` how many a second, if there is a limit.
    """

    def __init__(
        self, now: Callable[[], float], chance: Callable[[], float], concurrency: int, ceiling: float | None
    ) -> None:
        self._now = now
        self._looked = now()
        self._at = 0.0
        self._chance = chance
        self._ceiling = ceiling
        self._drain = Drain()
        self._width = Width(concurrency)
        self._rate = Rate()
        self._heard: float | None = None
        self._paused_until = 0.0
        self._due = -math.inf
        self._due_by_ceiling = -math.inf
        self._failures = 0
        self._asking = False
        self._held: Limit = ""

    @property
    def next_in(self) -> float:
        """Seconds until the next write may be sent, 0 now."""
        at = self._time()
        return max(0.0, self._allowed_at - at)

    @property
    def concurrency(self) -> int:
        """How many writes may be under way at once now; one, until it is served, after a pause."""
        return 1 if self._asking else self._width.now

    @property
    def rate(self) -> float:
        """Writes served a second lately."""
        return self._rate.at(self._time())

    @property
    def limited_by(self) -> Limit:
        """What holds writes back: the cluster (its queue, its answers), `--max-rate`, or neither."""
        if self._time() < self._paused_until or self._asking or self._width.cut:
            return "cluster"
        return self._held

    def sent(self) -> None:
        """A write leaves now."""
        at = self._time()
        if self._heard is None or at - max(self._heard, self._allowed_at) > IDLE:
            self._drain.begin(at)
        self._heard = at
        self._held = self._holder(at)
        pace = self._drain.pace
        if pace is not None:
            self._due = max(self._due, at - CATCH_UP) + self._jittered(1 / pace)
        if self._ceiling is not None:
            self._due_by_ceiling = max(self._due_by_ceiling, at - CATCH_UP_TO_CEILING) + 1 / self._ceiling

    def served(self, seconds: float) -> None:
        """A write was answered after so many seconds; a fault that concerns its phone alone is an answer, too."""
        at = self._heard = self._time()
        self._drain.accepted()
        self._width.served(seconds)
        self._rate.count(at)
        if at >= self._paused_until:
            self._asking = False

    def refused(self, retry_after: float | None) -> None:
        """A write met a 503; the cluster did nothing. `retry_after` is what it asked for, in seconds."""
        at = self._heard = self._time()
        if at < self._paused_until:
            self._drain.another()
            self._paused_until = max(self._paused_until, at + (retry_after or 0.0))
            return
        if self._drain.overflowed(at):
            self._failures = 0
        wanted = min(self._drain.pause * 2.0 ** min(self._failures, 10), self._drain.longest_pause)
        # calls that are still under way come back within the pause, and then belong to this overflow
        self._pause(at, max(wanted, 2 * self._width.latency), retry_after)

    def slow_or_lost(self) -> None:
        """A write timed out, or its connection was lost."""
        at = self._heard = self._time()
        if at < self._paused_until:
            return
        if not self._asking:
            self._failures = 0
        self._drain.begin(at)
        self._width.halve()
        self._pause(at, min(LONGEST_PAUSE, 2.0 ** min(self._failures, 10)), None)

    def _pause(self, at: float, seconds: float, retry_after: float | None) -> None:
        self._failures += 1
        self._asking = True
        self._paused_until = at + max(self._jittered(seconds), retry_after or 0.0)

    @property
    def _allowed_at(self) -> float:
        return max(self._paused_until, self._due, self._due_by_ceiling)

    def _holder(self, at: float) -> Limit:
        """What a write that leaves now had to wait for: it leaves soon after what held it back."""
        if at - max(self._due, self._due_by_ceiling) > CATCH_UP / 2:
            return ""
        return "cluster" if self._due > self._due_by_ceiling else "--max-rate"

    def _jittered(self, seconds: float) -> float:
        return seconds * (1 - JITTER + 2 * JITTER * self._chance())

    def _time(self) -> float:
        """Seconds that never go back: a clock that is set back stands still for this look.

        One that leaps ahead, past whatever was waited for, takes the knowledge of the queue with it.
        """
        looked, self._looked = self._looked, self._now()
        before = self._at
        self._at += max(0.0, self._looked - looked)
        if self._at - max(before, self._allowed_at) > LEAP:
            self._drain.begin(self._at)
        return self._at


class Width:
    """How many writes may be under way at once: `now`, from 1 to `most`. `latency` is what an answer takes, in seconds."""

    def __init__(self, most: int) -> None:
        self.now = 1
        self.latency = 0.0
        self._most = most
        self._quickly_to = most
        self._best = math.inf
        self._served = 0

    @property
    def cut(self) -> bool:
        """Whether slow or lost answers hold it down."""
        return self._quickly_to < self._most and self.now < self._most

    def served(self, seconds: float) -> None:
        """Learn from an answer: one more, once a call as long as all goes well; later one more or less a round trip."""
        self._best = min(seconds, self._best + (seconds - self._best) / 200) if self._best < math.inf else seconds
        self.latency += (seconds - self.latency) / 8 if self.latency else seconds
        self._served += 1
        if self._slow and self._served >= self.now:
            self._quickly_to = max(1, self.now - 1)
            self._set(self._quickly_to)
        elif not self._slow and (self.now < self._quickly_to or self._served >= self.now):
            self._set(self.now + 1)

    def halve(self) -> None:
        """Make room for a cluster in trouble: half as many, and no more than that quickly."""
        self._quickly_to = max(1, self.now // 2)
        self._set(self._quickly_to)

    @property
    def _slow(self) -> bool:
        return self.latency > max(SLOW_FACTOR * self._best, self._best + SLOW_SECONDS)

    def _set(self, width: int) -> None:
        self.now = min(width, self._most)
        self._served = 0


class Rate:
    """A running average of how often something happens, in times a second."""

    def __init__(self) -> None:
        self._since: float | None = None
        self._sum = 0.0
        self._last = 0.0

    def count(self, at: float) -> None:
        """It happened."""
        if self._since is None:
            self._since = self._last = at
        self._sum = self._sum * self._faded(at) + 1
        self._last = at

    def at(self, at: float) -> float:
        """How often it happens."""
        if self._since is None:
            return 0.0
        counted = RATE_SECONDS * (1 - math.exp(-(at - self._since) / RATE_SECONDS))
        return self._sum * self._faded(at) / max(counted, 1.0)

    def _faded(self, at: float) -> float:
        return math.exp(-(at - self._last) / RATE_SECONDS)
