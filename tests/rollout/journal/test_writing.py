"""What is on disk at which moment, how a run's end is told, and that a journal that has failed once takes nothing more."""

import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from lscctl import __version__
from lscctl.errors import ClusterError, JournalError, UsageError
from lscctl.history import RunState
from lscctl.outcome import PhoneState
from lscctl.rollout.events import GateClosed, Limit, Limited, Purpose, RunStarted, WaveEnded, WindowClosed, WindowOpened
from lscctl.rollout.journal.beginning import begin, mark_cancelled, resume
from lscctl.rollout.journal.lock import Lock
from lscctl.rollout.journal.store import Store
from lscctl.rollout.journal.wishes import ask_to_stop
from lscctl.rollout.standing import Call, Standing
from lscctl.rules import Rules
from tests.rollout.journal.lab import (
    ALICE,
    ALL_INSTALLED,
    FIRST,
    IDENTITY,
    OUT,
    PLAN,
    SECOND,
    START,
    THIRD,
    Lab,
    changed,
    ended,
    intended,
    lab,
    new_run,
    open_history,
)


def on_disk(at_work: Lab) -> Mapping[str, Standing]:
    with at_work.history() as history:
        return history.load(at_work.number).standings


def state_of(at_work: Lab) -> tuple[RunState, str]:
    with at_work.history() as history:
        run = history.run(at_work.number)
    return run.state, run.why


def test_a_new_run_is_on_disk_with_all_that_is_planned_before_anything_happens(folder: Path) -> None:
    with lab(folder) as at_work, at_work.history() as history:
        loaded = history.load(at_work.number)
        assert (loaded.plan, loaded.rules, loaded.standings) == (PLAN, Rules(), {})
        run = loaded.run
        assert (run.number, run.state, run.who, run.version) == (1, RunState.RUNNING, ALICE, __version__)
        assert (run.identity, run.command, run.started, run.ended) == (
            IDENTITY,
            "lscctl bulk-install --all",
            START,
            None,
        )
        assert run.counts == {PhoneState.LEFT_OUT: 1, PhoneState.QUEUED: 3}


@pytest.mark.parametrize("purpose", list(Purpose))
def test_what_is_intended_is_on_disk_when_on_event_returns(folder: Path, purpose: Purpose) -> None:
    with lab(folder) as at_work:
        event = intended(FIRST, purpose=purpose)
        at_work.journal.on_event(event)
        assert on_disk(at_work) == dict(event.phones)
        with at_work.history() as history:
            assert history.story(1, FIRST)[-1].what == f"{purpose} intended"


