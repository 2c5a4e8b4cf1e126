"""The cluster's clock and zone: CUCM takes deadlines in its own local time, so both must be known before any is written."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lscctl.cucm.faults import AxlFault
from lscctl.cucm.sql import Sql
from lscctl.deadline import ClusterClock
from lscctl.errors import UsageError

Query = Callable[[Sql], Sequence[Mapping[str, str]]]
"""Runs a SELECT; rows as `{column: text}`, '' for NULL."""

BOTH_CLOCKS: Final = Sql("select first 1 dbinfo('utc_current') as utc, current year to second as clock from typeclass")
LOCAL_CLOCK: Final = Sql("select first 1 current year to second as clock from typeclass")
ZONE: Final = Sql(
    "select tz.name as zone from datetimesetting dts inner join typetimezone tz on dts.tktimezone = tz.enum "
    "where dts.name = 'CMLocal'"
)
"""The date/time group that every cluster has; its zone is the one chosen at installation, unless somebody changed it."""

_STEP: Final = timedelta(minutes=15)
_FARTHEST: Final = timedelta(hours=14)
"""No time zone of the world is farther from UTC."""

_TICK: Final = timedelta(seconds=5)
_HALF_SECOND: Final = 0.5
"""SQL tells whole seconds, cut off: on average half a one is missing."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A cluster's clock, and how it was found where that is worth knowing."""

    clock: ClusterClock
    notes: tuple[str, ...] = ()


def measure(query: Query, *, zone: str | None, now: Callable[[], float]) -> Measured:
    """Compare the cluster's clock with ours (`now`, epoch seconds).

    UTC and local time come in one row of SQL, which gives the UTC offset [field guide 3]. Where DBINFO is refused, the local
    time alone is asked for: with a configured `zone` it gives UTC; without, the offset is the quarter of an hour nearest to
    what our clock suggests. Raises UsageError where the configured zone cannot be the cluster's.
    """
    readings = _read_clocks(query, now)
    if zone is not None:
        return _by_configured_zone(zone, readings, now)
    offset = _rounded(readings.local - (readings.utc or readings.ours))
    if abs(offset) > _FARTHEST:
        raise UsageError(
            f"the cluster's clock reads {readings.local:%Y-%m-%d %H:%M}, this computer's {readings.ours:%Y-%m-%d %H:%M} in UTC: "
            "no time zone is that far",
            hint="Set the clock that is wrong; then, if need be, `zone` in the configuration.",
        )
    found, note = _zone_of(query, offset, readings.local)
    ahead = (readings.local - offset - readings.ours).total_seconds() + _HALF_SECOND
    clock = ClusterClock(zone=found or timezone(offset), ahead=ahead, zone_known=found is not None, now=now)
    return Measured(clock, (*readings.notes, note, *_apart(ahead)))


def corrected(clock: ClusterClock, told: str, asked: float, answered: float) -> ClusterClock:
    """The clock by what an answer told of the cluster's local time; the same where the two agree as far as can be said.

    `asked` and `answered` are our clock's epoch seconds around the call. In the hour that a zone repeats, the reading is the one
    that lies nearer to what the clock says.
    """
    local = _parsed(told)
    before, after = asked + clock.ahead, answered + clock.ahead
    readings = [local.replace(tzinfo=clock.zone, fold=fold).timestamp() + _HALF_SECOND for fold in (0, 1)]
    read = min(readings, key=lambda epoch: abs(epoch - (before + after) / 2))
    if before - _TICK.total_seconds() <= read <= after + _TICK.total_seconds():
        return clock
    return replace(clock, ahead=read - (asked + answered) / 2)


def _apart(ahead: float) -> tuple[str, ...]:
    """What to say of a cluster's clock that is so many seconds ahead of ours (negative: behind)."""
    minutes = round(abs(ahead) / 60)
    if not minutes:
        return ()
    which = "ahead of" if ahead > 0 else "behind"
    length = f"{minutes} min" if minutes < 120 else f"{minutes / 60:,.1f} h"
    return (f"the cluster's clock is {length} {which} this computer's; deadlines go by the cluster's",)


@dataclass(frozen=True, slots=True)
class _Readings:
    """Three clocks at one moment, all as naive times: the cluster's local one, its UTC if it tells that, and our UTC."""

    local: datetime
    utc: datetime | None
    ours: datetime
    notes: tuple[str, ...] = ()


def _read_clocks(query: Query, now: Callable[[], float]) -> _Readings:
    before = now()
    try:
        row = query(BOTH_CLOCKS)[0]
    except AxlFault as fault:
        before = now()
        row = query(LOCAL_CLOCK)[0]
        note = f"the cluster does not tell UTC ({fault.text}); it follows from its local time"
        return _Readings(_parsed(row["clock"]), None, _naive((before + now()) / 2), (note,))
    return _Readings(_parsed(row["clock"]), _naive(int(row["utc"])), _naive((before + now()) / 2))


def _by_configured_zone(name: str, readings: _Readings, now: Callable[[], float]) -> Measured:
    zone = ZoneInfo(name)
    local = readings.local
    utc = readings.utc or local.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None)
    said = utc.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)
    if abs(said - local) > _TICK:
        raise UsageError(
            f"the configured zone {name} is not the cluster's: its clock shows {local:%H:%M}, there it is {said:%H:%M}",
            hint="Set `zone` to the time zone of the publisher (show timezone config on its command line).",
        )
    ahead = (utc - readings.ours).total_seconds() + _HALF_SECOND
    return Measured(ClusterClock(zone=zone, ahead=ahead, now=now), (*readings.notes, *_apart(ahead)))


def _zone_of(query: Query, offset: timedelta, local: datetime) -> tuple[tzinfo | None, str]:
    """The zone that the cluster names, if its offset is the measured one, and what to say of it."""
    measured = timezone(offset).tzname(None)
    wish = "set `zone` in the configuration"
    try:
        rows = query(ZONE)
        name = rows[0]["zone"].strip() if rows else ""
        zone = ZoneInfo(name)
    except (AxlFault, ZoneInfoNotFoundError, ValueError, OSError):
        return None, f"the cluster's zone is not known, only its offset of today ({measured}): {wish}"
    if (local - offset).replace(tzinfo=UTC).astimezone(zone).utcoffset() != offset:
        return None, (
            f"the date/time group CMLocal says {name}, but the cluster's clock is at {measured}: only that offset is used; {wish}"
        )
    return zone, f"the cluster's zone {name} is taken from its date/time group CMLocal"


def _parsed(text: str) -> datetime:
    digits = re.match(r"(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)", text)
    if digits is None:
        raise UsageError(f"the cluster's clock reads {text!r}, which is no date and time")
    year, month, day, hour, minute, second = map(int, digits.groups())
    return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - the cluster's own local time


def _naive(epoch: float) -> datetime:
    return datetime.fromtimestamp(epoch, UTC).replace(tzinfo=None)


def _rounded(difference: timedelta) -> timedelta:
    """To quarters of an hour: every zone's offset is a multiple of them, the rest is two clocks that differ."""
    return round(difference / _STEP) * _STEP
