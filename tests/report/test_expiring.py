import json
from dataclasses import replace

from lscctl.phone import Lsc, Phone
from lscctl.report.expiring import ExpiringOfCluster, Thresholds, expiring_report
from lscctl.report.interface import CaseEnd
from tests.report.phones_in_sight import CAPF, DAY, FAILED, NOW, PHONE, PHONES, SOFT, WITH_LSC, told
from tests.report.published import written


def with_days(days: float, name: str = "SEPX") -> Phone:
    return replace(WITH_LSC, name=name, lsc=Lsc(int(NOW + days * DAY), CAPF, None, "30"))


def seen(*phones: Phone, **thresholds: float | None) -> ExpiringOfCluster:
    return ExpiringOfCluster(told(*phones), Thresholds(**{"within": 90.0 * DAY, **thresholds}))  # type: ignore[arg-type]


def listed(one: ExpiringOfCluster) -> list[str]:
    return [phone.name for phone in one.ending]


def test_lscs_that_end_within_the_time_and_those_that_have_ended_are_told_and_unknown_ends_apart() -> None:
    one = seen(*PHONES, with_days(91))
    assert listed(one) == [WITH_LSC.name, FAILED.name]
    assert one.unknown == [SOFT]
    read = json.loads(written(expiring_report(one), "json"))
    assert [phone["name"] for phone in read["phones"]] == [WITH_LSC.name, FAILED.name]
    assert [phone["name"] for phone in read["unknown"]] == [SOFT.name]
    assert read["counts"] == {"phones": 6, "with_lsc": 4, "ended": 1, "ending": 1, "unknown": 1, "beyond": 0}


def test_without_a_threshold_nothing_is_a_fault() -> None:
    assert seen(*PHONES).faults == 0


def test_an_lsc_that_has_ended_or_ends_within_the_threshold_is_a_fault() -> None:
    one = seen(
        with_days(13.9, "SEP1"), with_days(14.1, "SEP2"), with_days(-1, "SEP3"), PHONE, SOFT, fail_within=14 * DAY
    )
    assert [phone.name for phone in one.ending if one.beyond(phone)] == ["SEP1", "SEP3"]


def test_a_threshold_of_lifetime_tells_of_lscs_that_end_later_than_asked_for() -> None:
    one = seen(with_days(300, "SEP1"), with_days(400, "SEP2"), fail_below=0.33, lifetime=1000 * DAY)
    assert listed(one) == ["SEP1"]
    assert one.beyond(one.ending[0]) == ("fail-below",)


def test_an_lsc_that_lasts_longer_than_lscs_do_now_counts_as_new() -> None:
    assert Thresholds(0, lifetime=100 * DAY).share_left(300 * DAY) == 1


def test_where_nobody_knows_a_lifetime_no_lsc_is_below_its_share() -> None:
    assert seen(with_days(1), fail_below=0.5).faults == 0


def test_people_see_the_soonest_end_first_and_programs_the_names_in_order() -> None:
    report = expiring_report(seen(with_days(60, "SEPA"), with_days(5, "SEPB")))
    table = written(report, "table")
    assert table.index("SEPB") < table.index("SEPA")
    assert [record["name"] for record in report.rows()] == ["SEPA", "SEPB"]


def test_the_table_says_what_is_left_and_what_that_rests_on() -> None:
    table = written(expiring_report(seen(with_days(50), fail_below=0.6, lifetime=100 * DAY)), "table")
    assert "50%" in table
    assert "100 days: CUCM keeps when an LSC ends, not when it began" in table
    assert "LSCs with less than 60% of their lifetime left (--fail-below): 1" in table


def test_every_lsc_is_a_case_faults_fail_and_unknown_ends_are_skipped() -> None:
    report = expiring_report(seen(*PHONES, with_days(300), fail_within=DAY))
    assert {case.name: case.end for case in report.cases} == {
        "SEPX": CaseEnd.PASSED,
        WITH_LSC.name: CaseEnd.PASSED,
        FAILED.name: CaseEnd.FAILED,
        SOFT.name: CaseEnd.SKIPPED,
    }
    assert "--fail-within" in next(case.message for case in report.cases if case.end is CaseEnd.FAILED)


def test_a_day_later_the_same_phones_make_the_same_records() -> None:
    def records(now: float) -> list[object]:
        phones = told(*PHONES)
        one = ExpiringOfCluster(replace(phones, facts=replace(phones.facts, now=now)), Thresholds(90 * DAY))
        return list(expiring_report(one).rows())

    assert records(NOW) == records(NOW + DAY)
