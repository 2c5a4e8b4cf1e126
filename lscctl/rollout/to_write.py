"""Phones that were looked at and wait to be written: each for no longer than the look holds, then it is looked at again."""

from collections import deque
from collections.abc import Iterable

from lscctl.rollout.freshness import Looks
from lscctl.rollout.parts import Run
from lscctl.rollout.record import Record


class ToWrite:
    """The line of those that wait.

    How old a look is is asked when a call may leave, and not before: so whatever the pace, the first phone of a new look can be
    written at once.
    """

    def __init__(self, run: Run) -> None:
        self._looks = Looks(run.now)
        self._line: deque[Record] = deque()
        self._unsure: deque[Record] = deque()

    def __len__(self) -> int:
        return len(self._line) + len(self._unsure)

    def add(self, records: Iterable[Record]) -> None:
        """These have been looked at just now."""
        for record in records:
            self._looks.note(record)
            self._line.append(record)

    def put_back(self, records: list[Record]) -> None:
        """The cluster did not take the call: these are the first again."""
        self._line.extendleft(reversed(records))

    def next(self, most: int) -> list[Record]:
        """Take out the first phones, at most so many; those whose look holds no longer step aside, to be looked at again."""
        found: list[Record] = []
        while self._line and len(found) < most:
            record = self._line.popleft()
            if self._looks.hold(record):
                found.append(record)
            else:
                self._unsure.append(record)
        return found

    def unsure(self, most: int) -> list[Record]:
        """Take out those that are to be looked at again, at most so many."""
        return [self._unsure.popleft() for _ in range(min(most, len(self._unsure)))]

    def all(self) -> tuple[Record, ...]:
        """All that wait, those to be looked at again first."""
        return (*self._unsure, *self._line)

    def clear(self) -> None:
        """Nobody waits any more."""
        self._line.clear()
        self._unsure.clear()
