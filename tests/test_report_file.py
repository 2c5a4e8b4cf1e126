import json
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lscctl.errors import UsageError
from lscctl.phone import Phone
from lscctl.report.capf import GroupsOfCluster, capf_groups_report, capf_report
from lscctl.report.expiring import ExpiringOfCluster, Thresholds, expiring_report
from lscctl.report.interface import ClusterAnswer, Report
from lscctl.report.phones import phone_then, phones_report
from lscctl.report.several import together
from lscctl.report.wording import visible
from lscctl.report_file import PastReport, parse_report, read_report
from tests.report.phones_in_sight import DAY, PHONE, PHONES, WITH_LSC, told
from tests.report.published import written

FORMATS = ("json", "ndjson", "csv")


def kept(report: Report, name: str = "json") -> PastReport:
    return parse_report(written(report, name).encode(), f"kept.{name}")


def refusal(text: str | bytes) -> str:
    with pytest.raises(UsageError) as refused:
        parse_report(text if isinstance(text, bytes) else text.encode(), "kept.json")
    assert refused.value.hint
    return refused.value.message


def what_is_said_of(content: str | bytes) -> str:
    """What a reader of the file is told."""
    try:
        read = parse_report(content if isinstance(content, bytes) else content.encode(errors="replace"), "kept.json")
    except UsageError as refused:
        return refused.message
    return f"{read.where} tells of {len(read.phones)} phones" if not read.phones else "phones out of nothing"


def ended(*phones: Phone) -> Report:
    return expiring_report(ExpiringOfCluster(told(*phones), Thresholds(90 * DAY)))


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("make", [phones_report, capf_report])
def test_a_kept_report_gives_its_phones_back_just_as_they_were(name: str, make: object) -> None:
    seen = told(*PHONES)
    read = kept(make(seen), name)  # type: ignore[operator]
    assert read.kind in ("status", "capf")
    phones = {phone.name: phone for phone in read.phones.values()}
    for phone in PHONES:
        expected = replace(phone_then(phone, seen), registration=phones[phone.name].registration)
        if name != "json":
            expected = replace(expected, cluster="")
        if name == "csv":
            expected = replace(expected, description=visible(expected.description))
        assert phones[phone.name] == expected


@pytest.mark.parametrize("name", FORMATS)
def test_a_report_of_lscs_that_end_tells_of_those_phones_only(name: str) -> None:
    read = kept(ended(*PHONES), name)
    assert read.kind == "expiring"
    assert len(read.phones) == 3


WORDS = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=8).filter(
    lambda text: visible(text) == text and not text.startswith("'")
)


@given(st.lists(st.tuples(WORDS, WORDS, WORDS), max_size=4))
def test_whatever_pools_and_profiles_are_called_they_are_read_back(texts: Sequence[tuple[str, str, str]]) -> None:
    phones = [
        replace(WITH_LSC, name=f"SEP{number}", device_pool=pool, location=location, description=text)
        for number, (pool, location, text) in enumerate(texts)
    ]
    seen = told(*phones)
    for name in FORMATS if phones else ("json", "csv"):
        read = {phone.name: phone for phone in kept(phones_report(seen), name).phones.values()}
        for phone in phones:
            then = phone_then(phone, seen)
            assert (read[phone.name].device_pool, read[phone.name].location) == (then.device_pool, then.location), name
            assert read[phone.name].description == then.description, name


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("lscctl.status/1"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["schema", "phones", "clusters", "answer", "name", "lsc_valid_until", "cluster", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON.map(json.dumps) | st.text(max_size=60) | st.binary(max_size=60))
def test_whatever_else_a_file_holds_is_refused_in_words(content: str | bytes) -> None:
    assert what_is_said_of(content).startswith("kept.json")


def test_brackets_without_end_are_refused() -> None:
    assert "recursion" in refusal('{"a":' * 100_000)


def test_a_report_of_something_else_is_named() -> None:
    groups = written(capf_groups_report(GroupsOfCluster(told(PHONE), ("model",))), "json")
    assert refusal(groups) == "kept.json is no report that tells of phones: it is of the kind capf-groups"
    assert "not the heading" in refusal("a,b\n1,2\n")
    assert "names no schema" in refusal('{"phones": []}')
    assert "not text" in refusal(b"\x89PNG\r\n\x1a\n")
    assert "empty" in refusal(" \n")


def test_a_report_of_another_version_is_named_with_the_one_that_is_understood() -> None:
    newer = written(phones_report(told(PHONE)), "json").replace("lscctl.status/1", "lscctl.status/2")
    assert refusal(newer) == "kept.json holds lscctl.status/2, and this lscctl understands lscctl.status/1"


def test_a_report_that_is_cut_off_is_named_with_its_line() -> None:
    text = written(phones_report(told(*PHONES)), "json")
    assert "line 10" in refusal(text[: text.index('"name": "SEP001122334403"')])


def test_a_phone_that_is_not_as_written_is_named() -> None:
    text = written(phones_report(told(PHONE)), "ndjson").replace('"lsc": "none"', '"lsc": "rotten"')
    assert "the phone 'SEP001122334401': lsc" in refusal(text)


def test_a_phone_that_stands_twice_is_named() -> None:
    line = written(phones_report(told(PHONE)), "ndjson")
    assert "'SEP001122334401' stands in it twice" in refusal(line * 2)


def test_a_csv_that_a_spreadsheet_saved_with_semicolons_is_read() -> None:
    text = written(phones_report(told(PHONE)), "csv").replace(",", ";")
    assert len(parse_report(("\ufeff" + text).encode(), "kept.csv").phones) == 1


def test_a_json_that_another_program_wrote_anew_is_read() -> None:
    text = json.dumps(json.loads(written(phones_report(told(*PHONES)), "json")))
    assert len(parse_report(text.encode(), "kept.json").phones) == len(PHONES)


@pytest.mark.parametrize("name", FORMATS)
def test_several_clusters_in_one_file_stay_apart(name: str) -> None:
    answers = [
        ClusterAnswer(cluster, 0, phones_report(replace(told(*PHONES), cluster=cluster))) for cluster in ("hq", "lab")
    ]
    read = kept(together([*answers, ClusterAnswer("lost", 5, None, "it is unreachable")]), name)
    assert read.clusters == {"hq", "lab"}
    assert len(read.phones) == 2 * len(PHONES)
    assert len(read.of_cluster("hq").phones) == len(PHONES)


def test_a_report_comes_from_standard_input_too(tmp_path: Path) -> None:
    content = written(phones_report(told(PHONE)), "json").encode()
    assert read_report("-", BytesIO(content)).where == "standard input"
    with pytest.raises(UsageError, match=r"missing\.json cannot be read"):
        read_report(str(tmp_path / "missing.json"), BytesIO())


def test_beside_a_report_of_some_phones_only_those_are_compared() -> None:
    some, everyone = kept(ended(*PHONES)), kept(phones_report(told(*PHONES)))
    assert [len(side) for side in some.beside(everyone)] == [3, 3]
    assert [len(side) for side in everyone.beside(some)] == [3, 3]
    assert [len(side) for side in everyone.beside(everyone)] == [5, 5]


def test_where_one_side_names_no_cluster_names_tell_phones_apart() -> None:
    with_cluster, without = kept(phones_report(told(*PHONES))), kept(phones_report(told(*PHONES)), "csv")
    old, new = with_cluster.beside(without)
    assert old.keys() == new.keys()
