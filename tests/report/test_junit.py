from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite
from lxml import etree

from lscctl.report.interface import Case, CaseEnd, Report
from tests.report.every_report import every_report
from tests.report.nasty import texts
from tests.report.published import written

RESULTS = {CaseEnd.FAILED: Failure, CaseEnd.ERROR: Error, CaseEnd.SKIPPED: Skipped}

cases = st.builds(Case, st.just("hq.Cisco 8845"), texts, st.sampled_from(CaseEnd), texts, texts)


def junit(*given: Case) -> str:
    return written(Report("status", (), {}, cases=given), "junit")


def read(text: str) -> list[tuple[TestSuite, list[TestCase]]]:
    """The suites with their cases, as somebody else's parser reads them."""
    return [(suite, list(suite)) for suite in JUnitXml.fromstring(text.encode("utf-8"))]


@given(st.lists(cases, max_size=4))
def test_whatever_a_case_says_the_file_can_be_read(given: Sequence[Case]) -> None:
    for _, found in read(junit(*given)):
        if given:
            assert [RESULTS.get(case.end) for case in given] == [
                type(case.result[0]) if case.result else None for case in found
            ]


def test_cases_stand_in_suites_with_their_counts() -> None:
    given = [
        Case("hq.Cisco 7841", "SEP1", CaseEnd.PASSED),
        Case("hq.Cisco 7841", "SEP2", CaseEnd.SKIPPED, "no LSC"),
        Case("hq.Cisco 8845", "SEP3", CaseEnd.FAILED, "the LSC ended", "Lobby"),
        Case("hq.Cisco 8845", "SEP4", CaseEnd.ERROR, "nobody knows", seconds=1.5),
    ]
    whole = JUnitXml.fromstring(junit(*given).encode())
    assert (whole.name, whole.tests, whole.failures, whole.errors, whole.skipped) == ("lscctl.status", 4, 1, 1, 1)
    (first, _), (second, (failed, broken)) = read(junit(*given))
    assert (first.name, first.tests, first.failures, first.errors, first.skipped) == (
        *("lscctl.status.hq.Cisco 7841", 2, 0, 0, 1),
    )
    assert (second.tests, second.failures, second.errors, second.time) == (2, 1, 1, 1.5)
    assert (failed.classname, failed.name) == ("lscctl.status.hq.Cisco 8845", "SEP3")
    assert failed.result[0].message == "the LSC ended"
    assert broken.time == 1.5


def test_cases_of_one_group_are_one_suite_wherever_they_stand() -> None:
    given = [Case(group, name, CaseEnd.PASSED) for group, name in (("b", "1"), ("a", "2"), ("b", "3"))]
    assert [(suite.name, [case.name for case in found]) for suite, found in read(junit(*given))] == [
        ("lscctl.status.a", ["2"]),
        ("lscctl.status.b", ["1", "3"]),
    ]


def test_the_text_of_a_result_begins_with_its_message_since_gitlab_shows_nothing_else() -> None:
    ((_, (case,)),) = read(junit(Case("", "SEP1", CaseEnd.FAILED, "the LSC ended", "Lobby\nRenew it.")))
    assert case.result[0].text == "the LSC ended\nLobby\nRenew it."


def test_what_there_is_to_say_of_a_case_that_passed_is_its_output() -> None:
    ((_, (loud, quiet)),) = read(
        junit(Case("", "SEP1", CaseEnd.PASSED, "By Null String"), Case("", "SEP2", CaseEnd.PASSED))
    )
    assert loud.system_out == "By Null String"
    assert quiet.system_out is None
    assert loud.is_passed


def test_two_cases_with_one_name_are_told_apart_since_gitlab_would_drop_the_second() -> None:
    ((_, found),) = read(junit(*[Case("", "CAPF changed", CaseEnd.FAILED)] * 3))
    assert [case.name for case in found] == ["CAPF changed", "CAPF changed (2)", "CAPF changed (3)"]


def test_a_report_that_knows_no_cases_has_one_that_passed_since_jenkins_refuses_none() -> None:
    ((suite, (case,)),) = read(junit())
    assert (suite.tests, case.name, case.is_passed) == (1, "answered", True)


@pytest.mark.parametrize("report", every_report(), ids=lambda report: report.kind)
def test_every_report_is_a_file_with_right_counts_and_no_times_or_hosts(report: Report) -> None:
    text = written(report, "junit")
    root = etree.fromstring(text.encode())
    assert root.xpath("number(@tests) = count(//testcase) and count(//testcase) > 0")
    for name, element in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        assert root.xpath(f"number(@{name}) = count(//{element}) and number(@{name}) = sum(testsuite/@{name})")
    assert not root.xpath("//@timestamp | //@hostname")
    names = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    assert len(set(names)) == len(names)
