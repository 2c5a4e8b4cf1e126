"""DATE, DATETIME and INTERVAL arithmetic on the text and numbers that SQLite keeps.

A moment's fields are year, month, day, hour, minute, second, microsecond; a qualifier's `last` of 6 to 10 stands for
FRACTION(1) to FRACTION(5), and its text is what Informix prints, `2024-01-31 10:00:00.000`.
"""

import re
from calendar import monthrange
from datetime import datetime, timedelta

from lscctl.simulator.informix.errors import SqlError

_EMPTY = (1, 1, 1, 0, 0, 0, 0)
_AFTER = ("-", "-", " ", ":", ":", ".")
_SECONDS = (0, 0, 86_400, 3_600, 60, 1)
_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


def read_moment(text: str, first: int, last: int) -> list[int]:
    """Split text into fields first to last. Raises SqlError 1262, 1263."""
    parts = [part for part in re.split(r"[-: ./T]", text.strip()) if part]
    if not all(part.isascii() and part.isdecimal() for part in parts):
        raise SqlError(1262)
    wanted = min(last, 6) - first + 1
    if len(parts) != wanted and not (last > 5 and len(parts) == wanted - 1):
        raise SqlError(1263)
    fields = [int(part) for part in parts if len(part) <= 9]
    if last > 5 and len(parts) == wanted:
        fields[-1] = int(parts[-1][:6].ljust(6, "0"))
    whole = list(_EMPTY)
    if first > 0:
        whole[0] = 2000  # a leap year, so that no day is refused for want of a year
    whole[first : first + len(fields)] = fields
    if len(fields) != len(parts):
        raise SqlError(1263)
    _check(whole)
    return fields


def _check(fields: list[int]) -> datetime:
    try:
        return datetime(*fields)  # type: ignore[arg-type]  # noqa: DTZ001 - an Informix DATETIME has no zone
    except (ValueError, OverflowError):
        raise SqlError(1263) from None


def moment(text: str, first: int, last: int, now: datetime) -> datetime:
    """Read text and fill the larger fields from `now`, the smaller ones with the least. Raises SqlError."""
    fields = read_moment(text, first, last)
    whole = list(_EMPTY)
    whole[:first] = now.timetuple()[:first]
    whole[first : first + len(fields)] = fields
    return _check(whole)


def show_moment(value: datetime, first: int, last: int) -> str:
    """Write the fields first to last as Informix does."""
    fraction = f"{value.microsecond:06d}"
    texts = [f"{value.year:04d}", *(f"{field:02d}" for field in value.timetuple()[1:6]), fraction[: max(last - 5, 0)]]
    end = min(last, 6)
    return "".join(texts[at] + (_AFTER[at] if at < end else "") for at in range(first, end + 1))


def read_any(text: str, now: datetime) -> datetime:
    """Read a DATETIME of unknown precision, or a DATE in Informix's `mm/dd/yyyy`. Raises SqlError 1218."""
    american = _DATE.fullmatch(text.strip())
    if american:
        month, day, year = (int(part) for part in american.groups())
        text = f"{year}-{month}-{day}"
    for last in (2, 5, 4, 3, 10):
        try:
            return moment(text, 0, last, now)
        except SqlError:
            continue
    raise SqlError(1218)


def shift(value: datetime, amount: int, months: bool) -> datetime:
    """Add an interval: months, or microseconds. Raises SqlError 1267 where the day does not exist."""
    try:
        if not months:
            return value + timedelta(microseconds=amount)
        year, month = divmod(value.year * 12 + value.month - 1 + amount, 12)
        return value.replace(year=year, month=month + 1)
    except (ValueError, OverflowError):
        raise SqlError(1267) from None


def last_day(value: datetime) -> datetime:
    """The last day of its month, at the same time of day."""
    return value.replace(day=monthrange(value.year, value.month)[1])


def microseconds(span: timedelta) -> int:
    """A span as the number that an INTERVAL of days and smaller fields is kept as."""
    return (span.days * 86_400 + span.seconds) * 1_000_000 + span.microseconds


