"""The reading half of a run, one page of SQL at a time: phones are looked at before they are written, chunks are read
back, and the phones under way are polled."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from lscctl.cucm.faults import AnswerTooLarge, Throttled
from lscctl.outcome import PhoneState
from lscctl.phone import Reading
from lscctl.rollout import moving, transitions
from lscctl.rollout.changes import Changes
from lscctl.rollout.course import Course
from lscctl.rollout.events import Paused, Polled, Resumed
from lscctl.rollout.judging import Judge
from lscctl.rollout.meaning import Meaning, meaning_of
from lscctl.rollout.pace import Patience, PollInterval, Timer
from lscctl.rollout.parts import Chunk, Run, Task
from lscctl.rollout.record import Record
from lscctl.rollout.standing import Call


@dataclass(frozen=True, slots=True)
class Page:
    """Phones that are read together: before they are written (`first_look`), as the read-back of a `chunk`, else in a poll."""

    records: list[Record]
    chunk: Chunk | None = None
    first_look: bool = False


class Watching:
    """What is still to be read: the chunks that `changes` closes, and the phones under way.

    `count` is how many pages were asked for.
    """

    def __init__(self, run: Run, course: Course, changes: Changes) -> None:
        self._run = run
        self._course = course
        self._changes = changes
        self._judges: Judge = moving if run.plan.moves else transitions
        self._patience = Patience(run.options.patience, run.now, run.chance)
        self._interval = PollInterval(run.options.shortest_poll, run.options.longest_poll)
        self._next_poll = Timer(run.now)
        self._next_poll.start(4 * run.options.shortest_poll)
        self._page_size = run.target.page_size
        self._read_backs: deque[Page] = deque()
        self._first_looks: deque[Page] = deque()
        self._poll: deque[Page] = deque()
        self._poll_began = 0.0
        self._polled = self._ended = 0
        self._in_flight = False
        self._may_read = True
        self._may_retry = True
        self.count = 0

    @property
    def over(self) -> bool:
        """Whether nothing will be read any more."""
        return not self._may_read

    @property
    def idle(self) -> bool:
        """Whether no read is under way, and none waits."""
        return not (self._in_flight or self._read_backs or self._first_looks or self._poll)

    @property
    def due(self) -> float:
        """Seconds until there is something to read, or may be: the pause of a trouble, else the next poll."""
        return self._patience.pause or self._next_poll.left

    def hasten(self) -> None:
        """The last phone has been applied: poll soon."""
        self._interval.hasten()
        self._next_poll.start(self._run.options.shortest_poll)

    def wind_up(self) -> None:
        """Read what is needed once, and give up where the cluster makes difficulties."""
        self._may_retry = False
        if self._patience.troubled:
            self.halt()

    def halt(self) -> None:
        """Read nothing any more."""
        self._may_read = False
        self._first_looks.clear()
        self._read_backs.clear()
        self._poll.clear()

    def read_once_more(self) -> None:
        """Read every phone whose end is not known, as the last thing in a run."""
        self._begin_poll([record for record in self._run.ledger.records if record.touched])

    def next_task(self) -> Task | None:
        """The next page to read: what was written, what will be, what is under way. One at a time, so that reads never crowd
        out writes."""
        if self._in_flight or not self._may_read or self._patience.pause:
            return None
        while self._changes.chunks.closed:
            self._read_back(self._changes.chunks.closed.popleft())
        if not self._first_looks and (records := self._changes.next_to_look_at(self._page_size)):
            self._first_looks.append(Page(records, first_look=True))
        if self.idle and not self._next_poll.left:
            self._begin_poll(self._run.ledger.watched())
        pages = self._read_backs or self._first_looks or self._poll
        return self._read(pages.popleft()) if pages else None

    def _read_back(self, chunk: Chunk) -> None:
        pages = [Page(records, chunk) for records in self._paged(chunk.written)]
        chunk.unread = len(pages)
        self._read_backs.extend(pages)

    def _begin_poll(self, records: list[Record]) -> None:
        self._poll.extend(Page(page) for page in self._paged(records))
        self._poll_began = self._run.now()
        self._polled, self._ended = len(records), 0
        if not records:
            self._course.polled()

    def _paged(self, records: list[Record]) -> list[list[Record]]:
        return [records[at : at + self._page_size] for at in range(0, len(records), self._page_size)]

    def _read(self, page: Page) -> Task:
        self._in_flight = True
        self.count += 1
        pkids = [record.step.phone.pkid for record in page.records]
        return Task(
            call=lambda: self._run.target.read(pkids),
            finish=lambda value, error: self._has_read(page, value, error),
        )

    def _has_read(self, page: Page, value: object, error: BaseException | None) -> None:
        self._in_flight = False
        if error is not None:
            self._read_failed(page, error)
            return
        if self._patience.well():
            self._run.announcer.tell(Resumed(self._run.now(), changes=False))
        readings = cast(Mapping[str, Reading], value)
        if page.first_look:
            self._look_once_more(page.records, readings)
            return
        if page.chunk is not None:
            page.chunk.unread -= 1
            self._changes.ready(page.chunk, [record for record in page.records if self._judge_write(record, readings)])
            return
        self._ended += sum(self._judge(record, readings) for record in page.records)
        if not self._poll:
            self._end_poll()

    def _end_poll(self) -> None:
        now = self._run.now()
        self._course.polled()
        seconds = self._interval.after(
            ended=self._ended,
            watched=self._polled,
            took=max(0.0, now - self._poll_began),
            writing=not self._changes.idle,
        )
        self._next_poll.start(seconds)
        self._run.announcer.tell(Polled(now, self._run.ledger.counts))

    def _look_once_more(self, records: list[Record], readings: Mapping[str, Reading]) -> None:
        """Sort phones that are to be written: those still as planned, and those that prove to be written by us already."""
        operation, cluster_time = self._run.plan.operation, self._run.target.clock.utc().timestamp()
        as_planned: list[Record] = []
        written: list[Record] = []
        for record in records:
            reading = readings.get(record.step.phone.pkid)
            if reading is not None:
                transitions.note(record, reading, operation)
            verdict = self._judges.before_write(record, reading, operation, cluster_time)
            if verdict is None:
                record.status_before = record.status
                as_planned.append(record)
                continue
            if verdict.state is PhoneState.WRITTEN:
                record.write = Call.DONE
                record.read_back = True
                record.status_before = record.status
                written.append(record)
            self._run.ledger.change(record, verdict)
        self._changes.looked_at(records, as_planned, written)

    def _judge_write(self, record: Record, readings: Mapping[str, Reading]) -> bool:
        """Whether the read-back lets the phone be applied."""
        operation = self._run.plan.operation
        reading = readings.get(record.step.phone.pkid)
        if reading is not None:
            transitions.note(record, reading, operation)
        verdict = self._judges.read_back(record, reading, operation)
        record.in_doubt = False
        if verdict.state is PhoneState.WRITTEN:
            record.write = Call.DONE
            record.read_back = True
            record.status_before = record.status
        if verdict.state is PhoneState.QUEUED:
            self._changes.write_again(record)
        else:
            self._run.ledger.change(record, verdict)
        return record.read_back

    def _judge(self, record: Record, readings: Mapping[str, Reading]) -> bool:
        """Whether the poll found the phone at its end; one that had stalled before is no news."""
        if record.state.final and not (record.in_doubt or record.watched):
            return False
        if not record.read_back:
            return not self._judge_write(record, readings)
        operation, before = self._run.plan.operation, record.state
        reading = readings.get(record.step.phone.pkid)
        if reading is not None:
            transitions.note(record, reading, operation)
        verdict = self._judges.watch(record, reading, operation)
        if not verdict.state.final and record.apply is not Call.NOT_MADE:
            if self._deadline_passed(record):
                verdict = transitions.past_deadline(record)
            elif self._stalls(record):
                verdict = transitions.stalled(record)
        self._run.ledger.change(record, verdict)
        return verdict.state.final and verdict.state is not before

    def _stalls(self, record: Record) -> bool:
        timeout = self._run.options.rules.wave_timeout
        if timeout is None or record.applied_at is None:
            return False
        return record.state is PhoneState.STALLED or self._run.now() - record.applied_at >= timeout.total_seconds()

    def _deadline_passed(self, record: Record) -> bool:
        if record.deadline is None:
            return False
        cluster_time = self._run.target.clock.utc().timestamp()
        return cluster_time >= record.deadline.at.timestamp() + self._run.options.grace

    def _read_failed(self, page: Page, error: BaseException) -> None:
        if isinstance(error, AnswerTooLarge) and len(page.records) > 1:
            self._shrink(page, error.suggested_rows)
        elif meaning_of(error) in (Meaning.NOT_DONE, Meaning.LOST):
            self._again(page)
            self._trouble(error)
        else:
            self._run.fail(error, True)

    def _shrink(self, page: Page, suggested: int | None) -> None:
        """Ask for fewer phones at a time from here on, by CUCM's own figure where it gives one [field guide 3]."""
        half = len(page.records) // 2
        self._page_size = max(1, min(suggested or half, half))
        pieces = [Page(records, page.chunk, page.first_look) for records in self._paged(page.records)]
        if page.chunk is not None:
            page.chunk.unread += len(pieces) - 1
        for piece in reversed(pieces):
            self._again(piece)

    def _again(self, page: Page) -> None:
        if self._may_read:
            waiting = self._first_looks if page.first_look else self._poll if page.chunk is None else self._read_backs
            waiting.appendleft(page)

    def _trouble(self, error: BaseException) -> None:
        if not self._may_retry:
            self._run.announcer.notes.append(f"the phones under way could not be read a last time: {error}")
            self.halt()
            return
        seconds = self._patience.trouble(error.retry_after if isinstance(error, Throttled) else None)
        if seconds is None:
            self._run.fail(error, True)
        elif seconds:
            self._run.announcer.tell(Paused(self._run.now(), str(error), seconds, changes=False))
