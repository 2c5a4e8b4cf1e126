"""Preflight looks again each time a window opens, before the first phone is touched in it, at every site by itself."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from lscctl.cucm.faults import Unreachable
from lscctl.outcome import PhoneState
from lscctl.rules import WaveSizes
from lscctl.window import Windows
from tests.rollout.fakes import START, Scene, at_once, fake_phone, phones

NIGHT = Windows.parse(["22:00-05:00"])
"""It is 23:13 in Berlin when a scene begins."""

HOUR = 3600.0


def looks_at(scene: Scene, answer: Callable[[], str]) -> tuple[Callable[[], str], list[float]]:
    """A look that answers, and the hours after the start at which it was made."""
    at: list[float] = []

    def look() -> str:
        at.append((scene.clock.at - START) / HOUR)
        return answer()

    return look, at


def written_at(scene: Scene) -> list[float]:
    return sorted((at - START) / HOUR for each in scene.members for at, _ in each.writes)


@pytest.mark.parametrize(
    ("windows", "options", "opens"),
    [
        pytest.param("22:00-05:00", {"waves": WaveSizes.fixed("3"), "pause_between": timedelta(hours=24)}, 24.0, id="pause"),
        pytest.param("22:00-23:40", {"waves": WaveSizes.fixed("3")}, 22.7, id="the wave does not fit"),
        pytest.param("22:00-00:00", {"waves": WaveSizes.fixed("3"), "takes": 1700.0}, 22.7, id="the second does not"),
        pytest.param("22:00-00:10", {"waves": WaveSizes.fixed("3"), "takes": 1500.0, "max_in_flight": 3}, 22.7, id="queue"),
    ],
)  # fmt: skip
def test_the_next_window_is_looked_into_however_the_run_left_the_last_one(
    windows: str, options: dict[str, object], opens: float
) -> None:
    takes = options.get("takes", 1.0)
    chosen = {name: value for name, value in options.items() if name != "takes"}
    scene = Scene(phones(9, takes=float(str(takes))), options=at_once(windows=Windows.parse([windows]), **chosen))
    look, at = looks_at(scene, lambda: "itl-without-capf")
    summary = scene.run(recheck=look)
    assert summary.gate == "preflight: itl-without-capf"
    assert at
    assert at[0] >= opens
    assert all(hour < opens for hour in written_at(scene)), "nothing was written in the window of which it was told"
    assert summary.counts[PhoneState.QUEUED] >= 3


@pytest.mark.parametrize("other", ["America/New_York", "Asia/Tokyo"])
def test_each_sites_window_is_looked_into_when_it_opens(other: str) -> None:
    zones = ["Europe/Berlin", other]
    members = [
        fake_phone(number, takes=1.0, zone=zones[number % 2], device_pool=zones[number % 2]) for number in range(6)
    ]
    windows = Windows.parse(["22:00-05:00"], per_site=True)
    scene = Scene(members, options=at_once(windows=windows))
    look, at = looks_at(scene, lambda: "tvs-stopped")
    summary = scene.run(recheck=look)
    assert len(at) == 1
    assert summary.counts == {PhoneState.QUEUED: 3, PhoneState.INSTALLED: 3}
    assert {each.phone.zone for each in members if each.writes} == {"Europe/Berlin"}
    well = Scene([fake_phone(each_number, takes=1.0, zone=zones[each_number % 2]) for each_number in range(6)],
                 options=at_once(windows=windows))  # fmt: skip
    look, at = looks_at(well, lambda: "")
    assert well.run(recheck=look).counts == {PhoneState.INSTALLED: 6}
    assert len(at) == 1


def test_whoever_begins_a_run_in_an_open_window_has_looked() -> None:
    scene = Scene(phones(3), options=at_once(windows=NIGHT))
    look, at = looks_at(scene, lambda: "never asked")
    assert scene.run(recheck=look).counts == {PhoneState.INSTALLED: 3}
    assert not at


def test_a_cluster_that_is_away_when_a_window_opens_is_asked_again() -> None:
    tries = iter([True, True, False])

    def away() -> str:
        if next(tries):
            raise Unreachable("no route")
        return ""

    scene = Scene(phones(3), options=at_once(windows=Windows.parse(["02:00-04:00"])))
    look, at = looks_at(scene, away)
    assert scene.run(recheck=look).counts == {PhoneState.INSTALLED: 3}
    assert len(at) == 3


def test_a_run_that_only_watches_is_not_stopped_by_what_preflight_would_find() -> None:
    members = phones(3, takes=30 * HOUR)
    scene = Scene(members, options=at_once(windows=NIGHT))
    look, at = looks_at(scene, lambda: "capf-stopped")
    assert scene.run(recheck=look).gate is None
    assert not at
