"""What the engine needs of a cluster; `lscctl.cucm.cluster.Cluster` fits it without naming it."""

from collections.abc import Sequence
from typing import Protocol

from lscctl.capf import CapfSettings, CertificateOperation
from lscctl.deadline import ClusterClock, Deadline
from lscctl.lsc_first import ProfileSeen
from lscctl.phone import Phone, Reading, SecurityProfile, Sighting
from lscctl.plan import Step


class ProfileDoor(Protocol):
    """The cluster's security profiles as the engine sees them."""

    def seen(self, pkid: str, *, zones: bool) -> ProfileSeen:
        """A security profile and all phones that use it, as they are now; with `zones` each phone's `zone`, too."""

    def change(self, pkid: str, settings: CapfSettings) -> None:
        """Give a profile these CAPF settings (updatePhoneSecurityProfile), and tell no phone; raises as `Target.write` does."""

    def apply(self, pkid: str) -> None:
        """Make all phones of the profile fetch their configuration; raises as `Target.write` does."""


class Target(Protocol):
    """A cluster as the engine sees it: two writes, one read, a clock. Called from several threads at a time."""

    @property
    def page_size(self) -> int:
        """How many phones one `read` may ask for."""

    @property
    def clock(self) -> ClusterClock:
        """The cluster's clock, as measured at the start."""

    @property
    def profiles(self) -> ProfileDoor:
        """Its security profiles."""

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

    def take_back(self, phone: Phone, *, clears_string: bool = False) -> None:
        """Set the phone back to No Pending Operation, without applying it, its authentication string cleared where that is wanted;
        raises as `write` does."""

    def clear_string(self, phone: Phone) -> None:
        """Write an empty authentication string; the cluster may pass over it. Raises as `write` does."""

    def clear_strings_together(self, phones: Sequence[Phone]) -> int:
        """The same for at most 200 phones in one statement, outside AXL's checks; as `write_together`."""

    def sightings(self, names: Sequence[str]) -> dict[str, Sighting]:
        """Which of these phones are registered, by name; may take long, since RIS bears few requests a minute."""

    def capf_answers(self) -> bool | None:
        """Whether CAPF takes connections on its port; None where that cannot be told."""

    def pending(self) -> frozenset[str]:
        """The pkids of phones that have an operation under way with a finish time that is still ahead."""

    def read(self, pkids: Sequence[str]) -> dict[str, Reading]:
        """One page of SQL: `{pkid: Reading}` for at most `page_size` phones; a phone that is gone is absent."""
