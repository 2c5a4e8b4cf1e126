"""The command as a person sees it: in a real terminal of 80 and of 120 columns."""

import fcntl
import os
import pty
import re
import shlex
import struct
import subprocess
import sys
import termios
import time
import uuid
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.e2e.warm_start import WarmStart
from tests.system.conftest import ROOT, tool


def screen_after(command: list[str], columns: int, environment: dict[str, str], tmp_path: Path) -> str:
    """Run the command in a terminal of its own and give what stands on it, history included, when it has ended."""
    session, done = f"lscctl-{uuid.uuid4().hex}", tmp_path / "done"
    tmux = [tool("tmux"), "-L", session]
    variables = " ".join(f"{name}={shlex.quote(environment[name])}" for name in ("LSCCTL_STATE_DIR", "LSCCTL_CONFIG"))
    line = f'cd {shlex.quote(str(ROOT))}; {variables} {shlex.join(command)}; echo "exit $?"; touch {done}; sleep 60'
    subprocess.run([*tmux, "new-session", "-d", "-x", str(columns), "-y", "50", line], check=True, timeout=20)
    try:
        deadline = time.monotonic() + 120
        while not done.exists():
            assert time.monotonic() < deadline, subprocess.run(
                [*tmux, "capture-pane", "-p"], capture_output=True, text=True, check=False
            ).stdout
            time.sleep(0.2)
        return subprocess.run(
            [*tmux, "capture-pane", "-p", "-S", "-2000"], capture_output=True, text=True, check=True, timeout=20
        ).stdout
    finally:
        subprocess.run([*tmux, "kill-server"], check=False, timeout=20)


@pytest.mark.parametrize("columns", [80, 120])
def test_a_run_reads_well_in_a_terminal(columns: int, environment: dict[str, str], tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "lscctl",
        "bulk-install",
        "--cluster",
        "sim",
        "--model",
        "8845",
        "--limit",
        "30",
        "--yes",
    ]
    screen = screen_after(command, columns, environment, tmp_path)
    assert "exit 0" in screen
    assert "installed" in screen
    assert "Traceback" not in screen
    assert max(len(line) for line in screen.splitlines()) <= columns


COLD = (sys.executable, "-m", "lscctl")


def printed(command: str, environment: dict[str, str], *, lscctl: tuple[str, ...] = COLD, columns: int = 80) -> str:
    """What the command, begun by `lscctl`, writes into a terminal that is so many columns wide."""
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    line = [*lscctl, *shlex.split(command)]
    kept = {name: value for name, value in environment.items() if name not in ("COLUMNS", "LINES")}
    heard = b""
    with subprocess.Popen(line, stdin=its, stdout=its, stderr=its, env={"TERM": "xterm", **kept}) as process:
        os.close(its)
        with os.fdopen(ours, "rb", buffering=0) as screen:
            try:
                while piece := screen.read(65_536):
                    heard += piece
            except OSError:  # the last writer has left
                pass
        assert process.wait(60) in (0, 1)
    return heard.decode().replace("\r\n", "\n")


def test_every_table_folds_to_eighty_columns(environment: dict[str, str], warm: WarmStart, tmp_path: Path) -> None:
    warm.put_program(tmp_path)
    for command in (
        "bulk-install --cluster sim --model 7841 --limit 6 --dry-run",
        "install --cluster sim SEP001122829AC0 --renew --yes",
        "status --cluster sim --registration",
        "report expiring --cluster sim",
        "report capf --cluster sim",
        "profiles list --cluster sim",
        "profiles check --cluster sim",
        "preflight --cluster sim --no-registration",
        "preflight --list",
        "trust-list show --cluster sim --from-tftp cucm-pub.example.com",
        "runs list",
        "runs show --phones",
        "sim assumptions",
        "sim failures",
        "sim scenarios",
    ):
        text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", printed(command, environment, lscctl=(str(tmp_path / "lscctl"),)))
        widest = max(text.splitlines(), key=cell_len)
        assert cell_len(widest) <= 80, f"{command}: {widest}"


@pytest.mark.parametrize(
    ("sober", "command"),
    [
        ({"NO_COLOR": "1"}, "status --cluster sim --model 7841"),
        ({"NO_COLOR": "1", "CI": "true"}, "bulk-install --cluster sim --model 7841 --limit 3 --yes"),
        ({"TERM": "dumb"}, "bulk-install --cluster sim --model 7841 --limit 3 --yes"),
        ({"LSCCTL_PLAIN": "1"}, "bulk-install --cluster sim --model 7841 --limit 3 --yes"),
    ],
    ids=["no colour", "no colour in CI", "dumb", "plain"],
)
def test_nothing_but_letters_reaches_a_terminal_that_wants_no_more(
    environment: dict[str, str], sober: dict[str, str], command: str
) -> None:
    text = printed(command, environment | sober)
    assert "\x1b" not in text
    assert "7841" in text
