"""Waves, gates and limits in whole runs: who is handed out, who waits, and that nobody waits for ever."""

import pytest

from lscctl.capf import CertificateOperation
from lscctl.outcome import PhoneState
from lscctl.rollout import engine
from tests.rollout.fakes import FakePhone, Scene, at_once, fake_phone, phones


@pytest.fixture(autouse=True)
def long_naps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "NAP", 60.0)


def moved(members: list[FakePhone]) -> None:
    for each in members:
        each.profile_pkid = "another"


def others_pending(count: int) -> list[FakePhone]:
    others = [fake_phone(900 + number) for number in range(count)]
    for other in others:
        other.operation, other.status = CertificateOperation.INSTALL, "Operation Pending"
    return others


# --- nobody waits for ever


@pytest.mark.parametrize("gone", [1, 10, 99, 100])
def test_places_that_phones_left_out_have_freed_are_filled_though_nothing_is_under_way(gone: int) -> None:
    scene = Scene(phones(150), options=at_once(max_in_flight=100))
    moved(scene.members[:gone])
    assert scene.run().counts == {PhoneState.LEFT_OUT: gone, PhoneState.INSTALLED: 150 - gone}


def test_few_places_beside_the_pending_phones_of_others_are_used_again_and_again() -> None:
    scene = Scene(phones(30), options=at_once(max_in_flight=100), not_planned=others_pending(90))
    moved(scene.members[:10])
    assert scene.run().counts == {PhoneState.LEFT_OUT: 10, PhoneState.INSTALLED: 20}
