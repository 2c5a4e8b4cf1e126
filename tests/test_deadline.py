from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lscctl.deadline import (
    DEFAULT_DEADLINE,
    LEAST_LEAD,
    ClusterClock,
    Deadline,
    DeadlineRule,
    DeadlineTooNear,
    parse_duration,
)
from lscctl.errors import UsageError

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Antarctica/Troll",
    "Africa/Casablanca",
    "Pacific/Apia",
)


def clock(zone: str, local: str, ahead: float = 0.0) -> ClusterClock:
    """A clock that shows this local time."""
    now = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone)).timestamp()
    return ClusterClock(ZoneInfo(zone), ahead, now=lambda: now - ahead)


@cache
def changes(zone: str) -> tuple[datetime, ...]:
    """The hours (UTC) of 2026 and 2027 in which the zone's offset changes."""

    def hours() -> Iterator[datetime]:
        at = datetime(2026, 1, 1, tzinfo=UTC)
        while at.year < 2028:
            yield at
            at += timedelta(hours=1)

    offsets = [(hour, hour.astimezone(ZoneInfo(zone)).utcoffset()) for hour in hours()]
    return tuple(hour for (hour, offset), (_, before) in zip(offsets[1:], offsets, strict=False) if offset != before)


@st.composite
def clocks(draw: st.DrawFn) -> ClusterClock:
    """Clocks in any zone, most of them near a change of its offset."""
    zone = draw(st.sampled_from(ZONES))
    near = draw(st.sampled_from([*changes(zone), datetime(2026, 6, 1, tzinfo=UTC)]))
    now = near + timedelta(seconds=draw(st.integers(-8 * 3600, 8 * 3600)))
    ahead = draw(st.sampled_from([0.0, -300.0, 7200.5]))
    return ClusterClock(ZoneInfo(zone), ahead, now=lambda: now.timestamp() - ahead)


