"""What the journal tells of runs, as a person asks for it, beside a run that writes."""

from dataclasses import replace
from pathlib import Path

import pytest

from lscctl.errors import ClusterError, UsageError
from lscctl.history import RunState, StoryLine
from lscctl.outcome import PhoneState
from lscctl.rollout.events import CallNotMade, Purpose, RunStarted, Stopping, WaveStarted
from lscctl.rollout.journal.beginning import begin
from lscctl.rollout.journal.lock import Lock
from lscctl.rollout.journal.place import journal_file, lock_folder
from lscctl.rollout.journal.writing import Journal
from lscctl.rollout.standing import Standing
from tests.rollout.journal.lab import (
    ALICE,
    FIRST,
    IDENTITY,
    OUT,
    PLAN,
    SECOND,
    START,
    THIRD,
    changed,
    ended,
    intended,
    lab,
    new_run,
    open_history,
)


def test_runs_are_listed_the_newest_first_with_their_phones_by_state(folder: Path) -> None:
    with lab(folder) as at_work:
        for event in (intended(FIRST), changed(FIRST, PhoneState.PENDING), intended(SECOND)):
            at_work.journal.on_event(event)
        begin(at_work.store, new_run(retries=1), at_work.lock)
        with at_work.history() as history:
            second, first = history.runs()
        assert (second.number, second.retries, first.number, first.retries) == (2, 1, 1, None)
        assert second.counts == {PhoneState.LEFT_OUT: 1, PhoneState.QUEUED: 3}
        assert first.counts == {PhoneState.LEFT_OUT: 1, PhoneState.QUEUED: 2, PhoneState.PENDING: 1}
        assert sum(first.counts.values()) == len(PLAN.steps) + len(PLAN.left_out)


def test_a_run_whose_process_is_gone_has_crashed_even_if_another_run_is_at_work(folder: Path) -> None:
    with lab(folder):
        pass
    with open_history(folder) as history:
        assert history.run(1).state is RunState.CRASHED
    with lab(folder), open_history(folder) as history:
        assert [(run.number, run.state) for run in history.runs()] == [(2, RunState.RUNNING), (1, RunState.CRASHED)]


def test_a_run_on_another_cluster_is_judged_by_that_clusters_lock(folder: Path) -> None:
    elsewhere = replace(IDENTITY, name="lab", publisher="another")
    with lab(folder) as at_work:
        with Lock(at_work.locks, elsewhere, ALICE) as lock:
            begin(at_work.store, new_run(identity=elsewhere), lock)
            with at_work.history() as history:
                assert [run.state for run in history.runs()] == [RunState.RUNNING, RunState.RUNNING]
        with at_work.history() as history:
            assert [run.state for run in history.runs()] == [RunState.CRASHED, RunState.RUNNING]


def test_a_phones_story_is_told_from_the_plan_to_the_result(folder: Path) -> None:
    with lab(folder) as at_work:
        for event in (
            intended(FIRST, START + 1),
            changed(FIRST, PhoneState.WRITTEN, START + 2),
            intended(FIRST, START + 3, Purpose.APPLY),
            changed(FIRST, PhoneState.APPLIED, START + 4),
            changed(FIRST, PhoneState.PENDING, START + 5, status="Operation Pending"),
            changed(FIRST, PhoneState.FAILED, START + 6, status="Upgrade Failed: Invalid MIC", reason="Invalid MIC"),
            ended({FIRST: PhoneState.FAILED}),
        ):
            at_work.journal.on_event(event)
        with at_work.history() as history:
            assert history.story(1, FIRST) == (
                StoryLine(START, "planned"),
                StoryLine(START + 1, "write intended", "None", "to be complete by 2026:11:26:04:00"),
                StoryLine(START + 2, "written", "None"),
                StoryLine(START + 3, "apply intended", "None"),
                StoryLine(START + 4, "applied", "None"),
                StoryLine(START + 5, "pending", "Operation Pending"),
                StoryLine(START + 6, "failed", "Upgrade Failed: Invalid MIC", "Invalid MIC"),
            )
            assert history.story(1, SECOND) == (StoryLine(START, "planned"),)
            (left_out,) = history.story(1, OUT)
    assert (left_out.what, left_out.text) == ("left-out", str(PLAN.left_out[0].findings[0]))


def test_a_call_that_the_cluster_did_nothing_with_does_not_end_a_story_as_intended(folder: Path) -> None:
    with lab(folder) as at_work:
        at_work.journal.on_event(intended(FIRST))
        at_work.journal.on_event(CallNotMade(START + 2, Purpose.WRITE, ((FIRST, Standing(wave=1)),)))
        at_work.journal.flush()
        with at_work.history() as history:
            assert [line.what for line in history.story(1, FIRST)][-2:] == ["write intended", "write not made"]


