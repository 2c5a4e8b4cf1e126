import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lscctl.errors import UsageError
from lscctl.report import formats
from lscctl.report.interface import Page, Report, Value
from lscctl.report.phones import phones_report
from lscctl.report.plan import plan_report
from lscctl.report.wording import visible
from tests.report.nasty import texts
from tests.report.phones_in_sight import PHONES, planned, told

CELLS = st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text(), max_size=3)


def written(name: str, report: Report) -> str:
    return "".join(formats.by_name(name).pieces(report, Page()))


def report_of(*values: Value) -> Report:
    return Report("test", ("value",), {"things": [{"value": value} for value in values]}, heading={"cluster": "lab"})


@given(st.lists(CELLS, max_size=4))
def test_json_is_read_back_as_what_it_was(values: list[Value]) -> None:
    read = json.loads(written("json", report_of(*values)))
    assert read == {"schema": "lscctl.test/1", "cluster": "lab", "things": [{"value": value} for value in values]}


def test_json_keeps_the_order_of_the_schema_and_one_record_a_line() -> None:
    text = written("json", phones_report(told(*PHONES)))
    read = json.loads(text)
    assert list(read) == ["schema", "cluster", "cucm_version", "notes", "phones"]
    assert list(read["phones"][0])[:3] == ["name", "description", "model"]
    assert sum('"name": "' in line for line in text.splitlines()) == len(PHONES)


def test_json_of_no_records_is_an_empty_list() -> None:
    assert json.loads(written("json", report_of()))["things"] == []


@given(st.lists(CELLS, max_size=4))
def test_ndjson_is_one_object_a_line_that_names_its_schema(values: list[Value]) -> None:
    lines = written("ndjson", report_of(*values)).split("\n")
    assert lines.pop() == ""
    assert [json.loads(line) for line in lines] == [{"schema": "lscctl.test/1", "value": value} for value in values]


STEADY = st.text(min_size=1).filter(lambda text: visible(text) == text)


@given(STEADY)
def test_csv_is_read_back_as_it_was_but_for_formulas(text: str) -> None:
    header, row = csv.reader(io.StringIO(written("csv", report_of(text)), newline=""))
    assert header == ["value"]
    assert row[0].replace("'", "") == text.replace("'", "")


@given(st.text(st.sampled_from("=+-@;\t\r\n \"',a\uff1d")))
def test_no_spreadsheet_meets_a_formula_in_csv_wherever_it_splits_the_line(text: str) -> None:
    whole = written("csv", report_of(text))
    for separator in (",", ";", "\t"):
        for row in csv.reader(io.StringIO(whole, newline=""), delimiter=separator):
            assert not any(cell.lstrip(' "').startswith(("=", "+", "-", "@", "\uff1d")) for cell in row), row


@pytest.mark.parametrize("formula", ["=cmd()", "+1", "-1", "@SUM(A1)", "\tx", "  =1", "\uff1d1", "\u00a0=1", '"=1'])
def test_csv_neutralises_what_a_spreadsheet_would_run(formula: str) -> None:
    assert list(csv.reader(io.StringIO(written("csv", report_of(formula)), newline="")))[1][0] == f"'{formula}"


def test_csv_leaves_numbers_alone_and_joins_lists() -> None:
    rows = list(csv.reader(io.StringIO(written("csv", report_of(-5, True, None, ["a", "=b"])))))
    assert [row[0] if row else "" for row in rows[1:]] == ["-5", "true", "", "a; '=b"]


def test_csv_spells_out_what_could_steer_a_terminal() -> None:
    assert r"\x1b[31m" in written("csv", report_of("\x1b[31m"))


@given(texts)
def test_no_format_lets_a_text_steer_a_terminal_or_break_a_line_and_all_are_utf_8(text: str) -> None:
    report = phones_report(told(replace(PHONES[0], description=text, device_pool=text)), per_phone=True)
    for name in formats.NAMES:
        whole = written(name, report)
        whole.encode("utf-8")
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202d\u202e]", whole), name


@given(texts)
def test_what_json_escapes_is_read_back_as_it_was(text: str) -> None:
    report = report_of(text)
    assert json.loads(written("json", report).encode())["things"] == [{"value": text}]
    (line,) = written("ndjson", report).splitlines()
    assert json.loads(line)["value"] == text


def test_the_same_report_gives_the_same_text_every_time() -> None:
    for name in formats.NAMES:
        assert written(name, phones_report(told(*PHONES))) == written(name, phones_report(told(*reversed(PHONES))))
        assert written(name, plan_report(planned(*PHONES))) == written(name, plan_report(planned(*reversed(PHONES))))


def test_an_unknown_format_names_the_nearest() -> None:
    for typed, meant in {"jsn": "json", "Markdwon": "markdown", "md": "markdown", "prom": "prometheus"}.items():
        with pytest.raises(UsageError) as refused:
            formats.by_name(typed)
        assert f"Did you mean {meant}?" in str(refused.value.hint)


@pytest.mark.parametrize(
    ("file", "name"),
    [("a.json", "json"), ("b.CSV", "csv"), ("c.ndjson", "ndjson"), ("d.txt", "table"), ("e.htm", "html")],
)
def test_a_files_ending_says_its_format(file: str, name: str) -> None:
    assert formats.by_suffix(Path(file)).name == name


def test_an_ending_that_says_nothing_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError) as refused:
        formats.by_suffix(Path("report.xyz"))
    assert ".json" in str(refused.value.hint)
