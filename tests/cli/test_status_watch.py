import io
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from rich.console import Console

from lscctl.capf import CertificateOperation, CertificateStatus
from lscctl.changes import Change
from lscctl.cli import status_watch
from lscctl.cli.screen import Notices
from lscctl.cli.status_live import LiveStatus
from lscctl.cli.status_watch import Lines
from lscctl.cli.watched import Watch
from lscctl.cucm.faults import ConnectionLost, LoginRefused
from lscctl.phone import Glance, Lsc, Phone
from lscctl.report.interface import Page
from tests.cli.conftest import Lscctl
from tests.cli.lab import LabCluster
from tests.report.phones_in_sight import CAPF, DAY, NOW, PENDING, PHONE, WITH_LSC, told

UNTIL = int(NOW) + 1825 * DAY


def ended(phone: Phone, status: str = "Upgrade Success") -> Phone:
    lsc = Lsc(UNTIL, CAPF, None, "31") if "Success" in status else phone.lsc
    return replace(phone, operation=CertificateOperation.NONE, status=CertificateStatus(status), lsc=lsc)


def begun(phone: Phone) -> Phone:
    return replace(phone, operation=CertificateOperation.INSTALL, status=CertificateStatus("Operation Pending"))


@pytest.fixture
def between(lab: LabCluster, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[float]]:
    """What happens while the watch sleeps, one thing a sleep; then somebody presses ctrl-C."""
    lab.phones = [
        replace(phone, pkid=f"00000000-0000-0000-0000-00000000000{number}")
        for number, phone in enumerate((PHONE, WITH_LSC, PENDING))
    ]

    def of(*steps: Callable[[], object]) -> list[float]:
        slept: list[float] = []
        waiting = list(steps)

        class Time:
            @staticmethod
            def sleep(seconds: float) -> None:
                slept.append(seconds)
                lab.time.at += seconds
                if not waiting:
                    raise KeyboardInterrupt
                waiting.pop(0)()

        monkeypatch.setattr(status_watch, "time", Time)
        return slept

    return of


def becomes(lab: LabCluster, number: int, change: Callable[[Phone], Phone]) -> Callable[[], None]:
    def now() -> None:
        lab.phones[number] = change(lab.phones[number])

    return now


def test_in_a_pipe_each_change_is_a_line_and_ctrl_c_ends_with_130(
    lab: LabCluster, lscctl: Lscctl, between: Callable[..., list[float]]
) -> None:
    slept = between(becomes(lab, 0, begun), lambda: None, becomes(lab, 2, ended))
    ran = lscctl("status", "--watch")
    assert ran.exit_code == 130
    assert ran.stdout.splitlines() == [
        f"2026-11-23 19:30:30 {PHONE.name} status: None -> Operation Pending",
        f"2026-11-23 19:31:30 {PENDING.name} lsc-installed: none -> 2031-11-22T19:30:00Z, {CAPF}",
        f"2026-11-23 19:31:30 {PENDING.name} status: Operation Pending -> Upgrade Success",
    ]
    assert slept == [30.0] * 4
    assert "watching 3 phones of lab every 30 s; times are the cluster's (UTC+00:00)" in ran.stderr
    assert "watched until 19:31:30: 1 lsc-installed, 2 status; 1 pending" in ran.stderr


def test_each_look_is_one_page_and_ris_is_never_asked(
    lab: LabCluster, lscctl: Lscctl, between: Callable[..., list[float]]
) -> None:
    between(*[lambda: None] * 5)
    lscctl("status", "--watch", "--every", "5s")
    assert lab.glances == 5
    assert lab.ris_asked == 0
    assert len(lab.asked) == 1


def test_until_done_it_ends_once_nothing_is_pending(
    lab: LabCluster, lscctl: Lscctl, between: Callable[..., list[float]]
) -> None:
    between(lambda: None, becomes(lab, 2, ended))
    ran = lscctl("status", "--watch", "--until-done")
    assert ran.exit_code == 0
    assert "0 pending" in ran.stderr


def test_a_phone_that_fails_meanwhile_makes_until_done_end_with_1(
    lab: LabCluster, lscctl: Lscctl, between: Callable[..., list[float]]
) -> None:
    between(becomes(lab, 2, lambda phone: ended(phone, "Upgrade Failed: Invalid LSC")))
    ran = lscctl("status", "--watch", "--until-done")
    assert ran.exit_code == 1
    assert "Upgrade Failed: Invalid LSC" in ran.stdout


def test_a_phone_whose_deadline_has_passed_keeps_nobody_waiting(
    lab: LabCluster, lscctl: Lscctl, between: Callable[..., list[float]]
) -> None:
    between()
    lab.phones[2] = replace(lab.phones[2], finish_time="2026:11:23:18:00")
    assert lscctl("status", "--watch", "--until-done").exit_code == 0


