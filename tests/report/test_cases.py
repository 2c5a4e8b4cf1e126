from lscctl.report.interface import Case, CaseEnd, Report
from lscctl.report.phones import phones_report
from lscctl.report.plan import plan_report
from lscctl.report.preflight import PreflightOfCluster, preflight_report
from tests.report.every_report import CHECKS
from tests.report.phones_in_sight import FAILED, PENDING, PHONE, PHONES, SOFT, WITH_LSC, planned, told


def by_name(report: Report) -> dict[str, Case]:
    return {case.name: case for case in report.cases}


def test_a_phone_fails_whose_lsc_has_ended_or_whose_operation_failed() -> None:
    failed = by_name(phones_report(told(*PHONES)))[FAILED.name]
    assert failed.end is CaseEnd.FAILED
    assert failed.group == "lab.Berlin"
    assert failed.message == (
        "the LSC ended at 2026-11-20T19:30:00Z; Upgrade Failed: User Initiated Request Late/Timedout"
    )
    assert "The deadline passed: retry with a later one" in failed.detail


def test_a_phone_without_an_lsc_is_neither_right_nor_wrong() -> None:
    found = by_name(phones_report(told(*PHONES)))
    assert {name: case.end for name, case in found.items() if name != FAILED.name} == {
        PHONE.name: CaseEnd.SKIPPED,
        WITH_LSC.name: CaseEnd.PASSED,
        PENDING.name: CaseEnd.SKIPPED,
        SOFT.name: CaseEnd.SKIPPED,
    }
    assert found[SOFT.name].message == "an LSC whose end CUCM does not know"


def test_a_phone_of_a_plan_is_skipped_with_its_reason_where_it_is_left_out() -> None:
    found = by_name(plan_report(planned(*PHONES)))
    assert (found[PHONE.name].end, found[FAILED.name].end) == (CaseEnd.PASSED, CaseEnd.PASSED)
    assert found[PHONE.name].message.startswith("By Null String proves nothing")
    left_out = found[WITH_LSC.name]
    assert (left_out.end, left_out.message) == (CaseEnd.SKIPPED, "the phone has a valid LSC")
    assert left_out.detail == "Ask for a new one with --renew."


def test_a_check_that_only_warns_fails_nothing_as_it_does_not_in_the_exit_code() -> None:
    found = by_name(preflight_report(PreflightOfCluster(CHECKS, "lab", "15.0", 12)))
    assert {name: case.end for name, case in found.items()} == {
        "axl": CaseEnd.PASSED,
        "tftp": CaseEnd.FAILED,
        "profiles": CaseEnd.PASSED,
    }
    assert found["profiles"].message == "null-string: By Null String"
    assert found["tftp"].message == "itl-old-capf (cucm-sub1): the ITL names another CAPF"
    assert found["tftp"].detail.splitlines() == [
        "CLUSTER-WIDE, out of hours: Restart TVS and TFTP.",
        "skip: not-seen (cucm-sub2): port 6970 is closed. Open it.",
    ]