def readings(deadline: Deadline, zone: ZoneInfo) -> list[datetime]:
    """Every instant that the text may be taken for in the zone."""
    year, month, day, hour, _ = map(int, deadline.text.split(":"))
    return [datetime(year, month, day, hour, tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]


@given(clocks(), st.integers(60, 30 * 60))
def test_a_deadline_is_a_full_hour_and_at_least_one_hour_ahead_however_its_text_is_read(
    now: ClusterClock, minutes: int
) -> None:
    wanted = timedelta(minutes=minutes)
    deadline = DeadlineRule.parse(f"{minutes}m").resolve(now)
    assert isinstance(now.zone, ZoneInfo)
    assert (deadline.at.minute, deadline.at.second, deadline.at.microsecond) == (0, 0, 0)
    assert deadline.text == deadline.at.strftime("%Y:%m:%d:%H:00")
    assert deadline.at.astimezone(UTC) in readings(deadline, now.zone)
    for reading in readings(deadline, now.zone):
        assert reading >= now.utc() + LEAST_LEAD
    assert deadline.at.astimezone(UTC) >= now.utc() + wanted
    assert deadline.at.astimezone(UTC) <= now.utc() + wanted + timedelta(hours=4)


@given(
    clocks(), st.integers(0, 23), st.integers(0, 59), st.sampled_from(["", "today ", "tomorrow ", "sat ", "Sunday "])
)
def test_a_time_of_day_means_the_cluster_s_and_is_never_written_too_near(
    now: ClusterClock, hour: int, minute: int, day: str
) -> None:
    rule = DeadlineRule.parse(f"{day}{hour}:{minute:02}")
    try:
        deadline = rule.resolve(now)
    except DeadlineTooNear:
        assert rule.fixed(now).at is not None
        return
    assert deadline.at.astimezone(UTC) >= now.utc() + LEAST_LEAD
    assert deadline.at.minute == 0


@pytest.mark.parametrize(
    ("given_", "local", "text"),
    [
        ("4h", "2026-06-01T10:00", "2026:06:01:14:00"),
        ("4h", "2026-06-01T10:01", "2026:06:01:15:00"),
        ("+90m", "2026-06-01T22:40", "2026:06:02:01:00"),
        ("1h", "2026-06-01T10:00", "2026:06:01:12:00"),
        ("1h30m", "2026-06-01T10:00", "2026:06:01:12:00"),
        ("1d", "2026-12-31T23:59", "2027:01:02:00:00"),
        ("04:00", "2026-06-01T10:00", "2026:06:02:04:00"),
        ("04:30", "2026-06-01T01:00", "2026:06:01:05:00"),
        ("tomorrow 04:00", "2026-06-01T01:00", "2026:06:02:04:00"),
        ("today 22:00", "2026-06-01T01:00", "2026:06:01:22:00"),
        ("sat 22:00", "2026-06-01T10:00", "2026:06:06:22:00"),
        ("Monday 9:00", "2026-06-01T10:00", "2026:06:08:09:00"),
        ("2026-06-05T04:00", "2026-06-01T10:00", "2026:06:05:04:00"),
        ("2026-06-05 04:00", "2026-06-01T10:00", "2026:06:05:04:00"),
        ("2026-06-05T04:00Z", "2026-06-01T10:00", "2026:06:05:06:00"),
        ("2026-06-05T04:00-05:00", "2026-06-01T10:00", "2026:06:05:11:00"),
    ],
)
def test_what_a_user_types_becomes_the_text_that_cucm_takes(given_: str, local: str, text: str) -> None:
    assert DeadlineRule.parse(given_).resolve(clock("Europe/Berlin", local)).text == text


def test_the_cluster_s_clock_counts_and_not_ours() -> None:
    slow = clock("Europe/Berlin", "2026-06-01T10:00", ahead=-7200.0)
    assert DEFAULT_DEADLINE.resolve(slow).text == "2026:06:01:14:00"
    assert slow.local().strftime("%H:%M") == "10:00"


def test_in_the_hour_that_comes_twice_a_deadline_is_moved_past_it() -> None:
    before = clock("Europe/Berlin", "2026-10-25T01:30")
    assert DeadlineRule.parse("90m").resolve(before).text == "2026:10:25:03:00"
    first = ClusterClock(ZoneInfo("Europe/Berlin"), now=datetime(2026, 10, 25, 0, 30, tzinfo=UTC).timestamp)
    assert DeadlineRule.parse("1h").resolve(first).text == "2026:10:25:03:00"


def test_a_zone_of_half_an_hour_gets_full_hours_of_its_own() -> None:
    assert DeadlineRule.parse("4h").resolve(clock("Asia/Kolkata", "2026-06-01T10:10")).text == "2026:06:01:15:00"


def test_where_the_clock_changes_by_half_an_hour_the_deadline_still_is_a_full_hour() -> None:
    for local in ("2026-04-05T00:20", "2026-10-04T00:20"):
        deadline = DeadlineRule.parse("61m").resolve(clock("Australia/Lord_Howe", local))
        assert deadline.at.minute == 0


@pytest.mark.parametrize("given_", ["59m", "0h", "today 10:30", "2026-06-01T10:59", "2020-01-01"])
def test_less_than_one_hour_ahead_is_refused_with_the_cluster_s_time(given_: str) -> None:
    with pytest.raises(DeadlineTooNear, match="it is 2026-06-01 10:00 on the cluster's clock") as caught:
        DeadlineRule.parse(given_).resolve(clock("Europe/Berlin", "2026-06-01T10:00"))
    assert caught.value.exit_code == 3


@pytest.mark.parametrize(
    "given_", ["", "4", "soon", "25:00", "10:60", "4x", "yesterday 04:00", "sax 4:00", "-4h", "4h30", "h"]
)
def test_what_is_not_understood_is_refused_with_the_forms_that_are(given_: str) -> None:
    with pytest.raises(UsageError, match="is not understood") as caught:
        DeadlineRule.parse(given_)
    assert "tomorrow 04:00" in (caught.value.hint or "")


def test_more_than_a_year_ahead_is_a_slip() -> None:
    with pytest.raises(UsageError, match="more than a year ahead"):
        DeadlineRule.parse("9999h")


def test_for_one_run_a_time_of_day_stays_what_it_meant_at_the_start() -> None:
    rule = DeadlineRule.parse("04:00").fixed(clock("Europe/Berlin", "2026-06-01T10:00"))
    assert rule.resolve(clock("Europe/Berlin", "2026-06-01T23:00")).text == "2026:06:02:04:00"
    with pytest.raises(DeadlineTooNear):
        rule.resolve(clock("Europe/Berlin", "2026-06-02T03:30"))


def test_a_duration_counts_from_each_write() -> None:
    rule = DEFAULT_DEADLINE.fixed(clock("Europe/Berlin", "2026-06-01T10:00"))
    assert rule.resolve(clock("Europe/Berlin", "2026-06-01T12:00")).text == "2026:06:01:16:00"


def test_a_bare_offset_serves_where_no_zone_is_known() -> None:
    now = datetime(2026, 6, 1, 8, 0, tzinfo=UTC).timestamp()
    fixed = ClusterClock(timezone(timedelta(hours=5, minutes=45)), zone_known=False, now=lambda: now)
    assert DEFAULT_DEADLINE.resolve(fixed).text == "2026:06:01:18:00"


@given(st.integers(0, 9999), st.sampled_from(["m", "min", "h", "d", "w", "H"]))
def test_a_duration_reads_as_it_is_written(number: int, unit: str) -> None:
    seconds = {"m": 60, "min": 60, "h": 3600, "d": 86400, "w": 604800}[unit.lower()]
    assert parse_duration(f"{number}{unit}") == timedelta(seconds=number * seconds)


@given(st.text(max_size=12))
def test_any_text_is_a_deadline_or_a_usage_error(text: str) -> None:
    assume("\x00" not in text)
    try:
        rule = DeadlineRule.parse(text)
    except UsageError:
        return
    try:
        rule.resolve(clock("Europe/Berlin", "2026-06-01T10:00"))
    except DeadlineTooNear as error:
        assert "less than one hour ahead" in error.message  # noqa: PT017 - either outcome is right


def test_the_full_hour_that_is_written_leaves_the_write_time_to_arrive() -> None:
    at_once = DeadlineRule.parse("11:00")
    assert at_once.resolve(clock("Europe/Berlin", "2026-06-01T10:00")).text == "2026:06:01:12:00"
    assert at_once.resolve(clock("Europe/Berlin", "2026-06-01T09:58")).text == "2026:06:01:11:00"


@pytest.mark.parametrize("far", ["9999-12-31T23:59", "2030-01-01T00:00"])
def test_a_deadline_years_ahead_is_a_slip_of_the_finger(far: str) -> None:
    with pytest.raises(UsageError, match="more than a year ahead"):
        DeadlineRule.parse(far).resolve(clock("Europe/Berlin", "2026-06-01T10:00"))
