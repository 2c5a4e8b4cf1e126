"""Records whose parts have names are read as if a syslog server had written them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lscctl.diagnosis.reading.keyed import parts_of, plainly, program_in

WORDS = st.text(st.characters(codec="ascii", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=40)


def as_line(text: str) -> str:
    return plainly(parts_of(text))


@given(
    WORDS.map(str.strip).filter(lambda one: one and one[0] != "{" and "=" not in one),
    st.sampled_from(["message", "msg", "txt"]),
    st.sampled_from(["program", "svc", "src"]),
)
def test_an_object_is_read_as_time_program_and_message(message: str, told_as: str, written_by: str) -> None:
    line = json.dumps({"lvl": 3, written_by: "secd", "Timestamp": "2021-04-19T05:37:36Z", told_as: message})
    assert as_line(line) == f"2021-04-19T05:37:36Z secd: {message}"
    assert program_in(line) == "secd"


@given(st.text(max_size=200))
def test_what_has_no_such_parts_is_no_record(line: str) -> None:
    assert as_line(f"SECD: {line}") == ""
    assert program_in(f"SECD: {line}") == ""


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["message", "host", "ts", "time", "device", "log", "SEP001122334455", "mac"]) | st.text(),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.text(), JSON) | JSON)
def test_whatever_an_object_holds_it_is_one_line_that_can_be_written(value: object) -> None:
    line = as_line(json.dumps(value))
    assert line.encode().decode() == line
    assert not set(line) & {"\n", "\r", "\0", "\x1b"}


@pytest.mark.parametrize(
    ("told", "time"),
    [
        (1795860000, "2026-11-28 10:00:00"),
        (1795860000.25, "2026-11-28 10:00:00.25"),
        ("1795860000250", "2026-11-28 10:00:00.250"),
        (1795860000250000, "2026-11-28 10:00:00.250000"),
        ("1795860000250000000", "2026-11-28 10:00:00.250000"),
        ("Nov 28, 2026 @ 10:00:00.250", "Nov 28 2026 10:00:00.250"),
        ("Sat Nov 28 10:00:00 2026", "Nov 28 10:00:00"),
        ("28/Nov/2026:10:00:00 +0100", "Nov 28 2026 10:00:00"),
        ("2026-11-28 10:00:00,250", "2026-11-28T10:00:00.250"),
    ],
)
def test_the_time_is_read_however_servers_write_it(told: object, time: str) -> None:
    line = json.dumps({"time": told, "host": "SEP001122334455", "message": "x"})
    assert as_line(line) == f"{time} SEP001122334455 user.notice x"


@pytest.mark.parametrize(
    "line",
    [
        '{"component":"sip","state":"REGISTERED"}',
        '{"ts": 1, "m": "x"',
        '{"message": "x"}',
        '["a", "b"]',
        "lease=10 gw=10.1.1.1",
        'ts=2025-03-12T05:29:40Z msg="x" and more',
        '{"ts": 99999999999999999999, "m": "x"}',
        "[" * 2_000,
        '{"m": ' * 2_000,
        '{"n": ' + "9" * 10_000 + "}",
    ],
)
def test_without_time_or_sender_and_message_nothing_is_made_of_a_line(line: str) -> None:
    assert as_line(line) == ""
