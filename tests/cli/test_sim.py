import json
import os
import re
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from cryptography import x509
from typer.testing import CliRunner

from lscctl.cli.sim import app
from lscctl.simulator.embedded import join, scenario_folder
from lscctl.simulator.serving import ServeOptions

SIM = [sys.executable, "-c", "from lscctl.cli.sim import app; app(prog_name='sim')"]
RIS = "/realtimeservice2/services/RISService70"
VERSION = (
    '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
    '<a:getCCMVersion xmlns:a="http://www.cisco.com/AXL/API/{version}"/></e:Body></e:Envelope>'
)


@contextmanager
def serving(
    *options: str, lines: int = 6, password: str | None = None
) -> Iterator[tuple["subprocess.Popen[str]", dict[str, str]]]:
    """`sim serve` in a process of its own, and what it announced."""
    environment = {name: value for name, value in os.environ.items() if name != "LSCCTL_SIM_PASSWORD"}
    if password is not None:
        environment["LSCCTL_SIM_PASSWORD"] = password
    process = subprocess.Popen(
        [*SIM, "serve", "--port", "0", "--phones", "10", *options],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=environment,
    )  # fmt: skip
    assert process.stdout is not None
    told = dict(line.rstrip("\n").split(": ", 1) for line in (process.stdout.readline() for _ in range(lines)) if line)
    try:
        yield process, told
    finally:
        process.kill()
        process.communicate()


def ask(
    told: dict[str, str], version: str = "12.5", *, user: str = "", password: str = "", path: str = "/axl/"
) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        return session.post(
            f"{told['address']}{path}", data=VERSION.format(version=version), timeout=10,
            auth=(user or told["user"], password or told["password"]), verify=told["ca-certificate"],
        )  # fmt: skip


def test_serve_tells_where_it_is_and_answers_until_a_signal() -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        with serving("--version", "12.5", "--user", "tester") as (process, told):
            assert list(told) == ["address", "user", "password", "ca-certificate", "fingerprint", "capf-port"]
            assert told["user"] == "tester"
            assert re.fullmatch(r"https://127\.0\.0\.1:\d+", told["address"])
            assert "12.5.1" in ask(told).text
            process.send_signal(number)
            _, log = process.communicate(timeout=10)
            assert process.returncode == 0
        assert "tester POST getCCMVersion 12.5 -: ok in" in log
        assert told["password"] not in log


def test_serve_takes_assumptions_failures_and_disturbances() -> None:
    options = ("--assume", "version-refusal=available", "--fail", "late=2", "--disturb", "http-503:getCCMVersion@1")
    with serving(*options, "--log-level", "error", "--latency", "1", "--zone", "Asia/Tokyo") as (_, told):
        assert [ask(told).status_code for _ in range(2)] == [503, 200]
        assert "Available versions are" in ask(told, "7.0").text


def test_serve_tells_at_its_end_how_well_the_queue_of_notifications_was_used() -> None:
    update = (
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
        '<a:executeSQLUpdate xmlns:a="http://www.cisco.com/AXL/API/12.5">'
        "<sql>update device set description = 'x' where tkclass = 1</sql></a:executeSQLUpdate></e:Body></e:Envelope>"
    )
    options = ("--drain", "0,1:100", "--other-client", "1/2/2", "--assume", "notification-limit=5")
    with serving(*options) as (process, told), requests.Session() as session:
        session.trust_env = False
        session.auth = (told["user"], told["password"])
        session.verify = told["ca-certificate"]
        statuses = [session.post(f"{told['address']}/axl/", data=update, timeout=10).status_code]
        while statuses.count(200) < 2:
            time.sleep(0.05)  # each refusal is a line of the log, and nobody empties its pipe meanwhile
            statuses.append(session.post(f"{told['address']}/axl/", data=update, timeout=10).status_code)
        process.terminate()
        log = process.communicate(timeout=10)[1]
    usage = re.search(r"change notifications from the first write to the last: (\{.*\})", log)
    assert usage is not None
    figures = json.loads(usage[1])
    assert (figures["accepted"], figures["refused"]) == (2, len(statuses) - 2)
    assert figures["refused"] >= 1
    assert 5 <= figures["worked_off"] <= 40
    assert 0 < figures["utilisation"] <= 1


