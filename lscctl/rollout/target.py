"""What the engine needs of a cluster; `lscctl.cucm.cluster.Cluster` fits it without naming it."""

from collections.abc import Sequence
from typing import Protocol

from lscctl.deadline import ClusterClock, Deadline
from lscctl.phone import Phone, Reading
from lscctl.plan import Step


class Target(Protocol):
    """A cluster as the engine sees it: two writes, one read, a clock. Called from several threads at a time."""

    @property
    def page_size(self) -> int:
        """How many phones one `read` may ask for."""

    @property
    def clock(self) -> ClusterClock:
        """The cluster's clock, as measured at the start."""

    def write(self, step: Step, deadline: Deadline) -> None:
        """Set the phone's operation and settings (updatePhone), one call, never repeated by the target itself.

        Raises AnswerLost where the cluster may have acted, a fault that is `repeatable` where it did nothing,
        AxlFault where it refused.
        """

    def apply(self, phone: Phone) -> None:
        """Make the phone fetch its configuration (applyPhone, or doDeviceReset on old clusters); raises as `write` does."""

    def read(self, pkids: Sequence[str]) -> dict[str, Reading]:
        """One page of SQL: `{pkid: Reading}` for at most `page_size` phones; a phone that is gone is absent."""
