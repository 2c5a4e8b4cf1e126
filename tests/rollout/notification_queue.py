"""A cluster's queue of change notifications, and an engine that writes to it through a `Throttle`, in fake time."""

import heapq
import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from lscctl.rollout.throttle import Throttle

STEP = 0.05
"""Seconds in which drain and noise count as constant."""
Rate = Callable[[float], float]


def steady(rate: float) -> Rate:
    return lambda _at: rate


def changing(before: float, at: float, after: float) -> Rate:
    return lambda now: before if now < at else after


def alternating(one: float, other: float, seconds: float) -> Rate:
    return lambda now: one if now % (2 * seconds) < seconds else other


def bursts(average: float, on: float, off: float) -> Rate:
    """Another client that comes and goes: so many notifications a second on average."""
    return lambda now: average * (on + off) / on if now % (on + off) < on else 0.0


@dataclass
class Cluster:
    """The queue: how much it holds, what it works off a second, what others add; fluid.

    `worked_off` and `could` tell what it worked off and what it could have.
    """

    limit: int
    drain: Rate
    others: Rate = field(default_factory=lambda: steady(0.0))
    outstanding: float = 0.0
    at: float = 0.0
    worked_off: float = 0.0
    could: float = 0.0

    def forward(self, to: float) -> None:
        while self.at < to - 1e-9:
            seconds = min(STEP, to - self.at)
            able = self.drain(self.at) * seconds
            there = self.outstanding + self.others(self.at) * seconds
            done = min(there, able)
            self.outstanding = there - done
            self.worked_off += done
            self.could += able
            self.at += seconds

    def write(self) -> bool:
        if int(self.outstanding) > self.limit:
            return False
        self.outstanding += 1
        return True


class Writer:
    """An engine that always has work, a cluster that takes `latency` seconds to answer, and the time between them.

    `clock_error` is how far the engine's clock is off. The engine notices that it may write only up to a millisecond late.
    """

    def __init__(
        self,
        cluster: Cluster,
        *,
        latency: float = 0.01,
        concurrency: int = 8,
        ceiling: float | None = None,
        seed: int = 1,
    ) -> None:
        self.cluster = cluster
        self.latency = latency
        self.time = 0.0
        self.clock_error = 0.0
        self.accepted = 0
        self.refused = 0
        self.under_way = 0
        self.most_under_way = 0
        self.sent_at: list[float] = []
        self._random = random.Random(seed)
        self._order = itertools.count()
        self._coming: list[tuple[float, int, Callable[[], None]]] = []
        self.throttle = Throttle(lambda: self.time + self.clock_error, self._random.random, concurrency, ceiling)

    @property
    def utilisation(self) -> float:
        return self.cluster.worked_off / self.cluster.could

    @property
    def rejected_share(self) -> float:
        return self.refused / (self.refused + self.accepted)

    def write(self, number: int) -> None:
        """Until so many more writes have been accepted."""
        goal = self.accepted + number
        self.run(lambda: self.accepted >= goal, lambda: goal - self.accepted)

    def write_for(self, seconds: float) -> None:
        end = self.time + seconds
        self.run(lambda: self.time >= end, lambda: 1_000_000)

    def wait_for(self, seconds: float) -> None:
        """Have nothing to write for so long."""
        end = self.time + seconds
        self.run(lambda: self.time >= end, lambda: 0)

    def run(self, over: Callable[[], bool], left: Callable[[], int]) -> None:
        while not over():
            assert self.throttle.next_in >= 0  # an engine asks whether or not it has something to write
            while self._may_send(left()):
                self._send()
            wakes = self.time + 0.5
            if self.under_way < min(self.throttle.concurrency, left()):
                wakes = min(wakes, self.time + self.throttle.next_in + 0.001 * (1 - self._random.random()))
            if self._coming and self._coming[0][0] <= wakes:
                at, _, happens = heapq.heappop(self._coming)
                self.time = max(self.time, at)
                happens()
            else:
                self.time = wakes
        self.cluster.forward(self.time)

    def _may_send(self, left: int) -> bool:
        throttle = self.throttle
        return self.under_way < min(left, throttle.concurrency) and throttle.next_in <= 0

    def _send(self) -> None:
        self.throttle.sent()
        self.sent_at.append(self.time)
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        left = self.time
        self._in(self._half_way(), lambda: self._arrives(left))

    def _arrives(self, left: float) -> None:
        self.cluster.forward(self.time)
        taken = self.cluster.write()
        self._in(self._half_way(), lambda: self._is_answered(taken, left))

    def _is_answered(self, taken: bool, left: float) -> None:
        self.under_way -= 1
        if taken:
            self.accepted += 1
            self.throttle.served(self.time - left)
        else:
            self.refused += 1
            self.throttle.refused(None)

    def _half_way(self) -> float:
        return self.latency * (0.4 + 0.2 * self._random.random())

    def _in(self, seconds: float, happens: Callable[[], None]) -> None:
        heapq.heappush(self._coming, (self.time + seconds, next(self._order), happens))
