"""`config init` against a simulated cluster: at a terminal, and without one."""

import tomllib
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from ssl import PEM_cert_to_DER_cert, get_server_certificate
from typing import Any

import pytest

from lscctl.cli.config import asking
from lscctl.config import passwords
from lscctl.simulator.assumptions import Assumptions
from lscctl.simulator.cluster import Cluster
from lscctl.simulator.doors.accounts import ALL_ROLES, SERVICEABILITY, Account
from lscctl.simulator.server import SimulatorServer
from tests.cli.conftest import Lscctl

WITHOUT_RIS = Account("no-ris", "s3cret", ALL_ROLES - {SERVICEABILITY})


@pytest.fixture(scope="module")
def server() -> Iterator[SimulatorServer]:
    with closing(Cluster.create(phones=5)) as cluster, SimulatorServer(cluster, accounts=[WITHOUT_RIS]) as server:
        yield server


@pytest.fixture
def fingerprint(server: SimulatorServer) -> str:
    der = PEM_cert_to_DER_cert(get_server_certificate(("127.0.0.1", server.port)))
    digits = sha256(der).hexdigest().upper()
    return ":".join(digits[at : at + 2] for at in range(0, 64, 2))


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody sits there who can be asked, and there is no keyring."""
    monkeypatch.setattr(asking, "can_ask", lambda: True)
    monkeypatch.setattr(passwords, "keyring_is_there", lambda: False)


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], str]:
    """A keyring, and what it keeps."""
    kept: dict[tuple[str, str], str] = {}
    monkeypatch.setattr(passwords, "keyring_is_there", lambda: True)
    monkeypatch.setattr("keyring.set_password", lambda service, name, secret: kept.update({(service, name): secret}))
    monkeypatch.setattr("keyring.get_password", lambda service, name: kept.get((service, name)))
    return kept


def written(tmp_path: Path) -> dict[str, Any]:
    clusters: dict[str, Any] = tomllib.loads((tmp_path / "config.toml").read_text())["clusters"]
    return clusters


@pytest.mark.usefixtures("terminal")
def test_at_a_terminal_everything_is_asked_and_a_working_cluster_is_written(
    lscctl: Lscctl, tmp_path: Path, server: SimulatorServer, fingerprint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = ["hq", "127.0.0.1", "y", server.user, server.password, "y"]
    ran = lscctl("config", "init", "--port", str(server.port), stdin="\n".join(answers) + "\n")
    assert ran.exit_code == 0, ran.output
    assert f"its SHA-256 fingerprint: {fingerprint}" in ran.stderr
    assert "Is that the cluster's certificate? [y/N]" in ran.stderr
    assert "logged in to CUCM 15.0" in ran.stderr
    assert "its time zone is Europe/Berlin" in ran.stderr
    assert "the password is kept nowhere" in ran.stderr
    assert server.password not in ran.output
    assert written(tmp_path) == {
        "hq": {"host": "127.0.0.1", "port": server.port, "fingerprint": fingerprint, "user": server.user}
    }
    assert (tmp_path / "config.toml").stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv("LSCCTL_PASSWORD", server.password)
    assert lscctl("config", "check").exit_code == 0


@pytest.mark.usefixtures("terminal")
def test_the_keyring_keeps_the_password_where_that_is_agreed_to(
    lscctl: Lscctl, server: SimulatorServer, keyring: dict[tuple[str, str], str]
) -> None:
    options = ("--host", "127.0.0.1", "--port", str(server.port), "--user", server.user)
    ran = lscctl("config", "init", "hq", *options, stdin=f"y\n{server.password}\ny\ny\n")
    assert ran.exit_code == 0, ran.output
    assert keyring == {("lscctl", f"{server.user}@127.0.0.1"): server.password}
    assert lscctl("config", "check").exit_code == 0, "and it is found there"


@pytest.mark.usefixtures("terminal")
def test_a_certificate_that_is_not_agreed_to_ends_it_unless_another_trust_is_given(
    lscctl: Lscctl, tmp_path: Path, server: SimulatorServer
) -> None:
    options = ("hq", "--host", "127.0.0.1", "--port", str(server.port), "--user", server.user)
    ran = lscctl("config", "init", *options, stdin="n\n\n")
    assert ran.exit_code == 3
    assert "the certificate is not trusted; nothing was written" in ran.stderr
    assert not (tmp_path / "config.toml").exists()
    ran = lscctl("config", "init", *options, stdin=f"n\n{server.ca_file}\n{server.password}\ny\n")
    assert ran.exit_code == 0, ran.output
    assert written(tmp_path)["hq"]["ca-bundle"] == str(server.ca_file)


@pytest.mark.usefixtures("terminal")
def test_nothing_is_written_without_a_yes_or_after_a_login_that_fails(
    lscctl: Lscctl, tmp_path: Path, server: SimulatorServer
) -> None:
    options = ("hq", "--host", "127.0.0.1", "--port", str(server.port), "--user", server.user)
    ran = lscctl("config", "init", *options, stdin="y\nwrong\n")
    assert ran.exit_code == 5
    assert "refuses the login" in ran.stderr
    ran = lscctl("config", "init", *options, stdin=f"y\n{server.password}\nn\n")
    assert ran.exit_code == 3
    assert "not agreed; nothing was written" in ran.stderr
    ran = lscctl("config", "init", *options, stdin="y\n")
    assert ran.exit_code == 130
    assert not (tmp_path / "config.toml").exists()


@pytest.mark.usefixtures("terminal")
def test_a_zone_that_the_cluster_does_not_tell_is_asked_for_until_it_is_right(lscctl: Lscctl, tmp_path: Path) -> None:
    with closing(Cluster.create(phones=5, assumptions=Assumptions.parse(["dbinfo=refused"]))) as cluster:
        with cluster.lock:
            cluster.connection.execute("UPDATE datetimesetting SET name = 'Elsewhere' WHERE name = 'CMLocal'")
        with SimulatorServer(cluster) as server:
            options = ("--host", "127.0.0.1", "--port", str(server.port), "--user", server.user)
            trust = ("--ca-bundle", str(server.ca_file))
            answers = [server.password, "Europe/Berln", "Europe/Berlin", "y"]
            ran = lscctl("config", "init", "hq", *options, *trust, stdin="\n".join(answers) + "\n")
    assert ran.exit_code == 0, ran.output
    assert "Europe/Berln: is no IANA time zone" in ran.stderr
    assert written(tmp_path)["hq"]["zone"] == "Europe/Berlin"


def test_without_a_terminal_options_say_everything(
    lscctl: Lscctl, tmp_path: Path, server: SimulatorServer, fingerprint: str
) -> None:
    kept = tmp_path / "secret"
    kept.write_text(server.password + "\n")
    kept.chmod(0o600)
    (tmp_path / "config.toml").write_text("# ours\n[clusters.old]\nhost = 'old'  # to go\n")
    options = ("--host", "127.0.0.1", "--port", str(server.port), "--user", "no-ris")
    kept.write_text("s3cret\n")
    trusted = ("--fingerprint", fingerprint, "--password-file", "secret", "--yes")
    ran = lscctl("config", "init", "hq", *options, *trusted)
    assert ran.exit_code == 0, ran.output
    assert "RIS does not answer this user" in ran.stderr, "a missing role is named"
    assert "Standard Serviceability" in ran.stderr
    text = (tmp_path / "config.toml").read_text()
    assert text.startswith("# ours\n[clusters.old]\nhost = 'old'  # to go\n\n[clusters.hq]\n")
    assert written(tmp_path)["hq"]["password-file"] == str(kept)
    again = lscctl("config", "init", "hq", *options, *trusted)
    assert again.exit_code == 2
    assert "has a cluster 'hq' already" in again.stderr


def test_without_a_terminal_no_certificate_is_trusted_unseen(
    lscctl: Lscctl, tmp_path: Path, server: SimulatorServer, fingerprint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LSCCTL_PASSWORD", server.password)
    options = ("--host", "127.0.0.1", "--port", str(server.port), "--user", server.user, "--yes")
    ran = lscctl("config", "init", "hq", *options)
    assert ran.exit_code == 2
    assert f"--fingerprint {fingerprint}" in ran.stderr
    wrong = lscctl("config", "init", "hq", *options, "--fingerprint", "AB" * 32)
    assert wrong.exit_code == 5
    assert "shows another certificate than the pinned one" in wrong.stderr
    assert not (tmp_path / "config.toml").exists()


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ("NAME", "NAME is missing"),
        ("--host", "--host is missing"),
        ("--user", "--user is missing"),
        ("--yes", "Say --yes"),
    ],
)
def test_without_a_terminal_what_is_missing_is_named(
    lscctl: Lscctl, server: SimulatorServer, monkeypatch: pytest.MonkeyPatch, missing: str, said: str
) -> None:
    monkeypatch.setenv("LSCCTL_PASSWORD", server.password)
    given = {
        "--host": ("--host", "127.0.0.1"),
        "--port": ("--port", str(server.port)),
        "--user": ("--user", server.user),
        "--trust": ("--ca-bundle", str(server.ca_file)),
        "--yes": ("--yes",),
        "NAME": ("hq",),
    }
    del given[missing]
    ran = lscctl("config", "init", *(word for words in given.values() for word in words))
    assert ran.exit_code == 2
    assert said in ran.stderr


def test_sim_is_no_name_and_a_keyring_that_is_not_there_is_told(
    lscctl: Lscctl, tmp_path: Path, server: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("sim", "sim:capf-stopped", "a,b"):
        assert f"a cluster cannot be called {name}" in lscctl("config", "init", name).stderr.replace("'", "")
    monkeypatch.setattr(passwords, "keyring_is_there", lambda: False)
    monkeypatch.setenv("LSCCTL_PASSWORD", server.password)
    options = ("--host", "127.0.0.1", "--port", str(server.port), "--user", server.user)
    ran = lscctl("config", "init", "hq", *options, "--ca-bundle", str(server.ca_file), "--yes", "--keyring")
    assert ran.exit_code == 2
    assert "there is no keyring here" in ran.stderr
    assert not (tmp_path / "config.toml").exists(), "nothing is written by a command that fails"
    assert "password-command" in ran.stderr
    ran = lscctl(
        "config", "init", "hq", *options, "--ca-bundle", str(server.ca_file), "--yes", "--keyring",
        "--password-command", f"echo {server.password}",
    )  # fmt: skip
    assert ran.exit_code == 2
    assert "another option says where it comes from" in " ".join(ran.stderr.split())
