"""Rollouts with any rules, phones and mishaps: `Laws` hold, no run waits for ever, and the next part of a run goes on."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lscctl.capf import AuthenticationMode, CapfSettings, CertificateOperation
from lscctl.cucm.faults import AxlFault, Throttled, Unreachable
from lscctl.errors import JournalError
from lscctl.outcome import PhoneState, RunSummary
from lscctl.phone import Lsc, Registration
from lscctl.rollout.events import Event, Intended, WaveStarted
from lscctl.rollout.options import RunOptions
from lscctl.rollout.standing import Standing
from lscctl.rules import Amount, Limit, Rules, WaveBy, WaveSizes, WritePath
from lscctl.window import Windows
from tests.rollout.fakes import NEVER, Clock, FakeCluster, FakePhone, Killed, Notebook, Scene, fake_phone, lost
from tests.rollout.laws import Laws, clock_time, ended_as_told, was_written_right

pytestmark = pytest.mark.usefixtures("long_naps")

EVERY = Limit(Amount(percent=Fraction(100)))
SITES = {"Berlin": "Europe/Berlin", "New York": "America/New_York", "Kathmandu": "Asia/Kathmandu"}


@dataclass(frozen=True)
class Trait:
    """How a phone will behave; `drift` is what changes of it after the plan."""

    takes: float
    ends: str
    site: str
    registered: bool
    back_after: float
    drift: str


TRAITS = st.builds(
    Trait,
    takes=st.sampled_from([1.0, 90.0, 90.0, 1500.0, 5000.0, NEVER]),
    ends=st.sampled_from(["Upgrade Success"] * 4 + ["Upgrade Failed: Invalid MIC"]),
    site=st.sampled_from(sorted(SITES)),
    registered=st.booleans(),
    back_after=st.sampled_from([5.0, 5.0, 200.0, 900.0, NEVER]),
    drift=st.sampled_from([""] * 8 + ["profile", "settings", "model", "pool", "LSC", "pending", "deleted"]),
)
RULES = st.builds(
    Rules,
    canary=st.sampled_from([0, 1, 3]).map(lambda number: Amount(number=number)),
    waves=st.sampled_from(["1", "2,3,rest", "rest", "50%,rest"]).map(WaveSizes.parse) | st.just(WaveSizes.fixed("2")),
    wave_by=st.sampled_from(WaveBy),
    max_failures=st.sampled_from(["0", "1", "20% at least 1", "100%", "100%"]).map(Limit.parse),
    max_lost=st.sampled_from(["0", "1", "20%", "100%", "100%"]).map(Limit.parse),
    max_in_flight=st.sampled_from([1, 2, 4, 200]),
    max_rate=st.sampled_from([None, None, 0.5]),
    wave_timeout=st.sampled_from([None, timedelta(minutes=20), timedelta(hours=2)]),
    pause_between=st.sampled_from([timedelta(0), timedelta(minutes=10)]),
    windows=st.builds(
        lambda texts, per_site: Windows.parse(texts, per_site=per_site),
        st.sampled_from(
            [
                ["22:00-05:00"],
                ["22:00-23:30"],
                ["01:30-03:30"],
                ["mon-fri 22:00-05:00", "sat 10:00-12:00"],
                ["23:30-00:05", "04:00-04:01"],
            ]
        ),
        st.booleans(),
    )
    | st.just(Windows()),
    write_path=st.sampled_from(WritePath),
    concurrency=st.sampled_from([1, 3, 8]),
)
STARTS = st.sampled_from(
    ["2023-11-14T22:13:20+00:00", "2023-10-28T20:30:00+00:00", "2024-03-30T20:30:00+00:00", "2024-03-31T00:59:30+00:00"]
).map(clock_time)


@dataclass(frozen=True)
class Setting:
    """All that a rollout is made of."""

    traits: list[Trait]
    rules: Rules
    others: int
    chunk: int
    start: float
    pending_at: str
    keeps_operation: bool
    order: Random

    def scene(self) -> Scene:
        """The rollout, about to begin."""
        others = [fake_phone(900 + number) for number in range(self.others)]
        for other in others:
            other.operation, other.status = CertificateOperation.INSTALL, "Operation Pending"
        scene = Scene(
            [_phone(number, trait) for number, trait in enumerate(self.traits)],
            RunOptions(rules=self.rules, chunk=self.chunk),
            clock=Clock(self.start),
            not_planned=others,
            pick=self.order.randrange,
        )
        scene.cluster.pending_at = self.pending_at
        scene.cluster.keeps_operation = self.keeps_operation
        return scene


SETTINGS = st.builds(
    Setting,
    traits=st.lists(TRAITS, min_size=1, max_size=12),
    rules=RULES,
    others=st.sampled_from([0, 0, 1, 3]),
    chunk=st.sampled_from([1, 4, 200]),
    start=STARTS,
    pending_at=st.sampled_from(["write", "apply"]),
    keeps_operation=st.booleans(),
    order=st.randoms(use_true_random=False),
)


def _phone(number: int, trait: Trait) -> FakePhone:
    each = fake_phone(
        number,
        takes=trait.takes,
        device_pool=trait.site,
        zone=SITES[trait.site],
        registration=Registration.REGISTERED if trait.registered else Registration.UNREGISTERED,
    )
    each.ends, each.back_after = trait.ends, trait.back_after
    match trait.drift:
        case "profile":
            each.profile_pkid = "another"
        case "settings":
            each.settings = CapfSettings(AuthenticationMode.NULL_STRING, 1024)
        case "model":
            each.model = "Cisco 8865"
        case "pool":
            each.device_pool = "Paris"
        case "LSC":
            each.lsc = Lsc(2_000_000_000, "CN=CAPF-1", public_key="new")
        case "pending":
            each.operation, each.status = CertificateOperation.DELETE, "Operation Pending"
        case "deleted":
            each.deleted = True
        case _:
            return each
    return each


def drifted(each: FakePhone) -> bool:
    planned = _phone(0, Trait(1, "", each.phone.device_pool, True, 1, ""))
    return (
        each.profile_pkid != planned.profile_pkid
        or each.settings != planned.settings
        or each.model != planned.model
        or each.device_pool != each.phone.device_pool
        or each.operation is CertificateOperation.DELETE
        or (each.lsc.present and not each.applies)
    )


def check(scene: Scene, laws: Laws, summary: RunSummary) -> None:
    laws.hold(summary)
    for each, outcome in zip(scene.members, summary.outcomes, strict=True):
        if each.deleted:
            assert not each.writes
        elif drifted(each):
            assert not each.writes
            assert outcome.state in (PhoneState.LEFT_OUT, PhoneState.QUEUED)
        if outcome.state is PhoneState.LEFT_OUT:
            assert drifted(each)
            assert outcome.reason
            assert outcome.next_step


def done(scene: Scene, summary: RunSummary) -> None:
    """The run has come to its own end."""
    for each, outcome in zip(scene.members, summary.outcomes, strict=True):
        if summary.gate is None or each.applies:
            assert outcome.state.final
        if (
            outcome.state in (PhoneState.INSTALLED, PhoneState.FAILED)
            and each.applies
            and each.phone.registration is Registration.REGISTERED
        ):
            assert each.ended_at is not None
            assert each.ended_at + each.back_after <= scene.clock.at


quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quick
@given(setting=SETTINGS)
def test_a_rollout_keeps_to_its_rules_and_ends(setting: Setting) -> None:
    scene = setting.scene()
    laws = Laws(scene)
    summary = scene.run(laws)
    check(scene, laws, summary)
    done(scene, summary)
    assert summary.failure is None


# --- cut, and resumed until it is done


@dataclass(frozen=True)
class Cut:
    """The process is killed at its `event`-th event; what of the calls under way reached the cluster is left to chance."""

    event: int
    forgets: bool
    hours: float


CUTS = st.builds(
    Cut, event=st.integers(1, 60), forgets=st.booleans(), hours=st.sampled_from([0.0, 0.01, 0.5, 3.0, 9.0])
)


def in_parts(setting: Setting, cuts: list[Cut]) -> tuple[Scene, Laws, RunSummary]:
    """The last part of a run that was killed again and again."""
    scene = setting.scene()
    for cut in cuts:
        notebook, laws = Notebook(cut.event, forgets=cut.forgets), Laws(scene)
        try:
            summary = scene.run(laws, notebook)
        except Killed:
            scene.workers.die(lambda: setting.order.random() < 0.5)
        else:
            return scene, laws, summary
        assert laws.broken == []
        scene.cluster.before.clear()
        scene.clock.at += cut.hours * 3600
        scene = scene.again(scene.past | notebook.standings)
    laws = Laws(scene)
    return scene, laws, scene.run(laws)


@quick
@given(setting=SETTINGS, cuts=st.lists(CUTS, max_size=4))
def test_a_run_that_is_cut_anywhere_and_resumed_writes_no_phone_twice_and_tells_the_truth(
    setting: Setting, cuts: list[Cut]
) -> None:
    scene, laws, summary = in_parts(setting, cuts)
    check(scene, laws, summary)
    done(scene, summary)


@quick
@given(setting=SETTINGS, cuts=st.lists(CUTS, max_size=2))
def test_a_run_that_is_done_writes_nothing_when_it_is_resumed(setting: Setting, cuts: list[Cut]) -> None:
    setting = replace(setting, rules=replace(setting.rules, max_failures=EVERY, max_lost=EVERY, windows=Windows()))
    scene, _, summary = in_parts(setting, cuts)
    notebook = Notebook()
    scene.cluster.before.clear()
    scene.clock.at += 60
    scene = scene.again(scene.past | notebook.standings | standings(scene))
    calls = len(scene.cluster.calls)
    again = scene.run(Laws(scene))
    if summary.gate is None:
        assert {kind for kind, _ in scene.cluster.calls[calls:]} <= {"read"}
        assert again.counts.keys() <= summary.counts.keys() | {PhoneState.INSTALLED, PhoneState.LOST}


def standings(scene: Scene) -> dict[str, Standing]:
    """How the phones stood at the end of the scene's run."""
    notebook = Notebook()
    for told in scene.recorder.events:
        notebook.on_event(told)
    return notebook.standings


