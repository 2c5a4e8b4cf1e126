"""Simulated clusters, wrong in a way that a test chooses, looked at by preflight over real sockets."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache

from lscctl.config import ClusterConfig
from lscctl.cucm.cluster import Cluster
from lscctl.phone import PhoneQuery
from lscctl.plan import CapfRequest, Protected, build_plan
from lscctl.preflight.ground import Ground
from lscctl.preflight.run import run
from lscctl.simulator.cluster import Cluster as Simulated
from lscctl.simulator.database import connect
from lscctl.simulator.doors.accounts import ROLES, Account
from lscctl.simulator.scenarios import play
from lscctl.simulator.server import SimulatorServer
from lscctl.verdict import CheckResult


def looked_at(
    *scenarios: str,
    checks: Sequence[str] = (),
    version: str = "15.0",
    roles: Sequence[str] = tuple(ROLES),
    request: CapfRequest | None = None,
    change: Callable[[Simulated], None] | None = None,
    now: Callable[[], float] = time.time,
    **config: object,
) -> dict[str, CheckResult]:
    """What each check says of a cluster with which these scenarios are wrong; `change` does more to it."""
    with ground(*scenarios, version=version, roles=roles, request=request, change=change, now=now, **config) as found:
        return {one.name: one for one in run(found, checks)}


@cache
def _made(version: str) -> bytes:
    """A healthy cluster's database: making one takes longer than copying it."""
    truth = Simulated.create(phones=20, version=version)
    content = truth.connection.serialize()
    truth.close()
    return content


def fresh(version: str) -> Simulated:
    """A healthy cluster of its own."""
    connection = connect(None)
    connection.deserialize(_made(version))
    return Simulated(connection)


@contextmanager
def ground(
    *scenarios: str,
    version: str = "15.0",
    roles: Sequence[str] = tuple(ROLES),
    request: CapfRequest | None = None,
    change: Callable[[Simulated], None] | None = None,
    now: Callable[[], float] = time.time,
    **config: object,
) -> Iterator[Ground]:
    truth = fresh(version)
    play(truth, scenarios)
    if change is not None:
        change(truth)
    looker = Account("looker", "s3cret", frozenset(ROLES[role] for role in roles))
    wanted = request or CapfRequest()
    with SimulatorServer(truth, accounts=[looker]) as server:
        known = {"connect_to": server.doors(), "connect_timeout": 3.0, **config}
        chosen = ClusterConfig(
            "bench",
            host="127.0.0.1",
            port=server.port,
            user="looker",
            ca_bundle=server.ca_file,
            **known,  # type: ignore[arg-type]
        )
        with Cluster.connect(chosen, "s3cret", now=now, sleep=time.sleep) as cluster:
            found = cluster.find(PhoneQuery(), registration=False)
            plan = build_plan(found.phones, wanted, cluster.facts(), Protected())
            yield Ground(cluster, plan, wanted, tries_a_write=True)
    truth.close()


def codes(result: CheckResult) -> list[str]:
    """The faults of a check by their codes."""
    return [fault.code for fault in result.faults]
