"""`lscctl inspect` in this process, against a simulated cluster and its phones over their own sockets."""

import csv
import io
import json
import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from lscctl.cucm import cluster
from lscctl.simulator.cluster import Cluster
from lscctl.simulator.server import SimulatorServer
from tests.cli.conftest import Lscctl
from tests.cucm.patient_doors import PatientDoors, silent_addresses
from tests.phone_certificates import Authority, made


@pytest.fixture(scope="module")
def server() -> Iterator[SimulatorServer]:
    cluster = Cluster.create(phones=80)
    with SimulatorServer(cluster) as served:
        yield served
    cluster.close()


@pytest.fixture
def at(server: SimulatorServer, lscctl: Lscctl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lscctl:
    """The command line, configured for the cluster under the name `lab`."""
    doors = [f'"{door}" = "{place}"' for door, place in server.doors().items()]
    lines = [
        "[clusters.lab]",
        'host = "127.0.0.1"',
        f"port = {server.port}",
        f'user = "{server.user}"',
        f'ca-bundle = "{server.ca_file}"',
        "[clusters.lab.connect-to]",
        *doors,
    ]
    (tmp_path / "config.toml").write_text("\n".join(lines))
    monkeypatch.setenv("LSCCTL_PASSWORD", server.password)
    monkeypatch.setattr(cluster, "PhoneDoors", partial(PatientDoors, silent=silent_addresses(server.cluster)))
    return lscctl


def phone(server: SimulatorServer, issuer: int | None, where: str = "p.powered = 't' AND p.web = 'on'") -> str:
    """A phone whose LSC this issuer signed, or one without."""
    wanted = "l.issuer IS NULL AND p.mic IS NOT NULL" if issuer is None else f"l.issuer = '{issuer}'"
    with server.cluster.lock:
        (name,) = server.cluster.connection.execute(
            "SELECT d.name FROM sim_phone p JOIN device d ON d.pkid = p.fkdevice LEFT JOIN sim_lsc l ON l.fkdevice = d.pkid"
            f" WHERE {where} AND p.expressway = 'f' AND d.tkmodel IN (36224, 683, 684, 36225, 622) AND {wanted} ORDER BY d.ctiid"
        ).fetchone()
    return str(name)


def test_the_lsc_of_a_phone_is_told_in_full_and_saved(at: Lscctl, server: SimulatorServer, tmp_path: Path) -> None:
    name = phone(server, 0)
    ran = at("inspect", name, "--pem", "lsc.pem")
    assert ran.exit_code == 0, ran.output
    assert "shows      its LSC, from HTTPS" in ran.stdout
    assert "signed by  the CAPF certificate in use (CAPF-" in ran.stdout
    assert "nothing speaks against it, and CUCM believes the same" in ran.stdout
    saved = x509.load_pem_x509_certificate((tmp_path / "lsc.pem").read_bytes())
    with server.cluster.lock:
        lsc = server.cluster.authority.lsc_of(name)
    assert lsc
    assert saved == x509.load_pem_x509_certificate(lsc.encode())


def test_a_phone_without_an_lsc_shows_its_mic_and_whose(at: Lscctl, server: SimulatorServer) -> None:
    ran = at("inspect", phone(server, None), "--format", "json")
    assert ran.exit_code == 0, ran.output
    (told,) = json.loads(ran.stdout)["certificates"]
    assert (told["shows"], told["signer"], told["trusted"], told["agrees"]) == ("MIC", "Cisco", True, True)
    assert told["manufacturer"].startswith("Cisco Manufacturing CA")
    assert len(told["chain"]) == 2


def test_what_cucm_believes_otherwise_is_exit_code_1(at: Lscctl, server: SimulatorServer) -> None:
    name = phone(server, 0)
    with server.cluster.lock:
        server.cluster.connection.execute("SAVEPOINT believed")
        server.cluster.connection.execute(
            "UPDATE device SET lscvaliduntil = lscvaliduntil + 864000, lscissuername = 'CAPF-ffffffff' WHERE name = ?",
            (name,),
        )
    try:
        ran = at("inspect", name)
    finally:
        with server.cluster.lock:
            server.cluster.connection.execute("ROLLBACK TO believed")
            server.cluster.connection.execute("RELEASE believed")
    assert ran.exit_code == 1
    assert "It ends at another time than CUCM believes" in ran.stdout
    assert "CUCM believes it was issued by CAPF-ffffffff" in ran.stdout


def test_an_audit_tells_every_phone_and_names_those_that_nobody_could_see(at: Lscctl, server: SimulatorServer) -> None:
    ran = at("inspect", "--name", "*", "--format", "csv", "--output", "audit.json")
    rows = list(csv.DictReader(io.StringIO(ran.stdout)))
    told = json.loads(Path("audit.json").read_text())
    assert len(rows) == told["counts"]["inspected"] == 80
    assert {row["shows"] for row in rows} == {"LSC", "MIC", ""}
    assert all(row["why"] for row in rows if not row["shows"])
    with server.cluster.lock:
        hidden = {
            name
            for (name,) in server.cluster.connection.execute(
                "SELECT d.name FROM sim_phone p JOIN device d ON d.pkid = p.fkdevice WHERE p.httpd = 'No' AND p.node IS NOT NULL"
                " AND p.expressway = 'f'"
            )
        }
    assert {row["name"] for row in rows if row["unseen"] == "web-access-off"} == hidden
    faulty = [row for row in rows if row["findings"]]
    assert ran.exit_code == (1 if faulty else 0)
    assert {row["trusted"] for row in faulty} == {"false"}


def test_a_file_is_judged_by_itself_or_by_a_cluster(at: Lscctl, server: SimulatorServer) -> None:
    name = phone(server, 0)
    assert at("inspect", name, "--pem", "lsc.pem").exit_code == 0
    alone = at("inspect", "--file", "lsc.pem", "--format", "json")
    assert alone.exit_code == 0, alone.output
    (told,) = json.loads(alone.stdout)["certificates"]
    assert (told["name"], told["shows"], told["signer"], told["cucm"]) == (None, "LSC", "unknown", None)
    assert told["trusted"] is None, "nobody has checked who signed it"
    piped = at("inspect", "--file", "-", "--format", "json", stdin=Path("lsc.pem").read_text())
    assert json.loads(piped.stdout)["certificates"] == [{**told, "source": "standard input"}]
    compared = at("inspect", "--file", "lsc.pem", "--cluster", "lab", "--format", "json")
    (told,) = json.loads(compared.stdout)["certificates"]
    assert (told["name"], told["signer"], told["agrees"]) == (name, "CAPF in use", True)
    assert told["cucm"]["same_key"] is True


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "no phone is named"),
        (["SEP001122334455", "--from", "list.txt"], "phones are named twice"),
        (["SEP001122334455", "--file", "list.txt"], "phones are named beside it"),
        (["--file", "list.txt"], "certificate"),
        (["--file", "nowhere.pem"], "cannot be read"),
        (["SEP001122334455", "--pem", "no/such/folder.pem"], "there is no folder"),
        (["SEP001122334455", "--pem", "a.pem", "--cluster", "lab,sim"], "several clusters are meant"),
        (["SEP001122334455", "--pem", "-"], "standard output carries the report"),
        (["nonsense!"], "nonsense!"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anybody_is_asked(at: Lscctl, arguments: list[str], says: str) -> None:
    Path("list.txt").write_text("SEP001122334455\n")
    ran = at("inspect", *arguments)
    assert ran.exit_code == 2, ran.output
    assert says in ran.stderr


def test_where_nothing_was_seen_there_is_nothing_to_save(at: Lscctl, server: SimulatorServer) -> None:
    name = phone(server, 0, "p.httpd = 'No'")
    ran = at("inspect", name, "--pem", "lsc.pem")
    assert ran.exit_code == 1
    assert "its web access is off, as RIS says" in ran.stdout
    assert "no certificate was seen" in ran.stderr
    assert not Path("lsc.pem").exists()


def test_a_copy_that_holds_other_certificates_than_lscs_says_so(
    at: Lscctl, server: SimulatorServer, tmp_path: Path
) -> None:
    with_lsc, without = phone(server, 0), phone(server, None)
    mixed = at("inspect", with_lsc, without, "--pem", "mixed.pem")
    assert "mixed.pem holds 1 LSC and 1 certificate of phones that show none" in " ".join(mixed.stderr.split())
    assert len(x509.load_pem_x509_certificates((tmp_path / "mixed.pem").read_bytes())) == 2
    assert "of phones that show none" not in at("inspect", with_lsc, "--pem", "lsc.pem").stderr


def test_a_name_that_holds_lines_puts_none_of_its_own_into_the_copy(at: Lscctl, tmp_path: Path) -> None:
    forged = made("SEP001122334455\n-----BEGIN CERTIFICATE-----\nAAAA", Authority("CAPF"))
    (tmp_path / "shown.pem").write_text(forged.pem)
    assert at("inspect", "--file", "shown.pem", "--pem", "copy.pem").exit_code in (0, 1)
    (saved,) = x509.load_pem_x509_certificates((tmp_path / "copy.pem").read_bytes())
    assert saved == x509.load_pem_x509_certificate(forged.pem.encode())


def test_an_odd_certificate_puts_no_line_of_python_on_the_terminal(tmp_path: Path) -> None:
    key = rsa.generate_private_key(65537, 2048)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        country = x509.NameAttribute(NameOID.COUNTRY_NAME, "Germany", _validate=False)
    name = x509.Name([country, x509.NameAttribute(NameOID.COMMON_NAME, "SEP001122334455")])
    issuer = x509.Name([country, x509.NameAttribute(NameOID.COMMON_NAME, "CAPF-0a1b2c3d")])
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    odd = x509.CertificateBuilder(issuer, name, key.public_key(), 5, begin, begin + timedelta(days=36_500))
    (tmp_path / "odd.pem").write_bytes(odd.sign(key, SHA256()).public_bytes(Encoding.PEM))
    ran = subprocess.run(
        [sys.executable, "-m", "lscctl", "inspect", "--file", str(tmp_path / "odd.pem")],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "LSCCTL_CONFIG": str(tmp_path / "none.toml"), "LSCCTL_STATE_DIR": str(tmp_path)},
    )
    assert "C=Germany" in ran.stdout
    assert ran.stderr == ""
