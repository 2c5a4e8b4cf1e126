"""Answers that were lost: what is in doubt is looked up before it counts, in the same part of a run or in the next."""

from datetime import timedelta

import pytest

from lscctl.outcome import PhoneState
from lscctl.phone import Lsc
from lscctl.rollout.events import PhoneChanged
from lscctl.rollout.standing import Call
from lscctl.rules import Amount, Limit, WaveSizes
from tests.rollout.fakes import (
    FakeCluster,
    Killed,
    KilledOnce,
    Notebook,
    Scene,
    at_once,
    lost,
    on,
    phones,
)

pytestmark = pytest.mark.usefixtures("long_naps")

NONE = Limit(Amount(number=0))


@pytest.mark.parametrize("took", [True, False])
def test_writes_that_nobody_knows_of_yet_close_no_gate(took: bool) -> None:
    scene = Scene(phones(20), options=at_once(canary=Amount(number=5), waves=WaveSizes.fixed("5"), max_failures=NONE))
    (scene.cluster.after if took else scene.cluster.before).append(on("write", lost, times=3))
    summary = scene.run()
    assert (summary.gate, summary.counts) == (None, {PhoneState.INSTALLED: 20})
    assert all(len(each.writes) == 1 for each in scene.members)


def test_a_phone_whose_fate_stays_unknown_after_it_was_read_back_closes_the_gate() -> None:
    scene = Scene(phones(20), options=at_once(canary=Amount(number=1), waves=WaveSizes.fixed("5"), max_failures=NONE))

    def enrols_by_itself(cluster: FakeCluster, kind: str, _: str) -> None:
        for each in cluster.phones.values():
            if kind == "read" and each.writes and not each.applies:
                each.operation, each.status = type(each.operation).NONE, "None"
                each.lsc = Lsc(2_000_000_000, "CN=CAPF-1", public_key="another")

    scene.cluster.after.append(on("write", lost))
    scene.cluster.before.append(enrols_by_itself)
    summary = scene.run()
    assert summary.counts == {PhoneState.QUEUED: 19, PhoneState.UNKNOWN: 1}
    assert "LSC changed" in next(out.reason for out in summary.outcomes if out.state is PhoneState.UNKNOWN)
    assert "--max-failures" in (summary.gate or "")


@pytest.mark.parametrize("took", [True, False])
def test_an_apply_in_doubt_when_the_run_was_stopped_is_watched_again_when_it_is_resumed(took: bool) -> None:
    scene = Scene(phones(3, takes=600.0))
    (scene.cluster.after if took else scene.cluster.before).append(on("apply", lost, times=3))

    def stop(_: FakeCluster, kind: str, __: str) -> None:
        if kind == "apply":
            scene.stop.request("a test")

    scene.cluster.before.append(stop)
    notebook = Notebook()
    first = scene.run(notebook)
    in_doubt = first.counts.get(PhoneState.UNKNOWN, 0)
    assert in_doubt
    summary = scene.again(notebook.standings).run()
    assert summary.counts[PhoneState.INSTALLED if took else PhoneState.UNKNOWN] >= in_doubt
    assert summary.counts.get(PhoneState.UNKNOWN, 0) == (0 if took else in_doubt)
    assert all(len(each.writes) == 1 for each in scene.members)


def test_a_phone_that_stalls_after_an_apply_in_doubt_says_that_it_may_never_have_been_applied() -> None:
    scene = Scene(phones(3), options=at_once(wave_timeout=timedelta(minutes=20)))
    scene.cluster.before.append(on("apply", lost, name=scene.members[0].phone.name))
    (stalled,) = scene.run().failures
    assert (stalled.name, stalled.state) == (scene.members[0].phone.name, PhoneState.STALLED)
    assert "may never have been applied" in stalled.reason
    assert "Apply Config" in stalled.next_step


def test_a_write_that_was_in_doubt_and_found_is_no_longer_in_doubt_after_a_kill() -> None:
    scene = Scene(phones(3))
    scene.cluster.after.append(on("write", lost, name=scene.members[0].phone.name))
    notebook, recorder = Notebook(), scene.recorder
    found = KilledOnce(lambda: any(told.before is PhoneState.UNKNOWN for told in recorder.of(PhoneChanged)))
    with pytest.raises(Killed):
        scene.run(notebook, found)
    standing = notebook.standings[scene.members[0].phone.name]
    assert (standing.state, standing.write, standing.read_back) == (PhoneState.WRITTEN, Call.DONE, True)
    scene.workers.die(lambda: True)
    assert scene.again(notebook.standings).run().counts == {PhoneState.INSTALLED: 3}
    assert all(len(each.writes) == 1 for each in scene.members)
