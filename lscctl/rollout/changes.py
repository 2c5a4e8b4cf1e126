"""The writing half of a run: phones that the course hands out are looked at once more, written in chunks, read back, and
applied.

A call is made again only where the cluster provably did nothing (`Meaning.NOT_DONE`), or where the read-back shows that a
write whose answer was lost did not take. After such a loss nothing else is written until the cluster has been read back
[design]. An apply whose answer was lost is watched, never repeated.
"""

from collections.abc import Callable

from lscctl.cucm.faults import AxlFault
from lscctl.deadline import Deadline, DeadlineTooNear
from lscctl.errors import LscctlError
from lscctl.outcome import PhoneState
from lscctl.rollout.chunks import Chunks
from lscctl.rollout.course import Course
from lscctl.rollout.events import Limit, Purpose
from lscctl.rollout.meaning import Meaning, meaning_of
from lscctl.rollout.parts import Chunk, Run, Task
from lscctl.rollout.reception import Reception
from lscctl.rollout.record import Record
from lscctl.rollout.standing import Call
from lscctl.rollout.to_apply import ToApply
from lscctl.rollout.to_write import ToWrite
from lscctl.rollout.transitions import APPLY_OR_TAKE_BACK, DELETED, Verdict
from lscctl.rules import WritePath

MOST_TOGETHER = 200
"""Phones that one `executeSQLUpdate` writes at most."""


