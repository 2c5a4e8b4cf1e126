"""Which phones of a security profile CAPF may be about to serve: what it does for them runs with the profile's settings."""

from lscctl.capf import CertificateOperation
from lscctl.drift import came_since
from lscctl.phone import Phone
from lscctl.rollout.parts import Run
from lscctl.rollout.record import Record
from lscctl.rollout.transitions import hour_of, same_hour


class Busy:
    """Says it of each phone, by what the run knows of it.

    That a written operation shows Operation Pending before it is applied is *assumed*: until then the status may be an old one.
    So an operation that came since the plan, and is none of this run's, counts whatever the status says; with a phone of which
    the plan knows nothing, one whose finish time is still ahead.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._records = {record.step.phone.pkid: record for record in run.ledger.records}
        self._left_out = {out.phone.pkid: out.phone for out in run.plan.left_out}

    def __call__(self, phone: Phone) -> bool:
        """Whether the phone, as it was just read, has an operation under way, or before it."""
        if phone.pending or phone.operation is CertificateOperation.NONE:
            return phone.pending
        if (record := self._records.get(phone.pkid)) is not None:
            return not _wrote(record, phone) and came_since(record.step.phone, phone.reading)
        if (planned := self._left_out.get(phone.pkid)) is not None:
            return came_since(planned, phone.reading)
        hour = hour_of(phone.finish_time)
        now = self._run.target.clock.local()
        return hour is not None and hour > (now.year, now.month, now.day, now.hour)


def _wrote(record: Record, phone: Phone) -> bool:
    """Whether the operation that stands is one that this run wrote."""
    deadlines = [*record.earlier, record.deadline] if record.writes else []
    return any(one is not None and same_hour(one.text, phone.finish_time) for one in deadlines)
