"""A whole run against the simulated CUCM, with the journal listening."""

from pathlib import Path

from lscctl.outcome import PhoneState
from lscctl.phone import PhoneQuery
from lscctl.plan import CapfRequest, Plan, Protected, build_plan
from lscctl.rollout.journal.beginning import begin
from lscctl.rollout.journal.lock import Lock
from lscctl.rollout.journal.store import Store
from tests.rollout.journal.lab import ALICE, new_run, open_history
from tests.rollout.simulated import Lab, lab

SECRET = "9071234567"


def plan_with_secrets(here: Lab) -> Plan:
    with here.simulated.lock:
        here.simulated.connection.execute("update device set authenticationstring = ?", (SECRET,))
    found = here.cluster.find(PhoneQuery(models=("8845", "8841", "7841")))
    assert any(phone.has_authentication_string for phone in found.phones)
    return build_plan(found.phones, CapfRequest(renew=True), here.cluster.facts(), Protected())


def test_the_journal_tells_a_run_as_the_run_told_it_and_keeps_no_secret(folder: Path) -> None:
    with lab(failures=["failed=20%", "dns=2"]) as here:
        here.plan = plan_with_secrets(here)
        identity = here.cluster.identity()
        with (
            Lock(folder / "locks", identity, ALICE) as lock,
            Store.for_writing(folder / "journal.sqlite") as store,
        ):
            summary = here.run(observers=[begin(store, new_run(here.plan, identity=identity), lock)])
            kept = b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())
            password = here.server.password
    with open_history(folder) as history:
        again = history.summary(1)
        loaded = history.load(1)
        stories = {step.phone.name: history.story(1, step.phone.name) for step in here.plan.steps}
    assert len(summary.outcomes) > 20
    assert {PhoneState.INSTALLED, PhoneState.FAILED, PhoneState.LEFT_OUT} <= set(summary.counts)
    assert again.outcomes == summary.outcomes
    assert (loaded.plan, loaded.run.identity, loaded.run.counts) == (here.plan, identity, summary.counts)
    for outcome in summary.outcomes:
        if outcome.state is PhoneState.INSTALLED:
            told = [line.what for line in stories[outcome.name]]
            assert told[:4] == ["planned", "write intended", "written", "apply intended"]
            assert told[-2:] == ["installed", "registered again"] or told[-1] == "installed"
    assert here.plan.steps[0].phone.name.encode() in kept
    assert SECRET.encode() not in kept
    assert password.encode() not in kept
