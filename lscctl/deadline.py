"""The deadline of a CAPF operation, always by the cluster's clock: this is where "at least one hour ahead" lives.

CUCM takes "Operation Completes By" as text in the publisher's own clock and zone. It is written as `YYYY:MM:DD:HH:00`, rounded *up*
to a full hour, so that it means the same whether the fifth field is minutes or seconds [field guide 2, *assumed*].
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from datetime import time as time_of_day
from functools import lru_cache

from lscctl.errors import Refused, UsageError

LEAST_LEAD = timedelta(hours=1)
"""CUCM refuses a deadline less than an hour ahead [field guide 2]."""

TRAVEL = timedelta(minutes=1)
"""What a write may take to reach the cluster: the full hour that is written is so much farther ahead."""

FARTHEST = timedelta(days=366)
"""A deadline farther ahead is a slip of the finger."""

_FINISH_TIME = re.compile(r"[0-9]{4}(?::[0-9]{2}){3}")
_UNITS = {"s": "seconds", "m": "minutes", "min": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DURATION = re.compile(r"\+?\s*(\d+)\s*(min|[smhdw])", re.IGNORECASE)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FULL_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class DeadlineTooNear(Refused):
    """The deadline lies less than one hour ahead by the cluster's clock."""


@lru_cache(1024)  # the phones of a wave share their finish times, and each poll shows them again
def hour_of(text: str) -> tuple[int, ...] | None:
    """Year, month, day and hour that a finish time names, in the cluster's zone; None for a text that is none."""
    fields = text.strip().split(":")[:4]
    if len(fields) < 4 or not all(field.isascii() and field.isdigit() for field in fields):
        return None
    return tuple(int(field) for field in fields)


