import json
from dataclasses import replace

import pytest

from lscctl.capf import CertificateOperation
from lscctl.outcome import PhoneOutcome, PhoneState, RunSummary, next_step_for
from lscctl.report import formats
from lscctl.report.interface import Page
from lscctl.report.run import FIELDS, STATE_MEANINGS, STATE_TONES, RunOnCluster, run_report
from lscctl.report.wording import why
from tests.report.phones_in_sight import NOW

INSTALLED = PhoneOutcome("SEP001122334402", "Cisco 8845", PhoneState.INSTALLED, "Upgrade Success", "", "", int(NOW))
FAILED = PhoneOutcome(
    "SEP001122334401",
    "Cisco 8845",
    PhoneState.FAILED,
    "Upgrade Failed: Invalid MIC",
    "Invalid MIC",
    next_step_for("Invalid MIC"),
)
UNDER_WAY = PhoneOutcome("SEP001122334403", "Cisco 8845", PhoneState.PENDING, "Operation Pending")
LOST = PhoneOutcome(
    "SEP001122334404", "Cisco 8845", PhoneState.UNKNOWN, "", "the answer to applyPhone was lost", "Look."
)


QUEUED = PhoneOutcome("SEP001122334405", "Cisco 8845", PhoneState.QUEUED, wave=3)


def shown(*outcomes: PhoneOutcome, name: str = "table", number: int | None = None, **details: object) -> str:
    summary = replace(RunSummary(outcomes, NOW, NOW + 312, writes=8, reads=5), **details)  # type: ignore[arg-type]
    report = run_report(RunOnCluster(summary, CertificateOperation.INSTALL, "lab", "15.0.1.11900(4)", number))
    return "".join(formats.by_name(name).pieces(report, Page()))


def test_the_summary_counts_the_phones_by_state_in_cucms_words_too() -> None:
    line = next(line for line in shown(INSTALLED).splitlines() if line.startswith("installed"))
    assert line.split() == ["installed", "1", "new", "LSC", "on", "the", "phone", "(Upgrade", "Success)"]


def test_failed_phones_come_with_status_reason_and_next_step() -> None:
    text = shown(INSTALLED, FAILED, LOST)
    assert "Upgrade Failed: Invalid MIC\n" in text
    assert "CAPF-trust lacks the issuer of the phone's MIC" in text
    assert "the answer to applyPhone was lost" in text
    assert "Look." in text


def test_phones_under_way_are_told_with_where_to_look_again() -> None:
    assert "1 phone still under way" in shown(UNDER_WAY)
    assert "lscctl status" in shown(UNDER_WAY)
    assert "under way:" not in shown(INSTALLED)


def test_an_early_end_is_told() -> None:
    assert "Stopped early: ctrl-C" in shown(INSTALLED, stopped="ctrl-C")


def test_the_gate_that_closed_is_named_with_its_reason() -> None:
    gate = "--max-failures: 3 of 10 phones in this wave failed; --max-failures 5% at least 2 allows 2"
    text = shown(FAILED, gate=gate)
    assert f"Gate closed, so no further phone was written. {gate}" in text
    assert "Gate closed" not in shown(FAILED)
    assert json.loads(shown(FAILED, name="json", gate=gate))["gate"] == gate


def test_a_run_that_ended_with_its_window_says_so() -> None:
    assert "Left for later: outside the window" in shown(QUEUED, left="outside the window until tonight")


def wave(number: int, *states: PhoneState) -> list[PhoneOutcome]:
    return [
        PhoneOutcome(f"SEP{number:06X}{at:06X}", "Cisco 8845", state, wave=number) for at, state in enumerate(states)
    ]


def test_phones_are_counted_by_wave_where_there_was_more_than_one() -> None:
    done, failed, queued = PhoneState.INSTALLED, PhoneState.FAILED, PhoneState.QUEUED
    text = shown(*wave(1, done), *wave(2, done, done), *wave(3, done, failed), *wave(4, queued))
    grid = [line.split() for line in text[text.index("WAVE ") :].splitlines()[:4]]
    assert grid == [
        ["WAVE", "PHONES", "HOW", "THEY", "STAND"],
        ["1", "to", "2", "3", "3", "installed"],
        ["3", "2", "1", "installed,", "1", "failed"],
        ["4", "1", "1", "queued"],
    ]
    assert "WAVE " not in shown(*wave(1, done, failed))


def test_what_a_resumed_run_would_do_comes_with_the_command() -> None:
    under_way = "see them through with `lscctl runs resume 12`"
    assert under_way in shown(UNDER_WAY, number=12)
    assert json.loads(shown(QUEUED, name="json", number=12))["resume"] == "lscctl runs resume 12"
    finished = json.loads(shown(INSTALLED, FAILED, name="json", number=12))
    assert (finished["run"], finished["resume"]) == (12, None)
    assert json.loads(shown(QUEUED, name="json"))["resume"] is None


def test_the_cost_of_the_run_is_told() -> None:
    assert "8 writes and 5 reads in 5 min 12 s" in shown(INSTALLED)


def test_the_json_of_a_run_has_its_documented_shape() -> None:
    read = json.loads(shown(INSTALLED, FAILED, name="json"))
    assert list(read) == [
        "schema",
        "cluster",
        "cucm_version",
        "started",
        "ended",
        "stopped",
        "writes",
        "reads",
        "counts",
        "notes",
        "gate",
        "left",
        "profiles",
        "run",
        "resume",
        "operation",
        "phones",
    ]
    assert read["schema"] == "lscctl.run/1"
    assert read["started"] == "2026-11-23T19:30:00Z"
    assert list(read["counts"]) == [state.value for state in PhoneState]
    assert [tuple(phone) for phone in read["phones"]] == [FIELDS, FIELDS]
    assert [phone["name"] for phone in read["phones"]] == [FAILED.name, INSTALLED.name]


@pytest.mark.parametrize("state", PhoneState)
def test_every_state_of_a_phone_has_words_and_a_tone(state: PhoneState) -> None:
    assert STATE_MEANINGS[state]
    assert STATE_TONES[state]


def test_why_a_phone_needs_a_person_is_never_last_year_s_status() -> None:
    assert (
        why("Upgrade Success", "not written: no connection") == "not written: no connection (status: Upgrade Success)"
    )
    assert why("None", "not written: no connection") == "not written: no connection"
    assert why("Upgrade Failed: Invalid MIC", "Invalid MIC") == "Upgrade Failed: Invalid MIC"
