"""What judges the phones of a run: functions from a phone's record and a reading of the cluster to a verdict."""

from typing import Protocol

from lscctl.capf import CertificateOperation
from lscctl.phone import Reading
from lscctl.rollout.record import Record
from lscctl.rollout.transitions import Verdict


class Judge(Protocol):
    """`transitions` for what CAPF is to do, `moving` for another security profile.

    `reading` is None for a phone that is gone.
    """

    def before_write(
        self, record: Record, reading: Reading | None, operation: CertificateOperation, cluster_time: float
    ) -> Verdict | None:
        """Why the phone may not be written as planned, None if it may; `written` where our write stands already."""

    def read_back(self, record: Record, reading: Reading | None, operation: CertificateOperation) -> Verdict:
        """What the first reading after the write says: `written` means that the phone may be applied."""

    def watch(self, record: Record, reading: Reading | None, operation: CertificateOperation) -> Verdict:
        """What a reading says of a phone that was applied."""