# --- what stops a run


class FullDisk:
    """A journal that fails at its `intent`-th intention; `kept` is what it had written down before."""

    def __init__(self, intent: int) -> None:
        self.kept: set[tuple[str, str]] = set()
        self.failed = False
        self._left = intent

    def on_event(self, event: Event) -> None:
        if isinstance(event, Intended):
            self._left -= 1
            if not self._left:
                self.failed = True
                raise JournalError("the disk is full")
            self.kept |= {(event.purpose.value, name) for name, _ in event.phones}


@quick
@given(setting=SETTINGS, intent=st.integers(1, 12))
def test_a_call_that_the_journal_cannot_keep_never_leaves_and_none_after_it(setting: Setting, intent: int) -> None:
    scene = setting.scene()
    journal = FullDisk(intent)
    late: list[str] = []

    def called(cluster: FakeCluster, kind: str, name: str) -> None:
        if kind in ("write", "apply") and (kind, name) not in journal.kept:
            late.append(f"{kind} of {name}")

    scene.cluster.before.append(called)
    summary = scene.run(journal)
    assert late == []
    if journal.failed:
        assert isinstance(summary.failure, JournalError)
        written = {name for kind, name in journal.kept if kind == "write"}
        assert {each.phone.name for each in scene.members if each.writes} <= written
    else:
        assert summary.failure is None
    for each, outcome in zip(scene.members, summary.outcomes, strict=True):
        was_written_right(each)
        ended_as_told(each, outcome.state, scene.clock.at)


