"""The writing half of a run: phones are looked at once more, written in chunks, read back, and applied. At most one
write and one apply a phone, ever.

A call is made again only where the cluster provably did nothing (`Meaning.NOT_DONE`). After a write whose answer was
lost nothing else is written until the cluster has been read back [design]. An apply whose answer was lost is watched,
never repeated.
"""

from collections import deque

from lscctl.cucm.faults import AxlFault, LoginRefused, Throttled
from lscctl.deadline import Deadline, DeadlineTooNear
from lscctl.errors import LscctlError
from lscctl.outcome import PhoneState
from lscctl.rollout.events import ChunkWritten, Paused, Resumed
from lscctl.rollout.meaning import Meaning, meaning_of
from lscctl.rollout.pace import Patience
from lscctl.rollout.parts import Chunk, Run, Task
from lscctl.rollout.record import Record
from lscctl.rollout.standing import Call
from lscctl.rollout.transitions import APPLY_OR_TAKE_BACK, DELETED, Verdict


class Changes:
    """What is still to be written and applied.

    `closed` holds the chunks that are to be read back; `count` is how many calls the cluster has served, or may have.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._rule = run.plan.deadline.fixed(run.target.clock)
        self._patience = Patience(run.options.patience, run.now, run.chance)
        self._queue = deque(run.ledger.records)
        self._as_planned: deque[Record] = deque()
        self._to_apply: deque[Record] = deque()
        self._chunk: Chunk | None = None
        self._chunks = 0
        self.closed: deque[Chunk] = deque()
        self._unread: dict[int, Chunk] = {}
        self._doubtful: set[int] = set()
        self._in_flight = 0
        self._may_write = True
        self._may_apply = True
        self._may_retry = True
        self._looked_at = 0
        self.count = 0

    @property
    def finished(self) -> bool:
        """Whether no call will be made any more: all is done, or what is left may not be done."""
        waiting = self._in_flight or self._unread or (self._may_write and self._left_to_write)
        return not waiting and not (self._to_apply and self._may_apply)

    @property
    def pause(self) -> float:
        """Seconds until the next try, while the cluster refuses writes; else 0."""
        return self._patience.pause

    def wind_up(self) -> None:
        """Write no phone any more; apply those that are written, unless the cluster makes difficulties."""
        self._may_write = False
        self._may_retry = False
        if self._patience.troubled:
            self._may_apply = False
        self._close_chunk()

    def halt(self) -> None:
        """Make no further call."""
        self._may_write = self._may_apply = False
        self._close_chunk()

    def abandon_read_backs(self) -> None:
        """What has not been read back never will be, so it is never applied."""
        self.closed.clear()
        self._unread.clear()

    @property
    def _left_to_write(self) -> bool:
        return bool(self._queue or self._as_planned or self._looked_at)

    def next_to_look_at(self, most: int) -> list[Record]:
        """Phones that will be written soon, and are to be looked at before; none while enough have been."""
        options = self._run.options
        if not self._may_write or self._looked_at or self.pause or len(self._as_planned) > options.chunk // 4:
            return []
        number = min(len(self._queue), options.chunk, most)
        self._looked_at = number
        return [self._queue.popleft() for _ in range(number)]

    def looked_at(self, records: list[Record], as_planned: list[Record]) -> None:
        """Of these phones, those may be written that are `as_planned`."""
        self._looked_at -= len(records)
        self._as_planned.extend(as_planned)

    def next_task(self) -> Task | None:
        """The next write or apply, applies first; None while there is none, or the cluster refuses, or an answer was lost."""
        # after a pause one call tries whether the cluster serves again
        most = 1 if self._patience.troubled else self._run.options.concurrency
        if self._patience.pause or self._in_flight >= most:
            return None
        if self._to_apply and self._may_apply:
            return self._apply(self._to_apply.popleft())
        while self._as_planned and self._may_write and not self._doubtful:
            record = self._as_planned.popleft()
            try:
                deadline = self._rule.resolve(self._run.target.clock)
            except DeadlineTooNear as error:
                self._refuse(record, error)
                continue
            return self._write(record, deadline)
        if not self._left_to_write:
            self._close_chunk()
        return None

    def ready(self, chunk: Chunk, records: list[Record]) -> None:
        """A page of the chunk has been read back: these phones may be applied."""
        self._to_apply.extend(records)
        if not chunk.unread:
            self._unread.pop(chunk.number, None)
            self._doubtful.discard(chunk.number)

    def _write(self, record: Record, deadline: Deadline) -> Task:
        if self._chunk is None:
            self._chunks += 1
            self._chunk = Chunk(self._chunks, self._run.options.chunk)
        chunk = self._chunk
        chunk.room -= 1
        chunk.in_flight += 1
        self._in_flight += 1
        if not chunk.room:
            self._chunk = None
        record.deadline = deadline
        record.write = Call.UNDER_WAY
        return Task(
            call=lambda: self._run.target.write(record.step, deadline),
            finish=lambda _, error: self._written(record, chunk, error),
        )

    def _written(self, record: Record, chunk: Chunk, error: BaseException | None) -> None:
        self._in_flight -= 1
        chunk.in_flight -= 1
        if error is None:
            self._well()
            record.write = Call.DONE
            self._may_be_written(record, chunk, Verdict(PhoneState.WRITTEN))
        else:
            self._write_failed(record, chunk, error)
        if not self._left_to_write or not self._may_write:
            self._close_chunk()
        if chunk is not self._chunk:
            self._hand_over(chunk)

    def _write_failed(self, record: Record, chunk: Chunk, error: BaseException) -> None:
        match meaning_of(error):
            case Meaning.NOT_DONE:
                record.write = Call.NOT_MADE
                chunk.room += 1
                self._as_planned.appendleft(record)
                self._trouble(error)
            case Meaning.CLUSTER:
                record.write = Call.NOT_MADE
                self._as_planned.appendleft(record)
                self._fail(error)
            case Meaning.REFUSED:
                record.write = Call.NOT_MADE
                self._refuse(record, error)
            case Meaning.LOST | Meaning.FAULT as meaning:
                record.write = Call.LOST
                self._doubtful.add(chunk.number)
                reason = f"nobody knows yet whether the write took: {error}"
                self._may_be_written(record, chunk, Verdict(PhoneState.UNKNOWN, reason))
                self._close_chunk()
                if meaning is Meaning.LOST:
                    self._trouble(error)
                else:
                    self._fail(error)

    def _may_be_written(self, record: Record, chunk: Chunk, verdict: Verdict) -> None:
        self.count += 1
        chunk.written.append(record)
        self._unread[chunk.number] = chunk
        self._run.ledger.change(record, verdict)

    def _close_chunk(self) -> None:
        chunk, self._chunk = self._chunk, None
        if chunk:
            self._hand_over(chunk)

    def _hand_over(self, chunk: Chunk) -> None:
        if chunk.in_flight or chunk.handed_over:
            return
        chunk.handed_over = True
        if chunk.written:
            self._run.announcer.tell(ChunkWritten(self._run.now(), chunk.number, len(chunk.written)))
            self.closed.append(chunk)

    def _apply(self, record: Record) -> Task:
        self._in_flight += 1
        record.apply = Call.UNDER_WAY
        return Task(
            call=lambda: self._run.target.apply(record.step.phone),
            finish=lambda _, error: self._applied(record, error),
        )

    def _applied(self, record: Record, error: BaseException | None) -> None:
        self._in_flight -= 1
        if error is None:
            self._well()
            self.count += 1
            record.apply = Call.DONE
            self._run.ledger.change(record, Verdict(PhoneState.APPLIED))
            return
        match meaning_of(error):
            case Meaning.NOT_DONE:
                record.apply = Call.NOT_MADE
                self._to_apply.appendleft(record)
                self._trouble(error)
            case Meaning.CLUSTER:
                record.apply = Call.NOT_MADE
                self._to_apply.appendleft(record)
                self._fail(error)
            case Meaning.REFUSED:
                record.apply = Call.NOT_MADE
                self._refuse(record, error)
            case Meaning.LOST | Meaning.FAULT as meaning:
                record.apply = Call.LOST
                self.count += 1
                reason = f"nobody knows yet whether the phone was applied: {error}"
                self._run.ledger.change(record, Verdict(record.state, reason))
                if meaning is Meaning.LOST:
                    self._trouble(error)
                else:
                    self._fail(error)

    def _refuse(self, record: Record, error: BaseException) -> None:
        """The phone fails by itself, and no other with it."""
        if isinstance(error, AxlFault) and error.not_found:
            verdict = DELETED
        elif record.read_back:
            verdict = Verdict(PhoneState.FAILED, f"written, but not applied: {error}", APPLY_OR_TAKE_BACK)
        else:
            hint = error.hint if isinstance(error, LscctlError) else None
            verdict = Verdict(PhoneState.FAILED, f"not written: {error}", hint or "Mend the cause, then run it again.")
        self._run.ledger.change(record, verdict)

    def _well(self) -> None:
        if self._patience.well():
            self._run.announcer.tell(Resumed(self._run.now(), changes=True))

    def _trouble(self, error: BaseException) -> None:
        if not self._may_retry:
            self._may_apply = False
            return
        seconds = self._patience.trouble(error.retry_after if isinstance(error, Throttled) else None)
        if seconds is None:
            self._fail(error)
        elif seconds:
            self._run.announcer.tell(Paused(self._run.now(), str(error), seconds, changes=True))

    def _fail(self, error: BaseException) -> None:
        # one more refused login could lock the account, so then nobody reads either [field guide 3]
        self._run.fail(error, isinstance(error, LoginRefused))
