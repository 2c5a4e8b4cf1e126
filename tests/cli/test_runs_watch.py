import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from lscctl.cli.runs import watch
from lscctl.errors import ClusterError
from lscctl.outcome import PhoneState
from lscctl.rollout.events import Event, RunStarted
from tests.cli.conftest import Lscctl
from tests.cli.journals import BEGINNING, FAILURE, GATE, GATE_CLOSES, STOPPED_AT_THE_GATE, at_work, gate_closed
from tests.rollout.journal.lab import ALL_INSTALLED, FIRST, START, Lab, changed, ended

INSTALLED = {**ALL_INSTALLED}
FAILED = {**ALL_INSTALLED, FIRST: PhoneState.FAILED}
PENDING = {**ALL_INSTALLED, FIRST: PhoneState.PENDING}


class Between:
    """The time between two looks, in which a run at work goes on: each sleep plays the next events."""

    def __init__(self, *steps: Callable[[], object]) -> None:
        self._steps = list(steps)
        self.looks = 0

    def time(self) -> float:
        return START + 100 + self.looks

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.looks += 1
        assert self._steps, "it still waits, though nothing more will happen"
        self._steps.pop(0)()


@pytest.fixture
def between(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Between]:
    def of(*steps: Callable[[], object]) -> Between:
        between = Between(*steps)
        monkeypatch.setattr(watch, "time", between)
        return between

    return of


def telling(running: Lab, *events: Event) -> Callable[[], None]:
    def tell() -> None:
        for event in events:
            running.journal.on_event(event)
        running.journal.flush()

    return tell


def lines(stderr: str) -> list[str]:
    return [line.split(" ", 1)[1] for line in stderr.splitlines()]


def test_a_run_at_work_is_followed_to_its_end_and_told_as_it_ended(
    lscctl: Lscctl, tmp_path: Path, between: Callable[..., Between]
) -> None:
    with at_work(tmp_path, *BEGINNING) as running:
        between(
            telling(running, FAILURE),
            telling(running, GATE_CLOSES),
            telling(running, ended(STOPPED_AT_THE_GATE, gate=GATE)),
        )
        ran = lscctl("runs", "watch")
    assert ran.exit_code == 1, ran.output
    assert lines(ran.stderr) == [
        "writing 3 phones",
        "canary (1 of 2): 1 phone",
        "2 queued, 1 pending",
        f"{FIRST} failed: Upgrade Failed: Invalid MIC",
        f"gate closed: {GATE_CLOSES.why}; no phone is written any more, those under way are watched",
        "2 queued, 1 failed",
    ]
    assert f"Gate closed, so no further phone was written. {GATE}" in ran.stdout
    assert "Go on with: lscctl runs resume 1" in ran.stdout


@pytest.mark.parametrize(
    ("states", "details", "exit_code"),
    [
        (INSTALLED, {}, 0),
        (FAILED, {}, 1),
        (PENDING, {}, 7),
        (PENDING, {"left": "outside the window until Tue"}, 7),
        (PENDING, {"stopped": "ctrl-C"}, 130),
        (PENDING, {"stopped": "no connection", "failure": ClusterError("no connection")}, 5),
        (INSTALLED, {"gate": "CAPF: CAPF does not answer on its port any more"}, 1),
    ],
)
def test_it_ends_with_the_run_s_own_exit_code(
    lscctl: Lscctl,
    tmp_path: Path,
    between: Callable[..., Between],
    *,
    states: dict[str, PhoneState],
    details: dict[str, Any],
    exit_code: int,
) -> None:
    changes = [changed(name, state) for name, state in states.items() if state is not PhoneState.LEFT_OUT]
    with at_work(tmp_path, *BEGINNING) as running:
        between(telling(running, *changes, ended(states, **details)))
        assert lscctl("runs", "watch", "1").exit_code == exit_code
    # one that has ended before anybody watches is told all the same
    assert lscctl("runs", "watch", "1").exit_code == exit_code


def test_a_run_that_is_cut_off_is_told_with_the_line_that_resumes_it(
    lscctl: Lscctl, tmp_path: Path, between: Callable[..., Between]
) -> None:
    running = at_work(tmp_path, *BEGINNING)
    running.__enter__()
    between(lambda: running.__exit__(None, None, None))
    ran = lscctl("runs", "watch")
    assert ran.exit_code == 7
    assert "It was cut off: nobody carries it out any more." in ran.stdout
    assert "Go on with: lscctl runs resume 1" in ran.stdout


def test_a_resumed_run_is_told_from_where_it_goes_on(
    lscctl: Lscctl, tmp_path: Path, between: Callable[..., Between]
) -> None:
    again = RunStarted(START + 60, 3, {PhoneState.QUEUED: 2, PhoneState.PENDING: 1})
    with at_work(tmp_path, *BEGINNING, again) as running:
        between(
            telling(running, *(changed(name, PhoneState.INSTALLED) for name in list(INSTALLED)[:3]), ended(INSTALLED))
        )
        ran = lscctl("runs", "watch")
    assert ran.exit_code == 0, ran.output
    assert "going on with 3 phones: 2 queued, 1 pending" in lines(ran.stderr)
    assert lines(ran.stderr)[-1] == "3 installed"


def test_the_result_comes_in_every_format(lscctl: Lscctl, tmp_path: Path) -> None:
    gate_closed(tmp_path)
    told = json.loads(lscctl("runs", "watch", "--format", "json").stdout)
    assert (told["schema"], told["state"]) == ("lscctl.run/1", "gate-closed")


def test_ctrl_c_ends_the_watching_and_not_the_run(tmp_path: Path) -> None:
    environment = {**os.environ, "LSCCTL_STATE_DIR": str(tmp_path / "state")}
    with at_work(tmp_path, *BEGINNING):
        watching = subprocess.Popen(
            [sys.executable, "-m", "lscctl", "runs", "watch"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert watching.stderr is not None
        seen = [watching.stderr.readline() for _ in range(3)]
        watching.send_signal(signal.SIGINT)
        out, rest = watching.communicate(timeout=30)
        assert "2 queued, 1 pending" in seen[-1]
        assert rest == "run 1 goes on; see it again with: lscctl runs watch 1\n"
        assert (watching.returncode, out) == (7, "")


def test_at_a_terminal_the_live_table_is_shown(tmp_path: Path) -> None:
    environment = {**os.environ, "LSCCTL_STATE_DIR": str(tmp_path / "state"), "TERM": "xterm", "COLUMNS": "80"}
    environment.pop("CI", None)
    mine, theirs = pty.openpty()
    with at_work(tmp_path, *BEGINNING, FAILURE):
        watching = subprocess.Popen(
            [sys.executable, "-m", "lscctl", "runs", "watch"], env=environment, stdout=subprocess.DEVNULL, stderr=theirs
        )
        os.close(theirs)
        seen = b""
        while b"ctrl-C ends the watching" not in seen:
            seen += os.read(mine, 10_000)
        watching.send_signal(signal.SIGINT)
        with suppress(OSError):  # that is how the end of a terminal reads
            while os.read(mine, 10_000):
                pass
        assert watching.wait(timeout=30) == 7
    os.close(mine)
    text = seen.decode()
    assert "canary (1 of 2): 1 of 1 phone done" in text
    assert "canary must end before the next begins" in text
    assert "Upgrade Failed: Invalid MIC" in text
