"""Phones that ended are waited for until they are registered again, and are lost where they are not."""

from datetime import timedelta

from lscctl.cucm.faults import Unreachable
from lscctl.outcome import PhoneState
from lscctl.phone import Registration
from lscctl.rollout.events import PhoneBack, PhoneChanged
from lscctl.rules import WaveSizes
from tests.rollout.fakes import NEVER, FakeCluster, FakePhone, Notebook, Scene, at_once, fake_phone


def registered(number: int, *, takes: float = 60.0, back_after: float = 5.0) -> FakePhone:
    each = fake_phone(number, takes=takes, registration=Registration.REGISTERED)
    each.back_after = back_after
    return each


def test_a_stalled_phone_that_installs_after_all_has_its_full_time_to_come_back() -> None:
    members = [registered(0, takes=2500, back_after=300), registered(1, takes=1500)]
    scene = Scene(members, options=at_once(wave_timeout=timedelta(minutes=30), waves=WaveSizes.fixed("1")))
    summary = scene.run()
    assert summary.counts == {PhoneState.INSTALLED: 2}
    first = [event.after for event in scene.recorder.of(PhoneChanged) if event.name == members[0].phone.name]
    assert first[-2:] == [PhoneState.STALLED, PhoneState.INSTALLED]


def test_a_phone_that_was_seen_back_is_not_lost_where_the_run_is_resumed_while_it_is_off() -> None:
    members = [registered(0, takes=60, back_after=5), registered(1, takes=60, back_after=NEVER)]
    scene = Scene(members, options=at_once())
    notebook = Notebook()
    assert scene.run(notebook).counts == {PhoneState.INSTALLED: 1, PhoneState.LOST: 1}
    assert [event.name for event in scene.recorder.of(PhoneBack)] == [members[0].phone.name]
    members[0].back_after = NEVER
    assert scene.again(notebook.standings).run().counts == {PhoneState.INSTALLED: 1, PhoneState.LOST: 1}


def ris_is_away(scene: Scene, *, after: float, until: float = NEVER) -> None:
    """Let RIS answer nothing between these seconds of the run."""
    began = scene.clock.at

    def strikes(_cluster: FakeCluster, kind: str, _name: str) -> None:
        if kind == "sightings" and after <= scene.clock.at - began < until:
            raise Unreachable("no connection")

    scene.cluster.before.append(strikes)


def test_a_request_to_ris_that_fails_just_when_a_phones_time_is_up_does_not_end_its_wave() -> None:
    scene = Scene([registered(0, back_after=900), registered(1, back_after=5)], options=at_once())
    ris_is_away(scene, after=640, until=700)
    summary = scene.run()
    assert summary.counts == {PhoneState.INSTALLED: 1, PhoneState.LOST: 1}
    assert not any("RIS cannot be asked" in note for note in summary.notes)


def test_a_phone_is_given_up_where_ris_tells_nothing_any_more_for_as_long_as_phones_have() -> None:
    scene = Scene([registered(0, back_after=NEVER)], options=at_once())
    ris_is_away(scene, after=300)
    summary = scene.run()
    assert summary.counts == {PhoneState.INSTALLED: 1}
    assert any("RIS cannot be asked" in note for note in summary.notes)
    assert summary.ended - summary.started >= 840
