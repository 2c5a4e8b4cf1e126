"""Runs inside windows: nothing is written or applied outside, and each run goes on in the next window or ends."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from lscctl.capf import AuthenticationMode, CapfSettings, CertificateOperation
from lscctl.cucm.faults import RoleMissing
from lscctl.deadline import ClusterClock, DeadlineRule
from lscctl.outcome import PhoneState
from lscctl.plan import Protected, build_move
from lscctl.rollout.events import Event, Intended, PhoneChanged, WindowClosed
from lscctl.rollout.hours import Hours
from lscctl.window import Windows
from tests.rollout.fakes import (
    PROFILE,
    START,
    FakeCluster,
    FakePhone,
    Killed,
    KilledOnce,
    Notebook,
    Scene,
    at_once,
    fake_phone,
    on,
    phones,
)

pytestmark = pytest.mark.usefixtures("long_naps")

NIGHT = Windows.parse(["22:00-05:00"])
"""START is 23:13 by the cluster's clock."""
HOUR = 3600.0


def dawns_after(scene: Scene, calls: int) -> None:
    """The window closes while the answer to this write is awaited."""

    def passes(cluster: FakeCluster, kind: str, name: str) -> None:
        if kind == "write" and len(cluster.calls) == calls:
            cluster.true.at = START + 7 * HOUR

    scene.cluster.after.append(passes)


def test_phones_whose_window_closed_before_they_were_applied_are_written_anew_in_the_next_one() -> None:
    scene = Scene(phones(30), options=at_once(windows=NIGHT))
    dawns_after(scene, 20)
    summary = scene.run()
    assert summary.counts == {PhoneState.INSTALLED: 30}
    assert scene.clock.steps < 3000
    for each in scene.members:
        assert each.applies[0] >= START + 22 * HOUR
        assert each.writes[-1][1].at.timestamp() >= each.applies[0] + HOUR


MIC_FIRST = CapfSettings(AuthenticationMode.MIC_FIRST, 2048)
COPY = replace(PROFILE, pkid="c" * 36, name="8845 MIC first", settings=MIC_FIRST)


@pytest.mark.parametrize("moves", [False, True])
def test_phones_that_waited_for_their_window_are_looked_at_before_they_are_applied(moves: bool) -> None:
    members = phones(30)
    plan = build_move([each.phone for each in members], COPY, MIC_FIRST, Protected()) if moves else None
    a_day = DeadlineRule(text="24h", after=timedelta(hours=24))
    scene = Scene(members, options=at_once(windows=NIGHT), plan=plan, deadline=a_day)
    dawns_after(scene, 20)
    taken: list[FakePhone] = []

    def in_the_daytime(cluster: FakeCluster, _kind: str, _name: str) -> None:
        if not taken and cluster.true.at > START + 20 * HOUR:
            taken.append(next(each for each in members if each.writes or each.moves))
            taken[0].operation, taken[0].finish_time = CertificateOperation.DELETE, "2031:01:01:00:00"

    scene.cluster.before.append(in_the_daytime)
    summary = scene.run()
    done = PhoneState.MOVED if moves else PhoneState.INSTALLED
    assert summary.counts == {done: 29, PhoneState.FAILED: 1}
    assert taken[0].applies == []
    assert all(
        len(each.moves if moves else each.writes) == len(each.applies) == 1 for each in members if each not in taken
    )
    (left,) = (one for one in summary.outcomes if one.state is PhoneState.FAILED)
    assert "Delete until 2031:01:01:00:00" in left.reason
    assert "not applied" in left.reason


def test_a_wish_to_stop_does_not_wait_for_the_window_of_phones_that_are_written() -> None:
    scene = Scene(phones(30), options=at_once(windows=NIGHT))
    dawns_after(scene, 20)

    class Presses:
        def on_event(self, event: Event) -> None:
            if isinstance(event, PhoneChanged) and event.at > START + HOUR:
                scene.stop.request("ctrl-C")

    summary = scene.run(Presses())
    assert set(summary.counts) == {PhoneState.WRITTEN, PhoneState.QUEUED}
    assert not any(each.applies for each in scene.members)
    assert scene.clock.at < START + 8 * HOUR


def test_a_failure_of_the_cluster_does_not_wait_for_the_window_of_phones_that_are_written() -> None:
    scene = Scene(phones(30), options=at_once(windows=NIGHT))
    dawns_after(scene, 20)
    scene.cluster.before.append(on("write", lambda: RoleMissing("admin", "cucm"), after=20))
    summary = scene.run()
    assert set(summary.counts) == {PhoneState.WRITTEN, PhoneState.QUEUED}
    assert scene.clock.at < START + 8 * HOUR


