"""`lscctl diagnose`, as a person and a program meet it."""

import csv
import json
import random
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from lscctl.cli.main import app
from tests.diagnosis.logs import BROKE_OFF, DONE, NO_HOST, START, log
from tests.diagnosis.test_knowledge import OWN
from tests.diagnosis.test_many_in_one_log import NO_NAME, OTHERS, WELL, lines, mixed


def run(*arguments: str, input: str | None = None) -> Result:  # noqa: A002 - as the runner calls it
    return CliRunner().invoke(app, ("diagnose", *arguments), input=input)


@pytest.fixture
def messages(tmp_path: Path) -> Path:
    file = tmp_path / "messages"
    file.write_text(log(START, NO_HOST, BROKE_OFF))
    return file


def test_the_first_broken_link_comes_first_and_each_step_tells_its_effects(messages: Path) -> None:
    told = run("--console-log", str(messages))
    assert told.exit_code == 1
    shown = " ".join(told.stdout.split())
    assert "Name resolution broken" in shown
    assert "1. The phone cannot resolve the name of CAPF's server: likely" in shown
    assert f"{messages}:2 (Mar 12 15:07:01.697091)" in shown
    for words in ("What settles it:", "Do 1:", "[restarts phones]", "Cisco says:", "neither year nor zone"):
        assert words in shown


def test_json_holds_evidence_by_file_and_line(messages: Path) -> None:
    told = json.loads(run("--console-log", str(messages), "--format", "json").stdout)
    (found,) = told["diagnoses"]
    assert (found["broken"], found["cause"], found["certainty"]) == ("name-resolution", "name-not-resolved", "likely")
    evidence = found["causes"][0]["evidence"][0]
    assert (evidence["file"], evidence["line"]) == (str(messages), 2)
    title = found["causes"][0]["title"]
    assert told["groups"] == [{"cause": "name-not-resolved", "title": title, "about": None, "phones": 1}]


def test_csv_has_a_row_for_each_cause(messages: Path) -> None:
    rows = list(csv.DictReader(run("--console-log", str(messages), "--format", "csv").stdout.splitlines()))
    assert rows[0]["cause"] == "name-not-resolved"
    assert "restarts phones" in rows[0]["effects"]


def test_a_log_may_come_from_standard_input() -> None:
    told = run("--console-log", "-", input=log(START, DONE))
    assert told.exit_code == 0
    assert "No cause found" in told.stdout
    assert "looked at: standard input (console-log)" in told.stdout


def test_secrets_in_a_log_are_masked_in_every_format(tmp_path: Path) -> None:
    file = tmp_path / "messages"
    secret = "84629173"
    file.write_text(
        log(START, f"SECUREAPP-CAPF operation failed, authentication string [{secret}] late request, ret -11")
    )
    for form in ("table", "json", "ndjson", "csv", "html"):
        told = run("--console-log", str(file), "--format", form)
        assert secret not in told.stdout
        assert "***" in told.stdout


def test_a_log_steers_no_terminal(tmp_path: Path) -> None:
    file = tmp_path / "messages"
    file.write_text(log(START, "SECUREAPP-CAPF create bio failed \x1b[2J\u202e", BROKE_OFF))
    assert not {"\x1b", "\u202e"} & set(run("--console-log", str(file)).stdout)


HOST = "SEP00112233AAAA"
RECORD = {"ts": "2026-11-28T10:00:00Z", "host": HOST, "app": "secd", "msg": "CAPF: connection refused, port 3804"}


@pytest.mark.parametrize(
    "strange",
    [
        r'{"ts": "2026-11-28T10:00:00Z", "host": "\ud800", "msg": "CAPF \udfff refused \u0000 \u001b[2J"}',
        r'{"host": "SEP00112233BBBB", "ts": 1795860000, "msg": "CAPF: connection refused \ud83d port 3804 \u202e"}',
        '{"host": "SEP00112233BBBB", "ts": 1e400, "msg": -0.0}',
        '{"host": 4711, "ts": true, "msg": 12345678901234567890123456789}',
        '{"n": ' + "9" * 6_000 + "}",
        '{"a":' * 60_000,
        "[" * 60_000 + "]" * 60_000,
        '{"host": "SEP00112233BBBB", "ts": 1795860000, "msg": "' + "CAPF refused " * 40_000 + '"}',
        '{"host": ["SEP00112233BBBB", {"deep": [[[]]]}], "msg": {"msg": {"msg": [["1795860000000000000", "x"]]}}}',
        '\x00{"host": "SEP00112233BBBB",\x00 "ts": 1795860000, "msg": "x"}\x00',
        "host=" + "x" * 100_000 + ' msg="',
    ],
)
@pytest.mark.parametrize("form", ["table", "json", "ndjson", "csv", "html"])
def test_strange_records_are_read_and_shown_in_every_format(tmp_path: Path, strange: str, form: str) -> None:
    file = tmp_path / "export.json"
    records = "\n".join(json.dumps(RECORD) for _ in range(2))
    file.write_text(f"\ufeff{records}\n{strange}\n{json.dumps([RECORD, RECORD])}\n{json.dumps(RECORD, indent=2)}\n")
    told = run(str(file), "--format", form)
    assert told.exit_code == 1
    assert HOST in told.stdout
    assert not {"\x00", "\x1b", "\u202e"} & set(told.stdout)


