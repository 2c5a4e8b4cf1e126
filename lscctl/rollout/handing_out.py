"""A cluster to which a run writes authentication strings: the run itself never sees one."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from lscctl.auth_string import AuthString
from lscctl.capf import CertificateOperation
from lscctl.deadline import ClusterClock, Deadline
from lscctl.phone import Phone, Reading, SecurityProfile, Sighting
from lscctl.plan import Step
from lscctl.rollout.target import ProfileDoor, Target

Strings = Mapping[str, AuthString]


class StringTarget(Target, Protocol):
    """A cluster that takes authentication strings along with an operation, and compares what it holds with them."""

    def write(
        self, step: Step, deadline: Deadline, operation: CertificateOperation, string: AuthString | None = None
    ) -> None:
        """As `Target.write`, with the phone's authentication string."""

    def write_together(
        self, steps: Sequence[Step], deadline: Deadline, operation: CertificateOperation, strings: Strings | None = None
    ) -> int:
        """As `Target.write_together`, with the authentication strings of the phones, `{pkid: string}`."""

    def read(self, pkids: Sequence[str], strings: Strings | None = None) -> dict[str, Reading]:
        """As `Target.read`; readings tell what the cluster holds beside these strings, `{pkid: string}`."""


class HandingOut:
    """A `Target` that writes with each phone the string that was handed out for it. `strings` are `{pkid: string}`."""

    def __init__(self, target: StringTarget, strings: Strings) -> None:
        self._target = target
        self._strings = strings

    @property
    def page_size(self) -> int:
        """As the cluster's."""
        return self._target.page_size

    @property
    def clock(self) -> ClusterClock:
        """As the cluster's."""
        return self._target.clock

    @property
    def profiles(self) -> ProfileDoor:
        """The cluster's."""
        return self._target.profiles

    def write(self, step: Step, deadline: Deadline, operation: CertificateOperation) -> None:
        """With the phone's string."""
        self._target.write(step, deadline, operation, self._strings.get(step.phone.pkid))

    def write_together(self, steps: Sequence[Step], deadline: Deadline, operation: CertificateOperation) -> int:
        """With their strings."""
        return self._target.write_together(steps, deadline, operation, self._of([step.phone.pkid for step in steps]))

    def read(self, pkids: Sequence[str]) -> dict[str, Reading]:
        """Beside their strings."""
        return self._target.read(pkids, self._of(pkids))

    def _of(self, pkids: Sequence[str]) -> Strings:
        return {pkid: self._strings[pkid] for pkid in pkids if pkid in self._strings}

    def move(self, phone: Phone, to: SecurityProfile) -> None:
        """As the cluster does."""
        self._target.move(phone, to)

    def apply(self, phone: Phone) -> None:
        """As the cluster does."""
        self._target.apply(phone)

    def take_back(self, phone: Phone, *, clears_string: bool = False) -> None:
        """As the cluster does."""
        self._target.take_back(phone, clears_string=clears_string)

    def clear_string(self, phone: Phone) -> None:
        """As the cluster does."""
        self._target.clear_string(phone)

    def clear_strings_together(self, phones: Sequence[Phone]) -> int:
        """As the cluster does."""
        return self._target.clear_strings_together(phones)

    def sightings(self, names: Sequence[str]) -> dict[str, Sighting]:
        """As the cluster does."""
        return self._target.sightings(names)

    def capf_answers(self) -> bool | None:
        """As the cluster does."""
        return self._target.capf_answers()

    def pending(self) -> frozenset[str]:
        """As the cluster does."""
        return self._target.pending()