@dataclass(frozen=True, slots=True)
class ClusterClock:
    """The cluster's clock, as measured once against ours.

    `ahead` is how many seconds the cluster's clock is ahead of ours. `zone_known` is False where only the UTC offset of today is
    known: such an offset is wrong beyond the next daylight-saving change [field guide 3]. `now` is our clock, in epoch seconds.
    """

    zone: tzinfo
    ahead: float = 0.0
    zone_known: bool = True
    now: Callable[[], float] = time.time

    def utc(self) -> datetime:
        """The cluster's time now, in UTC."""
        return datetime.fromtimestamp(self.now() + self.ahead, UTC)

    def local(self) -> datetime:
        """The cluster's time now, in its own zone."""
        return self.utc().astimezone(self.zone)

    def is_ahead(self, finish_time: str) -> bool:
        """Whether the hour of a finish time, as CUCM writes it, is later than the present one; no text that is none has one."""
        hour, now = hour_of(finish_time), self.local()
        return hour is not None and hour > (now.year, now.month, now.day, now.hour)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline as it is written to a phone: `at` is aware, a full hour in the cluster's zone."""

    at: datetime
    text: str = field(init=False, repr=False, compare=False)
    """The value of `upgradeFinishTime`."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", self.at.strftime("%Y:%m:%d:%H:00"))


@dataclass(frozen=True, slots=True)
class DeadlineRule:
    """A deadline as the user gave it; it becomes a time only when a phone is written.

    Exactly one of these is set: `after` (that long from the write), `at` (that instant; naive means the cluster's zone), or
    `clock_time` with `day` (None: the next such time; 0 today, 1 tomorrow) or `weekday` (0 Monday).
    """

    text: str
    after: timedelta | None = None
    at: datetime | None = None
    clock_time: time_of_day | None = None
    day: int | None = None
    weekday: int | None = None

    @classmethod
    def parse(cls, text: str) -> "DeadlineRule":
        """Read `4h`, `+90m`, `1d`, `04:00`, `tomorrow 04:00`, `sat 22:00` or an ISO date and time.

        UsageError tells the forms that are understood.
        """
        words = text.strip().lower().split()
        rule = _duration_rule(text) or _clock_rule(text, words) or _iso_rule(text)
        if rule is None:
            raise UsageError(
                f"--complete-by {text!r} is not understood",
                hint="Give a duration (4h, 90m), a time by the cluster's clock (04:00, tomorrow 04:00, sat 22:00) "
                "or an ISO date and time (2030-01-31T04:00).",
            )
        return rule

    def fixed(self, clock: ClusterClock) -> "DeadlineRule":
        """The rule for one run: a time of day becomes the instant it means now; a duration stays one, counted from each write."""
        if self.clock_time is None:
            return self
        return DeadlineRule(text=self.text, at=self._instant(clock.utc(), clock.zone))

    def resolve(self, clock: ClusterClock) -> Deadline:
        """The deadline for a write at this moment, rounded up to a full hour.

        Raises DeadlineTooNear if it is under one hour ahead, UsageError if it is over a year ahead.
        """
        now = clock.utc()
        wanted = self._instant(now, clock.zone)
        if wanted < now + LEAST_LEAD:
            raise DeadlineTooNear(
                f"the deadline {wanted.astimezone(clock.zone):%Y-%m-%d %H:%M} is less than one hour ahead: "
                f"it is {now.astimezone(clock.zone):%Y-%m-%d %H:%M} on the cluster's clock",
                hint="Give CAPF time: key generation alone can take 30 minutes. Without --complete-by it is four hours.",
            )
        if wanted > now + FARTHEST:
            raise UsageError(f"the deadline {self.text!r} is more than a year ahead", hint="Give it hours, or days.")
        return _full_hour(wanted, now + LEAST_LEAD + TRAVEL, clock.zone)

    def _instant(self, now: datetime, zone: tzinfo) -> datetime:
        """The instant that the rule means at `now` (UTC), in UTC."""
        if self.after is not None:
            return now + self.after
        if self.at is not None:
            return (self.at if self.at.tzinfo else self.at.replace(tzinfo=zone)).astimezone(UTC)
        if self.clock_time is None:
            raise ValueError(f"the deadline rule {self.text!r} holds no time")
        return self._next_clock_time(self.clock_time, now, zone)

    def _next_clock_time(self, clock_time: time_of_day, now: datetime, zone: tzinfo) -> datetime:
        local = now.astimezone(zone)
        days = self.day if self.day is not None else 0
        if self.weekday is not None:
            days = (self.weekday - local.weekday()) % 7
        wanted = _on(local.date() + timedelta(days=days), clock_time, zone)
        if self.day is None and wanted <= now:
            step = 1 if self.weekday is None else 7
            wanted = _on(local.date() + timedelta(days=days + step), clock_time, zone)
        return wanted


def has_passed(finish_time: str, clock: ClusterClock) -> bool | None:
    """Whether a deadline as CUCM has it (`YYYY:MM:DD:HH:00`) has passed by the cluster's clock.

    None for what is no such text, and within its hour: what the fifth field means is *assumed* [field guide 2].
    """
    end, now = ends_by(finish_time, clock), clock.utc().timestamp()
    if end is None or end - timedelta(hours=1).total_seconds() <= now < end:
        return None
    return now >= end


def ends_by(finish_time: str, clock: ClusterClock) -> float | None:
    """When a deadline as CUCM has it has passed for certain, in epoch seconds: an hour after its full hour (see `has_passed`).

    None for what is no such text.
    """
    found = _FINISH_TIME.match(finish_time.strip())
    if found is None:
        return None
    try:
        hour = datetime.strptime(found[0], "%Y:%m:%d:%H").replace(tzinfo=clock.zone)
    except ValueError:
        return None
    return hour.timestamp() + timedelta(hours=1).total_seconds()


DEFAULT_DEADLINE = DeadlineRule(text="4h", after=timedelta(hours=4))

DEADLINE_FOR_PEOPLE = DeadlineRule(text="24h", after=timedelta(hours=24))
"""Where somebody must walk to each phone: each shift of a day meets it once."""


def _on(day: date, clock_time: time_of_day, zone: tzinfo) -> datetime:
    return datetime.combine(day, clock_time, tzinfo=zone).astimezone(UTC)


def _full_hour(wanted: datetime, earliest: datetime, zone: tzinfo) -> Deadline:
    """Round up to a full hour of the zone whose text cannot be read as an instant before `earliest`.

    In the hour that a change to winter time repeats, the text names two instants; which one CUCM takes nobody has said,
    so the earlier one must be far enough ahead too. Rounding goes on until both hold, since a zone's offset may change by
    less than an hour between the rounded time and the full hour.
    """
    at = wanted
    while True:
        local = at.astimezone(zone)
        past_hour = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
        if past_hour:
            at += timedelta(hours=1) - past_hour
        elif local.replace(fold=0).astimezone(UTC) < earliest:
            at += timedelta(hours=1)
        else:
            return Deadline(local)


def parse_duration(text: str) -> timedelta | None:
    """Read `90m`, `4h`, `2d`, `1w`, `45s`, also several (`1h30m`); None if it is not one."""
    compact = text.strip()
    parts = list(_DURATION.finditer(compact))
    if not parts or "".join(part.group(0) for part in parts) != compact:
        return None
    try:
        return sum((timedelta(**{_UNITS[p.group(2).lower()]: int(p.group(1))}) for p in parts), timedelta())
    except OverflowError:
        return None


def parse_weekday(text: str) -> int | None:
    """Read `mon` or `Monday`: 0 is Monday; None if it is not a day of the week."""
    word = text.strip().lower()
    return _DAYS.index(word[:3]) if word in _DAYS or word in _FULL_DAYS else None


def parse_clock_time(text: str) -> time_of_day | None:
    """Read `4:00` or `22:30`; None if it is not a time of day."""
    if not re.fullmatch(r"[0-9]{1,2}:[0-9]{2}", text.strip()):
        return None
    hours, minutes = (int(part) for part in text.split(":"))
    return time_of_day(hours, minutes) if hours <= 23 and minutes <= 59 else None


def _duration_rule(text: str) -> DeadlineRule | None:
    after = parse_duration(text)
    if after is None:
        return None
    if after > FARTHEST:
        raise UsageError(f"--complete-by {text!r} is more than a year ahead", hint="Give it hours, or days.")
    return DeadlineRule(text=text.strip(), after=after)


def _clock_rule(text: str, words: list[str]) -> DeadlineRule | None:
    clock_time = parse_clock_time(words[-1]) if words else None
    if clock_time is None:
        return None
    day = " ".join(words[:-1])
    if day == "":
        return DeadlineRule(text=text.strip(), clock_time=clock_time)
    if day in ("today", "tomorrow"):
        return DeadlineRule(text=text.strip(), clock_time=clock_time, day=("today", "tomorrow").index(day))
    weekday = parse_weekday(day)
    return None if weekday is None else DeadlineRule(text=text.strip(), clock_time=clock_time, weekday=weekday)


def _iso_rule(text: str) -> DeadlineRule | None:
    try:
        at = datetime.fromisoformat(text.strip())
        at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return DeadlineRule(text=text.strip(), at=at)
