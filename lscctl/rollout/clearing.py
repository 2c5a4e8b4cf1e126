"""What is handed out serves once: the authentication strings of phones that have ended are taken off the cluster again.

    a phone ends --> clear its string --> read the cluster --> it is gone, or: once more by SQL where that is allowed, or told

Whether CUCM takes an empty string while no operation stands is *assumed*: it may pass over it or refuse it, so a reading counts.
No phone is applied for it, none restarts, and it waits for no window. A string that is not the one handed out is somebody else's,
and that of a phone whose operation still stands and was not applied may yet be typed: both are left alone.
"""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import cast

from lscctl.cucm.faults import AnswerTooLarge, AxlFault
from lscctl.outcome import DONE_BY_CAPF, PhoneState
from lscctl.phone import Reading
from lscctl.rollout.events import Purpose
from lscctl.rollout.meaning import Meaning, meaning_of
from lscctl.rollout.pace import Timer
from lscctl.rollout.parts import Run, Task
from lscctl.rollout.reception import Reception
from lscctl.rollout.record import Record
from lscctl.rollout.standing import Call

_ENDS = (*DONE_BY_CAPF, PhoneState.FAILED, PhoneState.LATE, PhoneState.LOST, PhoneState.CANCELLED)
_TOGETHER = 200
"""Phones of one statement, as for a write."""

_GATHERING = 5.0
"""Seconds in which phones gather that are read together, while others are still under way."""

_PROOFS = 3
"""So many phones whose strings AXL did not clear, and none of which it did, speak for all others."""

_NAMED = 10
_NOT_BY_AXL = "AXL takes no empty one while no operation stands"
_BY_HAND = "Clear it on the phone's page, or set `allow-sql-writes = true` for the cluster and resume the run."


