"""`config add-schema` with archives of Cisco's own files, and a simulated cluster that speaks them."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from lscctl.simulator.cluster import Cluster
from lscctl.simulator.server import SimulatorServer
from tests.cli.conftest import Lscctl
from tests.cucm.test_schema_archive import archive, contents

CONFIG = """# our clusters
[clusters.lab]          # the old one
host = "127.0.0.1"
port = {port}
user = "{user}"
ca-bundle = "{ca}"

[clusters.lab.protected]
phones = ["SEP00DEADBEEF00"]
"""


@pytest.fixture(scope="module")
def server() -> Iterator[SimulatorServer]:
    with closing(Cluster.create(phones=5, version="12.5")) as cluster, SimulatorServer(cluster) as server:
        yield server


@pytest.fixture
def lab(lscctl: Lscctl, server: SimulatorServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lscctl:
    """The command line, configured for the cluster."""
    text = CONFIG.format(port=server.port, user=server.user, ca=server.ca_file)
    (tmp_path / "config.toml").write_text(text)
    monkeypatch.setenv("LSCCTL_PASSWORD", server.password)
    return lscctl


@pytest.fixture(scope="module")
def toolkit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return archive(tmp_path_factory.mktemp("toolkit") / "axlsqltoolkit.zip", contents("11.5"), contents("12.5"))


def test_the_cluster_s_version_is_taken_and_used_from_then_on(lab: Lscctl, toolkit: Path, tmp_path: Path) -> None:
    before = (tmp_path / "config.toml").read_text()
    ran = lab("config", "add-schema", str(toolkit), "--cluster", "lab")
    assert ran.exit_code == 0, ran.output
    assert "holds the schemas 11.5, 12.5" in ran.stderr
    assert "speaks 12.5" in ran.stdout
    (kept,) = (tmp_path / "state" / "schemas").iterdir()
    assert sorted(file.name for file in kept.iterdir()) == ["AXLAPI.wsdl", "AXLEnums.xsd", "AXLSoap.xsd"]
    after = (tmp_path / "config.toml").read_text()
    assert after == before.replace("\n\n[", f'\nwsdl = "{kept / "AXLAPI.wsdl"}"\n\n[')
    shown = json.loads(lab("config", "show", "--format", "json").stdout)["settings"]
    assert next(one["value"] for one in shown if one["key"] == "wsdl") == str(kept / "AXLAPI.wsdl")
    assert lab("config", "add-schema", str(toolkit)).exit_code == 0, (
        "it is used now, and the same again is no second copy"
    )
    assert list((tmp_path / "state" / "schemas").iterdir()) == [kept]


def test_another_version_can_be_named(lab: Lscctl, toolkit: Path, tmp_path: Path) -> None:
    ran = lab("config", "add-schema", str(toolkit), "--version", "11.5")
    assert "speaks 11.5" in ran.stdout
    ran = lab("config", "add-schema", str(toolkit), "--version", "14.0")
    assert ran.exit_code == 2
    assert "does not hold the schema 14.0" in ran.stderr
    assert "It holds 11.5, 12.5." in ran.stderr


def test_a_version_that_the_cluster_does_not_speak_changes_nothing(lab: Lscctl, tmp_path: Path) -> None:
    before = (tmp_path / "config.toml").read_text()
    ran = lab("config", "add-schema", str(archive(tmp_path / "old.zip", contents("8.5"))))
    assert ran.exit_code == 5
    assert "does not speak AXL 8.5" in ran.stderr
    assert (tmp_path / "config.toml").read_text() == before
    assert not (tmp_path / "state" / "schemas").exists()


def test_an_archive_that_means_harm_changes_nothing(lab: Lscctl, tmp_path: Path) -> None:
    evil = archive(tmp_path / "evil.zip", contents("12.5"), {"../../outside.txt": b"x"})
    ran = lab("config", "add-schema", str(evil))
    assert ran.exit_code == 2
    assert "points out of it" in ran.stderr
    assert not (tmp_path / "state" / "schemas").exists()
    assert "wsdl" not in (tmp_path / "config.toml").read_text()


def test_a_schema_that_cannot_be_used_is_not_kept(lab: Lscctl, tmp_path: Path) -> None:
    broken = contents("12.5") | {"schema/12.5/AXLSoap.xsd": b"<x/>"}
    ran = lab("config", "add-schema", str(archive(tmp_path / "broken.zip", broken)))
    assert ran.exit_code == 2
    assert list((tmp_path / "state" / "schemas").iterdir()) == []


def test_a_cluster_that_is_not_in_the_file_is_told_where_the_schema_is(
    lab: Lscctl, toolkit: Path, server: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LSCCTL_PORT", str(server.port))
    options = ("--host", "localhost", "--user", server.user, "--ca-bundle", str(server.ca_file))
    ran = lab("config", "add-schema", str(toolkit), *options)
    assert ran.exit_code == 0, ran.output
    assert "Use it with --wsdl" in ran.stdout
