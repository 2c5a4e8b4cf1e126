import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Lscctl
from tests.cli.journals import GATE, at_work, three_runs


def test_runs_are_listed_newest_first_with_how_they_stand(lscctl: Lscctl, tmp_path: Path) -> None:
    three_runs(tmp_path)
    ran = lscctl("runs", "list")
    assert ran.exit_code == 0, ran.output
    _, *lines, _, last = ran.stdout.splitlines()
    assert last == "times are this computer's"
    rows = [line.split() for line in lines]
    assert [(row[0], row[1], row[2], row[5]) for row in rows] == [
        ("3", "prod", "alice@jump", "crashed"),
        ("2", "prod", "alice@jump", "finished"),
        ("1", "prod", "alice@jump", "gate-closed"),
    ]
    assert GATE in ran.stdout
    assert ran.stderr == ""


def test_a_run_that_is_at_work_is_told_apart_from_one_that_was_cut_off(lscctl: Lscctl, tmp_path: Path) -> None:
    def state() -> object:
        return json.loads(lscctl("runs", "list", "--format", "json").stdout)["runs"][0]["state"]

    with at_work(tmp_path):
        assert state() == "running"
    assert state() == "crashed"


def test_runs_are_listed_in_every_format_and_into_files(lscctl: Lscctl, tmp_path: Path) -> None:
    three_runs(tmp_path)
    told = json.loads(lscctl("runs", "list", "--format", "json", "--output", "runs.csv").stdout)
    assert [run["number"] for run in told["runs"]] == [3, 2, 1]
    assert [run["retries"] for run in told["runs"]] == [None, 1, None]
    rows = list(csv.DictReader(io.StringIO((tmp_path / "runs.csv").read_text())))
    assert [row["state"] for row in rows] == ["crashed", "finished", "gate-closed"]
    lines = lscctl("runs", "list", "--format", "ndjson").stdout.splitlines()
    assert [json.loads(line)["number"] for line in lines] == [3, 2, 1]


def test_another_journal_can_be_named(lscctl: Lscctl, tmp_path: Path) -> None:
    three_runs(tmp_path)
    (tmp_path / "state" / "journal.sqlite").rename(tmp_path / "night.sqlite")
    assert "gate-closed" in lscctl("runs", "list", "--journal", "night.sqlite").stdout
    assert lscctl("runs", "list").stdout == "no runs yet\n"


@pytest.mark.parametrize("command", ["list", "show", "watch", "prune --keep 1"])
def test_no_journal_yet_is_no_error(lscctl: Lscctl, tmp_path: Path, command: str) -> None:
    ran = lscctl("runs", *command.split())
    assert ran.exit_code == 0, ran.output
    assert ran.output == "no runs yet\n"
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize("command", ["list", "show", "watch", "prune --keep 1"])
def test_a_file_that_is_no_journal_ends_with_six(lscctl: Lscctl, tmp_path: Path, command: str) -> None:
    (tmp_path / "notes.txt").write_text("buy milk\n" * 200)
    ran = lscctl("runs", *command.split(), "--journal", "notes.txt")
    assert ran.exit_code == 6, ran.output
    assert "the file is not a journal of lscctl" in ran.stderr
    assert "hint: " in ran.stderr
