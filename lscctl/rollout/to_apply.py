"""Phones that are written and read back, and wait to be applied: each for its window, and for none longer than it is known."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from lscctl.rollout.course import Course
from lscctl.rollout.freshness import Looks
from lscctl.rollout.parts import Run
from lscctl.rollout.record import Record


@dataclass(slots=True)
class Due:
    """What the line gives: the phone that may be applied, if there is one, those whose deadline has come meanwhile (`late`), and
    those of which nobody knows any more how they stand (`unsure`)."""

    found: Record | None = None
    late: list[Record] = field(default_factory=list)
    unsure: list[Record] = field(default_factory=list)


class ToApply:
    """The line of those that wait.

    What was read back holds for as long as any look, and at most until the window closes in which it was: others work on the
    cluster meanwhile. That is asked when a phone leaves the line, not noted while it waits, since a long pause may sleep through
    the whole day.
    """

    def __init__(self, run: Run, course: Course) -> None:
        self._run = run
        self._course = course
        self._line: deque[Record] = deque()
        self._looks = Looks(run.now)
        self._window_closes: dict[str, float] = {}

    def __len__(self) -> int:
        return len(self._line)

    @property
    def any_now(self) -> bool:
        """Whether the window of any of them is open."""
        return any(self._course.may_apply(record) for record in self._line)

    @property
    def opens_in(self) -> float:
        """Seconds until the first of their windows opens, none of which is open; 0 where nobody waits."""
        return self._course.applies_in(self._line)

    def add(self, records: Iterable[Record]) -> None:
        """These have been read back just now."""
        for record in records:
            self._looks.note(record)
            self._window_closes[record.step.phone.name] = self._course.window_closes_at(record)
            self._line.append(record)

    def put_back(self, record: Record) -> None:
        """The cluster did not take the call: the phone is the first again."""
        self._line.appendleft(record)

    def next(self) -> Due:
        """Take the first phone out that may be applied, and all before it that may not any more."""
        due = Due()
        now = self._run.target.clock.utc().timestamp()
        for _ in range(len(self._line)):
            record = self._line.popleft()
            if not self._course.may_apply(record):
                self._line.append(record)
            elif record.deadline is not None and record.deadline.at.timestamp() <= now:
                due.late.append(record)
            elif self._window_closes[record.step.phone.name] <= now or not self._looks.hold(record):
                due.unsure.append(record)
            else:
                due.found = record
                break
        return due
