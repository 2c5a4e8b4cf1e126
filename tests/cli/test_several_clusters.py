import csv
import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import typer

from lscctl.capf import AuthenticationMode, CapfSettings
from lscctl.cli import confirming, connection, guarding, installation, rolling
from lscctl.errors import ClusterError
from tests.cli.conftest import Lscctl
from tests.cli.lab import Clock, LabCluster
from tests.report.phones_in_sight import FAILED, NULL_STRING, PHONE

Labs = dict[str, LabCluster]

BY_STRING = replace(NULL_STRING, settings=CapfSettings(AuthenticationMode.AUTH_STRING, 2048))


@pytest.fixture
def labs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Labs]:
    """Clusters `a` and `b` of three phones each; a third name is a cluster that does not answer."""
    phones = [
        replace(PHONE, name=f"SEP00112233440{n}", pkid=f"00000000-0000-0000-0000-00000000000{n}") for n in (1, 2, 3)
    ]
    clock = Clock()
    there = {name: LabCluster(list(phones), time=clock, name=name) for name in ("a", "b")}

    @contextmanager
    def connect(
        options: connection.Connection, notices: object, concurrency: int | None = None
    ) -> Iterator[connection.Session]:
        if options.cluster == "broken":
            raise RuntimeError("a wheel came off")
        if options.cluster not in there:
            raise ClusterError(f"{options.cluster} did not answer", hint="Look at its load.")
        yield there[options.cluster].session(concurrency)

    monkeypatch.setattr(connection, "connect", connect)
    monkeypatch.setattr(guarding.Guard, "_look", lambda *_: ())
    monkeypatch.setattr(rolling, "time", clock)
    yield there
    for thread in threading.enumerate():  # whoever was not waited for shall not work on in the next test
        if thread.name.startswith("cluster "):
            thread.join(60)
            assert not thread.is_alive()


def test_status_of_several_clusters_names_each_and_the_worst_exit_code_counts(labs: Labs, lscctl: Lscctl) -> None:
    ran = lscctl("status", "--cluster", "a,gone,b", "--format", "json")
    assert ran.exit_code == 5, ran.output
    told = {one["cluster"]: one for one in json.loads(ran.stdout)["clusters"]}
    assert list(told) == ["a", "gone", "b"]
    assert [len(told[name]["answer"]["phones"]) for name in ("a", "b")] == [3, 3]
    assert told["gone"]["error"] == "gone did not answer"
    assert "gone: error: gone did not answer\ngone: hint: Look at its load.\n" in ran.stderr


def test_a_fault_of_our_own_on_one_cluster_is_told_and_the_others_answer(labs: Labs, lscctl: Lscctl) -> None:
    ran = lscctl("status", "--cluster", "broken,gone,a")
    assert ran.exit_code == 70, ran.output
    assert "broken: error: lscctl itself failed: RuntimeError: a wheel came off" in ran.stderr
    assert ran.stdout.count("SEP00112233440") == 3


def test_all_clusters_are_those_of_the_configuration(labs: Labs, lscctl: Lscctl, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        '[clusters.b]\nhost = "b"\nuser = "u"\n[clusters.a]\nhost = "a"\nuser = "u"\n'
    )
    ran = lscctl("status", "--all-clusters", "--format", "json")
    assert ran.exit_code == 0, ran.output
    assert [one["cluster"] for one in json.loads(ran.stdout)["clusters"]] == ["b", "a"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--all-clusters"], "configures none"),
        (["--all-clusters", "--cluster", "a"], "contradict each other"),
        (["--cluster", "a,b", "--host", "10.0.0.1"], "says how to reach one cluster"),
    ],
)
def test_what_cannot_be_meant_for_several_clusters_is_refused(
    options: list[str], said: str, labs: Labs, lscctl: Lscctl, tmp_path: Path
) -> None:
    (tmp_path / "config.toml").touch()
    ran = lscctl("status", *options)
    assert ran.exit_code == 2, ran.output
    assert said in ran.stderr


@pytest.mark.parametrize("variable", ["LSCCTL_HOST", "LSCCTL_FINGERPRINT"])
def test_one_host_of_the_environment_is_not_taken_for_each_of_several_clusters(
    variable: str, labs: Labs, lscctl: Lscctl, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "ab" * 32)
    ran = lscctl("bulk-install", "--model", "8845", "--cluster", "a,b", "--yes")
    assert ran.exit_code == 2, ran.output
    assert f"{variable} says how to reach one cluster" in ran.stderr