def test_an_intention_outlives_kill_9(folder: Path) -> None:
    script = textwrap.dedent(
        """
        import sys, time
        from pathlib import Path
        from tests.rollout.journal.lab import FIRST, intended, lab
        with lab(Path(sys.argv[1])) as at_work:
            at_work.journal.on_event(intended(FIRST))
            print("intended", flush=True)
            time.sleep(60)
        """
    )
    with subprocess.Popen([sys.executable, "-c", script, str(folder)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "intended\n"
        with open_history(folder) as history:
            assert history.run(1).state is RunState.RUNNING
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=10)
    with open_history(folder) as history:
        run = history.run(1)
        assert (run.state, run.ended) == (RunState.CRASHED, None)
        assert history.load(1).standings[FIRST].write is Call.UNDER_WAY
        assert run.counts == {PhoneState.LEFT_OUT: 1, PhoneState.QUEUED: 3}


def test_what_happened_waits_about_a_second_and_goes_in_order(folder: Path) -> None:
    with lab(folder) as at_work:
        at_work.journal.on_event(changed(FIRST, PhoneState.WRITTEN))
        assert on_disk(at_work) == {}
        at_work.ticker.at = 1.0
        at_work.journal.on_event(changed(FIRST, PhoneState.APPLIED, START + 3))
        assert on_disk(at_work)[FIRST].state is PhoneState.APPLIED
        with at_work.history() as history:
            story = history.story(1, FIRST)
        assert [(line.what, line.at) for line in story] == [
            ("planned", START),
            ("written", START + 2),
            ("applied", START + 3),
        ]


def test_what_happened_is_on_disk_with_the_next_intention(folder: Path) -> None:
    with lab(folder) as at_work:
        at_work.journal.on_event(changed(FIRST, PhoneState.WRITTEN))
        at_work.journal.on_event(intended(SECOND))
        assert on_disk(at_work)[FIRST].state is PhoneState.WRITTEN


@pytest.mark.parametrize(
    "event", [GateClosed(START, "--max-failures", "3 failed"), WaveEnded(START, 1, "canary", {})], ids=["gate", "wave"]
)
def test_a_closed_gate_and_the_end_of_a_wave_wait_for_nothing(folder: Path, event: GateClosed | WaveEnded) -> None:
    with lab(folder) as at_work:
        at_work.journal.on_event(changed(FIRST, PhoneState.FAILED))
        at_work.journal.on_event(event)
        assert on_disk(at_work)[FIRST].state is PhoneState.FAILED
        with at_work.history() as history:
            assert [told for _, told in history.events(1)] == [event]


def test_a_run_without_events_puts_what_waits_on_disk_when_it_looks_for_a_wish(folder: Path) -> None:
    with lab(folder) as at_work:
        at_work.journal.on_event(changed(FIRST, PhoneState.WRITTEN))
        assert at_work.journal.wish() is None
        assert on_disk(at_work) == {}
        at_work.ticker.at = 1.0
        assert at_work.journal.wish() is None
        assert on_disk(at_work)[FIRST].state is PhoneState.WRITTEN


def test_only_the_last_word_on_what_limits_the_run_is_kept(folder: Path) -> None:
    with lab(folder) as at_work:
        with at_work.history() as history:
            assert history.limited(1) is None
        for why in ("its queue is full", "its queue is full again"):
            at_work.journal.on_event(Limited(START, Limit.CLUSTER, why, 12.5))
        at_work.journal.on_event(intended(FIRST))
        with at_work.history() as history:
            assert history.limited(1) == Limited(START, Limit.CLUSTER, "its queue is full again", 12.5)


def test_a_run_that_went_well_is_finished(folder: Path) -> None:
    with lab(folder) as at_work:
        at_work.journal.on_event(RunStarted(START, 3, {PhoneState.QUEUED: 3}))
        for name in (FIRST, SECOND, THIRD):
            at_work.journal.on_event(changed(name, PhoneState.INSTALLED, status="Upgrade Success"))
        at_work.journal.on_event(ended(ALL_INSTALLED, notes=("one phone was slow",)))
        with at_work.history() as history:
            run = history.run(1)
            assert (run.state, run.why, run.ended) == (RunState.FINISHED, "", START + 60)
            assert run.counts == {PhoneState.LEFT_OUT: 1, PhoneState.INSTALLED: 3}
            assert run.notes == ("one phone was slow",)


@pytest.mark.parametrize(
    ("details", "state", "why"),
    [
        ({"failure": ClusterError("login refused"), "stopped": "login refused"}, RunState.FAILED, "login refused"),
        ({"gate": "--max-failures: 3 of 5 failed"}, RunState.GATE_CLOSED, "--max-failures: 3 of 5 failed"),
        ({"stopped": "ctrl-C"}, RunState.STOPPED, "ctrl-C"),
        ({"left": "pause before wave 2"}, RunState.STOPPED, "pause before wave 2"),
    ],
    ids=lambda value: value.value if isinstance(value, RunState) else None,
)
def test_a_run_that_ended_early_says_how_and_why(
    folder: Path, details: dict[str, Any], state: RunState, why: str
) -> None:
    with lab(folder) as at_work:
        at_work.journal.on_event(ended({FIRST: PhoneState.QUEUED}, **details))
        assert state_of(at_work) == (state, why)


def test_a_run_that_did_not_wait_for_its_last_phones_is_not_finished(folder: Path) -> None:
    with lab(folder) as at_work:
        at_work.journal.on_event(ended(ALL_INSTALLED | {FIRST: PhoneState.PENDING}))
        assert state_of(at_work) == (RunState.STOPPED, "it did not wait for its last phones")


def test_a_run_that_leaves_phones_for_the_next_window_says_so(folder: Path) -> None:
    with lab(folder) as at_work:
        at_work.journal.on_event(WindowClosed(START, START + 9))
        at_work.journal.on_event(ended({FIRST: PhoneState.QUEUED}, left="outside the window until 22:00"))
        assert state_of(at_work) == (RunState.WINDOW_CLOSED, "outside the window until 22:00")


def test_a_window_that_opened_again_does_not_mark_the_end(folder: Path) -> None:
    with lab(folder) as at_work:
        at_work.journal.on_event(WindowClosed(START, START + 9))
        at_work.journal.on_event(WindowOpened(START + 9))
        at_work.journal.on_event(ended(ALL_INSTALLED))
        assert state_of(at_work) == (RunState.FINISHED, "")


def test_phones_that_have_not_ended_keep_the_words_of_the_runs_end(folder: Path) -> None:
    with lab(folder) as at_work:
        at_work.journal.on_event(changed(FIRST, PhoneState.PENDING))
        at_work.journal.on_event(changed(SECOND, PhoneState.FAILED, reason="Invalid MIC", next_step="import it"))
        end = ended({FIRST: PhoneState.PENDING, SECOND: PhoneState.FAILED}, stopped="ctrl-C")
        waiting, failed = end.summary.outcomes
        words = {"reason": "it \"may\" enrol, 'Zoë'", "next_step": "look again"}
        at_work.journal.on_event(
            ended({}, outcomes=(type(waiting)(waiting.name, waiting.model, waiting.state, **words), failed))  # type: ignore[arg-type]
        )
        standings = on_disk(at_work)
        assert (standings[FIRST].reason, standings[FIRST].next_step) == (words["reason"], words["next_step"])
        assert (standings[SECOND].reason, standings[SECOND].next_step) == ("Invalid MIC", "import it")


def test_a_wish_to_stop_from_another_process_is_handed_out_once_and_looked_for_once_a_second(folder: Path) -> None:
    with lab(folder) as at_work, Store.for_writing(at_work.file, check=False) as other:
        ask_to_stop(other, 1, "bob@jump", START + 5)
        ask_to_stop(other, 1, "carol@jump", START + 6)
        assert at_work.journal.wish() is None
        wishes = []
        for at_work.ticker.at in (1.0, 1.5, 2.0, 3.0):
            wishes.append(at_work.journal.wish())
        assert [wish and (wish.who, wish.at) for wish in wishes] == [
            ("bob@jump", START + 5),
            None,
            ("carol@jump", START + 6),
            None,
        ]
        at_work.journal.on_event(ended({FIRST: PhoneState.QUEUED}, stopped="lscctl runs cancel"))
        assert state_of(at_work) == (RunState.CANCELLED, "cancelled by carol@jump")


def test_a_wish_for_another_run_is_not_ours(folder: Path) -> None:
    with lab(folder) as at_work, Store.for_writing(at_work.file, check=False) as other:
        second = begin(other, new_run(), at_work.lock)
        ask_to_stop(other, second.number, "bob@jump", START)
        at_work.ticker.at = 1.0
        assert at_work.journal.wish() is None


def test_a_resumed_run_goes_on_in_the_same_story_and_forgets_old_wishes(folder: Path) -> None:
    with lab(folder) as at_work:
        at_work.journal.on_event(changed(FIRST, PhoneState.PENDING))
        ask_to_stop(at_work.store, 1, "bob@jump", START)
        at_work.journal.on_event(ended({FIRST: PhoneState.PENDING}, stopped="ctrl-C", notes=("first night",)))
        journal = resume(at_work.store, 1, Rules(), at_work.lock, "carol@jump", clock=at_work.ticker)
        assert state_of(at_work) == (RunState.RUNNING, "")
        at_work.ticker.at = 5.0
        assert journal.wish() is None
        journal.on_event(changed(FIRST, PhoneState.INSTALLED, START + 90))
        journal.on_event(ended({FIRST: PhoneState.INSTALLED}, START + 100, notes=("second night",)))
        with at_work.history() as history:
            run = history.run(1)
            assert (run.state, run.ended, run.notes) == (
                RunState.FINISHED,
                START + 100,
                ("first night", "resumed by carol@jump", "second night"),
            )
            assert [line.what for line in history.story(1, FIRST)] == ["planned", "pending", "installed"]
            summary = history.summary(1)
        assert (summary.writes, summary.reads) == (4, 6)


def test_a_run_that_is_not_there_can_neither_be_resumed_nor_cancelled(folder: Path) -> None:
    with lab(folder) as at_work:
        with pytest.raises(UsageError, match="has no run 7"):
            resume(at_work.store, 7, Rules(), at_work.lock, ALICE)
        with pytest.raises(UsageError, match="has no run 7"):
            mark_cancelled(at_work.store, 7, ALICE, START)


def test_a_run_that_crashed_can_be_marked_as_cancelled(folder: Path) -> None:
    with lab(folder) as at_work:
        pass
    with Store.for_writing(at_work.file) as store:
        mark_cancelled(store, 1, "bob@jump", START + 99)
    with open_history(folder) as history:
        run = history.run(1)
    assert (run.state, run.why, run.ended) == (RunState.CANCELLED, "cancelled by bob@jump", START + 99)


def test_two_runs_write_to_one_journal_side_by_side(folder: Path) -> None:
    with lab(folder) as at_work, Store.for_writing(at_work.file, patience=0.2) as other_store:
        other = begin(other_store, new_run(), at_work.lock)
        for at in range(20):
            at_work.journal.on_event(changed(FIRST, PhoneState.WRITTEN, START + at))
            other.on_event(intended(SECOND, START + at))
            at_work.journal.on_event(intended(THIRD, START + at))
        with at_work.history() as history:
            assert [len(history.story(1, name)) for name in (FIRST, SECOND, THIRD)] == [21, 1, 21]
            assert [len(history.story(other.number, name)) for name in (FIRST, SECOND, THIRD)] == [1, 21, 1]


def test_after_the_first_failure_the_journal_refuses_everything(folder: Path) -> None:
    with lab(folder) as at_work:
        at_work.file.rename(folder / "moved")
        with pytest.raises(JournalError) as first:
            at_work.journal.on_event(intended(FIRST))
        (folder / "moved").rename(at_work.file)
        with pytest.raises(JournalError) as second:
            at_work.journal.on_event(ended(ALL_INSTALLED))
        at_work.ticker.at = 5.0
        with pytest.raises(JournalError) as third:
            at_work.journal.wish()
        assert first.value is second.value is third.value
        assert state_of(at_work)[0] is RunState.RUNNING


def test_a_plan_that_cannot_be_written_down_leaves_no_half_run_behind(folder: Path) -> None:
    twice = type(PLAN)(PLAN.operation, PLAN.deadline, PLAN.steps + PLAN.steps[:1], ())
    with (
        Lock(folder / "locks", IDENTITY, ALICE) as lock,
        Store.for_writing(folder / "journal.sqlite") as store,
        pytest.raises(JournalError, match="UNIQUE constraint failed: phone"),
    ):
        begin(store, new_run(twice), lock)
    with open_history(folder) as history:
        assert history.runs() == ()


def test_numbers_are_never_given_twice(folder: Path) -> None:
    with lab(folder) as at_work:
        with at_work.store.transaction() as connection:
            connection.execute("DELETE FROM run")
        assert begin(at_work.store, new_run(), at_work.lock).number == 2


def test_the_lock_names_the_run_that_is_at_work(folder: Path) -> None:
    with lab(folder) as at_work:
        (told,) = [json.loads(path.read_text()) for path in at_work.locks.glob("*.owner")]
    assert (told["run"], told["who"], told["pid"]) == (1, ALICE, os.getpid())
    assert OUT not in str(told)