class Changes:
    """What is still to be written and applied.

    `chunks` are what is to be read back; `count` is how many calls the cluster has served, or may have; `reception` is how it
    takes them.
    """

    def __init__(self, run: Run, course: Course) -> None:
        rules = run.options.rules
        self._run = run
        self._course = course
        # in a run of several nights a time of day means each night's own
        rule = run.plan.deadline
        self._rule = rule.fixed(run.target.clock) if rules.windows.always else rule
        self.reception = Reception(run)
        self._together = rules.write_path is WritePath.SQL and not run.plan.moves
        self._to_write = ToWrite(run)
        self._to_apply = ToApply(run, course)
        self.chunks = Chunks(run)
        self._in_flight = 0
        self._may_write = True
        self._may_apply = True
        self._may_retry = True
        self._looked_at = 0
        self.count = 0

    @property
    def finished(self) -> bool:
        """Whether no call will be made any more: all is done, or what is left may not be done."""
        waiting = self._in_flight or self.chunks.unread or (self._may_write and self._left_to_write)
        return not waiting and not self._applies_left

    @property
    def idle(self) -> bool:
        """Whether just now no phone is being looked at, written, read back or applied."""
        return not (self._in_flight or self.chunks.unread or self._looked_at or self._to_write or self._to_apply)

    @property
    def resting(self) -> bool:
        """Whether no call is under way, and none may leave for long, whatever the cluster says: a window is closed, for one."""
        return self._rests and not (self._in_flight or self.chunks.unread)

    @property
    def _rests(self) -> bool:
        return not (self._to_write or self._looked_at or self._to_apply.any_now or self._course.can_hand_out)

    @property
    def due(self) -> float:
        """Seconds until the next call may leave, where something waits for that; else 0."""
        if self._to_write or self._to_apply.any_now:
            return max(self.reception.pause, self.reception.next_in)
        if self._course.can_hand_out:
            return self.reception.pause
        return max(self.reception.pause, self._to_apply.opens_in)

    def limit(self) -> tuple[Limit, str]:
        """What keeps the engine from writing more phones now, and why in words."""
        if limited := self.reception.limit():
            return limited
        by, why = self._course.limit()
        if by in (Limit.NOTHING, Limit.IN_FLIGHT) and self.reception.held_back:
            return Limit.CLUSTER, "as fast as the cluster takes changes"
        if by is Limit.NOTHING:
            return Limit.CONCURRENCY, f"{self.reception.concurrency} calls at a time"
        return by, why

    @property
    def rate(self) -> float:
        """Writes and applies served a second, of late."""
        return self.reception.rate

    def wind_up(self) -> None:
        """Write no phone any more; apply those that are written, unless the cluster makes difficulties."""
        self._may_write = False
        self._may_retry = False
        if self.reception.troubled:
            self._may_apply = False
        self._drop()

    def halt(self) -> None:
        """Make no further call."""
        self._may_write = self._may_apply = False
        self._drop()

    def _drop(self) -> None:
        """Give back what was not written, and close the chunk."""
        self._course.put_back(self._to_write.all())
        self._to_write.clear()
        self.chunks.close()

    @property
    def _left_to_write(self) -> bool:
        return bool(not self._course.all_handed_out or self._to_write or self._looked_at)

    @property
    def _applies_left(self) -> bool:
        """Whether phones are still to be applied, now or once their window opens: for that no run waits that is to end."""
        if not (self._may_apply and self._to_apply):
            return False
        return self._to_apply.any_now or (self._run.options.wait and self._may_write and not self._course.over)

    def next_to_look_at(self, most: int) -> list[Record]:
        """Phones that will be written soon, and are to be looked at before, those first that waited too long since their last look;
        none while enough have been."""
        options = self._run.options
        if not self._may_write or self._looked_at or self.reception.pause:
            return []
        records = self._to_write.unsure(most)
        if not records and len(self._to_write) <= options.chunk // 4:
            records = self._course.take(min(options.chunk, most))
        self._looked_at = len(records)
        return records

    def looked_at(self, records: list[Record], as_planned: list[Record], found_written: list[Record]) -> None:
        """Of these phones, those may be written that are `as_planned`; others were `found_written` by us before."""
        self._looked_at -= len(records)
        self._to_apply.add(found_written)
        if self._may_write and not self._course.over:
            self._to_write.add(as_planned)
        else:
            self._course.put_back(as_planned)

    def write_again(self, record: Record) -> None:
        """The cluster shows that the phone is not written (any more): it goes to the end of the line."""
        record.write = Call.NOT_MADE
        record.read_back = False
        self._run.ledger.change(record, Verdict(PhoneState.QUEUED))
        self._course.put_back([record])

    def next_task(self) -> Task | None:
        """The next write or apply, applies first; None while there is none, or the cluster refuses, or an answer was lost."""
        if self.reception.pause or self._in_flight >= self.reception.concurrency:
            return None
        if self._rests:
            self.chunks.close()  # a window may close before
        if self.reception.next_in > 0:
            return None
        if self._may_apply and (record := self._next_to_apply()):
            return self._apply(record)
        if self._may_write and not self.chunks.doubtful and (records := self._next_to_write()):
            try:
                deadline = None if self._run.plan.moves else self._rule.resolve(self._run.target.clock)
            except DeadlineTooNear as error:
                for record in records:
                    self._refuse(record, error)
                return None
            return self._write(records, deadline)
        return None

    def _next_to_apply(self) -> Record | None:
        """The next phone whose window is open; one whose deadline has come meanwhile is written anew, or stays written."""
        due = self._to_apply.next()
        if self._may_write and not self._course.over:
            for record in due.late:
                self.write_again(record)
        if due.unsure:
            self.chunks.take_up(due.unsure, first=True)
        return due.found

    def _next_to_write(self) -> list[Record]:
        """The phones of the next call: one, or with SQL as many as one statement takes; none where all must be looked at again.
        A window that closed gives all back."""
        if self._course.over or not all(self._course.may_write(record) for record in self._to_write.all()):
            self._drop()
        number = 1
        if self._together:
            number = min(MOST_TOGETHER, self.chunks.room)
        return self._to_write.next(number)

    def ready(self, chunk: Chunk, records: list[Record]) -> None:
        """A page of the chunk has been read back: these phones may be applied."""
        self._to_apply.add(records)
        self.chunks.read_back(chunk)

    def _write(self, records: list[Record], deadline: Deadline | None) -> Task:
        chunk = self.chunks.join(len(records))
        self._in_flight += 1
        for record in records:
            record.about_to_be_written(deadline)
            self.reception.sent()
        began = self._run.now()
        return Task(
            call=self._call(records, deadline),
            finish=lambda _, error: self._written(records, chunk, error, began),
            purpose=Purpose.WRITE,
            records=records,
        )

    def _call(self, records: list[Record], deadline: Deadline | None) -> Callable[[], object]:
        target, operation = self._run.target, self._run.plan.operation
        steps = [record.step for record in records]
        if deadline is None:
            first, to = steps[0].phone, steps[0].move_to or steps[0].phone.profile
            return lambda: target.move(first, to)
        if self._together:
            return lambda: target.write_together(steps, deadline, operation)
        return lambda: target.write(steps[0], deadline, operation)

    def _written(self, records: list[Record], chunk: Chunk, error: BaseException | None, began: float) -> None:
        self._in_flight -= 1
        if error is None:
            self.reception.served(len(records), self._run.now() - began)
            for record in records:
                record.write = Call.DONE
                self._may_be_written(record, chunk, Verdict(PhoneState.WRITTEN))
        else:
            self._write_failed(records, chunk, error)
        if not self._left_to_write or not self._may_write:
            self.chunks.close()
        self.chunks.answered(chunk)

    def _write_failed(self, records: list[Record], chunk: Chunk, error: BaseException) -> None:
        match meaning_of(error):
            case Meaning.NOT_DONE | Meaning.CLUSTER as meaning:
                for record in records:
                    record.was_not_written()
                self._run.ledger.not_made(Purpose.WRITE, records)
                if self._may_write:
                    self.chunks.leave(chunk, len(records))
                    self._to_write.put_back(records)
                else:
                    self._course.put_back(records)
                if meaning is Meaning.NOT_DONE:
                    self._trouble(error)
                else:
                    self.reception.give_up(error)
            case Meaning.REFUSED:
                for record in records:
                    record.was_not_written()
                    self._refuse(record, error)
            case Meaning.LOST | Meaning.FAULT as meaning:
                reason = f"nobody knows yet whether the write took: {error}"
                for record in records:
                    record.write = Call.LOST
                    record.in_doubt = True
                    self._may_be_written(record, chunk, Verdict(PhoneState.UNKNOWN, reason))
                self.chunks.doubt(chunk)
                if meaning is Meaning.LOST:
                    self._trouble(error)
                else:
                    self.reception.give_up(error)

    def _may_be_written(self, record: Record, chunk: Chunk, verdict: Verdict) -> None:
        self.count += 1
        self.chunks.written(chunk, record)
        self._run.ledger.change(record, verdict)

    def _apply(self, record: Record) -> Task:
        self._in_flight += 1
        record.apply = Call.UNDER_WAY
        self.reception.sent()
        began = self._run.now()
        record.applied_at = began
        return Task(
            call=lambda: self._run.target.apply(record.step.phone),
            finish=lambda _, error: self._applied(record, error, began),
            purpose=Purpose.APPLY,
            records=(record,),
        )

    def _applied(self, record: Record, error: BaseException | None, began: float) -> None:
        self._in_flight -= 1
        if error is None:
            self.reception.served(1, self._run.now() - began)
            self.count += 1
            record.apply = Call.DONE
            self._run.ledger.change(record, Verdict(PhoneState.APPLIED))
            return
        match meaning_of(error):
            case Meaning.NOT_DONE | Meaning.CLUSTER as meaning:
                record.apply = Call.NOT_MADE
                record.applied_at = None
                self._run.ledger.not_made(Purpose.APPLY, [record])
                self._to_apply.put_back(record)
                if meaning is Meaning.NOT_DONE:
                    self._trouble(error)
                else:
                    self.reception.give_up(error)
            case Meaning.REFUSED:
                record.apply = Call.NOT_MADE
                record.applied_at = None
                self._refuse(record, error)
            case Meaning.LOST | Meaning.FAULT as meaning:
                record.apply = Call.LOST
                self.count += 1
                reason = f"nobody knows yet whether the phone was applied: {error}"
                self._run.ledger.change(record, Verdict(record.state, reason))
                if meaning is Meaning.LOST:
                    self._trouble(error)
                else:
                    self.reception.give_up(error)

    def _refuse(self, record: Record, error: BaseException) -> None:
        """The phone fails by itself, and no other with it."""
        if isinstance(error, AxlFault) and error.not_found:
            verdict = DELETED
        elif record.read_back:
            verdict = Verdict(PhoneState.FAILED, f"written, but not applied: {error}", APPLY_OR_TAKE_BACK)
        elif record.stands and record.deadline is not None:
            before = f"written before, until {record.deadline.text}, but not applied; not written anew: {error}"
            verdict = Verdict(PhoneState.FAILED, before, APPLY_OR_TAKE_BACK)
        else:
            hint = error.hint if isinstance(error, LscctlError) else None
            verdict = Verdict(PhoneState.FAILED, f"not written: {error}", hint or "Mend the cause, then run it again.")
        self._run.ledger.change(record, verdict)

    def _trouble(self, error: BaseException) -> None:
        self.reception.slow_down(error)
        if self._may_retry:
            self.reception.bear(error)
        else:
            self._may_apply = False
