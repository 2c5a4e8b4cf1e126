"""`config check` against a simulated cluster: what is wrong on this computer, with the login, with the roles."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from lscctl.simulator.cluster import Cluster
from lscctl.simulator.doors.accounts import ALL_ROLES, SERVICEABILITY, Account
from lscctl.simulator.server import SimulatorServer
from tests.cli.conftest import Lscctl

WITHOUT_RIS = Account("no-ris", "s3cret", ALL_ROLES - {SERVICEABILITY})


@pytest.fixture(scope="module")
def server() -> Iterator[SimulatorServer]:
    with closing(Cluster.create(phones=5)) as cluster, SimulatorServer(cluster, accounts=[WITHOUT_RIS]) as server:
        yield server


def configure(tmp_path: Path, server: SimulatorServer, more: str = "", user: str | None = None) -> None:
    path = tmp_path / "config.toml"
    path.write_text(
        f"[clusters.lab]\nhost = '127.0.0.1'\nport = {server.port}\nca-bundle = '{server.ca_file}'\n"
        f"user = '{user or server.user}'\n{more}\n"
    )
    path.chmod(0o600)


def faults(told: dict[str, Any]) -> dict[str, list[str]]:
    return {one["check"]: [fault["code"] for fault in one["faults"]] for one in told["checks"]}


def test_a_cluster_that_is_set_up_passes(
    lscctl: Lscctl, tmp_path: Path, server: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(tmp_path, server)
    monkeypatch.setenv("LSCCTL_PASSWORD", server.password)
    ran = lscctl("config", "check", "--format", "json")
    assert ran.exit_code == 0, ran.output
    told = json.loads(ran.stdout)
    assert (told["schema"], told["cluster"]) == ("lscctl.config-check/1", "lab")
    assert faults(told) == {"files": [], "login": [], "axl": []}


def test_a_missing_role_is_named_with_how_to_grant_it(
    lscctl: Lscctl, tmp_path: Path, server: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(tmp_path, server, user="no-ris")
    monkeypatch.setenv("LSCCTL_PASSWORD", "s3cret")
    ran = lscctl("config", "check")
    assert ran.exit_code == 0, "a run does without that role"
    assert "ris-role: RIS does not answer this user" in ran.stdout
    assert "Standard Serviceability" in ran.stdout


def test_a_refused_login_fails_and_says_so_once(
    lscctl: Lscctl, tmp_path: Path, server: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(tmp_path, server)
    monkeypatch.setenv("LSCCTL_PASSWORD", "wrong")
    ran = lscctl("config", "check", "--format", "json")
    assert ran.exit_code == 1
    assert faults(json.loads(ran.stdout)) == {"files": [], "login": ["login-refused"]}


def test_what_the_configuration_names_must_be_there(lscctl: Lscctl, tmp_path: Path, server: SimulatorServer) -> None:
    configure(
        tmp_path,
        server,
        "password-file = 'secret'\nnotify = 'no-such-program --x'\naudit-log = 'nowhere/audit'\nwsdl = 'AXLAPI.wsdl'",
    )
    (tmp_path / "secret").write_text("s3cret\n")
    (tmp_path / "secret").chmod(0o644)
    (tmp_path / "config.toml").chmod(0o622)
    ran = lscctl("config", "check", "--offline", "--format", "json")
    assert ran.exit_code == 1
    assert sorted(faults(json.loads(ran.stdout))["files"]) == [
        "audit-log-closed",
        "configuration-open",
        "notify-missing",
        "password-file-open",
        "wsdl-missing",
    ]


def test_without_a_password_the_login_says_how_to_give_one(
    lscctl: Lscctl, tmp_path: Path, server: SimulatorServer
) -> None:
    configure(tmp_path, server)
    ran = lscctl("config", "check")
    assert ran.exit_code == 1
    assert f"no-login: no password for {server.user!r} at 127.0.0.1" in ran.stdout
    assert "LSCCTL_PASSWORD" in ran.stdout


def test_one_cluster_that_fails_hides_no_other(
    lscctl: Lscctl, tmp_path: Path, server: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(tmp_path, server, "[clusters.gone]\nhost = '127.0.0.1'\nport = 1\nuser = 'u'")
    monkeypatch.setenv("LSCCTL_PASSWORD", server.password)
    ran = lscctl("config", "check", "--format", "json")
    assert ran.exit_code == 1
    told = {one["cluster"]: one["answer"] for one in json.loads(ran.stdout)["clusters"]}
    assert faults(told["lab"]) == {"files": [], "login": [], "axl": []}
    assert faults(told["gone"]) == {"files": [], "login": ["unreachable"]}


def test_a_file_that_cannot_be_used_is_a_matter_of_its_own(lscctl: Lscctl, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[clusters.lab]\nhost = 'h'\nuser = 'u'\nwindow = 'nights'\n")
    ran = lscctl("config", "check")
    assert ran.exit_code == 2
    assert "clusters.lab.window: window 'nights' is not understood" in ran.stderr
