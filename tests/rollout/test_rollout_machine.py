"""A rollout as a machine: parts of it are run, killed, stopped and resumed in any order, while others change its phones."""

from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from lscctl.capf import CertificateOperation
from lscctl.cucm.faults import Throttled, Unreachable
from lscctl.outcome import PhoneState, RunSummary
from lscctl.rollout.events import Event
from lscctl.rollout.options import RunOptions
from lscctl.rules import Amount, Limit, Rules, WaveSizes, WritePath
from tests.rollout.fakes import NEVER, FakeCluster, FakePhone, Killed, Notebook, Scene, fake_phone, lost, on
from tests.rollout.laws import Laws, ended_as_told, was_written_right

pytestmark = pytest.mark.usefixtures("long_naps")

PHONES = 9
MOST_PARTS = 40
WHICH = st.integers(0, PHONES - 1)
ERRORS = {"throttled": lambda: Throttled("cucm", 20.0), "away": lambda: Unreachable("no connection")}


class StopsAt:
    """Asks a run to stop at its n-th event."""

    def __init__(self, scene: Scene, at_event: int) -> None:
        self._scene, self._left = scene, at_event

    def on_event(self, _: Event) -> None:
        self._left -= 1
        if not self._left:
            self._scene.stop.request("ctrl-C")


class Rollout(RuleBasedStateMachine):
    """`met` are the phones that somebody else changed: what became of them is only theirs to tell."""

    @initialize(
        takes=st.lists(st.sampled_from([1.0, 90.0, 5_000.0, NEVER]), min_size=PHONES, max_size=PHONES),
        failing=st.sets(WHICH, max_size=2),
        pending_at=st.sampled_from(["write", "apply"]),
        keeps_operation=st.booleans(),
        max_failures=st.sampled_from(["0", "2", "100%"]),
        path=st.sampled_from(WritePath),
    )
    def begin(  # noqa: PLR0917  # a machine's rules have keyword arguments only
        self,
        takes: list[float],
        failing: set[int],
        pending_at: str,
        keeps_operation: bool,
        max_failures: str,
        path: WritePath,
    ) -> None:
        members = [fake_phone(number, takes=seconds) for number, seconds in enumerate(takes)]
        for number in failing:
            members[number].ends = "Upgrade Failed: Invalid MIC"
        rules = Rules(
            canary=Amount(number=1),
            waves=WaveSizes.fixed("3"),
            max_failures=Limit.parse(max_failures),
            max_in_flight=2,
            write_path=path,
            concurrency=2,
        )
        self.stranger = fake_phone(900)
        self.scene = Scene(members, RunOptions(rules=rules, chunk=2), not_planned=[self.stranger])
        self.scene.cluster.pending_at, self.scene.cluster.keeps_operation = pending_at, keeps_operation
        self.met: set[str] = set()
        self.summary: RunSummary | None = None

    # what the run's owner does

    @rule(event=st.integers(1, 40), forgets=st.booleans(), reaches=st.booleans())
    def run_until_killed(self, event: int, forgets: bool, reaches: bool) -> None:
        notebook = Notebook(event, forgets=forgets)
        try:
            self._run(notebook)
        except Killed:
            self.scene.workers.die(lambda: reaches)
            self._then(notebook)

    @rule(event=st.integers(1, 40))
    def run_until_stopped(self, event: int) -> None:
        self._run(Notebook(), StopsAt(self.scene, event))

    @rule()
    def run_without_waiting(self) -> None:
        self._run(Notebook(), wait=False)

    def _run(self, notebook: Notebook, *observers: object, wait: bool = True) -> None:
        laws = Laws(self.scene)
        try:
            self.summary = self.scene.run(laws, notebook, *observers, wait=wait)
        finally:
            assert laws.broken == []
        self._then(notebook)

    def _then(self, notebook: Notebook) -> None:
        self.scene.cluster.before = [fault for fault in self.scene.cluster.before if not hasattr(fault, "__self__")]
        self.scene = self.scene.again(self.scene.past | notebook.standings)

    # what happens meanwhile

    @rule(hours=st.sampled_from([0.1, 2.0, 9.0]))
    def time_passes(self, hours: float) -> None:
        self.scene.clock.at += hours * 3_600
        self.scene.cluster.live()

    @rule(kind=st.sampled_from(["write", "apply"]), took=st.booleans(), after=st.integers(0, 3))
    def an_answer_will_be_lost(self, kind: str, took: bool, after: int) -> None:
        cluster: FakeCluster = self.scene.cluster
        (cluster.after if took else cluster.before).append(on(kind, lost, after=after))

    @rule(
        kind=st.sampled_from(["write", "apply", "read"]), error=st.sampled_from(sorted(ERRORS)), after=st.integers(0, 3)
    )
    def the_cluster_will_refuse(self, kind: str, error: str, after: int) -> None:
        self.scene.cluster.before.append(on(kind, ERRORS[error], after=after, times=2))

    @rule(which=WHICH)
    def somebody_deletes(self, which: int) -> None:
        self._meet(which).deleted = True

    @rule(which=WHICH)
    def somebody_changes_the_profile(self, which: int) -> None:
        self._meet(which).profile_pkid = "another"

    @rule(which=WHICH)
    def somebody_takes_back(self, which: int) -> None:
        each = self._meet(which)
        each.operation, each.status, each.finish_time = CertificateOperation.NONE, "None", ""

    @rule(which=WHICH)
    def somebody_asks_for_another_operation(self, which: int) -> None:
        each = self._meet(which)
        each.operation, each.status = CertificateOperation.DELETE, "Operation Pending"
        each.finish_time = "2031:01:01:00:00"

    @precondition(lambda self: not self.stranger.pending)
    @rule()
    def somebody_uses_capf(self) -> None:
        self.stranger.operation, self.stranger.status = CertificateOperation.INSTALL, "Operation Pending"

    def _meet(self, which: int) -> FakePhone:
        each = self.scene.members[which]
        self.met.add(each.phone.name)
        return each

    # what must hold

    @invariant()
    def no_phone_is_harmed(self) -> None:
        if hasattr(self, "scene"):
            assert not self.stranger.writes
            assert not self.stranger.applies
            for each in self.scene.members:
                assert len(each.applies) <= 1
                if each.phone.name not in self.met:
                    was_written_right(each)

    def teardown(self) -> None:
        """Trouble ends, the run is resumed until it is done, and tells the truth."""
        if not hasattr(self, "scene"):
            return
        self.scene.cluster.before.clear()
        self.scene.cluster.after.clear()
        self.scene.options = replace(self.scene.options, past_is_known=True)
        for _ in range(MOST_PARTS):
            self._run(Notebook())
            if self.summary is not None and self.summary.gate is None:
                break
        assert self.summary is not None
        assert (self.summary.gate, self.summary.unfinished) == (None, False)
        for each, outcome in zip(self.scene.members, self.summary.outcomes, strict=True):
            if each.phone.name not in self.met:
                ended_as_told(each, outcome.state, self.scene.clock.at)
                assert outcome.state is not PhoneState.LEFT_OUT
        self.no_phone_is_harmed()


Rollout.TestCase.settings = settings(max_examples=20, stateful_step_count=12, deadline=None)
TestRollout = Rollout.TestCase
