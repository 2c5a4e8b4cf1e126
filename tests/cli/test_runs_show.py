import json
from pathlib import Path

import pytest

from tests.cli.conftest import Lscctl
from tests.cli.journals import BEGINNING, GATE, NEXT_STEP, at_work, gate_closed, three_runs
from tests.rollout.journal.lab import FIRST, OUT, SECOND


def test_a_run_is_shown_with_its_counts_gate_failed_phones_and_how_to_go_on(lscctl: Lscctl, tmp_path: Path) -> None:
    gate_closed(tmp_path)
    ran = lscctl("runs", "show", "1")
    assert ran.exit_code == 0, ran.output
    text = ran.stdout
    assert "Run 1 on prod (cucm.example): gate-closed" in text
    assert "lscctl bulk-install --all" in text
    assert f"Gate closed, so no further phone was written. {GATE}" in text
    assert f"{FIRST}  8845   failed  Upgrade Failed: Invalid MIC" in text
    assert NEXT_STEP in text
    assert SECOND not in text
    assert text.endswith("Go on with: lscctl runs resume 1\n")


def test_without_a_number_the_newest_run_is_meant(lscctl: Lscctl, tmp_path: Path) -> None:
    three_runs(tmp_path)
    assert "Run 3 on prod" in lscctl("runs", "show").stdout
    assert "Run 2 on prod" in lscctl("runs", "show", "2").stdout


def test_all_phones_come_with_wave_state_deadline_and_reason(lscctl: Lscctl, tmp_path: Path) -> None:
    with at_work(tmp_path, *BEGINNING[:4]):
        text = lscctl("runs", "show", "--phones").stdout
    rows = {line.split()[0]: line.split() for line in text.splitlines() if line.startswith("SEP")}
    assert rows[FIRST] == [FIRST, "8845", "1", "queued", "2026-11-26", "04:00", "None"]
    assert rows[OUT] == [OUT, "8845", "left-out", "it", "is", "valid"]


def test_programs_get_every_phone(lscctl: Lscctl, tmp_path: Path) -> None:
    gate_closed(tmp_path)
    told = json.loads(lscctl("runs", "show", "--format", "json").stdout)
    assert (told["schema"], told["run"], told["state"], told["gate"]) == ("lscctl.run/1", 1, "gate-closed", GATE)
    assert [phone["state"] for phone in told["phones"]] == ["failed", "queued", "queued", "left-out"]


def test_the_story_of_a_phone_tells_what_happened_when(lscctl: Lscctl, tmp_path: Path) -> None:
    gate_closed(tmp_path)
    told = json.loads(lscctl("runs", "show", "1", "--phone", FIRST, "--format", "json").stdout)
    assert told["schema"] == "lscctl.phone-story/1"
    assert [(line["at"][-4:-1], line["what"]) for line in told["story"]] == [
        (":00", "planned"),
        (":01", "write intended"),
        (":02", "written"),
        (":03", "apply intended"),
        (":05", "pending"),
        (":50", "failed"),
    ]
    text = lscctl("runs", "show", "1", "--phone", FIRST).stdout
    assert "to be complete by 2026:11:26:04:00" in text
    assert lscctl("runs", "show", "1", "--phone", OUT).stdout.count("it is valid") == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("7",), "has no run 7"),
        (("1", "--phone", "SEPX"), "run 1 has no phone SEPX"),
        (("1", "--phone", FIRST, "--phones"), "contradict each other"),
    ],
)
def test_what_is_not_there_is_a_usage_error(
    lscctl: Lscctl, tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    gate_closed(tmp_path)
    ran = lscctl("runs", "show", *arguments)
    assert ran.exit_code == 2
    assert message in ran.stderr
    assert ran.stdout == ""


def test_a_number_where_there_is_no_journal_is_a_usage_error(lscctl: Lscctl) -> None:
    ran = lscctl("runs", "show", "7")
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert "there is no run 7" in ran.stderr
