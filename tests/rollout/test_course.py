"""Waves, gates and limits in whole runs: who is handed out, who waits, and that nobody waits for ever."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from lscctl.capf import CertificateOperation
from lscctl.cucm.faults import Unreachable
from lscctl.outcome import PhoneState
from lscctl.phone import Registration
from lscctl.rollout.events import Event, Intended, Limited, Purpose, Stopping, WaveEnded, WindowClosed
from lscctl.rules import Amount, Limit, WaveSizes
from lscctl.window import Windows
from tests.rollout.fakes import (
    NEVER,
    START,
    FakePhone,
    Killed,
    KilledOnce,
    Notebook,
    Scene,
    at_once,
    fake_phone,
    lost,
    on,
    phones,
)

pytestmark = pytest.mark.usefixtures("long_naps")


def moved(members: list[FakePhone]) -> None:
    for each in members:
        each.profile_pkid = "another"


def cut_off() -> Unreachable:
    return Unreachable("no connection to cucm.example.com:8443")


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


# --- the next part of a run


def killed(scene: Scene, so: Callable[[], bool]) -> Scene:
    """The next part of the scene's run, which was killed when this was so; no call under way had reached the cluster."""
    notebook = Notebook()
    with pytest.raises(Killed):
        scene.run(notebook, KilledOnce(so))
    scene.workers.die(lambda: False)
    return scene.again(notebook.standings)


@pytest.mark.parametrize("answered", [lambda _: 0, lambda calls: calls - 1])
@pytest.mark.parametrize("written", [0, 1, 4])
def test_a_write_that_was_intended_and_never_left_is_made_once(written: int, answered: Callable[[int], int]) -> None:
    scene = Scene(phones(12))
    resumed = killed(scene, lambda: len(scene.recorder.of(Intended)) > written)
    assert {event.purpose for event in scene.recorder.of(Intended)} == {Purpose.WRITE}
    resumed.pick = answered
    assert resumed.run().counts == {PhoneState.INSTALLED: 12}
    assert all(len(each.writes) == len(each.applies) == 1 for each in scene.members)


def test_a_wave_does_not_end_before_the_writes_in_doubt_of_an_earlier_part_are_read_back() -> None:
    scene = Scene(phones(3), options=at_once(waves=WaveSizes.fixed("1")))
    resumed = killed(scene, lambda: len(scene.recorder.of(Intended)) == 1)
    resumed.cluster.before.append(on("read", cut_off, times=3))
    assert resumed.run().counts == {PhoneState.INSTALLED: 3}
    ends = [event for event in resumed.recorder.of(WaveEnded) if set(event.counts) != {PhoneState.INSTALLED}]
    assert ends == []


def test_the_pause_between_waves_goes_on_where_a_run_is_resumed() -> None:
    rules = at_once(waves=WaveSizes.fixed("1"), pause_between=timedelta(minutes=30))
    scene = Scene(phones(2), options=rules)
    resumed = killed(scene, lambda: bool(scene.recorder.of(WaveEnded)))
    at = resumed.clock.at
    assert resumed.run().counts == {PhoneState.INSTALLED: 2}
    assert max(each.writes[0][0] for each in scene.members) >= at + 1790


def test_a_phone_known_to_have_stalled_that_installs_after_all_does_not_buy_another_failure() -> None:
    members = phones(9)
    for each in members[:2]:
        each.takes = 6000.0
    for each in members[2:]:
        each.takes, each.ends = 600.0, "Upgrade Failed: Invalid MIC"
    options = at_once(
        waves=WaveSizes.fixed("1"), wave_timeout=timedelta(minutes=20), max_failures=Limit(Amount(number=1))
    )
    scene = Scene(members, options=options)
    notebook = Notebook()
    assert "--max-failures" in (scene.run(notebook).gate or "")
    assert sum(bool(each.writes) for each in members) == 2
    scene.clock.at += 6000
    resumed = scene.again(notebook.standings)
    resumed.run(past_is_known=True)
    assert [each.ends for each in members if each.writes] == ["Upgrade Success"] * 2 + [members[2].ends] * 2


