import json
from dataclasses import replace

from lscctl.changes import changes
from lscctl.report.changes import Compared, Side, changes_report
from lscctl.report.interface import CaseEnd, Report
from tests.report.changes_in_sight import THEN, every_change, keyed
from tests.report.published import written


def report_of_all() -> Report:
    return changes_report(Compared(Side("old.json", "status", 5), Side("lab", None, 6), tuple(every_change()), "lab"))


def test_counts_come_first_then_what_went_where_then_phone_by_phone() -> None:
    table = written(report_of_all(), "table")
    assert table.index("What changed") < table.index("From what to what") < table.index("Phones\n")
    assert "11 phones changed between old.json (5 phones) and lab (6 phones)" in table


def test_many_phones_that_went_the_same_way_are_one_line() -> None:
    then = [replace(THEN, name=f"SEP{number}", status="Operation Pending") for number in range(35)]
    now = [replace(phone, status="Upgrade Success") for phone in then]
    found = tuple(changes(keyed(*then), keyed(*now)))
    table = written(changes_report(Compared(Side("a", "status", 35), Side("b", "status", 35), found)), "table")
    assert ["status", "Operation", "Pending", "Upgrade", "Success", "35"] in [
        line.split() for line in table.splitlines()
    ]


def test_programs_get_every_change_with_what_was_and_what_is() -> None:
    read = json.loads(written(report_of_all(), "json"))
    assert read["old"] == {"name": "old.json", "kind": "status", "phones": 5}
    assert read["counts"]["status"] == 2
    status = next(one for one in read["changes"] if one["change"] == "status")
    assert (status["before"], status["after"]) == ("Upgrade Success", "Operation Pending")


def test_bad_news_are_failures() -> None:
    failed = {(case.group, case.message) for case in report_of_all().cases if case.end is CaseEnd.FAILED}
    assert {group for group, _ in failed} == {"lab.gone", "lab.lsc-removed", "lab.lsc-expired", "lab.status"}
    assert ("lab.status", "status: Upgrade Success -> Upgrade Failed: Invalid LSC") in failed


def test_every_kind_of_change_has_its_series() -> None:
    (metric,) = report_of_all().metrics
    assert {sample.labels["change"]: sample.value for sample in metric.samples}["status"] == 2


def test_nothing_changed_is_said_and_no_more() -> None:
    table = written(changes_report(Compared(Side("a", "status", 1), Side("b", "status", 1), ())), "table")
    assert table == "0 phones changed between a (1 phone) and b (1 phone)\n"
