"""Which operations at the cluster the journal knows for its runs' own, and which it does not."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pytest

from lscctl.capf import CertificateOperation
from lscctl.identity import ClusterIdentity
from lscctl.outcome import PhoneState
from lscctl.rollout.events import PhoneChanged
from lscctl.rollout.journal.beginning import begin
from lscctl.rollout.journal.own_writes import OwnWrite, own_standings
from lscctl.rollout.standing import Call, Standing
from tests.rollout.journal.lab import FIRST, IDENTITY, PLAN, SECOND, START, Lab, lab, new_run, phone

HOUR, FOUR = "2026:11:26:02:00", "2026:11:26:04:00"
AT_TWO = 1_795_658_400.0
WRITTEN = Standing(
    PhoneState.WRITTEN, wave=1, write=Call.DONE, writes=2, deadline=FOUR, deadline_at=AT_TWO + 7200, earlier=(AT_TWO,)
)


@pytest.fixture
def here(folder: Path) -> Iterator[Lab]:
    with lab(folder) as at_work:
        stands(at_work, WRITTEN)
        yield at_work


def stands(at_work: Lab, standing: Standing) -> None:
    at_work.journal.on_event(PhoneChanged(START + 2, FIRST, PhoneState.QUEUED, standing))
    at_work.journal.flush()


def own(here: Lab, identity: ClusterIdentity = IDENTITY) -> OwnWrite | None:
    with here.history() as history:
        return history.own_writes(identity, [FIRST, SECOND], UTC).get(FIRST)


@pytest.mark.parametrize(
    ("operation", "finish_time", "ours"),
    [
        (PLAN.operation, FOUR, True),
        (PLAN.operation, HOUR, True),
        (PLAN.operation, "2026:11:26:05:00", False),
        (PLAN.operation, "", False),
        (CertificateOperation.DELETE, FOUR, False),
    ],
    ids=["the last write", "one before, which may stand instead", "another hour", "no time", "another operation"],
)
def test_an_operation_is_a_runs_own_by_what_it_is_and_by_its_hour(
    here: Lab, operation: CertificateOperation, finish_time: str, ours: bool
) -> None:
    known = own(here)
    assert known is not None
    assert known.run == 1
    assert known.is_of(replace(phone(FIRST), operation=operation, finish_time=finish_time)) is ours


def test_a_clone_of_the_cluster_is_another_one(here: Lab) -> None:
    clone = replace(IDENTITY, name="lab", capf="cd" * 32)
    assert clone.is_other_than(IDENTITY)
    assert own(here, clone) is None


def test_the_last_run_that_wrote_the_phone_is_the_one(here: Lab) -> None:
    second = begin(here.store, new_run(retries=1), here.lock, clock=here.ticker)
    known = own(here)
    assert known is not None
    assert known.run == 1, "the second has not written it"
    second.on_event(PhoneChanged(START + 9, FIRST, PhoneState.QUEUED, WRITTEN))
    second.flush()
    known = own(here)
    assert known is not None
    assert known.run == 2


def test_a_refused_write_that_an_older_lscctl_counted_is_none(here: Lab) -> None:
    refused = replace(WRITTEN, state=PhoneState.FAILED, write=Call.NOT_MADE, writes=1, earlier=())
    stands(here, refused)
    assert own(here) is not None, "today's lscctl takes back what it counted"
    with here.store.transaction() as connection:
        connection.execute("UPDATE standing SET standing = json_remove(standing, '$.earlier')")
    assert own(here) is None
    with here.history() as history:
        standing = history.load(1).standings[FIRST]
    assert (standing.writes, standing.deadline, standing.deadline_at) == (0, "", None)


def test_a_write_that_an_older_lscctl_saw_pending_before_a_second_was_not_made_is_one(here: Lab) -> None:
    stands(
        here, replace(WRITTEN, state=PhoneState.FAILED, write=Call.NOT_MADE, writes=1, seen_pending=True, earlier=())
    )
    with here.store.transaction() as connection:
        connection.execute("UPDATE standing SET standing = json_remove(standing, '$.earlier')")
    known = own(here)
    assert known is not None
    assert known.finish_times == (FOUR,)


@pytest.mark.parametrize(("hour", "is_own"), [(FOUR, False), (HOUR, False), ("2026:11:26:05:00", True)])
def test_what_a_later_run_wrote_until_the_same_hour_is_no_more_the_earlier_ones(
    here: Lab, hour: str, is_own: bool
) -> None:
    second = begin(here.store, new_run(retries=1), here.lock, clock=here.ticker)
    assert own_standings(here.store, IDENTITY, 1, {FIRST: WRITTEN}, UTC) == {FIRST: WRITTEN}
    theirs = replace(WRITTEN, writes=1, deadline=hour, earlier=())
    second.on_event(PhoneChanged(START + 9, FIRST, PhoneState.QUEUED, theirs))
    second.flush()
    assert own_standings(here.store, IDENTITY, 1, {FIRST: WRITTEN}, UTC) == ({FIRST: WRITTEN} if is_own else {})
    assert own_standings(here.store, IDENTITY, second.number, {FIRST: theirs}, UTC) == {FIRST: theirs}
