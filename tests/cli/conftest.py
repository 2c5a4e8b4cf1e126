from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner, Result

from lscctl.cli import connection, guarding, rolling, screen
from lscctl.cli.main import app
from lscctl.report.interface import Report
from lscctl.simulator import embedded
from tests.cli.lab import LabCluster
from tests.e2e.warm_start import WarmStart
from tests.report import published
from tests.report.phones_in_sight import PHONE

Lscctl = Callable[..., Result]


@pytest.fixture(autouse=True)
def as_published(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hold every answer of every command in these tests against its published schema."""
    deliver = screen.Destination.deliver

    def checked(destination: screen.Destination, report: Report) -> None:
        published.check(report)
        deliver(destination, report)

    monkeypatch.setattr(screen.Destination, "deliver", checked)


@pytest.fixture
def embedded_cucm(monkeypatch: pytest.MonkeyPatch, warm_simulator: WarmStart) -> None:
    """Have the embedded CUCM, a process of its own for each command, start warm."""
    monkeypatch.setattr(embedded, "subprocess", SimpleNamespace(DEVNULL=None, Popen=warm_simulator.start_simulator))


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> LabCluster:
    """Three phones of the model 8845, in place of whatever cluster the options mean."""
    phones = [
        replace(PHONE, name=f"SEP00112233440{n}", pkid=f"00000000-0000-0000-0000-00000000000{n}") for n in (1, 2, 3)
    ]
    cluster = LabCluster(phones)

    @contextmanager
    def connect(options: object, notices: object, concurrency: int | None = None) -> Iterator[connection.Session]:
        yield cluster.session(concurrency)

    monkeypatch.setattr(connection, "connect", connect)
    monkeypatch.setattr(guarding.Guard, "_look", lambda *_: cluster.looked_at)
    monkeypatch.setattr(rolling, "time", cluster.time)
    return cluster


@pytest.fixture
def lscctl(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Lscctl:
    """Run the command line in this process, without a terminal, with nobody's configuration."""
    for name in ("LSCCTL_CLUSTER", "LSCCTL_HOST", "LSCCTL_USER", "LSCCTL_PASSWORD", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LSCCTL_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("LSCCTL_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, stdin: str | None = None) -> Result:
        return CliRunner().invoke(app, arguments, input=stdin)

    return run
