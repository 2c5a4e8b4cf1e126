from collections.abc import Iterator

import pytest

from lscctl.simulator.clock import ManualClock
from lscctl.simulator.cluster import Cluster
from lscctl.simulator.server import SimulatorServer
from tests.simulator.doors.client import Client

NOON = 1_795_600_800.0  # 2026-11-25 11:00:00 +0100


@pytest.fixture(scope="module")
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture(scope="module")
def cluster(clock: ManualClock) -> Iterator[Cluster]:
    made = Cluster.create(phones=150, seed=3, clock=clock)
    yield made
    made.close()


@pytest.fixture(scope="module")
def server(cluster: Cluster) -> Iterator[SimulatorServer]:
    with SimulatorServer(cluster) as running:
        yield running


@pytest.fixture(scope="module")
def axl(server: SimulatorServer) -> Client:
    return Client.of(server)
