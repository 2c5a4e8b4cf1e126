"""Phones' doors for tests on a machine that may be busy: who answers has all the time it needs, who never does gets little."""

from collections.abc import Set

from lscctl.cucm.handshake import Handshake
from lscctl.cucm.phone_doors import Pace, PhoneDoors
from lscctl.cucm.routes import Routes
from lscctl.simulator.cluster import Cluster


def silent_addresses(cluster: Cluster) -> Set[str]:
    """The addresses of simulated phones that are off."""
    with cluster.lock:
        rows = cluster.connection.execute("SELECT ip FROM sim_phone WHERE powered = 'f' AND ip IS NOT NULL")
        return {str(address) for (address,) in rows}


class PatientDoors(PhoneDoors):
    """A minute for each phone, but for those at silent addresses."""

    def __init__(self, routes: Routes, *, silent: Set[str], direct: bool = True) -> None:
        pace = Pace(200)
        super().__init__(routes, pace=pace, patience=60, direct=direct)
        self._silent = silent
        self._brief = PhoneDoors(routes, pace=pace, patience=0.5, direct=direct)

    def certificate(self, address: str, *, met: bool = False) -> Handshake:
        """What the phone shows."""
        if address in self._silent:
            return self._brief.certificate(address, met=met)
        return super().certificate(address, met=met)