class Presses:
    """Asks the run to stop at its `event`-th event, so many times."""

    def __init__(self, scene: Scene, at_event: int, times: int) -> None:
        self.at: float | None = None
        self._scene = scene
        self._left = at_event
        self._times = times

    def on_event(self, _: Event) -> None:
        self._left -= 1
        if not self._left:
            self.at = self._scene.clock.at
            for _press in range(self._times):
                self._scene.stop.request("ctrl-C")


@quick
@given(setting=SETTINGS, event=st.integers(1, 60), times=st.sampled_from([1, 1, 2]))
def test_a_wish_to_stop_is_granted_at_once_whatever_the_run_waits_for(setting: Setting, event: int, times: int) -> None:
    scene = setting.scene()
    laws, presses = Laws(scene), Presses(scene, event, times)
    summary = scene.run(laws, presses)
    check(scene, laws, summary)
    if presses.at is not None:
        assert scene.clock.at - presses.at < 120


@quick
@given(setting=SETTINGS)
def test_a_run_that_does_not_wait_ends_soon_and_calls_of_it_come_to_the_same_end(setting: Setting) -> None:
    if setting.rules.windows.longest < timedelta(hours=2):  # such a window may never be open when the run is called
        setting = replace(setting, rules=replace(setting.rules, windows=Windows()))
    scene = setting.scene()
    for _ in range(400):
        scene.options = replace(scene.options, wait=False)
        began, laws = scene.clock.at, Laws(scene)
        summary = scene.run(laws)
        assert scene.clock.at - began < 900
        check(scene, laws, summary)
        if summary.gate is not None or all(outcome.state.final for outcome in summary.outcomes):
            break
        scene.cluster.before.clear()
        scene.clock.at += 1800
        scene = scene.again(scene.past | standings(scene))
    else:
        raise AssertionError("it goes on and on")
    if summary.gate is None:
        done_without_waiting(scene, summary)


