"""Words that people read: texts made harmless for a screen, times with their zone, models and counts."""

import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo

from lscctl.capf import CertificateOperation
from lscctl.deadline import ClusterClock

_OVERRIDES = frozenset("\u202d\u202e")
_OPENERS_BY_CLOSER = {"\u202c": "\u202a\u202b", "\u2069": "\u2066\u2067\u2068"}
_DIRECTIONS = _OVERRIDES | frozenset("".join(closer + openers for closer, openers in _OPENERS_BY_CLOSER.items()))

DAY = 86_400
"""Seconds of a day."""

MOST_NAMES = 20
"""A message names at most so many phones."""

MOST_ROWS = 1_000
"""A table for people shows so many rows and says how many more there are [design: tables]."""


def visible(text: str) -> str:
    """The text with everything that could steer a terminal made visible.

    Control characters (escape sequences, line ends) are shown as `\\x1b`; letters of any script stay as they are. Marks of
    writing direction stay where they end within the text; overrides, and marks that would reorder what follows the text,
    are shown as `\\u202e`.
    """
    if text.isprintable() and text.isascii():
        return text
    steering: frozenset[str] = frozenset() if _directions_end(text) else _DIRECTIONS
    return "".join(_spelled(letter, steering) for letter in text)


def _directions_end(text: str) -> bool:
    if not _OVERRIDES.isdisjoint(text):
        return False
    for closer, openers in _OPENERS_BY_CLOSER.items():
        depth = 0
        for letter in text:
            depth += (letter in openers) - (letter == closer)
            if depth < 0:
                return False
        if depth:
            return False
    return True


def _spelled(letter: str, steering: frozenset[str]) -> str:
    steers = letter in steering or unicodedata.category(letter) in ("Cc", "Zl", "Zp", "Cs")
    return letter.encode("unicode_escape").decode("ascii") if steers else letter


def short_model(model: str) -> str:
    """`8845` for `Cisco 8845`, as people call it: a column of `Cisco ...` says nothing."""
    return model.removeprefix("Cisco ")


def count(number: int, thing: str) -> str:
    """`1 phone`, `1,234 phones`."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def more_rows(shown: int, total: int) -> str:
    """What a table says that does not show all of its rows."""
    return f"... and {total - shown:,} more; a machine format (--format csv, json) shows all {total:,}."


def some(names: Sequence[str]) -> str:
    """The names in one line, the first 20 of many: `SEP1, SEP2 and 3 more`."""
    shown = ", ".join(names[:MOST_NAMES])
    return shown if len(names) <= MOST_NAMES else f"{shown} and {len(names) - MOST_NAMES:,} more"


def duration(seconds: float) -> str:
    """`42 s`, `3 min 5 s`, `2 h 10 min`: the two largest units."""
    whole = max(0, round(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    if hours:
        return f"{hours:,} h {minutes} min"
    return f"{minutes} min {left} s" if minutes else f"{left} s"


def span(seconds: float) -> str:
    """`90 days`, `2 weeks` as 14 days, `36 h 0 min`: a time in days where it is whole ones."""
    days, rest = divmod(round(seconds), DAY)
    return count(days, "day") if days and not rest else duration(seconds)


def zone_name(clock: ClusterClock, at: datetime) -> str:
    """`Europe/Berlin, UTC+01:00`; only the offset where the zone is not known. `at` is the instant whose offset is meant."""
    local = at.astimezone(clock.zone)
    offset = utc_offset(local)
    name = str(clock.zone)
    return f"{name}, {offset}" if clock.zone_known and "/" in name else offset


def as_of(epoch: float, clock: ClusterClock) -> str:
    """When a report was true: `2026-11-23 20:30 (Europe/Berlin, UTC+01:00)` for epoch seconds, in the cluster's zone."""
    at = datetime.fromtimestamp(epoch, UTC).astimezone(clock.zone)
    return f"{at:%Y-%m-%d %H:%M} ({zone_name(clock, at)})"


def moment_here(epoch: float) -> str:
    """`2026-11-23 20:30 UTC+01:00` for epoch seconds, by this computer's clock."""
    at = datetime.fromtimestamp(epoch).astimezone()
    return f"{at:%Y-%m-%d %H:%M} {utc_offset(at)}"


