"""What reports on phones tell of: the phones of a cluster, and the facts that judge their LSCs."""

from collections.abc import Sequence
from dataclasses import dataclass

from lscctl.deadline import ClusterClock
from lscctl.phone import LscState, Phone, Registration
from lscctl.plan import ClusterFacts
from lscctl.report.wording import count, dates_in


@dataclass(frozen=True, slots=True)
class PhonesOfCluster:
    """Phones (any order), the facts that judge their LSCs, the cluster's name, version and clock.

    `expiring_within` is in seconds.
    """

    phones: Sequence[Phone]
    facts: ClusterFacts
    cluster: str
    version: str
    clock: ClusterClock
    expiring_within: float
    notes: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """`5 phones on hq (CUCM 15.0.1); dates in Europe/Berlin`: what is told of, and by whose clock."""
        return f"{count(len(self.phones), 'phone')} on {self.cluster} (CUCM {self.version}); {dates_in(self.clock)}"

    def ordered(self) -> list[Phone]:
        """The phones by name."""
        return sorted(self.phones, key=lambda phone: (phone.name, phone.pkid))

    @property
    def tells_registration(self) -> bool:
        """Whether somebody asked which of the phones are registered."""
        return any(phone.registration is not Registration.NOT_ASKED for phone in self.phones)

    def lsc_state(self, phone: Phone) -> LscState:
        """What the phone's LSC is worth now."""
        return phone.lsc.state(
            now=self.facts.now, expiring_within=self.expiring_within, own_issuers=self.facts.own_issuers
        )
