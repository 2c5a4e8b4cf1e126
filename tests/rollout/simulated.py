"""A simulated CUCM over its socket and a real connection to it; both live by one clock that jumps from event to event."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from lscctl.config import ClusterConfig
from lscctl.cucm.cluster import Cluster
from lscctl.deadline import DeadlineRule
from lscctl.outcome import RunSummary
from lscctl.phone import PhoneQuery
from lscctl.plan import CapfRequest, Plan, Protected, build_plan
from lscctl.rollout.engine import run
from lscctl.rollout.standing import Standing
from lscctl.rollout.stop import Stop
from lscctl.simulator.assumptions import Assumptions
from lscctl.simulator.capf_write import WriteRefusedError
from lscctl.simulator.clock import ManualClock
from lscctl.simulator.cluster import Cluster as SimulatedCluster
from lscctl.simulator.failures import Failure
from lscctl.simulator.history import Write
from lscctl.simulator.server import SimulatorServer
from tests.rollout.fakes import at_once

NOON = 1_795_600_800.0


@dataclass
class Lab:
    """A simulated CUCM, a connection to it, and a plan for its phones. What is to happen `at` a time, in seconds of its clock, does
    so while the run sleeps."""

    simulated: SimulatedCluster
    server: SimulatorServer
    clock: ManualClock
    cluster: Cluster
    plan: Plan
    at: list[tuple[float, Callable[[], object]]] = field(default_factory=list)

    def run(
        self,
        *,
        stop: Stop | None = None,
        observers: Sequence[object] = (),
        past: Mapping[str, Standing] | None = None,
        **options: object,
    ) -> RunSummary:
        return run(
            self.plan,
            self.cluster,
            observers,  # type: ignore[arg-type]
            at_once(longest_poll=300, **options),
            now=self.clock.utc,
            sleep=self._sleep,
            stop=stop,
            past=past,
        )

    def _sleep(self, seconds: float) -> None:
        until = self.clock.utc() + seconds
        for when, what in sorted(self.at, key=lambda one: one[0]):
            if when <= until:
                self.at.remove((when, what))
                self.clock.forward(seconds=max(0.0, when - self.clock.utc()))
                with self.simulated.lock:
                    what()
        self.clock.forward(seconds=max(0.0, until - self.clock.utc()))

    def refuse_writes(self, why: str) -> None:
        """From now on the cluster finds a fault in every write, for reasons of its own."""

        def refuse(*_: object, **__: object) -> None:
            raise WriteRefusedError(why)

        self.simulated.write_capf = refuse  # type: ignore[method-assign]

    def writes(self, operation: str) -> list[Write]:
        """What the cluster took of such calls, in order."""
        with self.simulated.lock:
            return [write for write in self.simulated.history.writes() if write.operation == operation]

    def truth(self, name: str) -> dict[str, object]:
        """The phone as the simulator's own database has it, with its `status` and `operation` in words."""
        with self.simulated.lock:
            self.simulated.advance()
            cursor = self.simulated.connection.execute(
                "select d.*, s.name as status, o.name as operation from device d"
                " join typecertificatestatus s on s.enum = d.tkcertificatestatus"
                " join typecertificateoperation o on o.enum = d.tkcertificateoperation where d.name = ?",
                (name,),
            )
            return dict(zip((column[0] for column in cursor.description), cursor.fetchone(), strict=True))


@contextmanager
def lab(
    *,
    version: str = "15.0",
    assume: Sequence[str] = (),
    failures: Sequence[str] = (),
    phones: int = 60,
    models: tuple[str, ...] = ("8845", "8841", "7841"),
    limit: int | None = None,
    deadline: str = "4h",
    old_status: str = "",
) -> Iterator[Lab]:
    clock = ManualClock(NOON)
    with ExitStack() as opened:
        simulated = SimulatedCluster.create(
            phones=phones,
            seed=11,
            version=version,
            clock=clock,
            assumptions=Assumptions.parse(assume),
            failures=[Failure.parse(text) for text in failures],
        )
        opened.callback(simulated.close)
        if old_status:
            simulated.connection.execute(
                "update device set tkcertificatestatus = (select enum from typecertificatestatus where name = ?)",
                (old_status,),
            )
        server = opened.enter_context(SimulatorServer(simulated))
        config = ClusterConfig("lab", "127.0.0.1", server.user, server.port, ca_bundle=server.ca_file)
        cluster = opened.enter_context(
            Cluster.connect(
                config, server.password, now=clock.utc, sleep=lambda seconds: clock.forward(seconds=seconds)
            )
        )
        request = CapfRequest(renew=True, include_secure=True, deadline=DeadlineRule.parse(deadline))
        found = cluster.find(PhoneQuery(models=models, limit=limit))
        plan = build_plan(found.phones, request, cluster.facts(), Protected())
        yield Lab(simulated, server, clock, cluster, plan)