class Clearing:
    """The strings that are to be cleared. `writes` counts the calls that were served, or may have been, `reads` the pages."""

    def __init__(self, run: Run, reception: Reception) -> None:
        self._run = run
        self._reception = reception
        self._to_clear: dict[str, Record] = {}
        self._to_look: dict[str, Record] = {}
        self._tried: dict[str, bool] = {}  # whose clearing was served and not looked at since: whether by SQL
        self._page_size = run.target.page_size
        self._gathering = Timer(run.now)
        self._in_flight = False
        self._stopped = False
        self._may_clear = True
        self._by_sql = False
        self._left = False
        self._cleared = self._not_by_axl = 0
        self.writes = self.reads = 0
        for record in run.ledger.records:
            if _may_be_cleared(record):
                self._to_look[record.step.phone.name] = record
        run.ledger.listeners.append(self._changed)

    @property
    def waiting(self) -> bool:
        """Whether any string is still to be cleared, or looked for."""
        return self._in_flight or (not self._stopped and bool(self._to_look or (self._to_clear and self._may_clear)))

    @property
    def due(self) -> float:
        """Seconds until the next call may leave; 0 where none is wanted."""
        if self._in_flight or not self.waiting:
            return 0.0
        if self._to_clear and self._may_clear:
            return max(self._reception.pause, self._reception.next_in)
        return max(self._reception.pause, self._gathering.left if self._run.ledger.out else 0.0)

    def wind_up(self) -> None:
        """Clear nothing any more, and see what became of what was cleared: what is left, a resumed run clears."""
        self._may_clear = False

    def stop(self) -> None:
        """Make no call any more."""
        self._stopped = True

    def next_task(self) -> Task | None:
        """The next call, one at a time: nobody hurries."""
        if self._stopped or self._in_flight or self._reception.pause:
            return None
        if self._by_axl_in_vain:
            self._leave_all()
        if self._to_clear and self._may_clear:
            if self._reception.next_in > 0:
                return None
            return self._clear(self._taken(self._to_clear, _TOGETHER if self._by_sql else 1))
        if self._to_look and not (self._run.ledger.out and self._gathering.left):
            return self._look(self._taken(self._to_look, self._page_size))
        return None

    def name_what_is_left(self) -> None:
        """Note which phones are done while the cluster still holds what was handed out for them."""
        done = [one for one in self._run.ledger.records if one.holds_string and one.state in _ENDS]
        if not done:
            return
        names = ", ".join(record.step.phone.name for record in done[:_NAMED])
        more = f" and {len(done) - _NAMED:,} more" if len(done) > _NAMED else ""
        phones = "1 phone that is" if len(done) == 1 else f"{len(done):,} phones that are"
        next_step = _BY_HAND if self._left else "Resume the run: it clears them."
        self._run.announcer.notes.append(
            f"the cluster still holds the authentication string of {phones} done: {names}{more}. {next_step}"
        )

    @staticmethod
    def _taken(queue: dict[str, Record], most: int) -> list[Record]:
        names = list(islice(queue, most))
        return [queue.pop(name) for name in names]

    def _changed(self, record: Record, _before: PhoneState) -> None:
        name = record.step.phone.name
        if _may_be_cleared(record) and name not in self._to_look:
            self._to_clear[name] = record

    @property
    def _by_axl_in_vain(self) -> bool:
        """Whether AXL has shown that it clears no string here, and there is no other way."""
        return self._not_by_axl >= _PROOFS and not self._cleared and not self._by_sql

    def _leave_all(self) -> None:
        for record in self._taken(self._to_clear, len(self._to_clear)):
            self._leave(record, _NOT_BY_AXL)

    # clearing

    def _clear(self, records: Sequence[Record]) -> Task:
        self._in_flight = True
        target, phones, by_sql = self._run.target, [record.step.phone for record in records], self._by_sql
        for _ in records:
            self._reception.sent()
        began = self._run.now()

        def call() -> object:
            if by_sql:
                return target.clear_strings_together(phones)
            target.clear_string(phones[0])
            return None

        return Task(
            call=call,
            finish=lambda _, error: self._has_cleared(records, error, self._run.now() - began, by_sql),
            purpose=Purpose.CLEAR_STRING,
            records=records,
        )

    def _has_cleared(
        self, records: Sequence[Record], error: BaseException | None, seconds: float, by_sql: bool
    ) -> None:
        self._in_flight = False
        by_name = {record.step.phone.name: record for record in records}
        if error is None:
            self.writes += 1
            self._tried.update(dict.fromkeys(by_name, by_sql))
            self._look_at(by_name)
            self._reception.served(len(records), seconds)
            return
        match meaning_of(error):
            case Meaning.REFUSED:
                for record in records:
                    self._not_cleared(record, error, by_sql)
            case Meaning.NOT_DONE:
                self._to_clear = by_name | self._to_clear
                self._bear(error)
            case Meaning.LOST:
                self.writes += 1
                self._look_at(by_name)
                self._bear(error)
            case _:
                self._reception.give_up(error)

    def _bear(self, error: BaseException) -> None:
        self._reception.slow_down(error)
        self._reception.bear(error)

    # looking

    def _look_at(self, records: Mapping[str, Record]) -> None:
        if not self._to_look:
            self._gathering.start(_GATHERING)
        self._to_look.update(records)

    def _look(self, records: Sequence[Record]) -> Task:
        self._in_flight = True
        self.reads += 1
        pkids = [record.step.phone.pkid for record in records]
        return Task(
            call=lambda: self._run.target.read(pkids),
            finish=lambda value, error: self._has_looked(records, value, error),
        )

    def _has_looked(self, records: Sequence[Record], value: object, error: BaseException | None) -> None:
        self._in_flight = False
        if error is None:
            readings = cast(Mapping[str, Reading], value)
            for record in records:
                self._judge(record, readings.get(record.step.phone.pkid))
            return
        self._to_look = {record.step.phone.name: record for record in records} | self._to_look
        if isinstance(error, AnswerTooLarge) and len(records) > 1:
            self._page_size = max(1, min(error.suggested_rows or len(records), len(records) // 2))
        elif not self._may_clear:
            self.stop()
        elif meaning_of(error) in (Meaning.NOT_DONE, Meaning.LOST):
            self._bear(error)
        else:
            self._run.fail(error, True)

    def _judge(self, record: Record, reading: Reading | None) -> None:
        name = record.step.phone.name
        by_sql = self._tried.pop(name, None)
        if reading is None:
            return  # the phone is gone, and its string with it
        record.string = reading.string
        if not record.holds_string:
            self._cleared += by_sql is not None
            self._run.ledger.string_cleared(record)
        elif by_sql is not None:
            self._not_cleared(record, None, by_sql)
        else:
            self._to_clear[name] = record

    def _not_cleared(self, record: Record, error: BaseException | None, by_sql: bool) -> None:
        if isinstance(error, AxlFault) and error.not_found:
            return
        if by_sql:
            self._leave(record, "SQL did not clear it either" if error is None else str(error))
            return
        self._not_by_axl += 1
        if self._run.options.sql_allowed:
            self._by_sql = True
            self._to_clear[record.step.phone.name] = record
        else:
            self._leave(record, _NOT_BY_AXL if error is None else str(error))

    def _leave(self, record: Record, why: str) -> None:
        self._left = True
        self._run.ledger.string_left(record, why, _BY_HAND)


def _may_be_cleared(record: Record) -> bool:
    """Whether the phone has ended, and what was handed out for it is of no more use."""
    if record.state not in _ENDS or not record.holds_string:
        return False
    return record.state in DONE_BY_CAPF or record.apply is not Call.NOT_MADE
