"""No phone is written or applied by a look that is older than a look holds, and looking anew never keeps a run from its end."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lscctl.cucm.faults import AxlFault, Throttled
from lscctl.outcome import PhoneState
from lscctl.phone import Reading
from lscctl.rollout import freshness
from lscctl.rollout.freshness import LOOK_HOLDS, Looks
from lscctl.rollout.record import Record
from tests.rollout.fakes import Clock, FakeCluster, Notebook, Scene, at_once, fake_phone, on, phones, plan_of

LATER = 5.0
"""Seconds that calls of the fake cluster may wait for each other once they have left."""


class LookedAt:
    """Checks at each call that the phone was read shortly before."""

    def __init__(self, scene: Scene) -> None:
        self._read_at: dict[str, float] = {}
        self._clock = scene.clock
        self._names = {each.phone.pkid: each.phone.name for each in scene.members}
        self._read = scene.cluster.read
        self.ages: list[float] = []
        scene.cluster.read = self.read  # type: ignore[method-assign]
        scene.cluster.before.append(self.called)

    def read(self, pkids: Sequence[str]) -> dict[str, Reading]:
        readings = self._read(pkids)
        self._read_at.update(dict.fromkeys((self._names[pkid] for pkid in pkids), self._clock.at))
        return readings

    def called(self, _: FakeCluster, kind: str, name: str) -> None:
        if kind in ("write", "apply"):
            self.ages.append(self._clock.at - self._read_at[name])


@pytest.mark.usefixtures("long_naps")
@settings(max_examples=60, deadline=None)
@given(
    rate=st.sampled_from([0.004, 0.015, 0.02, 0.1, 1.0, None]),
    chunk=st.sampled_from([1, 4, 200]),
    concurrency=st.integers(1, 8),
    count=st.integers(1, 25),
    together=st.integers(1, 30),
    retry_after=st.sampled_from([1.0, 50.0, 3000.0]),
    refused=st.sampled_from(["write", "apply"]),
    after=st.integers(0, 10),
    times=st.integers(0, 3),
)
def test_whatever_the_pace_and_the_pauses_each_call_follows_a_fresh_look_and_all_phones_are_done(
    *,
    rate: float | None,
    chunk: int,
    concurrency: int,
    count: int,
    together: int,
    retry_after: float,
    refused: str,
    after: int,
    times: int,
) -> None:
    options = at_once(max_rate=rate, chunk=chunk, concurrency=concurrency, patience=1e9)
    scene = Scene(phones(count), options=options)
    scene.cluster.page_size = together
    looked_at = LookedAt(scene)
    scene.cluster.before.append(on(refused, lambda: Throttled("full", retry_after), times=times, after=after))
    assert scene.run().counts == {PhoneState.INSTALLED: count}
    assert max(looked_at.ages) < LOOK_HOLDS + LATER


def test_a_run_at_a_usual_pace_makes_no_call_more_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def calls() -> tuple[list[int], int]:
        scene = Scene(phones(1000), options=at_once(max_rate=20.0))
        assert scene.run().counts == {PhoneState.INSTALLED: 1000}
        return scene.cluster.reads, len(scene.cluster.calls)

    usual = calls()
    monkeypatch.setattr(freshness, "LOOK_HOLDS", 1e12)
    assert usual == calls()


def test_a_look_holds_for_a_while_and_not_when_the_clock_was_set_back() -> None:
    clock = Clock()
    looks = Looks(clock.now)
    record = Record(plan_of([fake_phone(1)]).steps[0])
    assert not looks.hold(record)
    looks.note(record)
    assert looks.hold(record)
    clock.error = -1.0
    assert not looks.hold(record)
    clock.error = LOOK_HOLDS - 1
    assert looks.hold(record)
    clock.error = LOOK_HOLDS
    assert not looks.hold(record)


def test_a_phone_whose_apply_was_refused_is_not_remembered_as_applied() -> None:
    scene, notebook = Scene(phones(2)), Notebook()
    name = scene.members[0].phone.name
    scene.cluster.before.append(on("apply", lambda: AxlFault(-1, "no", "applyPhone"), name=name))
    assert scene.run(notebook).counts == {PhoneState.INSTALLED: 1, PhoneState.FAILED: 1}
    assert notebook.standings[name].applied_at is None
