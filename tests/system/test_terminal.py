"""The command as a person sees it: in a real terminal of 80 and of 120 columns."""

import shlex
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest

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