def dates_in(clock: ClusterClock) -> str:
    """`dates in Europe/Berlin`: by whose clock a report's days are told."""
    name = str(clock.zone)
    return f"dates in {name if clock.zone_known and '/' in name else utc_offset(clock.utc().astimezone(clock.zone))}"


def utc_offset(at: datetime) -> str:
    """`UTC+01:00` of an aware time."""
    digits = f"{at:%z}"
    return f"UTC{digits[:3]}:{digits[3:5]}"


def both_times(at: datetime, clock: ClusterClock, here: tzinfo | None = None) -> str:
    """The instant by the cluster's clock and, where that reads differently, by ours (`here`; None: this computer's zone)."""
    cluster_time = at.astimezone(clock.zone)
    apart = timedelta(minutes=round(clock.ahead / 60))
    our_time = (at - apart).astimezone(here)
    text = f"{cluster_time:%Y-%m-%d %H:%M} on the cluster ({zone_name(clock, at)})"
    if our_time.replace(tzinfo=None) == cluster_time.replace(tzinfo=None):
        return text + ", the same here"
    return f"{text}, {our_time:%Y-%m-%d %H:%M} here ({utc_offset(our_time)})"


def does(operation: CertificateOperation) -> str:
    """What a plan or a run with this operation does with phones; one that asks nothing of CAPF moves them."""
    return "Move to another security profile" if operation is CertificateOperation.NONE else operation.value


def wish(operation: CertificateOperation, phones: str) -> str:
    """What a person is asked about: `Install LSCs on 3 phones`. `phones` says which."""
    match operation:
        case CertificateOperation.DELETE:
            return f"Delete the LSCs of {phones}"
        case CertificateOperation.TROUBLESHOOT:
            return f"Fetch the certificates into the CAPF trace from {phones}"
        case _:
            return f"Install LSCs on {phones}"


def utc_text(epoch: float | None) -> str | None:
    """Epoch seconds as ISO 8601 in UTC to the second (`2027-01-31T03:00:00Z`), for programs; None stays None."""
    return None if epoch is None else datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def expiry(valid_until: int, now: float, zone: tzinfo) -> str:
    """`2027-01-31, 69 days` in the cluster's zone, or `... 3 days ago`. Both times are in epoch seconds."""
    return f"{day(valid_until, zone)} {days_left(valid_until, now)}"


def day(epoch: float, zone: tzinfo) -> str:
    """`2027-01-31` for epoch seconds, in that zone."""
    return f"{datetime.fromtimestamp(epoch, UTC).astimezone(zone):%Y-%m-%d}"


def days_left(valid_until: int, now: float) -> str:
    """`69 days`, `today`, `3 days ago`: whole days between two times in epoch seconds."""
    days = int((valid_until - now) // DAY)
    if valid_until <= now:
        past = int((now - valid_until) // DAY)
        return f"{count(past, 'day')} ago" if past else "expired today"
    return f"in {count(days, 'day')}" if days else "in hours"


def ends(valid_until: int, now: float) -> str:
    """`ends in 69 days`, `ended 3 days ago`, `expired today`: two times in epoch seconds."""
    left = days_left(valid_until, now)
    if valid_until > now:
        return f"ends {left}"
    return f"ended {left}" if left.endswith("ago") else left


def finish_time(text: str) -> str:
    """CUCM's `YYYY:MM:DD:HH:..` as `YYYY-MM-DD HH:00`, still the publisher's clock; any other text unchanged.

    Whether the fifth field is minutes or seconds is *assumed* open [field guide 2], so only the hour is shown.
    """
    parts = text.split(":")
    if len(parts) < 4 or not all(part.isdigit() for part in parts):
        return text
    return f"{parts[0]}-{parts[1]}-{parts[2]} {parts[3]}:00"


def why(status: str, reason: str) -> str:
    """Why a phone needs a person: CUCM's status where that says it all, else our reason, with the status in brackets."""
    if reason in status:
        return status
    return reason if status in ("", "None") else f"{reason} (status: {status})"
