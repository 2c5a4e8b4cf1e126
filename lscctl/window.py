"""The hours in which a run may write: wall-clock times of a zone, the cluster's or that of a phone's own site.

A window is open exactly when a clock on the wall of that zone shows a time within it. So a window may be an hour shorter or longer
in the night in which the clocks change, one that lies within the skipped hour does not open that night, and one that ends within
the repeated hour opens a second time when that hour comes again. No write ever falls on a wall-clock time outside.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta, tzinfo

from lscctl.deadline import parse_clock_time, parse_weekday
from lscctl.errors import UsageError

_FORM = re.compile(
    r"(?:(?P<first>[a-z]+)(?:\s*-\s*(?P<last>[a-z]+))?\s+)?(?P<opens>\d+:\d+)"
    r"\s*-\s*(?:(?P<until>[a-z]+)\s+)?(?P<closes>\d+:\d+)",
    re.IGNORECASE,
)
_MIDNIGHT = time(0, 0)
_DAY = 24 * 60
_WEEK = 7 * _DAY
_ALWAYS = ((0, _WEEK),)
_STRIDE = timedelta(hours=6)
"""No zone changes its offset and changes it back within so short a time."""


@dataclass(frozen=True, slots=True)
class Window:
    """One window as the user gave it: it opens on each of `weekdays` (0 Monday) at `opens` and closes `nights` midnights later
    at `closes`; both are wall-clock times."""

    text: str
    weekdays: tuple[int, ...]
    opens: time
    closes: time
    nights: int

    @classmethod
    def parse(cls, text: str, option: str) -> "Window":
        """Read `22:00-05:00`, `sat 22:00-06:00`, `mon-fri 22:00-05:00`, `sun 00:00-24:00` or `fri 22:00-mon 05:00`.

        UsageError names `option` and tells the forms that are understood.
        """
        form = _FORM.fullmatch(text.strip())
        window = None if form is None else _window(" ".join(text.split()), form)
        if window is None:
            raise UsageError(
                f"{option} {text.strip()!r} is not understood",
                hint="Give when it opens and when it closes: 22:00-05:00, sat 22:00-06:00, mon-fri 22:00-05:00, "
                "sun 00:00-24:00 or fri 22:00-mon 05:00; several with commas, or the option several times.",
            )
        return window

    def spans(self) -> Iterable[tuple[int, int]]:
        """Opening and closing in minutes since Monday 00:00 by the wall's clock; the second may lie in the next week."""
        opens, closes = (60 * clock.hour + clock.minute for clock in (self.opens, self.closes))
        for weekday in self.weekdays:
            yield weekday * _DAY + opens, (weekday + self.nights) * _DAY + closes


