"""The engine, a real connection and the simulated CUCM over its socket; both live by one clock that jumps from event to event."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import pytest

from lscctl.config import ClusterConfig
from lscctl.cucm.cluster import Cluster
from lscctl.outcome import PhoneState, RunSummary
from lscctl.phone import LscState, PhoneQuery
from lscctl.plan import CapfRequest, Plan, Protected, build_plan
from lscctl.rollout.engine import run
from lscctl.rollout.events import Event, Polled
from lscctl.rollout.stop import Stop
from lscctl.simulator.assumptions import Assumptions
from lscctl.simulator.clock import ManualClock
from lscctl.simulator.cluster import Cluster as SimulatedCluster
from lscctl.simulator.failures import Failure
from lscctl.simulator.server import SimulatorServer
from tests.rollout.fakes import at_once

NOON = 1_795_600_800.0


@dataclass
class Lab:
    """A simulated CUCM, a connection to it, and a plan for its phones."""

    simulated: SimulatedCluster
    server: SimulatorServer
    clock: ManualClock
    cluster: Cluster
    plan: Plan

    def run(self, *, stop: Stop | None = None, observers: Sequence[object] = (), **options: object) -> RunSummary:
        return run(
            self.plan,
            self.cluster,
            observers,  # type: ignore[arg-type]
            at_once(longest_poll=300, **options),
            now=self.clock.utc,
            sleep=lambda seconds: self.clock.forward(seconds=seconds),
            stop=stop,
        )

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
        server = opened.enter_context(SimulatorServer(simulated))
        config = ClusterConfig("lab", "127.0.0.1", server.user, server.port, ca_bundle=server.ca_file)
        cluster = opened.enter_context(
            Cluster.connect(
                config, server.password, now=clock.utc, sleep=lambda seconds: clock.forward(seconds=seconds)
            )
        )
        found = cluster.find(PhoneQuery(models=models, limit=limit))
        plan = build_plan(found.phones, CapfRequest(renew=True, include_secure=True), cluster.facts(), Protected())
        yield Lab(simulated, server, clock, cluster, plan)


def installed_by_the_truth(here: Lab, summary: RunSummary) -> None:
    for step, outcome in zip(here.plan.steps, summary.outcomes, strict=False):
        truth = here.truth(step.phone.name)
        # before 11.5 the cluster knows no expiry, and the phones of the tests that use such a version all succeed
        new = "lscvaliduntil" not in truth or (truth["lscvaliduntil"] or None) != step.phone.lsc.valid_until
        assert outcome.name == step.phone.name
        assert (outcome.state is PhoneState.INSTALLED) == (truth["status"] == "Upgrade Success" and new), (
            outcome,
            truth,
        )


def test_phones_get_their_lscs_and_the_summary_agrees_with_the_cluster() -> None:
    with lab(phones=120) as here:
        assert len(here.plan.steps) > 15
        summary = here.run()
        assert summary.counts[PhoneState.INSTALLED] == len(here.plan.steps)
        assert here.server.requests["updatePhone", "ok"] == len(here.plan.steps)
        assert here.server.requests["applyPhone", "ok"] == len(here.plan.steps)
        assert summary.writes == here.cluster.writes == 2 * len(here.plan.steps)
        installed_by_the_truth(here, summary)
        own = here.cluster.facts().own_issuers
        for phone in here.cluster.find(PhoneQuery(names_listed=tuple(s.phone.name for s in here.plan.steps))).phones:
            assert phone.lsc.state(now=NOON, expiring_within=0, own_issuers=own) is LscState.VALID


@pytest.mark.parametrize(
    "assumption",
    [
        "pending-at=apply",
        "operation-after-success=kept",
        "operation-after-failure=kept",
        "finish-time-read-back=hour",
        "late-set-by=cluster",
    ],
)
def test_the_run_ends_right_whatever_the_cluster_assumes(assumption: str) -> None:
    with lab(assume=[assumption], failures=["invalid-mic=2", "dns=2", "late=1"]) as here:
        summary = here.run()
        installed_by_the_truth(here, summary)
        assert summary.counts[PhoneState.INSTALLED] == len(here.plan.steps) - len(summary.failures)
        ends = (PhoneState.FAILED, PhoneState.LATE, PhoneState.LOST)  # a secure phone stays off until CAPF is done
        assert all(outcome.state in ends for outcome in summary.failures)
        assert all(outcome.next_step for outcome in summary.failures)


@pytest.mark.parametrize("version", ["8.5", "12.5"])
def test_every_version_of_cucm_is_served(version: str) -> None:
    with lab(version=version) as here:
        summary = here.run()
        assert here.plan.steps
        assert summary.counts[PhoneState.INSTALLED] == len(here.plan.steps)
        installed_by_the_truth(here, summary)


@pytest.mark.parametrize(
    "disturbance",
    ["http-503:updatePhone@3-6", "http-503:applyPhone@1-3", "http-503:executeSQLQuery@2-3", "drop-after:updatePhone@4"],
)
def test_a_cluster_that_stumbles_leaves_no_phone_behind(disturbance: str) -> None:
    with lab() as here:
        here.server.disturb(disturbance)
        summary = here.run(concurrency=3)
        assert summary.failure is None
        assert summary.counts[PhoneState.INSTALLED] == len(here.plan.steps)


@pytest.mark.parametrize(
    "disturbance", ["drop-before:updatePhone@4", "drop-after:applyPhone@2", "drop-before:applyPhone@2"]
)
def test_a_call_whose_answer_was_lost_is_made_again_only_where_it_did_not_take(disturbance: str) -> None:
    with lab() as here:
        here.server.disturb(disturbance)
        summary = here.run(concurrency=2)
        written = sum(here.server.requests[key] for key in here.server.requests if key[0] == "updatePhone")
        applied = sum(here.server.requests[key] for key in here.server.requests if key[0] == "applyPhone")
        assert written <= len(here.plan.steps) + (disturbance == "drop-before:updatePhone@4")
        assert applied <= len(here.plan.steps)
        installed_by_the_truth(here, summary)
        assert len(summary.failures) <= 1


def test_phones_deleted_after_the_plan_fail_alone() -> None:
    with lab() as here:
        gone = here.plan.steps[1].phone
        here.simulated.delete_phone(gone.pkid)
        summary = here.run()
        assert [(outcome.name, outcome.state) for outcome in summary.failures] == [(gone.name, PhoneState.FAILED)]
        assert "deleted" in summary.failures[0].reason


def test_a_stopped_run_leaves_no_phone_half_done() -> None:
    stop = Stop()

    class Presses:
        def on_event(self, event: Event) -> None:
            if isinstance(event, Polled):
                stop.request("ctrl-C")

    with lab() as here:
        summary = here.run(stop=stop, observers=[Presses()], concurrency=2, chunk=3)
        assert summary.stopped == "ctrl-C"
        for step, outcome in zip(here.plan.steps, summary.outcomes, strict=False):
            if outcome.state is PhoneState.QUEUED:
                assert here.truth(step.phone.name)["operation"] == "No Pending Operation"
        assert here.server.requests["updatePhone", "ok"] == here.server.requests["applyPhone", "ok"]
