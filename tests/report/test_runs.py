import json
from datetime import datetime

import pytest
from rich.cells import cell_len

from lscctl.capf import CertificateOperation
from lscctl.history import Remedy, RunState
from lscctl.outcome import PhoneState
from lscctl.report import formats
from lscctl.report.interface import Page, Report
from lscctl.report.run import FIELDS, RunOnCluster, run_report
from lscctl.report.runs import (
    RUN_FIELDS,
    RUN_TONES,
    STORY_FIELDS,
    PhoneStory,
    RememberedRun,
    remembered_run_report,
    runs_report,
    story_report,
)
from tests.report.phones_in_sight import NOW
from tests.report.runs_in_sight import STORY, run_of, summary_of

QUEUED, PENDING, INSTALLED, FAILED = PhoneState.QUEUED, PhoneState.PENDING, PhoneState.INSTALLED, PhoneState.FAILED
GATE = "--max-failures: 3 of 10 phones in this wave failed; --max-failures 5% at least 2 allows 2"


def written(report: Report, name: str = "table", width: int | None = None) -> str:
    return "".join(formats.by_name(name).pieces(report, Page(width)))


def shown(
    state: RunState, *states: PhoneState, name: str = "table", every_phone: bool = False, **details: object
) -> str:
    told = RememberedRun(run_of(state, *states, **details), summary_of(*states), every_phone)
    return written(remembered_run_report(told), name)


def resume_of(state: RunState, *states: PhoneState) -> object:
    return json.loads(shown(state, *states, name="json"))["resume"]


def test_a_run_is_told_by_number_cluster_person_state_counts_and_why() -> None:
    text = written(runs_report([run_of(RunState.GATE_CLOSED, INSTALLED, FAILED, QUEUED, why=GATE)]))
    assert text.splitlines()[0].split()[:5] == ["RUN", "CLUSTER", "WHO", "STARTED", "STATE"]
    for word in ("12", "prod", "alice@jump", "gate-closed", f"1 queued, 1 installed, 1 failed; {GATE}"):
        assert word in text


def test_at_eighty_columns_the_list_of_runs_folds_no_number_name_or_state() -> None:
    runs = [
        run_of(state, *[INSTALLED] * 5, QUEUED, FAILED, why=GATE, number=number)
        for number, state in enumerate(RunState, start=100)
    ]
    text = written(runs_report(runs), width=80)
    assert max(cell_len(line) for line in text.splitlines()) <= 80
    for run in runs:
        assert any(line.split()[:2] == [str(run.number), "prod"] and run.state in line for line in text.splitlines())
    for word in GATE.split():
        assert word in text


def test_the_json_of_runs_has_its_documented_shape() -> None:
    read = json.loads(written(runs_report([run_of(RunState.CRASHED, QUEUED)]), "json"))
    assert list(read) == ["schema", "remedies", "runs"]
    assert read["schema"] == "lscctl.runs/1"
    assert read["remedies"] == []
    (run,) = read["runs"]
    assert tuple(run) == RUN_FIELDS
    assert (run["started"], run["ended"], run["why"]) == ("2026-11-23T19:30:00Z", None, None)
    assert run["counts"]["queued"] == run["phones"] == 1
    assert run["resume"] == "lscctl runs resume 12"


def test_what_was_done_to_a_cluster_beside_any_run_is_told_with_its_outcome() -> None:
    remedies = (
        Remedy(1_800_000_000, "anna@desk", "start CAPF", "prod", "done"),
        Remedy(1_800_000_060, "anna@desk", "x", "prod"),
    )
    told = json.loads(written(runs_report([], remedies), "json"))["remedies"]
    assert told[0] == {
        "at": "2027-01-15T08:00:00Z", "who": "anna@desk", "what": "start CAPF", "cluster": "prod", "outcome": "done",
    }  # fmt: skip
    assert told[1]["outcome"] is None
    assert "nobody knows: lscctl was cut off" in written(runs_report([], remedies))


def test_no_runs_is_a_sentence_for_people_and_an_empty_list_for_programs() -> None:
    assert written(runs_report([])) == "no runs yet\n"
    assert json.loads(written(runs_report([]), "json"))["runs"] == []