@dataclass(frozen=True, slots=True)
class Windows:
    """When a run may write: in any of these windows; always where there is none.

    `per_site`: the wall clock is that of each phone's own site (its device pool's date/time group), not the cluster's. The caller
    gives the zone that counts; all datetimes are aware.
    """

    windows: tuple[Window, ...] = ()
    per_site: bool = False
    _week: tuple[tuple[int, int], ...] = field(init=False, repr=False, compare=False)
    """Their spans: a run asks for them at each of its steps."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "_week", _week(self.windows))

    @classmethod
    def parse(cls, texts: Iterable[str], *, per_site: bool = False, option: str = "--window") -> "Windows":
        """Read windows, each text one or several with commas; UsageError as `Window.parse`."""
        parts = [part for text in texts for part in text.split(",")]
        return cls(tuple(Window.parse(part, option) for part in parts), per_site)

    def __str__(self) -> str:
        return ", ".join(window.text for window in self.windows) or "always"

    @property
    def always(self) -> bool:
        """Whether there is no time at which these windows are closed."""
        return not self.windows or self._week == _ALWAYS

    @property
    def longest(self) -> timedelta:
        """How long the longest of the windows is by the wall's clock, those that adjoin counted as one."""
        if self.always:
            return timedelta.max
        spans = self._week
        lengths = [closes - opens for opens, closes in spans]
        if spans[0][0] == 0 and spans[-1][1] == _WEEK:
            lengths.append(lengths[0] + lengths[-1])
        return timedelta(minutes=max(lengths))

    def is_open(self, at: datetime, zone: tzinfo) -> bool:
        """Whether a write may leave at this instant."""
        if self.always:
            return True
        wall = at.astimezone(zone)
        minute = wall.weekday() * _DAY + wall.hour * 60 + wall.minute
        return any(opens <= minute < closes for opens, closes in self._week)

    def closes(self, at: datetime, zone: tzinfo) -> datetime | None:
        """When the window that is open at `at` closes, in UTC; `at` itself if none is open; None: never.

        Windows that adjoin or overlap count as one.
        """
        if self.always:
            return None
        return self._change(at, zone) if self.is_open(at, zone) else at.astimezone(UTC)

    def opens(self, at: datetime, zone: tzinfo) -> datetime:
        """The next instant at which a window is open, in UTC; `at` itself if one is."""
        return at.astimezone(UTC) if self.is_open(at, zone) else self._change(at, zone)

    def _change(self, at: datetime, zone: tzinfo) -> datetime:
        """The first instant after `at` at which it is no longer as it is at `at`.

        The wall's clock runs evenly until the zone's offset changes: so only the next end of a window and the next
        change of the offset need to be looked at, again and again.
        """
        ends = sorted({end for span in self._week for end in span})
        before = self.is_open(at, zone)
        moment = at.astimezone(UTC)
        while self.is_open(moment, zone) is before:
            wall = _of_week(moment, zone)
            following = bisect_right(ends, wall // timedelta(minutes=1))
            end = ends[following] if following < len(ends) else ends[0] + _WEEK
            moment = _first_jump(moment, moment + timedelta(minutes=end) - wall, zone)
        return moment


def _window(text: str, form: re.Match[str]) -> Window | None:
    """The window of a text in our form; None where its words do not make one."""
    until, to_midnight = form["until"], form["closes"] == "24:00"
    weekdays = _weekdays(form["first"], form["last"])
    opens, closes = parse_clock_time(form["opens"]), _MIDNIGHT if to_midnight else parse_clock_time(form["closes"])
    if weekdays is None or opens is None or closes is None:
        return None
    if until is None:
        # from a time to itself may mean a whole day or a slip: whole days are written to 24:00
        nights = int(to_midnight or closes < opens)
    else:
        end = parse_weekday(until)
        if form["first"] is None or form["last"] is not None or end is None:
            return None
        nights = (end - weekdays[0]) % 7 + to_midnight
    return Window(text, weekdays, opens, closes, nights) if nights or closes > opens else None


def _weekdays(first: str | None, last: str | None) -> tuple[int, ...] | None:
    """The days from `first` to `last`, over the week's end where need be; every day where neither is given."""
    if first is None:
        return tuple(range(7))
    begin, end = parse_weekday(first), parse_weekday(last or first)
    if begin is None or end is None:
        return None
    return tuple((begin + day) % 7 for day in range((end - begin) % 7 + 1))


def _week(windows: tuple[Window, ...]) -> tuple[tuple[int, int], ...]:
    """All windows of a week as spans of minutes since Monday 00:00, in order and apart from each other."""
    spans: list[tuple[int, int]] = []
    for opens, closes in (span for window in windows for span in window.spans()):
        begin, end = opens % _WEEK, opens % _WEEK + closes - opens
        spans += [(begin, end)] if end <= _WEEK else [(begin, _WEEK), (0, end - _WEEK)]
    joined: list[tuple[int, int]] = []
    for opens, closes in sorted(spans):
        if joined and opens <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], closes)
        else:
            joined.append((opens, closes))
    return tuple(joined)


def _of_week(at: datetime, zone: tzinfo) -> timedelta:
    """The time since Monday 00:00 that the wall's clock and calendar show."""
    wall = at.astimezone(zone)
    return timedelta(
        days=wall.weekday(), hours=wall.hour, minutes=wall.minute, seconds=wall.second, microseconds=wall.microsecond
    )


def _first_jump(begin: datetime, end: datetime, zone: tzinfo) -> datetime:
    """The first instant after `begin` at which the zone's offset has changed; `end` if it does not until then. All in UTC."""
    offset = begin.astimezone(zone).utcoffset()
    while begin < end:
        stride_end = min(begin + _STRIDE, end)
        if stride_end.astimezone(zone).utcoffset() != offset:
            return _jump_between(begin, stride_end, zone)
        begin = stride_end
    return end


def _jump_between(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """The instant, always a full second, at which the zone's offset changes between two others. All in UTC."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)
