from dataclasses import replace

import pytest

from lscctl.capf import CertificateOperation
from lscctl.history import RunState
from lscctl.outcome import FAILURES, PhoneState
from lscctl.report.interface import Case, CaseEnd, Report
from lscctl.report.list_from import Comparison, ListFrom
from lscctl.report.phones import phones_report
from lscctl.report.plan import plan_report
from lscctl.report.preflight import PreflightOfCluster, preflight_report
from lscctl.report.profiles import CheckedProfile, profile_check_report
from lscctl.report.run import RunOnCluster, run_report
from lscctl.report.runs import PhoneStory, runs_report, story_report
from lscctl.report.trust_lists import difference_report, trust_list_report, verification_report
from lscctl.trustlist.comparison import diff
from lscctl.trustlist.reading import read
from lscctl.trustlist.verification import verify
from tests.report.every_report import CHECKS
from tests.report.phones_in_sight import FAILED, NOW, PENDING, PHONE, PHONES, SOFT, WITH_LSC, planned, told
from tests.report.runs_in_sight import STORY, run_of, summary_of
from tests.trustlist.lists import itl, printed


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


def test_a_profile_fails_that_does_not_agree() -> None:
    checked = [CheckedProfile("a", True, 2, 0), CheckedProfile("b", False, 1, 3, ("lsc-first, asked for mic-first",))]
    agrees, differs = profile_check_report(checked, {}, "lab", "15.0").cases
    assert (agrees, differs) == (
        Case("lab", "a", CaseEnd.PASSED),
        Case("lab", "b", CaseEnd.FAILED, "lsc-first, asked for mic-first"),
    )


@pytest.mark.parametrize("state", PhoneState)
def test_a_phone_of_a_run_fails_just_where_it_makes_the_run_exit_with_1(state: PhoneState) -> None:
    run, phone = run_report(RunOnCluster(summary_of(state), CertificateOperation.INSTALL, "lab", "15.0")).cases
    assert (run.name, run.end) == ("run", CaseEnd.PASSED)
    assert (phone.group, phone.name) == ("lab.Cisco 8845", "SEP000000000000")
    assert (phone.end in (CaseEnd.FAILED, CaseEnd.ERROR)) is (state in FAILURES)


def test_a_run_fails_whose_gate_closed_even_where_no_phone_failed() -> None:
    summary = summary_of(PhoneState.QUEUED)
    ends = {
        "gate": (replace(summary, gate="--max-lost: 3 of 10"), CaseEnd.FAILED),
        "stopped": (replace(summary, stopped="ctrl-C"), CaseEnd.FAILED),
        "left": (replace(summary, left="outside the window"), CaseEnd.SKIPPED),
    }
    for told_as, end in ends.values():
        case = next(iter(run_report(RunOnCluster(told_as, CertificateOperation.INSTALL, "lab", "15.0")).cases))
        assert case.end is end
        assert case.message


def test_a_run_that_came_to_its_end_fails_in_the_list_if_phones_failed() -> None:
    runs = [
        run_of(RunState.FINISHED, PhoneState.INSTALLED, number=1),
        run_of(RunState.FINISHED, PhoneState.INSTALLED, PhoneState.FAILED, number=2),
        run_of(RunState.CRASHED, PhoneState.PENDING, number=3),
        run_of(RunState.WINDOW_CLOSED, PhoneState.QUEUED, number=4, why="it is day"),
    ]
    found = by_name(runs_report(list(reversed(runs))))
    assert {name: case.end for name, case in found.items()} == {
        "run 1": CaseEnd.PASSED,
        "run 2": CaseEnd.FAILED,
        "run 3": CaseEnd.ERROR,
        "run 4": CaseEnd.SKIPPED,
    }
    assert found["run 2"].message == "finished; 1 installed, 1 failed"
    assert found["run 4"].message == "window-closed; 1 queued; it is day"


def test_the_story_of_a_phone_is_a_case_that_ends_as_it_did() -> None:
    (case,) = story_report(PhoneStory(run_of(RunState.FINISHED, PhoneState.FAILED), "SEP1", STORY)).cases
    assert (case.group, case.name, case.end) == ("prod.run 12", "SEP1", CaseEnd.FAILED)
    assert case.detail.splitlines()[-1] == "failed: Upgrade Failed: Invalid MIC: Invalid MIC"


def listed(content: bytes, *comparisons: Comparison) -> ListFrom:
    (found,) = read(content)
    return ListFrom("sub1", found, verify(found), comparisons=comparisons)


def test_what_nobody_can_know_of_a_list_is_an_error_where_it_was_to_be_verified_as_in_the_exit_code() -> None:
    bad = bytearray(itl())
    bad[-3] ^= 1
    unknown = Comparison("CAPF record", None, "CAPF shows no certificate")
    lists = [listed(itl(), unknown), listed(bytes(bad)), listed(printed().encode())]
    good, compared, tampered, pasted = verification_report(lists, "lab").cases
    assert (good.group, good.name, good.end) == ("lab.sub1", "ITL signature", CaseEnd.PASSED)
    assert (compared.name, compared.end) == ("ITL CAPF record", CaseEnd.ERROR)
    assert (tampered.end, pasted.end) == (CaseEnd.FAILED, CaseEnd.ERROR)
    assert [case.end for case in trust_list_report(lists[2:], NOW).cases] == [CaseEnd.SKIPPED]


def test_each_difference_between_two_lists_fails() -> None:
    before, after = listed(itl()), listed(itl(capf="CAPF-99999999"))
    found = list(difference_report(before, after, diff(before.trust_list, after.trust_list)).cases)
    assert {case.end for case in found} == {CaseEnd.FAILED}
    assert any(case.name.startswith("CAPF of CAPF-") for case in found)
    assert list(difference_report(before, before, ()).cases) == [Case("sub1", "no differences", CaseEnd.PASSED)]
