"""Phones that ended are waited for until they are registered again, and are lost where they are not."""

from datetime import timedelta

from lscctl.outcome import PhoneState
from lscctl.phone import Registration
from lscctl.rollout.events import PhoneChanged
from lscctl.rules import WaveSizes
from tests.rollout.fakes import FakePhone, Scene, at_once, fake_phone


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