def test_a_phone_that_is_deleted_is_told_to_be_gone(
    lab: LabCluster, lscctl: Lscctl, between: Callable[..., list[float]]
) -> None:
    between(lambda: lab.phones.pop(1), lambda: None)
    assert lscctl("status", "--watch").stdout.splitlines() == [f"2026-11-23 19:30:30 {WITH_LSC.name} gone"]


def test_a_cluster_that_cannot_be_asked_for_a_while_is_asked_again(
    lab: LabCluster, lscctl: Lscctl, between: Callable[..., list[float]], monkeypatch: pytest.MonkeyPatch
) -> None:
    glance = lab.glance

    def lost(pkids: Sequence[str]) -> dict[str, Glance]:
        raise ConnectionLost("lab closed the connection")

    between(
        lambda: monkeypatch.setattr(lab, "glance", lost),
        lambda: monkeypatch.setattr(lab, "glance", glance),
        becomes(lab, 0, begun),
    )
    ran = lscctl("status", "--watch")
    assert ran.exit_code == 130
    assert "it is tried again" in ran.stderr
    assert "Operation Pending" in ran.stdout


def test_a_login_that_is_refused_ends_it(
    lab: LabCluster, lscctl: Lscctl, between: Callable[..., list[float]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(pkids: Sequence[str]) -> dict[str, Glance]:
        raise LoginRefused("axl", "lab")

    between(lambda: monkeypatch.setattr(lab, "glance", refused))
    assert lscctl("status", "--watch").exit_code == 5


def test_a_reader_that_leaves_ends_it(
    lab: LabCluster, lscctl: Lscctl, between: Callable[..., list[float]], monkeypatch: pytest.MonkeyPatch
) -> None:
    between(becomes(lab, 0, begun), becomes(lab, 2, ended))
    watch = Watch(lab, told(*lab.phones))  # type: ignore[arg-type]
    lab.phones[0] = begun(lab.phones[0])
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as pipe:
        monkeypatch.setattr(sys, "stdout", pipe)
        assert Lines(Notices()).show(watch, watch.look()) is False


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--every", "5s"), "--every and --until-done say how to watch"),
        (("--until-done",), "--every and --until-done say how to watch"),
        (("--watch", "--format", "json"), "makes no report"),
        (("--watch", "--output", "a.json"), "makes no report"),
        (("--watch", "--every", "0s"), "too often"),
        (("--watch", "--every", "soon"), "--every 'soon' is not a duration"),
        (("--watch", "--cluster", "a,b"), "one cluster at a time"),
    ],
)
def test_options_that_make_no_sense_together_are_refused(lscctl: Lscctl, options: tuple[str, ...], said: str) -> None:
    ran = lscctl("status", *options)
    assert ran.exit_code == 2
    assert said in ran.stderr


def drawn(lab: LabCluster, *looks: Callable[[], None], trouble: str = "", width: int = 80) -> str:
    """What the live view shows after these looks."""
    watch = Watch(lab, told(*lab.phones))  # type: ignore[arg-type]
    live = LiveStatus(Page(width), "3 phones of lab every 30 s")
    live.show(watch, ())
    for look in looks:
        lab.time.at += 30
        look()
        changes: list[Change] = watch.look()
        live.show(watch, changes, trouble)
    paper = io.StringIO()
    Console(file=paper, width=width).print(live.picture())
    return paper.getvalue()


def test_the_live_view_shows_statuses_what_is_pending_and_what_changed(
    lab: LabCluster, between: Callable[..., list[float]]
) -> None:
    between()
    text = drawn(lab, becomes(lab, 0, begun), lambda: None)
    lines = [line.split() for line in text.splitlines()]
    assert ["Operation", "Pending", "2", "████████████████████"] in lines
    assert [PENDING.name, "7841", "Install/Upgrade", "by", "2026-11-24", "04:00", "1", "min", "0", "s"] in lines
    assert [PHONE.name, "8845", "Install/Upgrade", "30", "s"] in lines
    assert ["19:30:30", PHONE.name, "status:", "None", "->", "Operation", "Pending"] in lines
    assert "1 in all" in text
    assert "3 phones of lab every 30 s; last look 19:31:00; ctrl-C ends it" in text
    assert max(map(len, text.splitlines())) <= 80


def test_the_live_view_says_why_it_could_not_look(lab: LabCluster, between: Callable[..., list[float]]) -> None:
    between()
    assert "lab is busy" in drawn(lab, lambda: None, trouble="lab is busy; it is tried again")


def test_the_live_view_shows_few_of_many_pending_phones(lab: LabCluster, between: Callable[..., list[float]]) -> None:
    between()
    lab.phones = [replace(PENDING, name=f"SEP{number:012}", pkid=f"{number}") for number in range(30)]
    assert "... and 20 more" in drawn(lab)
