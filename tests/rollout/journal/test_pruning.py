"""Runs of long ago can be forgotten, those that are not over never."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from lscctl.outcome import PhoneState
from lscctl.plan import Plan, Step
from lscctl.rollout.journal.beginning import begin
from lscctl.rollout.journal.pruning import forget, prunable
from lscctl.rollout.journal.store import Store
from tests.rollout.journal.lab import (
    ALL_INSTALLED,
    FIRST,
    PLAN,
    SETTINGS,
    START,
    Lab,
    changed,
    ended,
    intended,
    lab,
    new_run,
    open_history,
    phone,
)

TABLES = ("run", "phone", "standing", "story", "event", "wish")


def begin_and_end(at_work: Lab, at: float) -> None:
    journal = begin(at_work.store, new_run(), at_work.lock)
    journal.on_event(intended(FIRST, at))
    journal.on_event(changed(FIRST, PhoneState.INSTALLED, at))
    journal.on_event(ended(ALL_INSTALLED, at))


def prune(store: Store, **which: object) -> tuple[int, ...]:
    """Choose as the options say, and forget those."""
    with open_history(store.path.parent) as history:
        chosen = prunable(history.runs(), **which)  # type: ignore[arg-type]
    return forget(store, store.path.parent / "locks", [run.number for run in chosen])


def numbers(at_work: Lab) -> list[int]:
    with at_work.history() as history:
        return [run.number for run in history.runs()]


def size(at_work: Lab) -> int:
    return sum(path.stat().st_size for path in at_work.folder.glob("journal.sqlite*"))


def test_ended_runs_are_deleted_with_all_that_belongs_to_them_and_others_stay(folder: Path) -> None:
    with lab(folder) as at_work:
        at_work.journal.on_event(intended(FIRST))
        for at in (100.0, 200.0, 300.0):
            begin_and_end(at_work, at)
        assert prune(at_work.store) == (4, 3, 2)
        assert numbers(at_work) == [1]
        for table in TABLES:
            key = "number" if table == "run" else "run"
            assert at_work.store.row(f"SELECT count(*) FROM {table} WHERE {key} <> 1") == (0,)
        at_work.journal.on_event(changed(FIRST, PhoneState.INSTALLED))
        at_work.journal.on_event(intended(FIRST))


def test_the_newest_can_be_kept_and_an_age_be_asked_for(folder: Path) -> None:
    with lab(folder) as at_work:
        for at in (100.0, 200.0, 300.0, 400.0):
            begin_and_end(at_work, at)
        assert prune(at_work.store, keep=3) == (2,)
        assert prune(at_work.store, ended_before=400.0, keep=1) == (4, 3)
        assert prune(at_work.store, ended_before=100.0) == ()
        assert numbers(at_work) == [5, 1]


def test_a_run_that_was_cut_off_can_still_be_resumed_after_a_prune(folder: Path) -> None:
    with lab(folder) as at_work:
        pass
    with Store.for_writing(at_work.file) as store:
        assert prune(store, ended_before=START * 2) == ()
    assert numbers(at_work) == [1]


@pytest.mark.parametrize("state", [PhoneState.QUEUED, PhoneState.WRITTEN, PhoneState.APPLIED, PhoneState.PENDING])
def test_an_ended_run_that_can_be_resumed_stays_unless_it_is_asked_for(folder: Path, state: PhoneState) -> None:
    with lab(folder) as at_work:
        at_work.journal.on_event(ended({**ALL_INSTALLED, FIRST: state}, gate="--max-failures: too many"))
        assert prune(at_work.store) == ()
        assert prune(at_work.store, resumable=True, ended_before=START) == ()
        assert prune(at_work.store, resumable=True) == (1,)


def test_a_run_that_was_cut_off_can_be_forgotten_when_it_is_asked_for(folder: Path) -> None:
    with lab(folder) as at_work:
        assert prune(at_work.store, resumable=True) == ()
    with Store.for_writing(at_work.file) as store:
        assert prune(store, resumable=True, ended_before=START) == ()
        assert prune(store, resumable=True, ended_before=START + 1) == (1,)


def test_a_run_that_has_gone_to_work_since_it_was_chosen_stays(folder: Path) -> None:
    with lab(folder) as at_work:
        begin_and_end(at_work, 100.0)
        assert forget(at_work.store, at_work.locks, [1, 2, 7]) == (2,)
        assert numbers(at_work) == [1]


def test_a_run_that_retried_a_deleted_one_forgets_which(folder: Path) -> None:
    with lab(folder) as at_work:
        at_work.journal.on_event(ended(ALL_INSTALLED))
        begin(at_work.store, new_run(retries=1), at_work.lock)
        with at_work.history() as history:
            assert history.run(2).retries == 1
        prune(at_work.store)
        with at_work.history() as history:
            assert history.run(2).retries is None


def test_the_disk_gets_the_room_back_even_while_another_reads(folder: Path) -> None:
    many = Plan(PLAN.operation, PLAN.deadline, tuple(Step(phone(f"SEP{at:012X}"), SETTINGS) for at in range(2_000)), ())
    with lab(folder, many) as at_work:
        at_work.journal.on_event(ended(ALL_INSTALLED))
        large = size(at_work)
        with at_work.history() as history:
            prune(at_work.store)
            assert history.runs() == ()
        assert size(at_work) < large / 10


def test_a_journal_that_was_rebuilt_by_hand_can_be_pruned_too(folder: Path) -> None:
    with lab(folder) as at_work:
        at_work.journal.on_event(ended(ALL_INSTALLED))
    with closing(sqlite3.connect(at_work.file, isolation_level=None)) as by_hand:
        by_hand.executescript("PRAGMA journal_mode = DELETE; PRAGMA auto_vacuum = NONE; VACUUM")
    with Store.for_writing(at_work.file) as store:
        assert prune(store) == (1,)
    assert numbers(at_work) == []