def test_a_command_for_one_cluster_refuses_several(lscctl: Lscctl) -> None:
    ran = lscctl("profiles", "set-mode", "P", "mic-first", "--cluster", "a,b", "--dry-run")
    assert ran.exit_code == 2, ran.output
    assert "one cluster at a time, and 2 are meant: a, b" in ran.stderr


def test_waves_are_asked_about_for_one_cluster_at_a_time(
    labs: Labs, lscctl: Lscctl, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confirming, "can_ask", lambda: True)
    ran = lscctl("bulk-install", "--model", "8845", "--cluster", "a,b", "--confirm-waves", "--yes")
    assert ran.exit_code == 2, ran.output
    assert "one cluster at a time" in ran.stderr


def test_rollouts_go_on_side_by_side_and_one_that_fails_hides_no_other(labs: Labs, lscctl: Lscctl) -> None:
    labs["a"].status = "Upgrade Failed: Invalid LSC"
    ran = lscctl("bulk-install", "--model", "8845", "--cluster", "a,gone,b", "--yes", "--format", "json")
    assert ran.exit_code == 5, ran.output
    told = {one["cluster"]: one for one in json.loads(ran.stdout)["clusters"]}
    assert {one["state"] for one in told["a"]["answer"]["phones"]} == {"failed"}
    assert {one["state"] for one in told["b"]["answer"]["phones"]} == {"installed"}
    assert told["a"]["exit_code"] == 1
    assert sorted(
        json.loads(lscctl("runs", "list", "--format", "json").stdout)["runs"][n]["cluster"] for n in (0, 1)
    ) == [
        "a",
        "b",
    ]


def test_a_dry_run_tells_the_plans_of_all_clusters_and_the_detailed_exit_code(labs: Labs, lscctl: Lscctl) -> None:
    ran = lscctl("bulk-install", "--model", "8845", "--cluster", "a,b", "--dry-run", "--detailed-exitcode")
    assert ran.exit_code == 10, ran.output
    assert labs["a"].written == labs["b"].written == []


@pytest.mark.parametrize("clusters", ["a,b", "b,gone,a", "a,broken,b"])
@pytest.mark.parametrize("dry", [True, False])
def test_strings_that_no_cluster_uses_are_warned_of_once_and_those_that_another_uses_never(
    labs: Labs, lscctl: Lscctl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clusters: str, *, dry: bool
) -> None:
    monkeypatch.setattr(installation, "can_ask", lambda: True)
    monkeypatch.setattr("typer.confirm", lambda *_, **__: False)
    for lab in labs.values():
        lab.phones = [replace(phone, profile=BY_STRING) for phone in lab.phones]
    (only_b,) = [phone for phone in labs["b"].phones if phone.name.endswith("3")]
    labs["a"].phones.remove(only_b)
    given = "name,authentication_string\nsep001122334403,47110815\nSEP00112233440A,12345678\n"
    (tmp_path / "strings.csv").write_text(given)
    options = ("--model", "8845", "--auth-mode", "auth-string", "--strings-from", "strings.csv")
    ran = lscctl("bulk-install", "--cluster", clusters, *options, *(["--dry-run"] if dry else []))
    assert labs["a"].written == labs["b"].written == []
    (warning,) = [line for line in ran.stderr.splitlines() if "are given for" in line]
    assert warning == (
        "warning: authentication strings are given for 1 phone that no plan writes, and they do not get them: SEP00112233440A"
    )


