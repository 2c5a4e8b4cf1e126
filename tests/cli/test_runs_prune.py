import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine

from lscctl.cli.runs import prune
from tests.cli.conftest import Lscctl
from tests.cli.journals import BEGINNING, at_work, three_runs
from tests.rollout.journal.lab import ALL_INSTALLED, START, ended

DAY = 86_400


@pytest.fixture(autouse=True)
def ten_days_later() -> Iterator[None]:
    with time_machine.travel(START + 10 * DAY, tick=False):
        yield


def left(lscctl: Lscctl) -> list[int]:
    return [run["number"] for run in json.loads(lscctl("runs", "list", "--format", "json").stdout)["runs"]]


def test_old_runs_are_told_and_deleted_and_those_that_can_be_resumed_stay(lscctl: Lscctl, tmp_path: Path) -> None:
    three_runs(tmp_path)
    ran = lscctl("runs", "prune", "--older-than", "9d", "--yes")
    assert ran.exit_code == 0, ran.output
    assert "2 runs that can be resumed will stay: 3, 1" in ran.stderr
    assert "finished" in ran.stderr
    assert ran.stderr.endswith("1 run deleted\n")
    assert ran.stdout == ""
    assert left(lscctl) == [3, 1]


def test_runs_that_can_be_resumed_go_too_where_they_are_that_old_and_all_is_said(
    lscctl: Lscctl, tmp_path: Path
) -> None:
    three_runs(tmp_path)
    assert lscctl("runs", "prune", "--older-than", "11d", "--all", "--yes").stderr == "no run is to be deleted\n"
    assert left(lscctl) == [3, 2, 1]
    assert lscctl("runs", "prune", "--older-than", "9d", "--all", "--yes").exit_code == 0
    assert left(lscctl) == []


def test_the_newest_stay(lscctl: Lscctl, tmp_path: Path) -> None:
    three_runs(tmp_path)
    assert lscctl("runs", "prune", "--keep", "2", "--older-than", "1d", "--all", "--yes").exit_code == 0
    assert left(lscctl) == [3, 2]
    assert lscctl("runs", "prune", "--keep", "1", "--yes").exit_code == 0
    assert left(lscctl) == [3]


def test_a_run_at_work_is_never_deleted(lscctl: Lscctl, tmp_path: Path) -> None:
    with at_work(tmp_path, *BEGINNING):
        ran = lscctl("runs", "prune", "--older-than", "1d", "--all", "--yes")
        assert ran.stderr == "no run is to be deleted\n"
        assert left(lscctl) == [1]


@pytest.mark.parametrize("arguments", [(), ("--yes",), ("--all", "--keep", "3"), ("--older-than", "long ago")])
def test_without_saying_which_nothing_is_deleted(lscctl: Lscctl, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    three_runs(tmp_path)
    ran = lscctl("runs", "prune", *arguments)
    assert ran.exit_code == 2
    assert "hint: " in ran.stderr
    assert left(lscctl) == [3, 2, 1]


def test_without_a_terminal_nothing_is_deleted_unless_yes_is_said(lscctl: Lscctl, tmp_path: Path) -> None:
    with at_work(tmp_path, ended(ALL_INSTALLED)):
        pass
    ran = lscctl("runs", "prune", "--older-than", "1d")
    assert ran.exit_code == 2
    assert "there is nobody to ask whether to delete 1 run" in ran.stderr
    assert left(lscctl) == [1]


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody sits there who can be asked."""
    monkeypatch.setattr(prune, "can_ask", lambda: True)


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize(("answer", "exit_code", "stays"), [("y\n", 0, []), ("n\n", 3, [1]), ("", 130, [1])])
def test_at_a_terminal_it_asks(lscctl: Lscctl, tmp_path: Path, answer: str, exit_code: int, stays: list[int]) -> None:
    with at_work(tmp_path, ended(ALL_INSTALLED)):
        pass
    ran = lscctl("runs", "prune", "--older-than", "1d", stdin=answer)
    assert "Delete 1 run with all that is known of their phones?" in ran.stderr
    assert ran.exit_code == exit_code
    assert left(lscctl) == stays
