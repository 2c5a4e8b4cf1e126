"""What a cancelled run takes back is its own and nobody else's: at the simulated CUCM over its socket."""

import json
from pathlib import Path

import pytest

from lscctl.notation import text_of
from lscctl.outcome import PhoneState
from lscctl.rollout.journal import notation
from lscctl.rollout.standing import Call, Standing
from lscctl.rollout.taking_back import still_pending
from lscctl.simulator.capf_write import CapfWrite
from tests.rollout.fakes import Notebook
from tests.rollout.simulated import Lab, lab

pytestmark = pytest.mark.usefixtures("long_naps")


def of_an_older_lscctl(standing: Standing) -> Standing:
    """As it is read from a journal of an lscctl that did not know `earlier`."""
    written = json.loads(text_of(notation.STANDING, standing))
    del written["earlier"]
    return notation.standing_of(json.dumps(written), Path("journal.sqlite"))


def left(here: Lab, standing: Standing) -> list[str]:
    name = here.plan.steps[0].phone.name
    zone = here.cluster.clock.zone
    return [record.step.phone.name for record in still_pending(here.plan, {name: standing}, here.cluster, zone)]


@pytest.mark.parametrize("assumption", ["pending-at=write", "pending-at=apply"])
def test_somebodys_operation_of_the_hour_of_a_write_that_an_older_lscctl_saw_refused_stays(assumption: str) -> None:
    with lab(phones=20, limit=1, assume=[assumption], old_status="Upgrade Success") as here:
        phone = here.plan.steps[0].phone
        deadline = here.plan.deadline.resolve(here.cluster.clock)
        here.simulated.write_capf(phone.pkid, CapfWrite(operation="Install/Upgrade", finish_time=deadline.text))
        refused = Standing(
            state=PhoneState.FAILED,
            reason="not written: refused",
            deadline=deadline.text,
            deadline_at=deadline.at.timestamp(),
            write=Call.NOT_MADE,
            writes=1,
            status="Upgrade Success",
            status_before="Upgrade Success",
        )
        assert left(here, of_an_older_lscctl(refused)) == []
        assert left(here, refused) == [phone.name], "of today's lscctl it is an earlier write of the run's own"


@pytest.mark.parametrize("assumption", ["pending-at=write", "pending-at=apply"])
def test_what_a_later_run_has_written_for_a_phone_that_failed_stays(assumption: str) -> None:
    with lab(phones=20, limit=1, deadline="04:00", assume=[assumption], failures=["failed=100%"]) as here:
        first = Notebook()
        assert here.run(observers=[first]).counts == {PhoneState.FAILED: 1}
        (step,) = here.plan.steps
        deadline = here.plan.deadline.resolve(here.cluster.clock)
        here.simulated.write_capf(step.phone.pkid, CapfWrite(operation="Install/Upgrade", finish_time=deadline.text))
        assert first.standings[step.phone.name].deadline == deadline.text, "of the same hour"
        assert left(here, first.standings[step.phone.name]) == []
