"""`config check --assumptions`: a report that can be sent to strangers, and that is remembered."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from lscctl.simulator.assumptions import Assumptions
from lscctl.simulator.cluster import Cluster
from lscctl.simulator.server import SimulatorServer
from tests.cli.conftest import Lscctl


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with closing(Cluster.create(phones=60, assumptions=Assumptions.parse(["uuid-case=lower"]))) as cluster:
        yield cluster


@pytest.fixture
def server(
    cluster: Cluster, lscctl: Lscctl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[SimulatorServer]:
    with SimulatorServer(cluster) as server:
        (tmp_path / "config.toml").write_text(
            f"[clusters.lab-of-acme]\nhost = 'localhost'\nport = {server.port}\nca-bundle = '{server.ca_file}'\n"
            f"user = '{server.user}'\n[clusters.lab-of-acme.connect-to]\n"
            + "".join(f"'{door}' = '{place}'\n" for door, place in server.doors().items())
        )
        monkeypatch.setenv("LSCCTL_PASSWORD", server.password)
        yield server


def asked(lscctl: Lscctl) -> dict[str, dict[str, Any]]:
    ran = lscctl("config", "check", "--assumptions", "--format", "json")
    assert ran.exit_code == 0, ran.output
    return {one["key"]: one for one in json.loads(ran.stdout)["assumptions"]}


@pytest.mark.usefixtures("server")
def test_what_holds_what_differs_and_what_cannot_be_seen_is_told(lscctl: Lscctl) -> None:
    told = asked(lscctl)
    assert (told["dbinfo"]["state"], told["dbinfo"]["found"]) == ("holds", "allowed")
    assert (told["uuid-case"]["state"], told["uuid-case"]["found"]) == ("differs", "lower")
    assert told["schema-8-0"]["state"] == "unknown"
    assert told["pending-at"]["state"] == "not observable by reading"
    assert told["pending-at"]["evidence"] == "It takes a write to see."
    assert list(told) == [knob.key for knob in Assumptions.catalogue()]


@pytest.mark.parametrize("form", ["table", "json", "csv", "markdown"])
def test_the_report_names_nothing_of_the_cluster(
    lscctl: Lscctl, server: SimulatorServer, cluster: Cluster, form: str
) -> None:
    ran = lscctl("config", "check", "--assumptions", "--format", form)
    assert ran.exit_code == 0, ran.output
    report = ran.stdout.casefold()
    with cluster.lock:
        named = {
            str(name).casefold()
            for table, column in (
                ("device", "name"),
                ("device", "description"),
                ("processnode", "name"),
                ("devicepool", "name"),
                ("certificate", "serialnumber"),
                ("certificate", "subjectname"),
                ("registrationdynamic", "lastknownipaddress"),
                ("securityprofile", "name"),
            )
            for (name,) in cluster.connection.execute(f"SELECT {column} FROM {table} WHERE {column} <> ''")
        }
    named |= {
        "lab-of-acme",
        "localhost",
        "127.0.0.1",
        str(server.port),
        server.user.casefold(),
        server.password.casefold(),
    }
    assert [name for name in sorted(named - {"default"}) if name in report] == [], "every cluster has a pool Default"


@pytest.mark.usefixtures("server")
def test_what_was_seen_once_is_remembered_for_the_cluster(lscctl: Lscctl, cluster: Cluster, tmp_path: Path) -> None:
    seen = asked(lscctl)["lsc-issuer-name"]
    assert seen["found"] == "dn"
    with cluster.lock:
        cluster.connection.execute("UPDATE device SET lscissuername = NULL")
    assert asked(lscctl)["lsc-issuer-name"] == seen
    (kept,) = (tmp_path / "state" / "assumptions").iterdir()
    assert "acme" not in kept.name + kept.read_text()
    kept.write_text("{ broken")
    assert asked(lscctl)["lsc-issuer-name"]["state"] == "unknown"


@pytest.mark.usefixtures("server")
def test_one_cluster_at_a_time_is_asked(lscctl: Lscctl) -> None:
    assert lscctl("config", "check", "--assumptions", "--all-clusters").exit_code == 2
    assert lscctl("config", "check", "--assumptions", "--offline").exit_code == 2
