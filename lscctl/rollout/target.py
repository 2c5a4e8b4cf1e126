"""What the engine needs of a cluster; `lscctl.cucm.cluster.Cluster` fits it without naming it."""

from collections.abc import Sequence
from typing import Protocol

from lscctl.capf import CertificateOperation
from lscctl.deadline import ClusterClock, Deadline
from lscctl.phone import Phone, Reading, SecurityProfile, Sighting
from lscctl.plan import Step


class Target(Protocol):
    """A cluster as the engine sees it: two writes, one read, a clock. Called from several threads at a time."""

    @property
    def page_size(self) -> int:
        """How many phones one `read` may ask for."""

    @property
    def clock(self) -> ClusterClock:
        """The cluster's clock, as measured at the start."""

    def write(self, step: Step, deadline: Deadline, operation: CertificateOperation) -> None:
        """Set this operation and the step's settings on its phone (updatePhone), one call, never repeated by the target itself.

        Raises AnswerLost where the cluster may have acted, a fault that is `repeatable` where it did nothing,
        AxlFault where it refused.
        """

    def move(self, phone: Phone, to: SecurityProfile) -> None:
        """Give the phone this security profile, and change nothing else of it; raises as `write` does."""

    def apply(self, phone: Phone) -> None:
        """Make the phone fetch its configuration (applyPhone, or doDeviceReset on old clusters); raises as `write` does."""

    def write_together(self, steps: Sequence[Step], deadline: Deadline, operation: CertificateOperation) -> int:
        """Set the operation of at most 200 phones in one statement, outside AXL's checks; the number of phones that it changed.

        Raises as `write` does.
        """

    def take_back(self, phone: Phone) -> None:
        """Set the phone back to No Pending Operation, without applying it; raises as `write` does."""

    def sightings(self, names: Sequence[str]) -> dict[str, Sighting]:
        """Which of these phones are registered, by name; may take long, since RIS bears few requests a minute."""

    def capf_answers(self) -> bool | None:
        """Whether CAPF takes connections on its port; None where that cannot be told."""

    def pending(self) -> frozenset[str]:
        """The pkids of phones that have an operation under way with a finish time that is still ahead."""

    def read(self, pkids: Sequence[str]) -> dict[str, Reading]:
        """One page of SQL: `{pkid: Reading}` for at most `page_size` phones; a phone that is gone is absent."""
