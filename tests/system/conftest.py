"""What the system tests share: each needs tools that `make test-system` installs; a missing one fails, it never skips."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:  # those of the whole suite
        if item.nodeid.startswith("tests/system/"):
            item.add_marker(pytest.mark.system)


def tool(name: str) -> str:
    """The path of a system tool; a missing one fails the test, with the way to get it."""
    path = shutil.which(name, path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if path is None:
        pytest.fail(f"{name} is missing: run `make test-system`, which installs it")
    return path


@dataclass(frozen=True)
class ServedCluster:
    """A simulator in its own process, as its printed lines tell it."""

    lines: dict[str, str]

    @property
    def address(self) -> str:
        return self.lines["address"]

    @property
    def login(self) -> str:
        return f"{self.lines['user']}:{self.lines['password']}"


@pytest.fixture(scope="module")
def served() -> Iterator[ServedCluster]:
    """`lscctl sim serve` on a free loopback port, stopped with SIGTERM."""
    command = [sys.executable, "-m", "lscctl", "sim", "serve", "--port", "0", "--capf-port", "0", "--phones", "120"]
    command += ["--version", "12.5", "--phone-speed", "600"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout is not None
        lines: dict[str, str] = {}
        for line in server.stdout:
            key, _, value = line.strip().partition(": ")
            lines[key] = value
            if {"address", "user", "password", "capf-port"} <= lines.keys():
                break
        yield ServedCluster(lines)
        server.send_signal(signal.SIGTERM)
        assert server.wait(20) == 0


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An environment of its own for lscctl: no configuration, state in a folder that goes away."""
    kept = {name: value for name, value in os.environ.items() if not re.match(r"LSCCTL_|NO_COLOR|CI$", name)}
    return {**kept, "LSCCTL_STATE_DIR": str(tmp_path / "state"), "LSCCTL_CONFIG": str(tmp_path / "none.toml")}