def counted(number: float, unit: int) -> int:
    """`number UNITS unit` as an interval's number."""
    if unit <= 1:
        return int(number) * (12 if unit == 0 else 1)
    return int(number * (_SECONDS[unit] if unit < 6 else 1) * 1_000_000)


def read_interval(text: str, first: int, last: int) -> int:
    """Read `5 12:30` by its qualifier as a number of months or microseconds. Raises SqlError 1262, 1263."""
    text = text.strip()
    negative = text.startswith("-")
    parts = [part for part in re.split(r"[-: .]", text.lstrip("-")) if part]
    if not all(part.isascii() and part.isdecimal() for part in parts):
        raise SqlError(1262)
    if len(parts) != min(last, 6) - first + 1 or any(len(part) > 9 for part in parts):
        raise SqlError(1263)
    total = 0
    for unit, part in enumerate(parts, start=first):
        total += int(part[:6].ljust(6, "0")) if unit == 6 else counted(int(part), unit)
    return -total if negative else total


def show_interval(amount: int, first: int, last: int) -> str:
    """Write an interval's number by its qualifier, as `5 12:30:00`."""
    sign, rest = ("-" if amount < 0 else ""), abs(amount)
    if last <= 1:
        years, months = divmod(rest, 12)
        return sign + {(0, 0): f"{years}", (1, 1): f"{rest}"}.get((first, last), f"{years}-{months:02d}")
    texts = []
    end = min(last, 6)
    for unit in range(first, end + 1):
        if unit == 6:
            texts.append(f"{rest:06d}"[: last - 5] if first < 6 else f"0.{rest:06d}"[: last - 3])
            continue
        size = _SECONDS[unit] * 1_000_000
        texts.append(
            (f"{rest // size:02d}" if unit > first else f"{rest // size}") + (_AFTER[unit] if unit < end else "")
        )
        rest %= size
    return sign + "".join(texts)


_DIRECTIVES = {
    "Y": "%Y", "y": "%y", "m": "%m", "d": "%d", "H": "%H", "I": "%I", "M": "%M", "S": "%S", "p": "%p",
    "a": "%a", "A": "%A", "b": "%b", "B": "%B", "h": "%b", "j": "%j", "D": "%m/%d/%y", "T": "%H:%M:%S", "R": "%H:%M",
    "x": "%m/%d/%Y", "X": "%H:%M:%S", "c": "%a %b %d %H:%M:%S %Y", "r": "%I:%M:%S %p", "w": "%w", "n": "\n", "t": "\t",
    "%": "%%",
}  # fmt: skip
_DIRECTIVE = re.compile(r"%(-?)(?:(F)([1-5]?)|(.))|[^%]+|%", re.DOTALL)
_ESCAPED = str.maketrans({"%": "%%"})


def show_by(value: datetime, layout: str) -> str:
    """TO_CHAR: write a moment by a layout such as `%Y-%m-%d %H:%M:%S.%F3`. Raises SqlError 415."""
    shown = []
    for found in _DIRECTIVE.finditer(layout):
        if found.group(2):
            shown.append(f"{value.microsecond:06d}"[: int(found.group(3) or 5)])
        elif found.group(4) == "e":
            shown.append(f"{value.day:2d}")
        elif found.group(4):
            directive = _DIRECTIVES.get(found.group(4))
            if directive is None:
                raise SqlError(415)
            text = value.strftime(directive.replace("%Y", f"{value.year:04d}"))
            shown.append(text.lstrip("0") or "0" if found.group(1) else text)
        else:
            shown.append(found.group())
    return "".join(shown)


def read_by(text: str, layout: str) -> datetime:
    """TO_DATE: read a moment by a layout. Raises SqlError 1218."""
    python = []
    for found in _DIRECTIVE.finditer(layout):
        if found.group(2):
            python.append("%f")
        elif found.group(4):
            directive = {"e": "%d", **_DIRECTIVES}.get(found.group(4))
            if directive is None:
                raise SqlError(1218)
            python.append(directive)
        else:
            python.append(found.group().translate(_ESCAPED))
    try:
        return datetime.strptime(text.strip(), "".join(python))  # noqa: DTZ007 - an Informix DATETIME has no zone
    except (ValueError, re.error):
        raise SqlError(1218) from None