def test_a_summary_tells_every_phone_as_the_run_itself_did(folder: Path) -> None:
    with lab(folder) as at_work:
        at_work.journal.on_event(changed(FIRST, PhoneState.INSTALLED, status="Upgrade Success"))
        at_work.journal.on_event(changed(SECOND, PhoneState.FAILED, reason="Invalid MIC", next_step="import it"))
        end = ended(
            {
                FIRST: PhoneState.INSTALLED,
                SECOND: PhoneState.FAILED,
                THIRD: PhoneState.QUEUED,
                OUT: PhoneState.LEFT_OUT,
            },
            failure=ClusterError("login refused"),
            stopped="login refused",
            notes=("one",),
        )
        at_work.journal.on_event(end)
        with at_work.history() as history:
            summary = history.summary(1)
    assert [(phone.name, phone.state, phone.reason) for phone in summary.outcomes] == [
        (FIRST, PhoneState.INSTALLED, ""),
        (SECOND, PhoneState.FAILED, "Invalid MIC"),
        (THIRD, PhoneState.QUEUED, ""),
        (OUT, PhoneState.LEFT_OUT, str(PLAN.left_out[0].findings[0])),
    ]
    assert summary.counts == end.summary.counts
    assert (summary.started, summary.ended, summary.writes, summary.reads) == (START, START + 60, 2, 3)
    assert (summary.stopped, summary.notes, str(summary.failure)) == ("login refused", ("one",), "login refused")


@pytest.mark.parametrize("words", [{"gate": "--max-lost: 3 of 9"}, {"left": "outside the window"}])
def test_a_summary_tells_which_gate_closed_and_what_was_left(folder: Path, words: dict[str, str]) -> None:
    with lab(folder) as at_work:
        at_work.journal.on_event(ended({FIRST: PhoneState.QUEUED}, 9.0, **words))
        with at_work.history() as history:
            summary = history.summary(1)
    assert (summary.gate, summary.left) == (words.get("gate"), words.get("left"))


def test_the_summary_of_a_crashed_run_ends_with_its_last_sign_of_life(folder: Path) -> None:
    with lab(folder) as at_work:
        at_work.journal.on_event(intended(FIRST, START + 42))
    with open_history(folder) as history:
        assert history.summary(1).ended == START + 42


def test_what_happened_to_a_run_can_be_followed(folder: Path) -> None:
    first = (RunStarted(START, 3, {PhoneState.QUEUED: 3}), WaveStarted(START, 1, 2, "canary", 1))
    with lab(folder) as at_work, at_work.history() as history:
        for event in (*first, intended(FIRST)):
            at_work.journal.on_event(event)
        seen = history.events(1)
        assert tuple(event for _, event in seen) == first
        at_work.journal.on_event(Stopping(START + 5, "ctrl-C"))
        at_work.journal.on_event(intended(SECOND))
        assert [event for _, event in history.events(1, after=seen[-1][0])] == [Stopping(START + 5, "ctrl-C")]


def test_an_event_that_this_release_does_not_know_is_passed_over(folder: Path) -> None:
    with lab(folder) as at_work, at_work.history() as history:
        with at_work.store.transaction() as connection:
            connection.execute("INSERT INTO event (run, kind, event) VALUES (1, 'Eclipse', '{}')")
        at_work.journal.on_event(Stopping(START + 5, "ctrl-C"))
        at_work.journal.on_event(intended(FIRST))
        assert [event for _, event in history.events(1)] == [Stopping(START + 5, "ctrl-C")]


def test_what_a_cancel_does_behind_the_end_of_a_run_counts(folder: Path) -> None:
    with lab(folder) as at_work:
        at_work.journal.on_event(
            ended({FIRST: PhoneState.PENDING, SECOND: PhoneState.QUEUED, THIRD: PhoneState.QUEUED})
        )
        undo = Journal(at_work.store, 1)
        undo.on_event(intended(FIRST, purpose=Purpose.TAKE_BACK))
        undo.on_event(changed(FIRST, PhoneState.CANCELLED))
        undo.on_event(intended(SECOND, purpose=Purpose.TAKE_BACK))
        with at_work.history() as history:
            assert history.run(1).counts == {PhoneState.LEFT_OUT: 1, PhoneState.QUEUED: 2, PhoneState.CANCELLED: 1}


def test_phones_and_runs_that_are_not_there_are_said_not_to_be(folder: Path) -> None:
    with lab(folder) as at_work, at_work.history() as history:
        for look in (history.run, history.load, history.summary, history.limited):
            with pytest.raises(UsageError, match="has no run 7"):
                look(7)
        with pytest.raises(UsageError, match="has no run 7"):
            history.story(7, FIRST)
        with pytest.raises(UsageError, match="run 1 has no phone SEPNOBODY"):
            history.story(1, "SEPNOBODY")


def test_equal_profiles_are_one_object_after_loading_so_that_memory_stays_small(folder: Path) -> None:
    with lab(folder) as at_work, at_work.history() as history:
        plan = history.load(1).plan
    phones = [step.phone for step in plan.steps] + [out.phone for out in plan.left_out]
    assert len({id(phone.profile) for phone in phones}) == 1


def test_the_journal_is_in_the_state_folder_unless_the_user_names_another(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LSCCTL_STATE_DIR", str(folder))
    assert journal_file() == folder / "journal.sqlite"
    assert journal_file(Path("night.sqlite")) == Path("night.sqlite")
    assert lock_folder() == folder / "locks"
    monkeypatch.delenv("LSCCTL_STATE_DIR")
    monkeypatch.setenv("XDG_STATE_HOME", str(folder))
    assert journal_file() == folder / "lscctl" / "journal.sqlite"