def test_only_the_phone_that_is_named_is_told_of_an_export(tmp_path: Path) -> None:
    other = {**RECORD, "host": "SEP00112233BBBB", "msg": "CAPF: the authentication string is wrong"}
    file = tmp_path / "export.json"
    file.write_text("\n".join(json.dumps(one) for one in [RECORD, other] * 3))
    told = json.loads(run("--console-log", str(file), "--format", "json").stdout)
    assert [(one["phone"], one["cause"]) for one in told["diagnoses"]] == [
        (HOST, "capf-stopped"),
        ("SEP00112233BBBB", "authentication-string-wrong"),
    ]


def test_causes_are_listed_and_explained() -> None:
    listed = run("--list-causes")
    assert listed.exit_code == 0
    assert "capf-stopped" in listed.stdout
    explained = run("--cause", "capf-stopped")
    assert explained.exit_code == 0
    assert "cluster-wide, after hours" in explained.stdout
    assert run("--cause", "capf-stoped").exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "nothing was given to look at"),
        (("--console-log", "missing"), "missing cannot be read: No such file or directory"),
        (("--causes", "missing", "--list-causes"), "cannot be read"),
    ],
)
def test_what_cannot_be_used_is_named(arguments: tuple[str, ...], told: str) -> None:
    refused = run(*arguments)
    assert refused.exit_code == 2
    assert told in refused.stderr


def test_causes_in_the_configuration_s_folder_are_known_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "causes").mkdir()
    (tmp_path / "causes" / "branch-proxy.toml").write_text(OWN)
    monkeypatch.setenv("LSCCTL_CONFIG", str(tmp_path / "config.toml"))
    assert "branch-proxy" in run("--list-causes").stdout


def test_a_problem_report_of_many_phones_is_told_by_cause_with_the_shared_one_first(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    for number in range(5):
        (folder / f"SEP00112233000{number}").mkdir(parents=True)
        messages = (START, NO_HOST, BROKE_OFF) if number else (START, DONE)
        (folder / f"SEP00112233000{number}" / "messages").write_text(log(*messages))
    told = run(str(folder))
    assert told.exit_code == 1
    assert "4 of 5  name-not-resolved" in told.stdout
    assert told.stdout.index("4 of 5") < told.stdout.index("1 of 5")
    assert told.stdout.count("Do 1:") == 1
    found = json.loads(run(str(folder), "--format", "json").stdout)
    assert [(one["cause"], one["phones"]) for one in found["groups"]] == [("name-not-resolved", 4), (None, 1)]


def test_a_file_that_is_said_to_be_another_thing_is_read_as_that(tmp_path: Path) -> None:
    (tmp_path / "note").write_text("phone says: LSC: Connection failed")
    assert run("--status-messages", str(tmp_path / "note")).exit_code == 1
    assert run("--phone-page", str(tmp_path / "note")).exit_code == 0


def test_a_word_that_is_neither_a_phone_s_name_nor_a_file_is_named_where_a_cluster_is_to_be_asked() -> None:
    told = run("--cluster", "sim", "SEP00112233445")
    assert told.exit_code == 2
    assert "taken for files: SEP00112233445" in told.stderr
    assert "12 hex digits" in told.stderr


@pytest.mark.parametrize("columns", ["80", "120"])
def test_a_day_of_a_syslog_server_is_told_phone_by_phone_and_grouped_by_cause(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    hosts = {"SEP00112233AAAA": NO_NAME, "10.20.1.17": NO_NAME, "SEP00112233BBBB": WELL, "SEP00112233CCCC": NO_NAME}
    logs = [lines(host, text) for host, text in hosts.items()]
    file = tmp_path / "syslog"
    file.write_text("\n".join(mixed(random.Random(7), *logs, OTHERS)))
    told = run(str(file))
    assert told.exit_code == 1
    shown = [" ".join(line.split()) for line in told.stdout.splitlines()]
    assert "3 of 4 name-not-resolved The phone cannot resolve the name of CAPF's server" in shown
    assert "1 of 4 - Nothing broken was seen" in shown
    assert "SEP00112233BBBB none seen -" in shown
    assert any(line.startswith("10.20.1.17 Name resolution name-not-resolved") for line in shown)
    (missing,) = [line for line in shown if line.startswith("missing for 4 of 4:")]
    assert {"switch-1", "10.1.1.1", "cucm-pub"} < set(missing.replace(",", "").split())
    found = json.loads(run(str(file), "--format", "json").stdout)
    assert {one["phone"]: one["attempts_in_all"] for one in found["diagnoses"]} == dict.fromkeys(hosts, 1)
    assert [(group["cause"], group["phones"]) for group in found["groups"]] == [("name-not-resolved", 3), (None, 1)]
