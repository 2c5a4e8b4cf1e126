from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from lscctl.cli.connection import Connection, connect
from lscctl.cli.screen import Notices
from lscctl.config import ClusterConfig
from lscctl.cucm import cluster
from lscctl.errors import UsageError
from tests.cli.conftest import Lscctl

LAB = '[clusters.lab]\nhost = "cucm.example.com"\nuser = "axl"\nconcurrency = 3\n'
PIN = "ab" * 32


@pytest.fixture
def reached(monkeypatch: pytest.MonkeyPatch, lscctl: Lscctl) -> list[tuple[ClusterConfig, str]]:
    """The configurations and passwords with which somebody wanted to log in."""
    met: list[tuple[ClusterConfig, str]] = []

    @contextmanager
    def log_in(config: ClusterConfig, password: str, **_: Any) -> Iterator[None]:
        met.append((config, password))
        yield None

    monkeypatch.setattr(cluster.Cluster, "connect", log_in)
    monkeypatch.setenv("LSCCTL_PASSWORD", "s3cret")
    return met


def configure(tmp_path: Path, text: str = LAB) -> None:
    (tmp_path / "config.toml").write_text(text)


def test_no_cluster_configured_says_how_to_and_names_sim(
    lscctl: Lscctl, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("LSCCTL_CONFIG")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    ran = lscctl("status")
    assert ran.exit_code == 2
    for words in (str(tmp_path / "lscctl" / "config.toml"), "[clusters.", "host = ", "user = ", "--cluster sim"):
        assert words in ran.stderr


def test_an_unknown_cluster_names_the_nearest(lscctl: Lscctl, tmp_path: Path) -> None:
    configure(tmp_path)
    ran = lscctl("status", "--cluster", "lap")
    assert ran.exit_code == 2
    assert "'lab'" in ran.stderr


def test_the_configured_cluster_is_reached_with_its_settings(
    reached: list[tuple[ClusterConfig, str]], tmp_path: Path
) -> None:
    configure(tmp_path)
    with connect(Connection(), Notices()) as session:
        assert session.concurrency == 3
    ((config, password),) = reached
    assert (config.name, config.host, config.user, password) == ("lab", "cucm.example.com", "axl", "s3cret")


def test_host_and_user_do_without_a_configuration(reached: list[tuple[ClusterConfig, str]], tmp_path: Path) -> None:
    configure(tmp_path, "")
    with connect(Connection(host="10.0.0.1", user="axl"), Notices()):
        pass
    assert reached[0][0].host == "10.0.0.1"


def test_insecure_warns_loudly_each_time(
    reached: list[tuple[ClusterConfig, str]], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    configure(tmp_path)
    for _ in range(2):
        with connect(Connection(insecure=True), Notices()):
            pass
        assert "warning: --insecure: the certificate of cucm.example.com is NOT verified" in capfd.readouterr().err
    assert reached[0][0].insecure


def test_an_option_of_trust_replaces_what_the_configuration_says_about_trust(
    reached: list[tuple[ClusterConfig, str]], tmp_path: Path
) -> None:
    configure(tmp_path, LAB + "insecure = true\n")
    with connect(Connection(fingerprint=PIN), Notices()):
        pass
    config = reached[0][0]
    assert (config.fingerprint, config.insecure) == (PIN, False)


def test_sim_knows_its_own_address(lscctl: Lscctl) -> None:
    with pytest.raises(UsageError, match="knows its own"), connect(Connection(cluster="sim", host="x"), Notices()):
        pass
    assert lscctl("status", "--cluster", "sim", "--insecure").exit_code == 2


def test_a_password_is_no_option(lscctl: Lscctl) -> None:
    for command in ("bulk-install", "install", "status"):
        assert "--password" not in lscctl(command, "--help").stdout


def test_as_many_connections_are_made_as_calls_go_on_at_a_time(
    reached: list[tuple[ClusterConfig, str]], tmp_path: Path
) -> None:
    configure(tmp_path)
    with connect(Connection(), Notices(), 32) as session:
        assert session.concurrency == 32
    assert reached[0][0].concurrency == 32