def test_a_state_file_keeps_cluster_and_certificate_and_serves_one_at_a_time(tmp_path: Path) -> None:
    state = str(tmp_path / "lab.db")
    with serving("--state", state) as (process, first):
        second = subprocess.run(
            [*SIM, "serve", "--state", state], check=False, capture_output=True, text=True, timeout=20
        )
        assert second.returncode == 2
        assert "in use by sim serve, process" in second.stderr
        process.terminate()
        process.wait(10)
    with serving("--state", state, "--phones", "7", "--phone-speed", "50", "--fail", "late=3") as (process, told):
        for kept in ("fingerprint", "password", "capf-port"):
            assert told[kept] == first[kept]
        assert stat.S_IMODE((tmp_path / "lab.db.passwords").stat().st_mode) == 0o600
        assert ask(told).status_code == 200
        process.terminate()
        assert (
            "holds a cluster already: --phones, --phone-speed, --fail passed over" in process.communicate(timeout=10)[1]
        )
    with socket.create_server(("127.0.0.1", int(first["capf-port"]))), serving("--state", state) as (_, told):
        assert told["capf-port"] not in (first["capf-port"], "0")


def test_further_users_have_only_their_roles_and_a_password_of_their_own() -> None:
    options = ("--account", "reader:axl-read-only,admin", "--account", "guest:none")
    with serving(*options, lines=8) as (_, told):
        assert list(told)[6:] == ["password of reader", "password of guest"]
        reader, guest = told["password of reader"], told["password of guest"]
        assert len({told["password"], reader, guest}) == 3
        assert ask(told).status_code == 200
        assert ask(told, user="reader", password=reader).status_code == 200
        assert ask(told, user="reader", password=reader, path=RIS).status_code == 403
        assert ask(told, user="guest", password=guest).status_code == 403
        assert ask(told, user="guest", password=reader).status_code == 401


def test_the_environment_can_fix_everybodys_password_which_then_is_neither_printed_nor_kept(tmp_path: Path) -> None:
    options = ("--account", "reader:axl,admin", "--state", str(tmp_path / "lab.db"))
    with serving(*options, lines=7, password="s3cret-enough") as (process, told):
        assert told["password"] == told["password of reader"] == "as in LSCCTL_SIM_PASSWORD"
        for user in ("administrator", "reader"):
            assert ask(told, user=user, password="s3cret-enough").status_code == 200
        process.terminate()
        assert "s3cret-enough" not in process.communicate(timeout=10)[1]
    assert not any(b"s3cret-enough" in file.read_bytes() for file in tmp_path.iterdir())


def test_a_folder_that_does_not_exist_is_not_made(tmp_path: Path) -> None:
    missing = tmp_path / "labb"
    result = CliRunner().invoke(app, ["serve", "--port", "0", "--state", str(missing / "lab.db")])
    assert result.exit_code == 2
    assert f"there is no folder {missing} for the state file lab.db" in result.stderr
    assert not missing.exists()


def test_a_file_of_passwords_that_is_none_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "lab.db.passwords").write_text('{"administrator": 7}')
    with serving("--state", str(tmp_path / "lab.db")) as (_, told):
        assert ask(told).status_code == 200
    assert json.loads((tmp_path / "lab.db.passwords").read_text()) == {"administrator": told["password"]}


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--assume", "booleans=perhaps"], "booleans is one of"),
        (["--assume", "bolleans=t"], "did you mean booleans"),
        (["--fail", "lat=3"], "did you mean late"),
        (["--disturb", "explode"], "HARM is one of"),
        (["--drain", "50,0:20"], "the seconds must ascend"),
        (["--other-client", "5/1"], "'5/1' is not RATE[/ON/OFF]"),
        (["--version", "7.1"], "7.1"),
        (["--zone", "Mars/Olympus"], "no time zone 'Mars/Olympus'"),
        (["--account", "reader"], "is not NAME:ROLE[,ROLE]"),
        (["--account", "reader:root"], "ROLE is one of axl, axl-read-only, admin, serviceability"),
        (["--account", "a:axl", "--account", "A:admin"], "more than one user a"),
        (["--account", "administrator:axl"], "more than one user administrator"),
        (["--fail", "late="], "give a count"),
    ],
)
def test_what_makes_no_sense_is_one_line_and_exit_2(options: list[str], reason: str) -> None:
    result = CliRunner().invoke(app, ["serve", "--port", "0", *options])
    assert result.exit_code == 2
    assert reason in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


