"""A simulated cluster, served on loopback, and lscctl's view of it; time stands still where a test has a clock of its own."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from lscctl.config import ClusterConfig
from lscctl.cucm.cluster import Cluster
from lscctl.deadline import DEFAULT_DEADLINE, Deadline
from lscctl.phone import Phone, PhoneQuery
from lscctl.plan import Step
from lscctl.simulator.assumptions import Assumptions
from lscctl.simulator.clock import ManualClock
from lscctl.simulator.cluster import Cluster as SimulatedCluster
from lscctl.simulator.doors.accounts import ALL_ROLES, SERVICEABILITY, Account
from lscctl.simulator.failures import Failure
from lscctl.simulator.server import SimulatorServer

NOON = 1_795_600_800.0
WITHOUT_RIS = Account("no-ris", "s3cret", ALL_ROLES - {SERVICEABILITY})


class Bench:
    """Change `truth`, look through `cluster`."""

    def __init__(
        self,
        version: str,
        phones: int,
        assume: Sequence[str],
        *,
        clock: ManualClock | None = None,
        failures: Sequence[str] = (),
    ) -> None:
        self.clock = clock
        self.truth = SimulatedCluster.create(
            version=version,
            phones=phones,
            assumptions=Assumptions.parse(assume),
            failures=[Failure.parse(text) for text in failures],
            clock=clock,
        )
        self.operator = Account("operator", "s3cret")  # whose password a test may change
        self.server = SimulatorServer(self.truth, accounts=[WITHOUT_RIS, self.operator])
        self.cluster = self.connect()

    def connect(self, user: str | None = None, password: str | None = None, **config: object) -> Cluster:
        chosen = ClusterConfig(
            "bench",
            host="127.0.0.1",
            port=self.server.port,
            user=user or self.server.user,
            ca_bundle=self.server.ca_file,
            **config,  # type: ignore[arg-type]
        )
        return Cluster.connect(
            chosen,
            password or self.server.password,
            now=self.clock.utc if self.clock else time.time,
            sleep=self.wait if self.clock else time.sleep,
        )

    @property
    def deadline(self) -> Deadline:
        return DEFAULT_DEADLINE.resolve(self.cluster.clock)

    def wait(self, seconds: float) -> None:
        """Let time pass, and all happen that falls due in it."""
        assert self.clock
        self.clock.forward(seconds=seconds)
        with self.truth.lock:
            self.truth.advance()

    def rows(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        with self.truth.lock:
            return list(self.truth.connection.execute(sql, values))

    def change(self, sql: str, *values: object) -> None:
        with self.truth.lock:
            self.truth.connection.execute(sql, values)

    def close(self) -> None:
        self.cluster.close()
        self.server.stop()
        self.truth.close()


@contextmanager
def own_bench(version: str = "15.0", *assume: str, phones: int = 40, **more: object) -> Iterator[Bench]:
    """A bench that one test may write to."""
    made = Bench(version, phones, assume, **more)  # type: ignore[arg-type]
    try:
        yield made
    finally:
        made.close()


def found(bench: Bench, **query: object) -> tuple[Phone, ...]:
    return bench.cluster.find(PhoneQuery(**query), registration=False).phones  # type: ignore[arg-type]


def step_for(phone: Phone) -> Step:
    assert phone.profile.settings is not None
    return Step(phone, phone.profile.settings)
