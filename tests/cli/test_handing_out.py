"""The options about authentication strings: what they need, and what they refuse before anything is asked of a cluster."""

import sqlite3
from pathlib import Path

import pytest

from lscctl.rollout.journal import beginning
from lscctl.rollout.journal.hand_outs import HandedOut
from lscctl.simulator.cluster import Cluster
from lscctl.simulator.server import SimulatorServer
from tests.cli.conftest import Lscctl
from tests.cli.lab import LabCluster

BULK = ("bulk-install", "--model", "8845")


@pytest.mark.parametrize(
    "options",
    [
        ("--string-length", "6"),
        ("--keep-auth-strings",),
        ("--hand-out", "strings.csv"),
        ("--hand-out-format", "labels"),
        ("--auth-mode", "mic-first", "--string-length", "6"),
    ],
)
@pytest.mark.parametrize("command", ["bulk-install", "renew", "delete", "troubleshoot"])
def test_options_about_strings_need_the_mode_that_uses_them(
    lscctl: Lscctl, lab: LabCluster, command: str, options: tuple[str, ...]
) -> None:
    ran = lscctl(command, "--model", "8845", *options, "--dry-run")
    assert ran.exit_code == 2
    assert "--auth-mode auth-string" in ran.output
    assert not lab.written


@pytest.mark.parametrize("command", ["delete", "troubleshoot"])
def test_a_list_with_strings_that_an_install_handed_out_serves_to_select_phones(
    lscctl: Lscctl, lab: LabCluster, tmp_path: Path, command: str
) -> None:
    name = lab.phones[0].name
    handed = tmp_path / "handed-out.csv"
    handed.write_text(f"phone,authentication string\n{name},483920\n")
    ran = lscctl(command, "--from", str(handed), "--dry-run")
    assert ran.exit_code in (0, 3), ran.output  # whatever the plan makes of that phone
    assert "1 phone matched" in ran.output
    assert "483920" not in ran.output
    ran = lscctl("bulk-install", "--from", str(handed), "--dry-run")
    assert ran.exit_code == 2
    assert "--auth-mode auth-string" in ran.output


@pytest.mark.parametrize("length", ["3", "11", "0"])
def test_strings_have_four_to_ten_digits(lscctl: Lscctl, lab: LabCluster, length: str) -> None:
    ran = lscctl(*BULK, "--auth-mode", "auth-string", "--string-length", length, "--dry-run")
    assert ran.exit_code == 2
    assert "equal to 4" in ran.output or "equal to 10" in ran.output


def test_a_format_that_nobody_knows_is_refused_with_the_nearest(lscctl: Lscctl, lab: LabCluster) -> None:
    ran = lscctl(*BULK, "--auth-mode", "auth-string", "--hand-out-format", "label", "--dry-run")
    assert ran.exit_code == 2
    assert "labels" in ran.output


def test_one_file_is_not_for_several_clusters(lscctl: Lscctl, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[clusters.a]\nhost = "127.0.0.1"\n[clusters.b]\nhost = "127.0.0.1"\n')
    ran = lscctl(*BULK, "--cluster", "a,b", "--auth-mode", "auth-string", "--hand-out", "strings.csv", "--dry-run")
    assert ran.exit_code == 2
    assert "one file for several clusters" in ran.output


def test_a_list_that_gives_no_string_is_told(lscctl: Lscctl, lab: LabCluster, tmp_path: Path) -> None:
    (tmp_path / "phones.txt").write_text("SEP001122334401\n")
    ran = lscctl(*BULK, "--auth-mode", "auth-string", "--strings-from", "phones.txt", "--dry-run")
    assert ran.exit_code == 2
    assert "authentication_string" in ran.output


def test_strings_from_which_a_spreadsheet_may_have_taken_zeros_are_warned_of(
    lscctl: Lscctl, lab: LabCluster, tmp_path: Path
) -> None:
    listed = tmp_path / "mine.csv"
    given = (*BULK, "--auth-mode", "auth-string", "--strings-from", "mine.csv", "--dry-run")
    listed.write_text("name,authentication_string\nSEP001122334401,12345678\nSEP001122334402,2345678\n")
    told = " ".join(lscctl(*given).output.split())
    assert "taken zeros off" in told
    listed.write_text("name,authentication_string\nSEP001122334401,12345678\nSEP001122334402,02345678\n")
    assert "taken zeros off" not in " ".join(lscctl(*given).output.split())


def test_a_resume_of_a_run_that_handed_nothing_out_takes_no_file(lscctl: Lscctl, lab: LabCluster) -> None:
    assert lscctl(*BULK, "--yes").exit_code == 0
    ran = lscctl("runs", "resume", "1", "--hand-out", "strings.csv")
    assert ran.exit_code == 2
    assert "run 1 has handed nothing out" in ran.output
    anew = lscctl("runs", "retry", "1", "--state", "installed", "--new-strings", "--yes")
    assert anew.exit_code == 2
    assert "run 1 handed out no authentication strings" in " ".join(anew.output.split())


@pytest.mark.parametrize("place", [("--hand-out", "strings.csv"), ()], ids=["named", "usual"])
def test_where_the_journal_cannot_be_written_no_strings_lie_about_that_no_run_knows(
    lscctl: Lscctl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: tuple[str, ...]
) -> None:
    written: list[Path] = []

    def full(_connection: object, _number: int, handed_out: HandedOut) -> None:
        assert handed_out.path.exists()
        written.append(handed_out.path)
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(beginning, "note_hand_out", full)
    cluster = Cluster.create(phones=120)
    with SimulatorServer(cluster) as server:
        (tmp_path / "config.toml").write_text(
            f'[clusters.lab]\nhost = "127.0.0.1"\nport = {server.port}\nuser = "{server.user}"\nca-bundle = "{server.ca_file}"\n'
            + "[clusters.lab.connect-to]\n"
            + "".join(f'"{door}" = "{there}"\n' for door, there in server.doors().items())
        )
        monkeypatch.setenv("LSCCTL_PASSWORD", server.password)
        everybody = ("bulk-install", "--name", "*", "--renew", "--include-unregistered")
        ran = lscctl(*everybody, "--auth-mode", "auth-string", *place, "--yes")
        assert ran.exit_code == 6, ran.output
        assert not cluster.history.writes()
    cluster.close()
    assert len(written) == 1
    assert not written[0].exists()
