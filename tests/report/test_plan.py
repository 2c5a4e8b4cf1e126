import csv
import io
import json
from dataclasses import replace
from datetime import UTC, timedelta, timezone

from lscctl.capf import AuthenticationMode
from lscctl.deadline import ClusterClock, DeadlineRule
from lscctl.plan import CapfRequest
from lscctl.reasons import REASONS, Reason
from lscctl.report import formats
from lscctl.report.decisions import FIELDS
from lscctl.report.interface import Page
from lscctl.report.plan import FEW, Due, PlanForCluster, plan_report
from lscctl.report.wording import both_times
from tests.report.phones_in_sight import BERLIN, NOW, PENDING, PHONE, PHONES, WITH_LSC, planned


def shown(told: PlanForCluster, name: str = "table", width: int | None = None) -> str:
    return "".join(formats.by_name(name).pieces(plan_report(told), Page(width)))


def test_the_plan_counts_by_model_profile_and_mode() -> None:
    told = planned(PHONE, replace(PHONE, name="SEP001122334499"), replace(PHONE, name="SEP00AA", model="Cisco 8851"))
    rows = [line.split() for line in shown(told).splitlines() if "null-string, RSA" in line]
    assert rows == [
        ["Cisco", "8845", "Cisco", "8845", "-", "Null", "String", "null-string,", "RSA", "2048", "2"],
        ["Cisco", "8851", "Cisco", "8845", "-", "Null", "String", "null-string,", "RSA", "2048", "1"],
    ]


def test_each_reason_is_counted_and_comes_with_its_remedy() -> None:
    text = shown(planned(*PHONES))
    for reason in (Reason.OPERATION_PENDING, Reason.VALID_LSC, Reason.NOT_REGISTERED):
        line = next(line for line in text.splitlines() if line.startswith(reason.value))
        assert line.split()[1] == "1"
        assert line.endswith(REASONS[reason].remedy)


def test_a_few_phones_left_out_are_named_with_the_detail_and_many_are_not() -> None:
    assert "profile 'Cisco 8845 - Null String' has null-string, asked for mic-first" in shown(
        planned(PHONE, request=CapfRequest(mode=AuthenticationMode.MIC_FIRST))
    )
    many = [replace(PENDING, name=f"SEP0011223344{number:02}") for number in range(FEW + 1)]
    assert "SEP001122334400" not in shown(planned(*many))


def test_the_plan_says_what_restarts_and_what_it_warns_of() -> None:
    text = shown(planned(PHONE))
    assert "1 phone will restart." in text
    assert "By Null String proves nothing" in text
    assert "note: found by hand" in text


def test_the_deadline_is_told_by_the_clusters_clock_and_by_ours_with_both_zones() -> None:
    at = DeadlineRule.parse("tomorrow 04:00").resolve(BERLIN).at
    assert both_times(at, BERLIN, timezone(-timedelta(hours=5))) == (
        "2026-11-24 04:00 on the cluster (Europe/Berlin, UTC+01:00), 2026-11-23 22:00 here (UTC-05:00)"
    )
    assert both_times(at, BERLIN, BERLIN.zone).endswith("(Europe/Berlin, UTC+01:00), the same here")


def test_a_zone_of_which_only_the_offset_is_known_is_told_as_an_offset() -> None:
    clock = ClusterClock(timezone(timedelta(hours=5, minutes=30)), zone_known=False, now=lambda: NOW)
    assert "(UTC+05:30)" in both_times(clock.utc(), clock, UTC)


def test_the_json_of_a_plan_has_its_documented_shape() -> None:
    read = json.loads(shown(planned(*PHONES), "json"))
    assert list(read) == [
        "schema",
        "digest",
        "cluster",
        "cucm_version",
        "operation",
        "deadline",
        "phones_matched",
        "phones_to_change",
        "phones_left_out",
        "reasons",
        "warnings",
        "notes",
        "then",
        "rollout",
        "authentication_strings",
        "planned",
        "steps",
        "left_out",
    ]
    assert read["schema"] == "lscctl.plan/4"
    assert read["deadline"] == "4h"
    assert list(read["planned"]) == ["identity", "request", "rules"]
    assert [tuple(step) for step in read["steps"]] == [(*FIELDS, "planned")] * 2
    assert [list(step["planned"]) for step in read["steps"]] == [["phone", "settings", "warnings", "move_to"]] * 2
    assert {out["name"]: out["reasons"] for out in read["left_out"]}[WITH_LSC.name] == ["valid-lsc"]


def test_the_json_of_a_plan_tells_no_time_so_that_two_of_the_same_input_are_the_same() -> None:
    plan = replace(planned(*PHONES), proposed=True)
    later = replace(ClusterClock(UTC), now=lambda: NOW + 7_200)
    again = replace(planned(*reversed(PHONES)), due=Due(plan.plan.deadline.resolve(later), later))
    assert shown(again, "json") == shown(plan, "json")


def test_a_plan_that_is_to_be_reviewed_shows_the_digest_of_its_file() -> None:
    told = replace(planned(*PHONES), proposed=True)
    digest = json.loads(shown(told, "json"))["digest"]
    assert f"Plan {digest}" in shown(told)
    assert digest not in shown(planned(*PHONES))


def test_the_csv_of_a_plan_has_every_phone_with_its_decision() -> None:
    rows = list(csv.DictReader(io.StringIO(shown(planned(*PHONES), "csv"))))
    assert {row["name"]: row["decision"] for row in rows}[PENDING.name] == "left-out"
    assert len(rows) == len(PHONES)
    assert tuple(rows[0]) == FIELDS