def test_each_cluster_is_asked_about_by_itself(labs: Labs, lscctl: Lscctl, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation, "can_ask", lambda: True)
    asked: dict[str, bool] = {}

    def confirm(question: str, *, err: bool) -> bool:
        assert threading.current_thread() is threading.main_thread()
        asked[question] = " of b?" in question
        return asked[question]

    monkeypatch.setattr("typer.confirm", confirm)
    ran = lscctl("bulk-install", "--model", "8845", "--cluster", "a,b")
    assert sorted(asked) == [f"Install LSCs on 3 phones of {name}? They will restart" for name in ("a", "b")]
    assert ran.exit_code == 3, ran.output
    assert "a: error: not agreed; no phone was changed" in ran.stderr
    assert (labs["a"].written, len(labs["b"].written)) == ([], 3)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_at_a_question_ends_the_questions_and_changes_nothing(
    labs: Labs, lscctl: Lscctl, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    monkeypatch.setattr(installation, "can_ask", lambda: True)

    def confirm(question: str, *, err: bool) -> bool:
        os.kill(os.getpid(), number)
        return True

    monkeypatch.setattr("typer.confirm", confirm)
    before = signal.getsignal(number)
    ran = lscctl("bulk-install", "--model", "8845", "--cluster", "a,b")
    assert ran.exit_code == 130, ran.output
    assert labs["a"].written == labs["b"].written == []
    for name in ("a", "b"):
        assert f"{name}: error: interrupted at the question; no phone was changed" in ran.stderr
    assert signal.getsignal(number) is before


def test_a_signal_stops_every_run_and_each_tells_how_to_go_on(labs: Labs, lscctl: Lscctl) -> None:
    both = threading.Barrier(2)

    def asleep() -> None:
        if not both.broken:
            try:
                both.wait(30)
            except threading.BrokenBarrierError:
                return
            both.abort()
            os.kill(os.getpid(), signal.SIGTERM)

    for cluster in labs.values():
        cluster.never_end = True
        cluster.time.whenever_asleep = asleep
    ran = lscctl("bulk-install", "--model", "8845", "--cluster", "a,b", "--yes", "--format", "json")
    assert ran.exit_code == 130, ran.output
    told = json.loads(ran.stdout)["clusters"]
    assert [one["error"].startswith("stopped by SIGTERM; 3 phones under way") for one in told] == [True, True]
    assert [one["answer"]["stopped"] for one in told] == ["SIGTERM", "SIGTERM"]
    assert all("lscctl runs resume" in one["hint"] for one in told)


def test_what_is_said_while_a_question_stands_waits_for_the_answer(capsys: pytest.CaptureFixture[str]) -> None:
    from lscctl.cli.screen import VOICE, Notices

    with VOICE.asking():
        Notices(about="b").say("three phones under way")
        assert capsys.readouterr().err == ""
    assert capsys.readouterr().err == "b: three phones under way\n"


@pytest.mark.parametrize("breaks_off", [KeyboardInterrupt, typer.Abort, EOFError])
def test_what_is_said_after_a_question_that_was_broken_off_begins_a_line(
    breaks_off: type[BaseException], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)

    def ask() -> str:
        sys.stderr.write("Go on? ")
        raise breaks_off

    with pytest.raises(breaks_off):
        confirming.put_to_person(ask)
    assert capsys.readouterr().err == "Go on? \n"


def test_a_question_is_put_by_the_main_thread_and_its_fault_goes_to_the_thread_that_asked() -> None:
    questions = confirming.Questions()
    failed: list[str] = []

    def ask() -> None:
        try:
            questions.put(lambda: (_ for _ in ()).throw(ValueError("no such answer")))
        except ValueError as error:
            failed.append(str(error))

    thread = threading.Thread(target=ask)
    thread.start()
    assert questions.ask_next(30) is None
    thread.join(30)
    assert failed == ["no such answer"]


def test_a_kept_report_of_several_clusters_is_compared_cluster_by_cluster(labs: Labs, lscctl: Lscctl) -> None:
    lscctl("status", "--cluster", "a,b", "--output", "monday.json", "--output", "monday.csv")
    gone = labs["b"].phones.pop()
    for file in ("monday.json", "monday.csv"):
        ran = lscctl("report", "changes", file, "--cluster", "a,b", "--format", "csv")
        assert ran.exit_code == 0, ran.output
        (row,) = (row for row in csv.DictReader(ran.stdout.splitlines()) if row["change"])
        assert (row["cluster"], row["name"], row["change"]) == ("b", gone.name, "gone")
    alone = json.loads(lscctl("report", "changes", "monday.json", "--cluster", "a", "--format", "json").stdout)
    assert (alone["changes"], alone["old"]["phones"]) == ([], 3)


def test_lscs_that_end_on_one_cluster_decide_for_all(labs: Labs, lscctl: Lscctl) -> None:
    labs["b"].phones = [FAILED]
    ran = lscctl("report", "expiring", "--fail-within", "14d", "--cluster", "a,b", "--format", "json")
    assert ran.exit_code == 1, ran.output
    assert [one["exit_code"] for one in json.loads(ran.stdout)["clusters"]] == [0, 1]
