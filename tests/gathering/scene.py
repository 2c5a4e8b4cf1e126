"""A simulated cluster on the network, asked live: what is known of its phones, and what a diagnosis makes of it."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from lscctl.config import ClusterConfig
from lscctl.cucm.cluster import Cluster
from lscctl.diagnosis.case import Case
from lscctl.diagnosis.knowledge import Knowledge, load
from lscctl.finding import Diagnosis
from lscctl.gathering import Door, gather_live
from lscctl.phone import Phone, PhoneQuery
from lscctl.simulator.server import SimulatorServer
from tests.simulator.lab import Lab


@cache
def knowledge() -> Knowledge:
    """What lscctl knows of causes."""
    return load([])


@dataclass(frozen=True, slots=True)
class Scene:
    """A lab that is served, and a login to it."""

    lab: Lab
    server: SimulatorServer
    cluster: Cluster

    def phones(self, pkids: Sequence[str]) -> tuple[Phone, ...]:
        """These phones as the cluster has them."""
        names = tuple(self.lab.name(pkid) for pkid in pkids)
        return self.cluster.find(PhoneQuery(names_listed=names)).phones

    def cases(self, *pkids: str, without: Collection[Door] = (), **more: Any) -> list[Case]:
        """What is gathered of these phones."""
        return gather_live(self.cluster, self.phones(pkids), knowledge(), without=without, **more)

    def diagnosis(self, pkid: str, without: Collection[Door] = (), **more: Any) -> Diagnosis:
        """What is wrong with this phone."""
        (case,) = self.cases(pkid, without=without, **more)
        return case.diagnosis(knowledge())


@contextmanager
def served(lab: Lab, user: str = "", **settings: Any) -> Iterator[Scene]:
    """Serve the lab's cluster until the block ends, and log in, as a `user` of the server's where one is named."""
    with SimulatorServer(lab.cluster) as server:
        config = ClusterConfig(
            name="lab",
            host="127.0.0.1",
            port=server.port,
            user=server.user,
            ca_bundle=server.ca_file,
            connect_to=server.doors(),
            connect_timeout=2.0,
            **settings,
        )
        with Cluster.connect(config, server.password) as cluster:
            yield Scene(lab, server, cluster)


def facts_of(case: Case) -> dict[str, str]:
    """The facts that anybody asks for and that were stated, `{name: value}`."""
    return {evidence.fact: evidence.value for _, evidence in case.sightings.all() if evidence.fact}


def first_cause(found: Diagnosis) -> str:
    """The cause that is named first, '' for none."""
    return found.causes[0].cause.name if found.causes else ""
