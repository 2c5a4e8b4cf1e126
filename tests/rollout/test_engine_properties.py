"""Whole runs with faults laid out by hypothesis: whatever happens, what must hold holds."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lscctl.capf import CertificateOperation
from lscctl.cucm.faults import AxlFault, BadAnswer, LoginRefused, MemoryBusy, RoleMissing, Throttled, Unreachable
from lscctl.deadline import DeadlineRule
from lscctl.outcome import PhoneState, RunSummary
from lscctl.phone import Lsc
from lscctl.rollout.events import Event, PhoneChanged, RunEnded
from lscctl.rollout.options import RunOptions
from tests.rollout.fakes import NEVER, START, FakeCluster, FakePhone, Scene, at_once, fake_phone, lost

pytestmark = pytest.mark.usefixtures("long_naps")

ERRORS: dict[str, Callable[[], Exception]] = {
    "throttled": lambda: Throttled("cucm", None),
    "retry-after": lambda: Throttled("cucm", 20.0),
    "unreachable": lambda: Unreachable("no connection"),
    "lost": lost,
    "fault": lambda: AxlFault(-1, "no", "updatePhone"),
    "role": lambda: RoleMissing("admin", "cucm"),
    "login": lambda: LoginRefused("admin", "cucm"),
    "bad": lambda: BadAnswer("HTML"),
    "memory": lambda: MemoryBusy(-1, "Maximum AXL Memory", "executeSQLQuery"),
}
ENDS = ["Upgrade Success", "Upgrade Success", "Upgrade Failed: Invalid MIC", "Upgrade Failed", "stays"]
LATE = "Upgrade Failed: User Initiated Request Late/Timedout"
OLD = Lsc(1_800_000_000, "CN=CAPF-1", public_key="old")


@dataclass(frozen=True)
class Mishap:
    """At the `call`-th call, or at `length` of them from there on, this happens; `acted` says whether the cluster acted first."""

    call: int
    what: str
    acted: bool = False
    length: int = 1
    phone: int = 0


MISHAPS = st.builds(
    Mishap,
    call=st.integers(1, 90),
    what=st.sampled_from([*ERRORS, "deleted", "moved", "taken back", "taken over", "clock", "stop", "slow"]),
    acted=st.booleans(),
    length=st.sampled_from([1, 1, 1, 3, 12]),
    phone=st.integers(0, 29),
)
PHONES = st.lists(
    st.tuples(
        st.sampled_from([0.0, 1.0, 90.0, 1800.0, 20_000.0, NEVER]),
        st.sampled_from([*ENDS, LATE]),
        st.sampled_from(["None", "Upgrade Success", "Upgrade Failed: Invalid MIC", LATE]),
    ),
    min_size=1,
    max_size=30,
)


class Checks:
    """An observer that holds the engine to what `events` promises."""

    def __init__(self) -> None:
        self.state: dict[str, PhoneState] = {}
        self.ended = False

    def on_event(self, event: Event) -> None:
        assert not self.ended
        self.ended = isinstance(event, RunEnded)
        if isinstance(event, PhoneChanged):
            assert self.state.get(event.name, PhoneState.QUEUED) is event.before
            assert event.before is not event.after
            self.state[event.name] = event.after


def strike(scene: Scene, mishap: Mishap, kind: str) -> None:
    phone = scene.members[mishap.phone % len(scene.members)]
    match mishap.what:
        case "deleted":
            phone.deleted = True
        case "moved":
            if not phone.read_back:  # nobody can see what happens between the last look and the apply
                phone.profile_pkid = "another"
        case "taken back":
            phone.operation, phone.status = CertificateOperation.NONE, "None"
        case "taken over":
            phone.operation, phone.status = CertificateOperation.DELETE, "Operation Pending"
            phone.finish_time = "2031:01:01:01:00"
        case "clock":
            scene.clock.error = (mishap.phone - 15) * 60.0
        case "stop":
            scene.stop.request("ctrl-C")
        case "slow":
            scene.clock.at += 45
        case "lost" if kind == "read":
            raise BadAnswer("cut")
        case "bad" | "memory" if kind != "read":
            raise lost()
        case "throttled" | "retry-after" | "unreachable" | "role" | "login" | "fault" if mishap.acted:
            return  # these say that nothing was done, so they cannot come after the cluster acted
        case _:
            raise ERRORS[mishap.what]()


def lay_out(scene: Scene, mishaps: list[Mishap]) -> None:
    def happening(cluster: FakeCluster, kind: str, *, acted: bool) -> None:
        for mishap in mishaps:
            if mishap.acted is acted and mishap.call <= len(cluster.calls) < mishap.call + mishap.length:
                strike(scene, mishap, kind)

    scene.cluster.before.append(lambda cluster, kind, name: happening(cluster, kind, acted=False))
    scene.cluster.after.append(lambda cluster, kind, name: happening(cluster, kind, acted=True))


def build(traits: list[tuple[float, str, str]], options: RunOptions, deadline: DeadlineRule) -> Scene:
    members: list[FakePhone] = []
    for number, (takes, ends, status) in enumerate(traits):
        phone = fake_phone(number, status=status, lsc=OLD if status == "Upgrade Success" else Lsc(), takes=takes)
        phone.ends = ends
        if ends == "stays":
            phone.takes = NEVER
        members.append(phone)
    return Scene(members, options=options, deadline=deadline, not_planned=[fake_phone(900), fake_phone(901)])


def check(scene: Scene, summary: RunSummary) -> None:
    assert not any("Checks" in note for note in summary.notes), summary.notes
    assert all(not each.writes and not each.applies for each in scene.not_planned)
    assert [outcome.name for outcome in summary.outcomes] == [each.phone.name for each in scene.members]
    for each, outcome in zip(scene.members, summary.outcomes, strict=True):
        assert len(each.writes) <= 1
        assert len(each.applies) <= 1
        if each.applies:
            assert each.writes
            assert each.writes[0][0] <= each.applies[0]
            assert each.profile_pkid == each.phone.profile.pkid
        for written, deadline in each.writes:
            # the engine resolves a deadline just before the call, which takes a moment, and trusts our clock
            assert deadline.at.timestamp() - written >= 3600 - 120 - abs(scene.clock.error)
        agrees_with_the_truth(each, outcome.state)
        if outcome.state is not PhoneState.INSTALLED:
            assert outcome.reason or not outcome.state.final
        if outcome.state not in (PhoneState.INSTALLED, PhoneState.PENDING, PhoneState.APPLIED):
            assert outcome.next_step


def agrees_with_the_truth(each: FakePhone, state: PhoneState) -> None:
    enrolled = each.ended_at is not None and each.ends == "Upgrade Success"
    match state:
        case PhoneState.INSTALLED:
            assert enrolled
        case PhoneState.QUEUED:
            assert not each.writes
            assert not each.applies
        case PhoneState.WRITTEN:
            assert each.writes
            assert not each.applies
        case PhoneState.APPLIED | PhoneState.PENDING:
            assert each.applies
        case PhoneState.LATE:
            assert each.writes
            assert not enrolled
        case PhoneState.FAILED:
            assert not enrolled or each.deleted or not each.applies


@settings(max_examples=150, deadline=None)
@given(
    traits=PHONES,
    mishaps=st.lists(MISHAPS, max_size=5),
    chunk=st.sampled_from([1, 4, 200]),
    concurrency=st.sampled_from([1, 3, 8]),
    wait=st.booleans(),
    pending_at=st.sampled_from(["write", "apply"]),
    keeps_operation=st.booleans(),
    order=st.randoms(use_true_random=False),
)
def test_whatever_happens_no_phone_is_harmed_and_the_summary_is_true(
    *,
    traits: list[tuple[float, str, str]],
    mishaps: list[Mishap],
    chunk: int,
    concurrency: int,
    wait: bool,
    pending_at: str,
    keeps_operation: bool,
    order: Random,
) -> None:
    options = at_once(chunk=chunk, concurrency=concurrency, wait=wait)
    scene = build(traits, options, DeadlineRule(text="4h", after=timedelta(hours=4)))
    scene.cluster.pending_at = pending_at
    scene.cluster.keeps_operation = keeps_operation
    scene.pick = order.randrange
    lay_out(scene, mishaps)
    check(scene, scene.run(Checks()))


@settings(max_examples=60, deadline=None)
@given(traits=PHONES, mishaps=st.lists(MISHAPS, max_size=3), ahead=st.integers(3600, 4000))
def test_a_fixed_deadline_is_at_least_an_hour_ahead_at_each_write(
    traits: list[tuple[float, str, str]], mishaps: list[Mishap], ahead: int
) -> None:
    rule = DeadlineRule(text="fixed", at=datetime.fromtimestamp(START, UTC) + timedelta(seconds=ahead))
    scene = build(traits, at_once(chunk=5), rule)
    lay_out(scene, mishaps)
    check(scene, scene.run(Checks()))


@settings(max_examples=60, deadline=None)
@given(count=st.integers(1, 60), call=st.integers(0, 150), times=st.integers(1, 2), chunk=st.sampled_from([1, 7, 200]))
def test_a_stop_at_any_point_leaves_a_true_summary(count: int, call: int, times: int, chunk: int) -> None:
    scene = build([(3600.0, "Upgrade Success", "None")] * count, at_once(chunk=chunk), DeadlineRule.parse("4h"))

    def presses(cluster: FakeCluster, kind: str, name: str) -> None:
        if len(cluster.calls) >= call and not scene.stop.why:
            for _ in range(times):
                scene.stop.request("ctrl-C")

    scene.cluster.after.append(presses)
    summary = scene.run(Checks())
    check(scene, summary)
    if times == 1:
        assert all(bool(each.writes) == bool(each.applies) for each in scene.members)
    assert summary.stopped == "ctrl-C" or call > len(scene.cluster.calls)


@settings(max_examples=20, deadline=None)
@given(traits=PHONES, pending_at=st.sampled_from(["write", "apply"]), keeps_operation=st.booleans())
def test_without_mishaps_every_phone_ends_as_the_cluster_knows(
    traits: list[tuple[float, str, str]], pending_at: str, keeps_operation: bool
) -> None:
    scene = build(traits, at_once(), DeadlineRule.parse("4h"))
    scene.cluster.pending_at = pending_at
    scene.cluster.keeps_operation = keeps_operation
    summary = scene.run()
    check(scene, summary)
    for each, outcome in zip(scene.members, summary.outcomes, strict=True):
        if each.ended_at is None:
            assert outcome.state is PhoneState.LATE
        elif each.ends == "Upgrade Success":
            assert outcome.state is PhoneState.INSTALLED
        elif each.ends != each.phone.status.text or pending_at == "write":
            assert outcome.state is (PhoneState.LATE if each.ends == LATE else PhoneState.FAILED)
        else:
            assert outcome.state in (PhoneState.UNKNOWN, PhoneState.FAILED, PhoneState.LATE)
