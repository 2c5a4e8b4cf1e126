"""Phones that must be written twice, since their first deadline came before they were applied, and what becomes of them where the
second write goes wrong: at the simulated CUCM over its socket."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from lscctl.outcome import PhoneState, RunSummary
from lscctl.rollout.events import Event, Intended, Purpose
from lscctl.rollout.taking_back import still_pending, take_back
from lscctl.window import Windows
from tests.rollout.fakes import Killed, Notebook
from tests.rollout.simulated import NOON, Lab, lab

pytestmark = pytest.mark.usefixtures("long_naps")

HOUR = 3600.0
ASSUMPTIONS = ["pending-at=write", "pending-at=apply"]
"""With the latter the status of an earlier operation stands beside ours until the phone is applied."""


@contextmanager
def written_and_overdue(assumption: str) -> Iterator[tuple[Lab, Notebook]]:
    """A run that wrote one phone and could not apply it, and then the phone's deadline came."""
    with lab(phones=20, limit=1, assume=[assumption], old_status="Upgrade Success") as here:
        notebook = Notebook()
        here.server.disturb("http-503:applyPhone")
        summary = here.run(observers=[notebook], patience=0)
        assert summary.counts == {PhoneState.WRITTEN: 1}
        here.server.calm()
        here.clock.forward(hours=12)
        yield here, notebook


def resumed(here: Lab, notebook: Notebook, patience: float = 300.0) -> RunSummary:
    return here.run(observers=[notebook], past=dict(notebook.standings), patience=patience)


class KilledAtAWrite:
    """The process is killed once it has written down that it is about to write."""

    def on_event(self, event: Event) -> None:
        if isinstance(event, Intended) and event.purpose is Purpose.WRITE:
            raise Killed


def nothing_stands(here: Lab) -> bool:
    return here.truth(here.plan.steps[0].phone.name)["operation"] == "No Pending Operation"


@pytest.mark.parametrize("assumption", ASSUMPTIONS)
@pytest.mark.parametrize("trouble", ["http-503:updatePhone", "drop-before:updatePhone", "drop-after:updatePhone"])
def test_a_phone_whose_second_write_went_wrong_gets_its_lsc_once_the_run_is_resumed(
    assumption: str, trouble: str
) -> None:
    with written_and_overdue(assumption) as (here, notebook):
        here.server.disturb(trouble)
        resumed(here, notebook, patience=0)
        here.server.calm()
        summary = resumed(here, notebook)
        assert summary.counts == {PhoneState.INSTALLED: 1}, summary.outcomes
        assert nothing_stands(here)


@pytest.mark.parametrize("assumption", ASSUMPTIONS)
def test_a_phone_whose_second_write_never_left_gets_its_lsc_once_the_run_is_resumed(assumption: str) -> None:
    with written_and_overdue(assumption) as (here, notebook):
        with pytest.raises(Killed):
            here.run(observers=[notebook, KilledAtAWrite()], past=dict(notebook.standings))
        assert len(here.writes("updatePhone")) == 1
        summary = resumed(here, notebook)
        assert summary.counts == {PhoneState.INSTALLED: 1}, summary.outcomes
        assert nothing_stands(here)


@pytest.mark.parametrize("assumption", ASSUMPTIONS)
def test_a_phone_whose_second_write_was_refused_until_its_window_closed_gets_its_lsc_in_the_next_one(
    assumption: str,
) -> None:
    with lab(phones=20, limit=2, assume=[assumption], old_status="Upgrade Success") as here:

        def instead(trouble: str) -> None:
            here.server.calm()
            if trouble:
                here.server.disturb(trouble)

        instead("http-503:applyPhone")
        here.at.append((NOON + 2 * HOUR, lambda: instead("http-503:updatePhone")))
        here.at.append((NOON + 26 * HOUR, lambda: instead("")))
        summary = here.run(windows=Windows.parse(["10:30-11:40"]), patience=2 * HOUR)
        assert summary.counts == {PhoneState.INSTALLED: 2}, summary.outcomes
        assert all(write.at > NOON + 40 * HOUR for write in here.writes("applyPhone"))
        assert len(here.writes("updatePhone")) == 4


@pytest.mark.parametrize("assumption", ASSUMPTIONS)
def test_a_second_write_that_the_cluster_refuses_says_that_the_first_one_stands(assumption: str) -> None:
    with written_and_overdue(assumption) as (here, notebook):
        here.refuse_writes("the phone is in use by another editor")
        (outcome,) = resumed(here, notebook).outcomes[:1]
        assert outcome.state is PhoneState.FAILED
        assert outcome.reason.startswith("written before, until 2026:11:25:16:00, but not applied; not written anew")
        assert "in use by another editor" in outcome.reason
        assert "No Pending Operation" in outcome.next_step


@pytest.mark.parametrize("assumption", ASSUMPTIONS)
@pytest.mark.parametrize("trouble", ["http-503:updatePhone", "drop-before:updatePhone"])
def test_a_run_that_is_cancelled_after_a_second_write_went_wrong_takes_back_what_stands(
    assumption: str, trouble: str
) -> None:
    with written_and_overdue(assumption) as (here, notebook):
        here.server.disturb(trouble)
        resumed(here, notebook, patience=0)
        here.server.calm()
        zone = here.cluster.clock.zone
        left = still_pending(here.plan, notebook.standings, here.cluster, zone)
        assert [record.step.phone.name for record in left] == [here.plan.steps[0].phone.name]
        (taken,) = take_back(left, here.cluster, [], now=here.clock.utc, chance=lambda: 0.5)
        assert taken.state is PhoneState.CANCELLED
        assert nothing_stands(here)


@pytest.mark.parametrize("assumption", ASSUMPTIONS)
def test_an_apply_that_the_cluster_did_not_take_is_made_once_the_run_is_resumed(assumption: str) -> None:
    with lab(phones=20, limit=3, assume=[assumption], old_status="Upgrade Success") as here:
        notebook = Notebook()
        here.server.disturb("http-503:applyPhone")
        here.run(observers=[notebook], patience=0)
        here.server.calm()
        summary = resumed(here, notebook)
        assert summary.counts == {PhoneState.INSTALLED: 3}, summary.outcomes
        assert len(here.writes("updatePhone")) == len(here.writes("applyPhone")) == 3
