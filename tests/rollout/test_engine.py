"""Whole runs against a cluster in injected time: what becomes of phones, and what is never sent."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lscctl.capf import CertificateOperation
from lscctl.cucm.faults import (
    AnswerLost,
    AnswerTooLarge,
    AxlFault,
    BadAnswer,
    LoginRefused,
    MemoryBusy,
    NotAnAxlServer,
    RoleMissing,
    Throttled,
    TlsNotTrusted,
    Unreachable,
    Unsendable,
    VersionRefused,
)
from lscctl.deadline import Deadline, DeadlineRule
from lscctl.errors import JournalError
from lscctl.outcome import PhoneOutcome, PhoneState, RunSummary
from lscctl.phone import Lsc
from lscctl.plan import Step
from lscctl.rollout.engine import run
from lscctl.rollout.events import (
    ChunkWritten,
    Event,
    Paused,
    PhoneChanged,
    Polled,
    Resumed,
    RunEnded,
    RunStarted,
    Stopping,
)
from lscctl.rules import WaveSizes
from tests.rollout.fakes import (
    FOUR_HOURS,
    NEVER,
    SETTINGS,
    START,
    Clock,
    FakeCluster,
    FakePhone,
    Scene,
    at_once,
    lost,
    on,
    phones,
    plan_of,
)


def only(summary: RunSummary) -> PhoneOutcome:
    (outcome,) = summary.outcomes
    return outcome


def cut_off() -> Unreachable:
    return Unreachable("no connection to cucm.example.com:8443")


# --- the way it goes


def test_each_phone_is_written_once_applied_once_and_installed() -> None:
    scene = Scene(phones(450))
    summary = scene.run()
    assert summary.counts == {PhoneState.INSTALLED: 450}
    assert summary.writes == 900
    assert all(len(each.writes) == len(each.applies) == 1 for each in scene.members)
    assert summary.failure is None
    assert summary.stopped is None


def test_a_phone_passes_through_its_states_in_order() -> None:
    scene = Scene(phones(1))
    scene.run()
    changes = [event for event in scene.recorder.events if isinstance(event, PhoneChanged)]
    assert [(change.before.value, change.after.value) for change in changes] == [
        ("queued", "written"),
        ("written", "applied"),
        ("applied", "pending"),
        ("pending", "installed"),
    ]
    assert changes[-1].standing.status == "Upgrade Success"


def test_a_cluster_that_cannot_be_read_is_not_written_at_all() -> None:
    scene = Scene(phones(10))
    scene.cluster.before.append(on("read", cut_off, times=NEVER))
    summary = scene.run(patience=60.0)
    assert summary.counts == {PhoneState.QUEUED: 10}
    assert summary.writes == 0
    assert isinstance(summary.failure, Unreachable)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"operation": CertificateOperation.DELETE, "status": "Operation Pending"}, "someone else's Delete"),
        ({"operation": CertificateOperation.INSTALL, "finish_time": "2023:11:15:20:00"}, "until 2023:11:15:20:00"),
        ({"profile_pkid": "q" * 36}, "another security profile"),
        ({"lsc": Lsc(2_000_000_000, "CAPF-1", None, "30")}, "another LSC"),
        ({"deleted": True}, "deleted"),
    ],
)
def test_a_phone_that_somebody_changed_since_the_plan_is_not_written(change: dict[str, object], words: str) -> None:
    scene = Scene(phones(3))
    for field, value in change.items():
        setattr(scene.members[1], field, value)
    summary = scene.run()
    other = PhoneState.FAILED if words == "deleted" else PhoneState.LEFT_OUT
    assert summary.counts == {PhoneState.INSTALLED: 2, other: 1}
    assert scene.members[1].writes == []
    (left_out,) = (outcome for outcome in summary.outcomes if outcome.state is other)
    assert words in left_out.reason
    assert left_out.next_step


def test_phones_are_looked_at_shortly_before_they_are_written_however_long_the_run() -> None:
    scene = Scene(phones(1000), options=at_once(concurrency=2))

    def somebody_else(cluster: FakeCluster, kind: str, name: str) -> None:
        if kind == "write" and name == scene.members[400].phone.name:
            scene.members[900].operation = CertificateOperation.INSTALL

    scene.cluster.before.append(somebody_else)
    assert scene.run().counts == {PhoneState.INSTALLED: 999, PhoneState.LEFT_OUT: 1}
    assert scene.members[900].writes == []


def test_a_chunk_is_read_back_in_one_page_before_any_of_it_is_applied() -> None:
    scene = Scene(phones(500, takes=3600))
    scene.run(wait=False)
    applied: set[str] = set()
    written: set[str] = set()
    read_back = False
    for kind, name in scene.cluster.calls[:402]:
        if kind == "write":
            written.add(name)
        elif kind == "read":
            read_back = True
        else:
            applied.add(name)
            assert read_back
            assert name in written
    assert len(applied) > 100
    assert scene.cluster.reads[0] == 200
    assert [event.phones for event in scene.recorder.events if isinstance(event, ChunkWritten)] == [200, 200, 100]


def test_two_thousand_fast_phones_need_few_reads_and_end_seconds_after_the_last_apply() -> None:
    scene = Scene(phones(2000, takes=2.0), call_seconds=0.01)
    summary = scene.run()
    assert summary.counts == {PhoneState.INSTALLED: 2000}
    assert summary.reads == len(scene.cluster.reads) < 60
    assert scene.clock.at - max(each.applies[0] for each in scene.members) < 6


def test_phones_that_take_an_hour_cost_few_reads() -> None:
    scene = Scene(phones(100, takes=3600))
    summary = scene.run()
    assert summary.counts == {PhoneState.INSTALLED: 100}
    assert summary.reads < 3600 / 30 + 30


def test_phones_that_have_stalled_cost_few_reads() -> None:
    scene = Scene(phones(6, takes=NEVER))
    rules = replace(scene.options.rules, waves=WaveSizes.fixed("1"), wave_timeout=timedelta(minutes=30))
    summary = scene.run(rules=rules)
    assert PhoneState.STALLED in summary.counts
    assert scene.clock.at - scene.clock.began > 2.5 * 3600
    assert summary.reads < (scene.clock.at - scene.clock.began) / 30 + 120


class Crowd(FakeCluster):
    """A cluster whose writes come back only once `wanted` of them have been there at a time."""

    wanted = 5

    def __init__(self, clock: Clock, members: list[FakePhone]) -> None:
        super().__init__(clock, members)
        self.inside = self.most = self.count = 0
        self.changed = threading.Condition()

    def write(self, step: Step, deadline: Deadline, operation: CertificateOperation) -> None:
        with self.changed:
            self.inside += 1
            self.most = max(self.most, self.inside)
            self.changed.notify_all()
            self.count += 1
            if self.count > 20:  # the calls at a time grow with those that are served
                assert self.changed.wait_for(lambda: self.most >= self.wanted, timeout=10)
        super().write(step, deadline, operation)
        with self.changed:
            self.inside -= 1


def test_all_workers_are_busy_at_a_time_and_never_more() -> None:
    clock = Clock()
    members = phones(60, takes=0.5)
    cluster = Crowd(clock, members)
    summary = run(plan_of(members), cluster, [], at_once(concurrency=5), now=clock.now, sleep=clock.sleep)
    assert summary.counts == {PhoneState.INSTALLED: 60}
    assert cluster.most == 5


def test_events_tell_the_whole_story_and_the_last_is_the_summary() -> None:
    scene = Scene(phones(250))
    summary = scene.run()
    events = scene.recorder.events
    assert events[0] == RunStarted(START, 250, {PhoneState.QUEUED: 250})
    assert events[-1] == RunEnded(summary.ended, summary)
    state = {each.phone.name: PhoneState.QUEUED for each in scene.members}
    for event in events:
        if isinstance(event, PhoneChanged):
            assert event.before is state[event.name] is not event.after
            state[event.name] = event.after
        if isinstance(event, Polled):
            assert sum(event.counts.values()) == 250
    assert state == {outcome.name: outcome.state for outcome in summary.outcomes}
    assert [event.at for event in events] == sorted(event.at for event in events)


def test_an_empty_plan_ends_at_once_without_a_call() -> None:
    scene = Scene([])
    assert scene.run().outcomes == ()
    assert scene.cluster.calls == []


def test_threads_carry_calls_out_side_by_side() -> None:
    clock = Clock()
    members = phones(600, takes=0.5)
    cluster = FakeCluster(clock, members)
    summary = run(plan_of(members), cluster, [], at_once(concurrency=8), now=clock.now, sleep=clock.sleep)
    assert summary.counts == {PhoneState.INSTALLED: 600}
    assert all(len(each.writes) == len(each.applies) == 1 for each in members)


# --- whose success it is


@pytest.mark.parametrize("pending_at", ["write", "apply"])
@pytest.mark.parametrize("keeps_operation", [True, False])
@pytest.mark.parametrize("cuts_finish_time", [True, False])
def test_phones_install_whatever_is_assumed_of_the_cluster(
    pending_at: str, keeps_operation: bool, cuts_finish_time: bool
) -> None:
    scene = Scene(
        phones(20, status="Upgrade Success", lsc=Lsc(1_800_000_000, "CN=CAPF-1", public_key="old"), takes=0.01)
    )
    scene.cluster.pending_at = pending_at
    scene.cluster.keeps_operation = keeps_operation
    scene.cluster.cuts_finish_time = cuts_finish_time
    assert scene.run().counts == {PhoneState.INSTALLED: 20}


def test_an_older_success_that_stays_is_never_counted() -> None:
    scene = Scene(phones(1, status="Upgrade Success", lsc=Lsc(1_800_000_000, "CN=CAPF-1"), takes=NEVER))
    scene.cluster.pending_at = "never"

    def drops_the_operation(cluster: FakeCluster, kind: str, name: str) -> None:
        if kind == "apply":
            scene.members[0].status = "Upgrade Success"
            scene.members[0].operation = CertificateOperation.NONE

    scene.cluster.after.append(drops_the_operation)
    outcome = only(scene.run())
    assert outcome.state is PhoneState.UNKNOWN
    assert "belongs to it" in outcome.reason


def test_cucms_failure_comes_with_its_reason_and_the_next_step() -> None:
    scene = Scene(phones(3))
    scene.members[1].ends = "Upgrade Failed: Invalid MIC"
    summary = scene.run()
    assert summary.counts == {PhoneState.INSTALLED: 2, PhoneState.FAILED: 1}
    (failure,) = summary.failures
    assert failure.status == "Upgrade Failed: Invalid MIC"
    assert failure.reason == "Invalid MIC"
    assert "CAPF-trust" in failure.next_step


def test_a_phone_still_pending_when_its_deadline_has_passed_is_late() -> None:
    scene = Scene(phones(1, takes=NEVER))
    summary = scene.run()
    assert only(summary).state is PhoneState.LATE
    deadline = scene.members[0].writes[0][1].at.timestamp()
    assert deadline <= summary.ended <= deadline + 300 + 60


def test_a_deadline_is_judged_by_the_clusters_clock() -> None:
    scene = Scene(phones(1, takes=NEVER))
    scene.cluster.clock = replace(scene.cluster.clock, ahead=-7200.0)
    summary = scene.run()
    deadline = scene.members[0].writes[0][1].at.timestamp()
    assert summary.ended - 7200 >= deadline


# --- what goes wrong for one phone


def test_a_phone_deleted_between_plan_and_write_fails_alone() -> None:
    scene = Scene(phones(3))
    scene.members[1].deleted = True
    summary = scene.run()
    assert summary.counts == {PhoneState.INSTALLED: 2, PhoneState.FAILED: 1}
    assert "deleted" in summary.failures[0].reason


@pytest.mark.parametrize("kind", ["write", "apply"])
def test_a_phone_deleted_under_way_fails_alone(kind: str) -> None:
    scene = Scene(phones(3))

    def deletes(cluster: FakeCluster, called: str, name: str) -> None:
        if called == kind and name == scene.members[1].phone.name:
            scene.members[1].deleted = True

    scene.cluster.after.append(deletes)
    summary = scene.run()
    assert summary.counts == {PhoneState.INSTALLED: 2, PhoneState.FAILED: 1}
    assert "deleted" in summary.failures[0].reason


def test_a_phone_that_cucm_moved_to_another_profile_is_written_but_never_applied() -> None:
    scene = Scene(phones(3))

    def moves(cluster: FakeCluster, kind: str, name: str) -> None:
        if kind == "write" and name == scene.members[1].phone.name:
            scene.members[1].profile_pkid = "another"

    scene.cluster.after.append(moves)
    summary = scene.run()
    assert summary.counts == {PhoneState.INSTALLED: 2, PhoneState.FAILED: 1}
    assert scene.members[1].applies == []
    assert "moved" in summary.failures[0].reason


@pytest.mark.parametrize("kind", ["write", "apply"])
def test_a_fault_fails_its_phone_and_no_other(kind: str) -> None:
    scene = Scene(phones(5))
    name = scene.members[2].phone.name
    fault = on(kind, lambda: AxlFault(-1, "Cannot update", "updatePhone"), name=name)
    scene.cluster.before.append(fault)
    summary = scene.run()
    assert summary.counts == {PhoneState.INSTALLED: 4, PhoneState.FAILED: 1}
    assert "Cannot update" in summary.failures[0].reason
    assert summary.failures[0].next_step


def test_a_phone_whose_message_cannot_be_sent_fails_alone() -> None:
    scene = Scene(phones(2))
    scene.cluster.before.append(on("write", lambda: Unsendable("no such field"), name=scene.members[0].phone.name))
    assert scene.run().counts == {PhoneState.INSTALLED: 1, PhoneState.FAILED: 1}


def test_a_deadline_that_comes_too_near_during_a_long_run_fails_the_phones_not_yet_written() -> None:
    at = datetime.fromtimestamp(START, UTC) + timedelta(hours=1, seconds=30)
    scene = Scene(phones(300), deadline=DeadlineRule(text="fixed", at=at), call_seconds=1.0)
    summary = scene.run()
    assert summary.counts[PhoneState.FAILED] > 200
    assert all("less than one hour ahead" in failure.reason for failure in summary.failures)
    for each in scene.members:
        for written, deadline in each.writes:
            assert deadline.at.timestamp() - written >= 3600 - 1


# --- what goes wrong for the cluster


@pytest.mark.parametrize("kind", ["write", "apply", "read"])
@pytest.mark.parametrize("error", [lambda: Throttled("cucm", 3.0), cut_off])
def test_a_cluster_that_refuses_for_a_while_fails_no_phone(kind: str, error: Callable[[], Exception]) -> None:
    scene = Scene(phones(40))
    scene.cluster.before.append(on(kind, error, times=7))
    summary = scene.run()
    assert summary.counts == {PhoneState.INSTALLED: 40}
    assert all(len(each.writes) == len(each.applies) == 1 for each in scene.members)
    assert scene.recorder.of(Paused)
    assert scene.recorder.of(Resumed)


def test_retry_after_holds_all_writes_back() -> None:
    scene = Scene(phones(1))
    scene.cluster.before.append(on("write", lambda: Throttled("cucm", 45.0)))
    scene.run()
    assert scene.members[0].writes[0][0] >= START + 45


def test_a_cluster_that_refuses_throughout_fails_once_patience_has_run_out() -> None:
    scene = Scene(phones(40))
    scene.cluster.before.append(on("write", lambda: Throttled("cucm"), times=NEVER))
    summary = scene.run(patience=600.0)
    assert summary.counts == {PhoneState.QUEUED: 40}
    assert isinstance(summary.failure, Throttled)
    assert 600 <= summary.ended - summary.started < 800
    assert summary.writes == 0
    assert all("not written" in outcome.reason for outcome in summary.outcomes)


@pytest.mark.parametrize(
    "error",
    [
        lambda: LoginRefused("admin", "cucm"),
        lambda: RoleMissing("admin", "cucm"),
        lambda: TlsNotTrusted("another certificate"),
        lambda: VersionRefused("cucm", "15.0"),
        lambda: NotAnAxlServer("a web page"),
    ],
)
def test_a_failure_of_the_cluster_stops_new_writes_and_is_told(error: Callable[[], Exception]) -> None:
    scene = Scene(phones(500), options=at_once(chunk=50))
    left = [120]

    def fails_from_then_on(cluster: FakeCluster, kind: str, name: str) -> None:
        left[0] -= 1
        if left[0] < 0 and kind != "read":
            raise error()

    scene.cluster.before.append(fails_from_then_on)
    summary = scene.run()
    assert type(summary.failure) is type(error())
    assert summary.stopped == str(error())
    assert scene.recorder.of(Stopping)
    assert summary.counts[PhoneState.QUEUED] > 300
    for each, outcome in zip(scene.members, summary.outcomes, strict=True):
        assert bool(each.writes) == (outcome.state is not PhoneState.QUEUED)
        if each.applies and not isinstance(summary.failure, LoginRefused):
            assert outcome.state is PhoneState.INSTALLED
        if each.writes and not each.applies:
            assert outcome.state is PhoneState.WRITTEN
            assert "not applied" in outcome.reason
            assert outcome.next_step


def test_a_refused_login_is_never_tried_again() -> None:
    scene = Scene(phones(100), options=at_once(concurrency=1))
    scene.cluster.before.append(on("write", lambda: LoginRefused("admin", "cucm"), times=NEVER))
    scene.run()
    assert scene.cluster.calls == [("read", ""), ("write", scene.members[0].phone.name)]


def test_connection_lost_between_write_and_apply_leaves_the_phones_written_with_the_next_step() -> None:
    scene = Scene(phones(10))
    scene.cluster.before.append(on("apply", cut_off, times=NEVER))
    summary = scene.run(patience=60.0)
    assert summary.counts == {PhoneState.WRITTEN: 10}
    assert isinstance(summary.failure, Unreachable)
    assert all("Apply Config" in outcome.next_step for outcome in summary.outcomes)


def test_a_cluster_that_can_no_longer_be_read_gets_nothing_applied_unseen() -> None:
    scene = Scene(phones(10))
    scene.cluster.before.append(on("read", cut_off, times=NEVER, after=1))
    summary = scene.run(patience=60.0)
    assert summary.counts == {PhoneState.WRITTEN: 10}
    assert all(each.applies == [] for each in scene.members)


@pytest.mark.parametrize(
    "error", [lambda: BadAnswer("HTML"), lambda: MemoryBusy(-1, "Maximum AXL Memory", "executeSQLQuery")]
)
def test_a_read_that_fails_in_passing_is_made_again(error: Callable[[], Exception]) -> None:
    scene = Scene(phones(10))
    scene.cluster.before.append(on("read", error, times=2))
    assert scene.run().counts == {PhoneState.INSTALLED: 10}


def test_a_page_that_is_too_large_is_asked_for_in_smaller_ones() -> None:
    scene = Scene(phones(200))

    def too_large(cluster: FakeCluster, kind: str, name: str) -> None:
        if kind == "read" and cluster.reads[-1] > 60:
            raise AnswerTooLarge(-1, "Query request too large", "executeSQLQuery", 84)

    scene.cluster.before.append(too_large)
    assert scene.run().counts == {PhoneState.INSTALLED: 200}


# --- answers that were lost


def test_a_write_whose_answer_was_lost_but_which_took_is_applied_and_not_repeated() -> None:
    scene = Scene(phones(30))
    scene.cluster.after.append(on("write", lost, name=scene.members[4].phone.name))
    summary = scene.run()
    assert summary.counts == {PhoneState.INSTALLED: 30}
    assert all(len(each.writes) == len(each.applies) == 1 for each in scene.members)
    named = [event for event in scene.recorder.events if isinstance(event, PhoneChanged)]
    assert [event.after.value for event in named if event.name == scene.members[4].phone.name][:2] == [
        "unknown",
        "written",
    ]


def test_a_write_whose_answer_was_lost_is_repeated_once_the_cluster_shows_that_it_did_not_take() -> None:
    scene = Scene(phones(30))
    scene.cluster.before.append(on("write", lost, name=scene.members[4].phone.name))
    summary = scene.run()
    assert summary.counts == {PhoneState.INSTALLED: 30}
    assert scene.cluster.calls.count(("write", scene.members[4].phone.name)) == 2
    assert len(scene.members[4].writes) == 1


def test_a_write_that_never_takes_is_reported_in_the_end() -> None:
    scene = Scene(phones(30))
    scene.cluster.before.append(on("write", lost, name=scene.members[4].phone.name, times=NEVER))
    summary = scene.run()
    assert summary.counts == {PhoneState.INSTALLED: 29, PhoneState.FAILED: 1}
    assert scene.cluster.calls.count(("write", scene.members[4].phone.name)) == 3
    assert scene.members[4].applies == []
    assert "not written" in summary.failures[0].reason


def test_a_write_that_takes_only_after_it_was_read_back_is_recognised_and_not_repeated() -> None:
    scene = Scene(phones(3))
    late = scene.members[1]

    def takes_late(cluster: FakeCluster, kind: str, name: str) -> None:
        if kind == "read" and len(cluster.reads) == 3:
            cluster.write(Step(late.phone, SETTINGS), FOUR_HOURS.resolve(cluster.clock), CertificateOperation.INSTALL)

    scene.cluster.before.append(on("write", lost, name=late.phone.name))
    scene.cluster.before.append(takes_late)
    assert scene.run().counts == {PhoneState.INSTALLED: 3}
    assert len(late.writes) == 1
    assert len(late.applies) == 1


def test_after_a_lost_answer_nothing_is_written_before_the_cluster_was_read_back() -> None:
    scene = Scene(phones(100), options=at_once(concurrency=4))
    scene.cluster.after.append(on("write", lost, name=scene.members[10].phone.name))
    scene.cluster.before.append(on("read", cut_off, times=5, after=1))
    assert scene.run().counts == {PhoneState.INSTALLED: 100}
    kinds = [kind for kind, _ in scene.cluster.calls]
    at = scene.cluster.calls.index(("write", scene.members[10].phone.name))
    first_good_read = [index for index, kind in enumerate(kinds) if kind == "read"][6]
    assert kinds[at + 1 : first_good_read].count("write") <= 3


def test_a_lost_write_that_cannot_be_read_back_stays_unknown() -> None:
    scene = Scene(phones(1))
    scene.cluster.after.append(on("write", lost))
    scene.cluster.before.append(on("read", cut_off, times=NEVER, after=1))
    outcome = only(scene.run(patience=30.0))
    assert outcome.state is PhoneState.UNKNOWN
    assert scene.members[0].applies == []


def test_an_apply_whose_answer_was_lost_is_watched_and_counts_when_the_phone_installs() -> None:
    scene = Scene(phones(5))
    scene.cluster.after.append(on("apply", lost, name=scene.members[0].phone.name))
    assert scene.run().counts == {PhoneState.INSTALLED: 5}
    assert all(len(each.applies) == 1 for each in scene.members)


def test_an_apply_whose_answer_was_lost_and_which_did_not_take_ends_unknown() -> None:
    scene = Scene(phones(5))
    scene.cluster.before.append(on("apply", lost, name=scene.members[0].phone.name))
    summary = scene.run()
    assert summary.counts == {PhoneState.INSTALLED: 4, PhoneState.UNKNOWN: 1}
    assert "answer to applyPhone was lost" in summary.failures[0].reason
    assert scene.cluster.calls.count(("apply", scene.members[0].phone.name)) == 1


def test_a_cluster_that_drops_every_write_counts_as_failed_before_all_phones_are_written() -> None:
    scene = Scene(phones(2000))
    scene.cluster.before.append(on("write", lost, times=NEVER))
    summary = scene.run(patience=120.0)
    assert isinstance(summary.failure, AnswerLost)
    assert summary.counts[PhoneState.QUEUED] > 1950
    assert scene.cluster.calls.count(("apply", "")) == 0


def test_lost_answers_slow_a_run_down_but_what_took_is_installed() -> None:
    scene = Scene(phones(100))
    scene.cluster.after.append(on("write", lost, times=NEVER))
    assert scene.run().counts == {PhoneState.INSTALLED: 100}
    assert all(len(each.writes) == len(each.applies) == 1 for each in scene.members)


# --- stopping, and not waiting


def stop_after(scene: Scene, calls: int, *, times: int = 1) -> None:
    def counts(cluster: FakeCluster, kind: str, name: str) -> None:
        if len(cluster.calls) == calls:
            for _ in range(times):
                scene.stop.request("ctrl-C")

    scene.cluster.after.append(counts)


def test_after_a_wish_to_stop_no_phone_is_written_and_none_is_left_half_done() -> None:
    scene = Scene(phones(500, takes=3600))
    stop_after(scene, 150)
    summary = scene.run()
    assert summary.stopped == "ctrl-C"
    assert summary.failure is None
    assert sum(len(each.writes) for each in scene.members) <= 150 + 8
    assert all(bool(each.writes) == bool(each.applies) for each in scene.members)
    assert set(summary.counts) == {PhoneState.QUEUED, PhoneState.PENDING}
    assert summary.ended - summary.started < 60


def test_a_second_wish_to_stop_sends_nothing_more_and_still_tells_the_truth() -> None:
    scene = Scene(phones(500, takes=3600))
    stop_after(scene, 150, times=2)
    summary = scene.run()
    assert len(scene.cluster.calls) <= 150 + 8
    for each, outcome in zip(scene.members, summary.outcomes, strict=True):
        expected = PhoneState.WRITTEN if each.writes else PhoneState.QUEUED
        assert outcome.state is expected
        assert outcome.reason


def test_a_wish_to_stop_during_a_pause_does_not_wait_for_its_end() -> None:
    scene = Scene(phones(5))
    scene.cluster.before.append(on("write", lambda: Throttled("cucm", 500.0), times=NEVER))

    class Presses:
        def on_event(self, event: Event) -> None:
            if isinstance(event, Paused):
                scene.stop.request("SIGTERM")

    summary = scene.run(Presses())
    assert summary.counts == {PhoneState.QUEUED: 5}
    assert summary.ended - START < 5


def test_a_wish_to_stop_while_only_waiting_reads_once_more_and_ends() -> None:
    scene = Scene(phones(5, takes=3600))

    class Presses:
        def on_event(self, event: Event) -> None:
            if isinstance(event, Polled) and event.at > START + 600:
                scene.stop.request("SIGHUP")

    summary = scene.run(Presses())
    assert summary.counts == {PhoneState.PENDING: 5}
    assert summary.ended < START + 700
    assert all("lscctl status" in outcome.next_step for outcome in summary.outcomes)


def test_without_waiting_the_run_ends_after_the_last_apply_and_one_read() -> None:
    scene = Scene(phones(20, takes=3600))
    summary = scene.run(wait=False)
    assert summary.counts == {PhoneState.PENDING: 20}
    assert [kind for kind, _ in scene.cluster.calls][-2:] == ["apply", "read"]
    assert scene.cluster.reads == [20, 20, 20]


def test_waiting_ends_after_the_time_given() -> None:
    scene = Scene(phones(20, takes=3600))
    summary = scene.run(wait_until=900.0)
    assert summary.counts == {PhoneState.PENDING: 20}
    assert 900 <= summary.ended - max(each.applies[0] for each in scene.members) < 935


# --- listeners


class Raises:
    def __init__(self, error: Exception, at: type) -> None:
        self.error = error
        self.at = at
        self.heard = 0

    def on_event(self, event: Event) -> None:
        self.heard += 1
        if isinstance(event, self.at):
            raise self.error


def test_a_listener_that_fails_harms_no_phone_and_is_noted() -> None:
    scene = Scene(phones(20))
    listener = Raises(ZeroDivisionError("oops"), PhoneChanged)
    summary = scene.run(listener)
    assert summary.counts == {PhoneState.INSTALLED: 20}
    assert any("oops" in note for note in summary.notes)
    first = next(at for at, event in enumerate(scene.recorder.events) if isinstance(event, PhoneChanged))
    assert listener.heard == first + 1


def test_a_listener_that_the_run_needs_can_stop_all_writes() -> None:
    scene = Scene(phones(500))
    summary = scene.run(Raises(JournalError("the disk is full"), ChunkWritten))
    assert isinstance(summary.failure, JournalError)
    assert summary.counts[PhoneState.QUEUED] >= 290
    assert sum(len(each.applies) for each in scene.members) == 0


def test_a_listener_that_fails_at_the_very_end_is_still_noted() -> None:
    scene = Scene(phones(2))
    assert any("oops" in note for note in scene.run(Raises(ZeroDivisionError("oops"), RunEnded)).notes)
    scene = Scene(phones(2))
    assert isinstance(scene.run(Raises(JournalError("the disk is full"), RunEnded)).failure, JournalError)


# --- faults of our own, and the clock


@pytest.mark.parametrize("kind", ["write", "apply", "read"])
def test_a_fault_of_lscctl_itself_ends_the_run_is_told_and_raised(kind: str) -> None:
    scene = Scene(phones(100))
    scene.cluster.before.append(on(kind, lambda: RuntimeError("our own bug")))
    with pytest.raises(RuntimeError, match="our own bug"):
        scene.run()
    ended = scene.recorder.events[-1]
    assert isinstance(ended, RunEnded)
    assert "our own bug" in (ended.summary.stopped or "")


@pytest.mark.parametrize("jump", [-86_400.0, -600.0, 600.0])
def test_a_clock_that_jumps_neither_hangs_the_run_nor_harms_it(jump: float) -> None:
    scene = Scene(phones(50, takes=120))

    def jumps(cluster: FakeCluster, kind: str, name: str) -> None:
        if len(cluster.calls) == 60:
            scene.clock.error = jump

    scene.cluster.after.append(jumps)
    assert scene.run().counts == {PhoneState.INSTALLED: 50}
    assert scene.clock.at - START < 400
