import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lscctl.deadline import ClusterClock
from lscctl.report.wording import both_times, count, duration, ends, visible


@pytest.mark.parametrize("text", ["\u202bمرحب\u202c", "a \u2068b\u2069 c", "Łukasz Żółć, 受付", "e\u0301", "\u00a0"])
def test_text_that_ends_its_own_directions_stays_as_it_is(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\u202bمرحب", r"\u202bمرحب"),
        ("\u202cx\u202b", r"\u202cx\u202b"),
        ("\u202egpj.exe\u202c", r"\u202egpj.exe\u202c"),
        ("a\u2028b", r"a\u2028b"),
        ("\x1b]0;title\x07", r"\x1b]0;title\x07"),
    ],
)
def test_what_would_steer_the_rest_of_the_line_is_spelled_out(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text())
def test_no_control_character_is_ever_left(text: str) -> None:
    assert not {unicodedata.category(letter) for letter in visible(text)} & {"Cc", "Zl", "Zp", "Cs"}


def test_counts_and_durations_read_as_a_person_says_them() -> None:
    assert [count(1, "phone"), count(0, "phone"), count(1234, "phone")] == ["1 phone", "0 phones", "1,234 phones"]
    assert [duration(0.2), duration(65), duration(7_500)] == ["0 s", "1 min 5 s", "2 h 5 min"]


def test_an_end_is_told_as_what_is_to_come_or_was() -> None:
    now, day = 1_800_000_000, 86_400
    told = [ends(now + left, now) for left in (3 * day, 60, 0, -60, -3 * day)]
    assert told == ["ends in 3 days", "ends in hours", "expired today", "expired today", "ended 3 days ago"]


def test_where_the_cluster_s_clock_is_hours_off_both_readings_of_the_deadline_are_told() -> None:
    at = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
    assert both_times(at, ClusterClock(UTC), UTC).endswith(", the same here")
    assert both_times(at, ClusterClock(UTC, ahead=20.0), UTC).endswith(", the same here")
    assert "2026-11-23 13:00 here" in both_times(at, ClusterClock(UTC, ahead=3 * 3600), UTC)
