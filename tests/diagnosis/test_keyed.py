"""Lines whose parts have names are read as if their program had written them, and any others as they stand."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lscctl.diagnosis.reading.keyed import plainly, program_in

WORDS = st.text(st.characters(codec="ascii", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=40)


@given(WORDS, st.sampled_from(["message", "msg", "txt"]), st.sampled_from(["program", "svc", "src"]))
def test_an_object_is_read_as_time_program_and_message(message: str, told_as: str, written_by: str) -> None:
    line = json.dumps({"host": "10.1.1.7", written_by: "secd", "Timestamp": "2021-04-19T05:37:36Z", told_as: message})
    assert plainly(line) == f"2021-04-19T05:37:36Z secd: {message}"
    assert program_in(line) == "secd"


@given(st.text(max_size=200))
def test_what_has_no_such_parts_stays_as_it_stands(line: str) -> None:
    assert plainly(f"SECD: {line}") == f"SECD: {line}"
    assert program_in(f"SECD: {line}") == ""


@pytest.mark.parametrize(
    "line",
    [
        '{"component":"sip","state":"REGISTERED"}',
        '{"ts": 1, "m": "x"',
        '["a", "b"]',
        "lease=10 gw=10.1.1.1",
        'ts=2025-03-12T05:29:40Z msg="x" and more',
        '{"ts": 99999999999999999999, "m": "x"}',
        "[" * 2_000,
        '{"m": ' * 2_000,
    ],
)
def test_without_time_and_message_nothing_is_made_of_a_line(line: str) -> None:
    assert plainly(line) == line