def test_a_phone_whose_fate_a_person_knows_to_be_unknown_does_not_close_the_gate_at_each_resume() -> None:
    members = phones(3)
    scene = Scene(members, options=at_once(waves=WaveSizes.fixed("1"), max_failures=Limit(Amount(number=0))))
    scene.cluster.before.append(on("apply", lost))
    members[0].takes = NEVER
    for _ in range(3):
        notebook = Notebook()
        summary = scene.run(notebook, past_is_known=bool(scene.past))
        if summary.gate is None:
            break
        scene = scene.again(scene.past | notebook.standings)
    assert summary.gate is None
    assert summary.counts[PhoneState.INSTALLED] == 2


def test_a_run_that_does_not_wait_still_sees_which_phones_of_its_last_part_came_back() -> None:
    members = [fake_phone(number, registration=Registration.REGISTERED) for number in range(10)]
    members[0].back_after = NEVER
    scene = Scene(members, options=at_once(waves=WaveSizes.fixed("1"), max_lost=Limit(Amount(number=0)), wait=False))
    for _ in range(30):
        notebook = Notebook()
        summary = scene.run(notebook)
        if summary.gate is not None:
            break
        scene.clock.at += 300
        scene = scene.again(scene.past | notebook.standings)
    assert "--max-lost" in (summary.gate or "")
    assert sum(bool(each.writes) for each in members) == 1


def test_a_run_that_does_not_wait_is_done_after_some_calls_of_it() -> None:
    members = [fake_phone(number, registration=Registration.REGISTERED) for number in range(4)]
    scene = Scene(members, options=at_once(waves=WaveSizes.fixed("1"), max_lost=Limit(Amount(number=0)), wait=False))
    for _ in range(20):
        notebook = Notebook()
        summary = scene.run(notebook)
        if summary.left is None:
            break
        scene.clock.at += 300
        scene = scene.again(scene.past | notebook.standings)
    assert sum(bool(each.applies) for each in members) == 4


# --- not waiting, and stopping


def test_a_run_that_does_not_wait_does_not_wait_for_free_places_either() -> None:
    scene = Scene(phones(5, takes=3600), options=at_once(max_in_flight=2, wait=False))
    summary = scene.run()
    assert summary.counts == {PhoneState.PENDING: 2, PhoneState.QUEUED: 3}
    assert summary.left == "wave 1 is under way"
    assert scene.clock.at - START < 60


def test_a_pause_that_is_over_does_not_begin_anew_with_each_call_of_a_run_that_does_not_wait() -> None:
    members = [fake_phone(number, registration=Registration.REGISTERED) for number in range(2)]
    options = at_once(waves=WaveSizes.fixed("1"), pause_between=timedelta(minutes=10), wait=False)
    scene = Scene(members, options=options)
    for _ in range(6):
        notebook = Notebook()
        scene.run(notebook)
        scene.clock.at += 900
        scene = scene.again(scene.past | notebook.standings)
    assert all(each.applies for each in members)


@pytest.mark.parametrize("kind", [Limited, WindowClosed, WaveEnded])
def test_a_wish_to_stop_that_comes_just_before_a_long_sleep_is_heard(kind: type[Event]) -> None:
    options = at_once(
        waves=WaveSizes.fixed("1"), pause_between=timedelta(hours=5), windows=Windows.parse(["23:00-04:00"])
    )
    scene = Scene(phones(9), options=options)

    class Presses:
        def on_event(self, event: Event) -> None:
            if isinstance(event, kind) and scene.clock.at > START + 1000:
                scene.stop.request("ctrl-C")

    summary = scene.run(Presses())
    assert summary.stopped == "ctrl-C"
    (stopping,) = scene.recorder.of(Stopping)
    last = max(event.at for event in scene.recorder.of(kind) if event.at <= stopping.at)
    assert stopping.at - last < 1


def test_a_phone_that_was_written_is_applied_though_the_others_wait_for_their_window_and_the_rate_is_low() -> None:
    sites = {"Berlin": "Europe/Berlin", "New York": "America/New_York"}
    members = [
        fake_phone(number, takes=1.0, device_pool=site, zone=sites[site])
        for number, site in enumerate(["Berlin", "Berlin", "New York"])
    ]
    windows = Windows.parse(["22:00-05:00"], per_site=True)  # it is 23:13 in Berlin
    scene = Scene(members, options=at_once(windows=windows, max_rate=0.5, max_in_flight=1))
    assert scene.run().counts == {PhoneState.INSTALLED: 3}
    for each in members:
        assert len(each.writes) == 1
        assert each.applies[0] - each.writes[0][0] < 60
