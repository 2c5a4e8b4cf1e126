from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lscctl.errors import UsageError
from lscctl.window import Windows

BERLIN = ZoneInfo("Europe/Berlin")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Antarctica/Troll",
    "Africa/Casablanca",
)


def at(local: str, zone: ZoneInfo = BERLIN, fold: int = 0) -> datetime:
    """The instant at which the zone's clock shows this; `fold` 1 is the second time in a repeated hour."""
    return datetime.fromisoformat(local).replace(tzinfo=zone, fold=fold).astimezone(UTC)


def shown(instant: datetime | None, zone: ZoneInfo = BERLIN) -> str:
    """What the zone's clock shows then, with the weekday and the offset."""
    assert instant is not None
    return f"{instant.astimezone(zone):%a %Y-%m-%d %H:%M %z}"


@dataclass(frozen=True)
class Form:
    """A window as a test means it, apart from how it is read."""

    weekdays: tuple[int, ...]
    opens: time_of_day
    length: timedelta
    text: str

    def holds(self, wall: datetime) -> bool:
        begins = (datetime.combine(wall.date() - timedelta(days=back), self.opens) for back in range(8))
        return any(begin.weekday() in self.weekdays and begin <= wall < begin + self.length for begin in begins)


@st.composite
def forms(draw: st.DrawFn, grain: int, weekly: bool) -> Form:
    """A window whose ends are multiples of `grain` minutes: on any day, or on some days of the week."""
    opens, closes = (draw(st.integers(0, 24 * 60 // grain - 1)) * grain for _ in range(2))
    if opens == closes:
        opens, closes = 0, 24 * 60
    begin = time_of_day(opens // 60, opens % 60)
    length = timedelta(minutes=(closes - opens) % (24 * 60) or 24 * 60)
    hours = f"{begin:%H:%M}-{closes // 60:02}:{closes % 60:02}"
    if not weekly:
        return Form(tuple(range(7)), begin, length, hours)
    first, more = draw(st.integers(0, 6)), draw(st.integers(0, 5))
    last = (first + more) % 7
    if draw(st.booleans()) and more and closes < 24 * 60:
        text = f"{DAYS[first]} {begin:%H:%M}-{DAYS[last]} {closes // 60}:{closes % 60:02}"
        return Form((first,), begin, timedelta(days=more, minutes=closes - opens), text)
    days = f"{DAYS[first]}-{DAYS[last]}" if more else DAYS[first]
    return Form(tuple((first + day) % 7 for day in range(more + 1)), begin, length, f"{days} {hours}")


@cache
def changes(zone: str) -> tuple[datetime, ...]:
    """The hours (UTC) of 2026 before which the zone's offset changes."""
    hours = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hour) for hour in range(365 * 24)]
    offsets = [hour.astimezone(ZoneInfo(zone)).utcoffset() for hour in hours]
    return tuple(hour for hour, now, before in zip(hours[1:], offsets[1:], offsets, strict=False) if now != before)


@st.composite
def instants(draw: st.DrawFn, before: timedelta) -> tuple[ZoneInfo, datetime]:
    """A zone and an instant there, most of them not long before its offset changes."""
    zone = draw(st.sampled_from(ZONES))
    near = draw(st.sampled_from([*changes(zone), datetime(2026, 6, 1, tzinfo=UTC)]))
    return ZoneInfo(zone), near + timedelta(hours=3) - timedelta(
        seconds=draw(st.integers(0, int(before.total_seconds())))
    )


def check(windows: list[Form], zone: ZoneInfo, instant: datetime, grain: int) -> None:
    """Compare with a clock that is looked at every `grain` minutes, for two days or nine."""

    def is_open(moment: datetime) -> bool:
        wall = moment.astimezone(zone).replace(tzinfo=None)
        return any(window.holds(wall) for window in windows)

    read = Windows.parse([window.text for window in windows])
    before = is_open(instant)
    assert read.is_open(instant, zone) is before
    moment = instant.replace(minute=instant.minute // grain * grain, second=0, microsecond=0)
    end = moment + timedelta(days=2 if grain == 1 else 9)
    while is_open(moment) is before and moment < end:
        moment += timedelta(minutes=grain)
    if before:
        assert read.opens(instant, zone) == instant
        closes = read.closes(instant, zone)
        assert closes == moment if moment < end else closes is None or closes >= end
    else:
        assert read.closes(instant, zone) == instant
        assert read.opens(instant, zone) == moment if moment < end else read.opens(instant, zone) >= end


@given(st.lists(forms(1, weekly=False), min_size=1, max_size=2), instants(timedelta(days=1)))
def test_daily_windows_open_and_close_in_the_very_minute_that_the_wall_s_clock_shows(
    windows: list[Form], where: tuple[ZoneInfo, datetime]
) -> None:
    check(windows, *where, grain=1)


@given(st.lists(forms(15, weekly=True), min_size=1, max_size=3), instants(timedelta(days=8)))
def test_windows_on_days_of_the_week_open_and_close_as_the_wall_s_clock_and_calendar_show(
    windows: list[Form], where: tuple[ZoneInfo, datetime]
) -> None:
    check(windows, *where, grain=15)


def test_without_a_window_it_is_always_open() -> None:
    noon = at("2026-06-01T12:00")
    assert Windows().is_open(noon, BERLIN)
    assert Windows().opens(noon, BERLIN) == noon
    assert Windows().closes(noon, BERLIN) is None
    assert Windows().always
    assert str(Windows()) == "always"
    assert Windows().longest > timedelta(days=365)


@pytest.mark.parametrize("texts", [["00:00-24:00"], ["mon 00:00-sun 24:00"], ["06:00-22:00", "22:00-06:00"]])
def test_windows_that_leave_no_gap_are_always_open(texts: list[str]) -> None:
    windows = Windows.parse(texts)
    assert windows.always
    assert windows.closes(at("2026-06-01T12:00"), BERLIN) is None


def test_a_window_over_midnight_belongs_to_the_day_on_which_it_opens() -> None:
    windows = Windows.parse(["mon-fri 22:00-05:00"])
    assert windows.is_open(at("2026-06-06T04:59"), BERLIN)  # Saturday, Friday's window
    assert not windows.is_open(at("2026-06-06T23:00"), BERLIN)
    assert not windows.is_open(at("2026-06-08T04:00"), BERLIN)  # Monday, Sunday has none
    assert shown(windows.opens(at("2026-06-06T05:00"), BERLIN)) == "Mon 2026-06-08 22:00 +0200"


def test_the_end_of_a_window_is_outside_it() -> None:
    windows = Windows.parse(["22:00-05:00"])
    assert windows.is_open(at("2026-06-01T22:00:00"), BERLIN)
    assert windows.is_open(at("2026-06-02T04:59:59"), BERLIN)
    assert not windows.is_open(at("2026-06-02T05:00:00"), BERLIN)


def test_windows_that_adjoin_close_once_also_over_the_end_of_the_week() -> None:
    windows = Windows.parse(["fri 22:00-24:00, sat-sun 00:00-24:00", "mon 00:00-05:00"])
    assert shown(windows.closes(at("2026-06-05T23:00"), BERLIN)) == "Mon 2026-06-08 05:00 +0200"
    assert windows.longest == timedelta(hours=55)
    assert Windows.parse(["fri 22:00-mon 05:00"]).longest == timedelta(hours=55)


@pytest.mark.parametrize(
    ("text", "night", "opens", "closes", "hours"),
    [
        ("22:00-05:00", "2026-03-28", "Sat 2026-03-28 22:00 +0100", "Sun 2026-03-29 05:00 +0200", 6),
        ("22:00-05:00", "2026-10-24", "Sat 2026-10-24 22:00 +0200", "Sun 2026-10-25 05:00 +0100", 8),
        ("02:30-03:30", "2026-03-28", "Sun 2026-03-29 03:00 +0200", "Sun 2026-03-29 03:30 +0200", 0.5),
        ("02:00-03:00", "2026-03-28", "Mon 2026-03-30 02:00 +0200", "Mon 2026-03-30 03:00 +0200", 1),
        ("02:00-03:00", "2026-10-24", "Sun 2026-10-25 02:00 +0200", "Sun 2026-10-25 03:00 +0100", 2),
        ("22:00-02:30", "2026-10-24", "Sat 2026-10-24 22:00 +0200", "Sun 2026-10-25 02:30 +0200", 4.5),
    ],
)
def test_in_the_night_in_which_the_clocks_change_both_ends_are_what_the_wall_s_clock_shows(
    text: str, night: str, opens: str, closes: str, hours: float
) -> None:
    windows = Windows.parse([text])
    begin = windows.opens(at(f"{night}T12:00"), BERLIN)
    end = windows.closes(begin, BERLIN)
    assert (shown(begin), shown(end)) == (opens, closes)
    assert end is not None
    assert end - begin == timedelta(hours=hours)


def test_a_window_that_ends_in_the_repeated_hour_opens_again_when_that_hour_comes_again() -> None:
    windows = Windows.parse(["22:00-02:30"])
    first_end = windows.closes(at("2026-10-24T23:00"), BERLIN)
    assert first_end is not None
    assert shown(windows.opens(first_end, BERLIN)) == "Sun 2026-10-25 02:00 +0100"
    assert shown(windows.closes(at("2026-10-25T02:10", fold=1), BERLIN)) == "Sun 2026-10-25 02:30 +0100"


def test_a_site_abroad_has_hours_of_its_own() -> None:
    windows = Windows.parse(["22:00-05:00"], per_site=True)
    moment = at("2026-06-01T23:00")
    assert windows.per_site
    assert windows.is_open(moment, BERLIN)
    assert not windows.is_open(moment, ZoneInfo("America/New_York"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("22:00-05:00", "22:00-05:00"),
        (" Sat  22:00 - 6:00 ", "Sat 22:00 - 6:00"),
        ("Friday-Monday 22:00-05:00", "Friday-Monday 22:00-05:00"),
        ("mon 1:00-2:00,tue 1:00-2:00", "mon 1:00-2:00, tue 1:00-2:00"),
    ],
)
def test_windows_are_told_as_they_were_given(text: str, told: str) -> None:
    assert str(Windows.parse([text])) == told


@pytest.mark.parametrize(
    "text",
    [
        "",
        "22:00",
        "22:00-25:00",
        "24:00-05:00",
        "22:00-05:60",
        "22:00-22:00",
        "sat 22:00-22:00",
        "sax 22:00-05:00",
        "mon-sax 22:00-05:00",
        "22:00-mon 05:00",
        "mon-tue 22:00-fri 05:00",
        "fri 22:00-sax 05:00",
        "fri 22:00-fri 05:00",
        "fri 22:00-fri 22:00",
        "22-05",
        "22:00-05:00,",
        "2\N{ARABIC-INDIC DIGIT TWO}:00-05:00",
    ],
)
def test_what_is_not_understood_is_refused_with_the_option_and_the_forms_that_are(text: str) -> None:
    with pytest.raises(UsageError, match=r"--window '.*' is not understood") as caught:
        Windows.parse([text])
    assert "mon-fri 22:00-05:00" in (caught.value.hint or "")


def test_a_window_of_the_configuration_is_refused_in_its_own_name() -> None:
    with pytest.raises(UsageError, match="windows of cluster berlin '22' is not understood"):
        Windows.parse(["22"], option="windows of cluster berlin")