def done_without_waiting(scene: Scene, summary: RunSummary) -> None:
    assert not any(outcome.state is PhoneState.QUEUED for outcome in summary.outcomes)
    assert all(each.applies or drifted(each) or each.deleted for each in scene.members)


# --- questions, and passing trouble


@quick
@given(setting=SETTINGS, answers=st.lists(st.booleans(), max_size=6))
def test_no_wave_but_the_first_begins_unless_a_person_confirms_it(setting: Setting, answers: list[bool]) -> None:
    scene = setting.scene()
    asked: list[tuple[str, int]] = []

    def confirm(name: str, phones: int) -> bool:
        asked.append((name, phones))
        return len(asked) > len(answers) or answers[len(asked) - 1]

    scene.options = replace(scene.options, confirm=confirm)
    laws = Laws(scene)
    summary = scene.run(laws)
    check(scene, laws, summary)
    done(scene, summary)
    begun = [started.name for started in scene.recorder.of(WaveStarted)]
    refused = answers[: len(asked)].count(False) > 0
    assert begun[1:] == [name for name, _ in asked][: len(asked) - refused] or summary.gate is not None
    assert refused is ("--confirm-waves" in (summary.gate or ""))
    assert all(phones > 0 for _, phones in asked)


TROUBLES: dict[str, Callable[[], Exception]] = {
    "throttled": lambda: Throttled("cucm", 20.0),
    "unreachable": lambda: Unreachable("no connection"),
    "lost": lost,
    "fault": lambda: AxlFault(-1, "no", "updatePhone"),
}


@quick
@given(
    setting=SETTINGS,
    troubles=st.dictionaries(st.integers(1, 60), st.sampled_from(sorted(TROUBLES)), max_size=6),
    silent=st.none() | st.integers(1, 4),
)
def test_passing_trouble_breaks_no_promise(setting: Setting, troubles: dict[int, str], silent: int | None) -> None:
    scene = setting.scene()

    def strikes(cluster: FakeCluster, kind: str, name: str) -> None:
        if silent is not None and kind == "capf":
            cluster.capf = len(cluster.inspections) < 2 * silent
        trouble = troubles.pop(len(cluster.calls) + len(cluster.inspections), None)
        if trouble == "lost" and kind not in ("write", "apply"):
            trouble = "unreachable"
        if trouble is not None:
            raise TROUBLES[trouble]()

    scene.cluster.before.append(strikes)
    laws = Laws(scene)
    summary = scene.run(laws)
    laws.hold(summary)
    assert summary.failure is None or isinstance(summary.failure, AxlFault)
