"""The engine, a real connection and the simulated CUCM over its socket; both live by one clock that jumps from event to event."""

import pytest

from lscctl.outcome import PhoneState, RunSummary
from lscctl.phone import LscState, PhoneQuery
from lscctl.rollout.events import Event, Polled
from lscctl.rollout.stop import Stop
from tests.rollout.simulated import NOON, Lab, lab


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