def test_a_port_in_use_and_a_file_that_is_no_state_are_one_line_and_exit_2(tmp_path: Path) -> None:
    with serving() as (_, told):
        port = told["address"].rpartition(":")[2]
        result = CliRunner().invoke(app, ["serve", "--port", port, "--phones", "3"])
        assert result.exit_code == 2
        assert f"cannot serve on 127.0.0.1 port {port}: " in result.stderr
    for name, statement, reason in (
        ("other.db", "create table song (title)", "the database of something else"),
        ("newer.db", "create table sim_cluster (x); pragma user_version = 99", "a newer lscctl wrote it"),
        ("older.db", "create table sim_cluster (x); pragma user_version = 1", "an older lscctl wrote it"),
    ):
        with sqlite3.connect(tmp_path / name) as other:
            other.executescript(statement)
        result = CliRunner().invoke(app, ["serve", "--port", "0", "--state", str(tmp_path / name)])
        assert result.exit_code == 2
        assert f"{tmp_path / name} cannot be used: " in result.stderr
        assert reason in result.stderr
    bad = tmp_path / "letter.txt"
    bad.write_text("Dear Sir or Madam, " * 100)
    result = CliRunner().invoke(app, ["serve", "--port", "0", "--state", str(bad)])
    assert result.exit_code == 2
    assert f"the state file {bad} cannot be used" in result.stderr
    assert bad.read_text().startswith("Dear Sir")


def test_assumptions_and_failures_are_listed_for_people_and_programs() -> None:
    listed = json.loads(CliRunner().invoke(app, ["assumptions", "--format", "json"]).stdout)
    knob = next(entry for entry in listed if entry["key"] == "list-phone-capf")
    assert knob["values"] == ["absent", "filled"]
    assert knob["default"] == "absent"
    table = CliRunner().invoke(app, ["assumptions"]).stdout
    assert all(entry["key"] in table for entry in listed)
    assert "[absent] | filled" in table
    failures = json.loads(CliRunner().invoke(app, ["failures", "--format", "json"]).stdout)
    assert "invalid-mic" in [entry["name"] for entry in failures]
    assert "invalid-mic" in CliRunner().invoke(app, ["failures"]).stdout


def test_reset_removes_the_embedded_state_and_says_by_whom_it_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LSCCTL_STATE_DIR", str(tmp_path))
    folder = tmp_path / "simulator"
    with join(folder, ServeOptions(phones=2)) as embedded, pytest.MonkeyPatch.context() as impatient:
        impatient.setattr("lscctl.simulator.embedded.ENDING_SECONDS", 0.1)
        refused = CliRunner().invoke(app, ["reset"])
        assert refused.exit_code == 2
        assert f"in use by the embedded simulator, process {embedded.pid}" in refused.stderr
    assert CliRunner().invoke(app, ["reset"]).exit_code == 0
    assert not (folder / "simulator.db").exists()
    again = CliRunner().invoke(app, ["reset"])
    assert again.exit_code == 0
    assert "nothing to reset" in again.stderr


def test_the_commands_import_nothing_heavy_before_they_run() -> None:
    check = "import sys, lscctl.cli.sim; print([m for m in ('uvicorn','starlette','sqlglot','lxml','cryptography') if m in sys.modules])"  # noqa: E501
    out = subprocess.run(
        [sys.executable, "-c", check], capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    assert out.stdout.strip() == "[]"


def test_help_is_plain_documentation_with_examples_and_whole_sentences_in_the_list_of_commands() -> None:
    plain = CliRunner()
    listing = plain.invoke(app, ["--help"]).output
    assert "╭" not in listing
    assert "..." not in listing.partition("Commands:")[2]
    for command in ("serve", "assumptions", "failures", "reset"):
        told = plain.invoke(app, [command, "--help"]).output
        assert "╭" not in told
        assert f"lscctl sim {command}" in told.partition("Example")[2], command
        assert max(map(len, told.splitlines())) <= 80


def test_the_company_s_ca_of_an_embedded_cluster_is_printed_once_there_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LSCCTL_STATE_DIR", str(tmp_path))
    ran = CliRunner().invoke(app, ["ca", "online-ca"])
    assert ran.exit_code == 2
    assert "Use it once: lscctl status --cluster sim:online-ca" in ran.output
    with join(scenario_folder("online-ca"), ServeOptions(phones=3, scenario=("online-ca",))):
        ran = CliRunner().invoke(app, ["ca", "online-ca"])
    assert ran.exit_code == 0, ran.output
    issuing, root = x509.load_pem_x509_certificates(ran.stdout.encode())
    issuing.verify_directly_issued_by(root)
