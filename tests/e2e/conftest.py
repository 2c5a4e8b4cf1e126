"""lscctl as a user runs it - a process of its own, a configuration file, a real HTTPS socket - against a simulated cluster."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from lscctl.simulator.assumptions import Assumptions
from lscctl.simulator.cluster import Cluster
from lscctl.simulator.doors.accounts import Account
from lscctl.simulator.failures import Failure
from lscctl.simulator.server import SimulatorServer
from tests.e2e.warm_start import WarmProcess, WarmStart
from tests.report.published import check_answer

FAST = 2000.0
"""Phones so fast that half an hour of key generation takes a second."""


Running = subprocess.Popen[str] | WarmProcess
"""A command in the background."""


def wait_until(holds: Callable[[], object], seconds: float = 30) -> None:
    """Look until it holds; fails when it never does."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    exit_code: int
    out: str
    err: str


@dataclass
class Site:
    """A simulated cluster on the network, and an admin's computer that is configured for it under the name `lab`."""

    server: SimulatorServer
    folder: Path
    settings: dict[str, str] = field(default_factory=dict)
    """Lines of the cluster's table in the configuration, `key: TOML value`; an empty value leaves the line out."""
    warm: WarmStart | None = None
    """How commands start: cold for None."""

    @property
    def cluster(self) -> Cluster:
        return self.server.cluster

    def environment(self, **changes: str) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not re.match(r"LSCCTL_|NO_COLOR|.*_PROXY|.*_proxy", name)
        }
        own = {
            "LSCCTL_CONFIG": str(self.folder / "config.toml"),
            "LSCCTL_STATE_DIR": str(self.folder / "state"),
            "LSCCTL_PASSWORD": self.server.password,
            "COLUMNS": "120",
        }
        return {**kept, **own, **changes}

    def configure(self, **settings: str) -> None:
        """Write the configuration: the cluster `lab`, with these settings (TOML values, `_` for `-`) over the usual ones."""
        usual = {
            "host": '"127.0.0.1"',
            "port": str(self.server.port),
            "user": f'"{self.server.user}"',
            "ca_bundle": f'"{self.server.ca_file}"',
        }
        lines = [
            f"{key.replace('_', '-')} = {value}"
            for key, value in {**usual, **self.settings, **settings}.items()
            if value
        ]
        doors = [f'"{door}" = "{place}"' for door, place in self.server.doors().items()]
        tables = ["[clusters.lab]", *lines, "[clusters.lab.connect-to]", *doors, ""]
        (self.folder / "config.toml").write_text("\n".join(tables), encoding="utf-8")

    def lscctl(self, *arguments: str, stdin: str = "", timeout: float = 90, **environment: str) -> Ran:
        """Run `lscctl ARGUMENTS` in a process of its own, without a terminal."""
        if not (self.folder / "config.toml").exists():
            self.configure()
        run = self._run(arguments, stdin, timeout, environment)
        assert "Traceback" not in run.stderr or "--debug" in arguments, run.stderr
        assert self.server.password not in run.stdout + run.stderr
        if run.stdout.startswith('{\n  "schema"'):
            check_answer(run.stdout)
        return Ran(run.returncode, run.stdout, run.stderr)

    def _run(
        self, arguments: tuple[str, ...], stdin: str, timeout: float, environment: dict[str, str]
    ) -> "subprocess.CompletedProcess[str]":
        env = self.environment(**environment)
        # libraries, other than lscctl, may read their part of the environment when they are loaded
        if self.warm is not None and all(name.startswith("LSCCTL_") for name in environment):
            return self.warm.run(arguments, stdin=stdin, timeout=timeout, env=env, cwd=self.folder)
        return subprocess.run(
            [sys.executable, "-m", "lscctl", *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=timeout,
            env=env,
            cwd=self.folder,
            check=False,
        )

    @contextmanager
    def running(self, *arguments: str, python: tuple[str, ...] = ()) -> Iterator[Running]:
        """`lscctl ARGUMENTS` at work in a process of its own, begun by `python`; it is killed if it outlives the block."""
        if not (self.folder / "config.toml").exists():
            self.configure()
        with self._started(arguments, python) as process:
            try:
                yield process
            finally:
                process.kill()

    def _started(self, arguments: tuple[str, ...], python: tuple[str, ...]) -> Running:
        if self.warm is not None and not python:
            return self.warm.start(arguments, self.environment(), self.folder)
        return subprocess.Popen(
            [*(python or (sys.executable, "-m", "lscctl")), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.environment(),
            cwd=self.folder,
        )

    def sql(self, statement: str) -> list[tuple[object, ...]]:
        """The truth: rows straight from the simulator's own database."""
        with self.cluster.lock:
            self.cluster.advance()
            return [tuple(row) for row in self.cluster.connection.execute(statement)]


@pytest.fixture
def make_site(tmp_path: Path, warm: WarmStart | None) -> Iterator[Callable[..., Site]]:
    """Make a site: `make_site(phones=60, version="12.5", fail=["invalid-mic=3"], assume=["dbinfo=refused"])`."""
    with ExitStack() as stack:

        def make(
            *,
            phones: int = 60,
            seed: int = 1,
            version: str = "15.0",
            phone_speed: float = FAST,
            fail: tuple[str, ...] = (),
            assume: tuple[str, ...] = (),
            accounts: tuple[Account, ...] = (),
        ) -> Site:
            cluster = Cluster.create(
                phones=phones,
                seed=seed,
                version=version,
                phone_speed=phone_speed,
                failures=[Failure.parse(text) for text in fail],
                assumptions=Assumptions.parse(assume),
            )
            stack.callback(cluster.close)
            server = stack.enter_context(SimulatorServer(cluster, accounts=accounts))
            return Site(server, tmp_path, warm=warm)

        yield make


@pytest.fixture
def site(make_site: Callable[..., Site]) -> Site:
    """A healthy cluster of sixty fast phones."""
    return make_site()