@pytest.mark.parametrize("window", ["22:00-22:30", "22:00-22:10", "23:00-23:01"])
def test_a_window_that_is_too_short_for_any_wave_closes_the_gate_instead_of_waiting_for_ever(window: str) -> None:
    scene = Scene(phones(3), options=at_once(windows=Windows.parse([window])))
    summary = scene.run()
    assert summary.counts == {PhoneState.QUEUED: 3}
    assert "no window leaves it so long" in (summary.gate or "")


def test_a_resumed_run_whose_phones_are_all_applied_does_not_wait_for_the_next_window() -> None:
    scene = Scene(phones(5), options=at_once(windows=NIGHT))
    notebook = Notebook()
    with pytest.raises(Killed):
        scene.run(notebook, KilledOnce(lambda: all(each.applies for each in scene.members)))
    scene.workers.die(lambda: True)
    scene.clock.at = START + 10 * HOUR
    following = scene.again(notebook.standings)
    assert following.run().counts == {PhoneState.INSTALLED: 5}
    assert following.clock.at < START + 11 * HOUR


ZONES = {"Berlin": "Europe/Berlin", "New York": "America/New_York", "Kathmandu": "Asia/Kathmandu"}


def at_sites(*sites: str) -> list[FakePhone]:
    return [
        fake_phone(number, takes=1.0, device_pool=site, zone=ZONES[site]) for number, site in enumerate(sites, start=1)
    ]


def test_a_site_whose_window_is_open_is_written_though_all_others_are_closed() -> None:
    """START is evening in Berlin, afternoon in New York."""
    windows = replace(NIGHT, per_site=True)
    scene = Scene(at_sites("Berlin", "New York"), options=at_once(windows=windows, wait=False))
    summary = scene.run()
    assert [outcome.state for outcome in summary.outcomes] == [PhoneState.PENDING, PhoneState.QUEUED]
    told = [type(event) for event in scene.recorder.events if isinstance(event, WindowClosed | Intended)]
    assert told == [Intended, WindowClosed, Intended]


def test_places_taken_by_a_site_whose_window_has_closed_keep_no_other_site_waiting_for_ever() -> None:
    members = at_sites("Berlin", "Berlin", "Kathmandu", "New York", "New York")
    members[3].profile_pkid = "another"
    other = fake_phone(900)
    other.operation, other.status = CertificateOperation.INSTALL, "Operation Pending"
    rules = {"windows": replace(NIGHT, per_site=True), "max_in_flight": 4, "concurrency": 1}
    scene = Scene(members, options=at_once(chunk=4, **rules), not_planned=[other])
    assert scene.run().counts == {PhoneState.INSTALLED: 4, PhoneState.LEFT_OUT: 1}
    assert scene.clock.at < START + 48 * HOUR


def together(window: str, now: str, *sites: str) -> str | None:
    """When all the sites' windows are open, by UTC, from this moment on."""
    at = datetime.fromisoformat(f"{now}:00+00:00").timestamp()
    clock: Callable[[], ClusterClock] = lambda: ClusterClock(ZoneInfo("Europe/Berlin"), now=lambda: at)  # noqa: E731
    opens = Hours(Windows.parse([window], per_site=True), clock).opens_together(sites)
    return None if opens is None else f"{datetime.fromtimestamp(opens, UTC):%Y-%m-%dT%H:%M}"


@pytest.mark.parametrize(
    ("window", "now", "sites", "opens"),
    [
        ("22:00-05:00", "2026-11-27T22:30", ("Europe/Berlin",), "2026-11-27T22:30"),
        ("22:00-05:00", "2026-11-27T12:00", ("Europe/Berlin",), "2026-11-27T21:00"),
        ("22:00-05:00", "2026-11-27T12:00", ("Europe/Berlin", "America/New_York"), "2026-11-28T03:00"),
        ("22:00-05:00", "2026-11-28T03:59", ("Europe/Berlin", "America/New_York"), "2026-11-29T03:00"),
        ("22:00-23:00", "2026-11-27T12:00", ("Europe/Berlin", "America/New_York"), None),
        ("sat 20:00-sun 06:00", "2026-11-29T12:00", ("",), "2026-12-05T19:00"),
    ],
)
def test_what_concerns_several_sites_at_once_waits_until_all_their_windows_are_open(
    window: str, now: str, sites: tuple[str, ...], opens: str | None
) -> None:
    assert together(window, now, *sites) == opens
