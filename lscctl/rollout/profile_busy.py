"""Which phones of a security profile CAPF may be about to serve: what it does for them runs with the profile's settings."""

from lscctl.capf import CertificateOperation
from lscctl.drift import came_since
from lscctl.phone import Phone
from lscctl.plan import LeftOut, Step
from lscctl.rollout.parts import Run
from lscctl.rollout.record import Record
from lscctl.rollout.transitions import same_hour


class Busy:
    """Says it of each phone, by what the run knows of it.

    That a written operation shows Operation Pending before it is applied is *assumed*: until then the status may be an old one.
    So an operation that is none of this run's counts whatever the status says where its finish time is still ahead, or where it
    came since the plan.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._records = {record.step.phone.pkid: record for record in run.ledger.records}
        planned: tuple[Step | LeftOut, ...] = (*run.plan.steps, *run.plan.left_out)
        self._planned = {one.phone.pkid: one.phone for one in planned}

    def __call__(self, phone: Phone) -> bool:
        """Whether the phone, as it was just read, has an operation under way, or before it."""
        if phone.pending or phone.operation is CertificateOperation.NONE:
            return phone.pending
        record = self._records.get(phone.pkid)
        if record is not None and self._wrote(record, phone):
            return False
        planned = self._planned.get(phone.pkid)
        came = planned is not None and came_since(planned, phone.reading)
        return came or self._run.target.clock.is_ahead(phone.finish_time)

    def _wrote(self, record: Record, phone: Phone) -> bool:
        """Whether the operation that stands is one that this run wrote."""
        if not record.writes or phone.operation is not self._run.plan.operation:
            return False
        deadlines = (*record.earlier, record.deadline)
        return any(one is not None and same_hour(one.text, phone.finish_time) for one in deadlines)