@pytest.mark.parametrize("state", RunState)
def test_every_state_of_a_run_has_a_tone_and_an_ending(state: RunState) -> None:
    assert state in RUN_TONES
    text = shown(state, PENDING, why="WHY")
    assert f"Run 12 on prod (cucm.example.com): {state}" in text
    told_why = state not in (RunState.RUNNING, RunState.FINISHED, RunState.CRASHED)
    assert ("WHY" in text) is told_why


def test_the_command_that_goes_on_is_given_where_there_is_something_left_to_do() -> None:
    line = "lscctl runs resume 12"
    assert resume_of(RunState.GATE_CLOSED, FAILED, QUEUED) == line
    assert resume_of(RunState.STOPPED, PENDING) == line
    assert resume_of(RunState.CRASHED, INSTALLED) == line
    assert resume_of(RunState.FINISHED, FAILED, INSTALLED) is None
    assert resume_of(RunState.CANCELLED, QUEUED) is None
    assert resume_of(RunState.RUNNING, QUEUED) is None
    assert f"Go on with: {line}" in shown(RunState.GATE_CLOSED, QUEUED)
    assert "runs resume" not in shown(RunState.FINISHED, FAILED)


def test_a_run_at_work_has_no_end_and_says_how_to_see_it() -> None:
    text = shown(RunState.RUNNING, PENDING)
    assert "lscctl runs watch 12" in text
    assert "still under way: the cluster goes on" not in text
    assert json.loads(shown(RunState.RUNNING, PENDING, name="json"))["ended"] is None


def test_what_the_journal_tells_of_a_run_is_what_the_run_itself_told_and_more() -> None:
    told_then = json.loads(
        written(
            run_report(RunOnCluster(summary_of(INSTALLED), CertificateOperation.INSTALL, "prod", "15.0", 12)), "json"
        )
    )
    told_now = json.loads(shown(RunState.FINISHED, INSTALLED, name="json"))
    assert set(told_then) < set(told_now)
    assert told_now["schema"] == told_then["schema"] == "lscctl.run/1"
    assert {**told_now, "cucm_version": "15.0"} | told_then == {**told_now, "cucm_version": "15.0"}
    assert told_now["who"] == "alice@jump"


def test_all_phones_are_shown_where_they_are_asked_for_and_programs_always_get_them() -> None:
    assert "SEP000000000000" not in shown(RunState.FINISHED, INSTALLED)
    text = shown(RunState.FINISHED, INSTALLED, every_phone=True)
    row = next(line for line in text.splitlines() if line.startswith("SEP000000000000"))
    assert row.split() == ["SEP000000000000", "8845", "1", "installed", "2026-11-24", "04:00"]
    (phone,) = json.loads(shown(RunState.FINISHED, INSTALLED, name="json"))["phones"]
    assert tuple(phone) == FIELDS
    assert (phone["wave"], phone["finish_time"]) == (1, "2026:11:24:04:00")


def test_a_run_that_retried_another_names_it() -> None:
    assert "It tried phones of run 11 again." in shown(RunState.FINISHED, INSTALLED, retries=11)


def test_notes_are_told() -> None:
    assert "note: resumed by bob@jump" in shown(RunState.FINISHED, INSTALLED, notes=("resumed by bob@jump",))


def test_a_phone_s_story_has_a_line_for_each_thing_that_happened_with_its_time() -> None:
    report = story_report(PhoneStory(run_of(RunState.FINISHED, FAILED), "SEP000000000000", STORY))
    text = written(report)
    assert "SEP000000000000 in run 12 on prod" in text
    today = f"{datetime.fromtimestamp(NOW).astimezone():%Y-%m-%d}"
    lines = [line for line in text.splitlines() if line.startswith(today)]
    assert [line.split()[2] for line in lines] == ["planned", "write", "failed"]
    assert lines[2].endswith("Upgrade Failed: Invalid MIC  Invalid MIC")


def test_the_json_of_a_story_has_its_documented_shape() -> None:
    report = story_report(PhoneStory(run_of(RunState.FINISHED, FAILED), "SEP000000000000", STORY))
    read = json.loads(written(report, "json"))
    assert list(read) == ["schema", "run", "cluster", "phone", "story"]
    assert read["schema"] == "lscctl.phone-story/1"
    assert [tuple(line) for line in read["story"]] == [STORY_FIELDS] * 3
    assert read["story"][2]["at"] == "2026-11-23T19:31:00Z"
