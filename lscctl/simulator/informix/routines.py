"""What SQLite lacks: Informix's functions, in Python, for SQLite to call."""

import math
import re
import sqlite3
import threading
import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import wraps
from typing import Any, Protocol

from lscctl.simulator.informix import moments
from lscctl.simulator.informix.errors import SqlError
from lscctl.simulator.informix.patterns import like, matches

LONGEST_TEXT = 32_739  # an LVARCHAR
_MARK = "ifx_present"


class ServerClock(Protocol):
    """The database server's clock and zone."""

    def utc(self) -> float:
        """Epoch seconds."""

    def local(self) -> datetime:
        """The server's wall clock, without a zone."""

    def local_at(self, epoch: float) -> datetime:
        """Epoch seconds as the server's wall clock shows them, without a zone."""


class Running(threading.local):
    """The statement that this thread runs: its clock, and what one of its routines refused."""

    clock: ServerClock
    refused: SqlError | None = None
    now: datetime


running = Running()


# --- numbers


def number(text: str) -> float:
    """A text as a number. Raises SqlError 1213."""
    stripped = text.strip()
    if not re.fullmatch(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?", stripped, re.ASCII):
        raise SqlError(1213)
    if re.fullmatch(r"[-+]?\d{1,18}", stripped):
        return int(stripped)
    return float(stripped)


def decimal_text(value: float) -> str:
    """A DECIMAL as text, without needless digits (*assumed*: nobody has published how AXL pads them).

    Raises SqlError 1226 for what is no finite number.
    """
    if isinstance(value, int):
        return str(value)
    if not math.isfinite(value):
        raise SqlError(1226)
    shown = format(value, ".15g")
    return shown if "e" not in shown else format(value, "f").rstrip("0").rstrip(".")


def divide(dividend: float, divisor: float) -> float:
    """Division, never of whole numbers only. Raises SqlError 1202."""
    if divisor == 0:
        raise SqlError(1202)
    return dividend / divisor


def modulo(dividend: float, divisor: float) -> int:
    """MOD: the remainder of whole numbers, with the dividend's sign. Raises SqlError 1202."""
    if int(divisor) == 0:
        raise SqlError(1202)
    return int(math.fmod(int(dividend), int(divisor)))


def rounded(value: float, digits: float = 0) -> float:
    """ROUND, halves away from zero."""
    scale = 10.0 ** int(digits)
    shifted = abs(value) * scale
    return math.copysign(math.floor(shifted + 0.5) / scale, value)


def truncated(value: float, digits: float = 0) -> float:
    """TRUNC, towards zero."""
    scale = 10.0 ** int(digits)
    return math.trunc(value * scale) / scale


# --- texts


def substr(text: str, start: float, length: float | None = None) -> str:
    """SUBSTR: counted from 1, or from the end where `start` is negative."""
    start = int(start)
    begin = len(text) + start if start < 0 else max(start - 1, 0)
    if begin < 0:
        return ""
    return text[begin:] if length is None else text[begin : begin + max(int(length), 0)]


def substring(text: str, start: float, length: float | None = None) -> str:
    """SUBSTRING(x FROM a FOR b): places before the first are counted, but empty."""
    begin = int(start) - 1
    if length is None:
        return text[max(begin, 0) :]
    return text[max(begin, 0) : max(begin + int(length), 0)]


def _pad(text: str, length: float, fill: str) -> str:
    missing = min(int(length), LONGEST_TEXT) - len(text)
    return (fill * (missing // len(fill) + 1))[:missing] if missing > 0 and fill else ""


def lpad(text: str, length: float, fill: str = " ") -> str:
    """LPAD."""
    return (_pad(text, length, fill) + text)[: max(int(length), 0)]


def rpad(text: str, length: float, fill: str = " ") -> str:
    """RPAD."""
    return (text + _pad(text, length, fill))[: max(int(length), 0)]


def replaced(text: str, old: str, new: str = "") -> str:
    """REPLACE. Raises SqlError 1226 where the result is no text that Informix could hold."""
    if old and len(text) + text.count(old) * len(new) > LONGEST_TEXT * 10:
        raise SqlError(1226)
    return text.replace(old, new) if old else text


def initcap(text: str) -> str:
    """INITCAP: a capital after everything that is no letter or digit."""
    return re.sub(r"[^\W_]+", lambda word: word.group()[:1].upper() + word.group()[1:].lower(), text)


def _trim_both(text: str, signs: str = " ") -> str:
    return text.strip(signs)


def _trim_leading(text: str, signs: str = " ") -> str:
    return text.lstrip(signs)


def _trim_trailing(text: str, signs: str = " ") -> str:
    return text.rstrip(signs)


def boolean(text: str) -> str:
    """A text as BOOLEAN. Raises SqlError 1260."""
    lowered = text.strip().lower()
    if lowered not in ("t", "f"):
        raise SqlError(1260)
    return lowered


# --- time


def extend(text: str, first: int, last: int, to_first: int, to_last: int) -> str:
    """Bring a moment from one qualifier to another."""
    return moments.show_moment(moments.moment(text, first, last, running.now), to_first, to_last)


def any_moment(text: str, first: int, last: int) -> str:
    """Bring a text into a DATETIME's fields, whatever fields it has."""
    try:
        return extend(text, first, last, first, last)
    except SqlError:
        return moments.show_moment(moments.read_any(text, running.now), first, last)


def moved(text: str, first: int, last: int, amount: int, months: int) -> str:
    """A moment plus an interval."""
    value = moments.moment(text, first, last, running.now)
    return moments.show_moment(moments.shift(value, amount, bool(months)), first, last)


def apart(left: str, first: int, last: int, right: str, *fields: int) -> int:
    """The microseconds between two moments."""
    span = moments.moment(left, first, last, running.now) - moments.moment(right, fields[0], fields[1], running.now)
    return moments.microseconds(span)


def months_apart(left: str, right: str) -> int:
    """The months between two moments that have no days."""
    a, b = (moments.moment(text, 0, 1, running.now) for text in (left, right))
    return (a.year - b.year) * 12 + a.month - b.month


def days_apart(left: str, right: str) -> int:
    """DATE minus DATE."""
    return (date.fromisoformat(left) - date.fromisoformat(right)).days


def days_later(text: str, days: float) -> str:
    """DATE plus a number of days. Raises SqlError 1267."""
    try:
        return (date.fromisoformat(text) + timedelta(days=int(days))).isoformat()
    except OverflowError:
        raise SqlError(1267) from None


def part(text: str, first: int, last: int, unit: int) -> int:
    """YEAR, MONTH, DAY of a moment; 7 stands for WEEKDAY, 0 being Sunday."""
    value = moments.moment(text, first, last, running.now)
    return (value.weekday() + 1) % 7 if unit == 7 else value.timetuple()[unit]


def to_char(text: str, first: int, last: int, layout: str) -> str:
    """TO_CHAR of a moment."""
    return moments.show_by(moments.moment(text, first, last, running.now), layout)


def to_date(text: str, layout: str) -> str:
    """TO_DATE: DATETIME YEAR TO FRACTION(5)."""
    return moments.show_moment(moments.read_by(text, layout), 0, 10)


def mdy(month: float, day: float, year: float) -> str:
    """MDY. Raises SqlError 1263."""
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except (ValueError, OverflowError):
        raise SqlError(1263) from None


def utc_to_datetime(epoch: float) -> str:
    """DBINFO('utc_to_datetime', n): DATETIME YEAR TO SECOND in the server's zone. Raises SqlError 1267."""
    try:
        return moments.show_moment(running.clock.local_at(int(epoch)), 0, 5)
    except (ValueError, OverflowError, OSError):
        raise SqlError(1267) from None


def last_day(text: str, first: int, last: int) -> str:
    """LAST_DAY, with the fields that came in."""
    return moments.show_moment(moments.last_day(moments.moment(text, first, last, running.now)), first, last)


class Single:
    """The one value of a subquery, or NULL for none; two rows are refused."""

    def __init__(self) -> None:
        self.rows = 0
        self.value: Any = None

    def step(self, value: Any) -> None:
        """Take a row. Raises SqlError 284."""
        self.rows += 1
        self.value = value
        if self.rows > 1:
            running.refused = SqlError(284)
            raise running.refused

    def finalize(self) -> Any:
        """Say the value."""
        return self.value


def newid() -> str:
    """CUCM's own newid(), the default of every pkid."""
    return str(uuid.uuid4())


_ROUTINES: dict[str, Callable[..., Any]] = {
    "like": like,
    "matches": matches,
    "number": number,
    "decimal_text": decimal_text,
    "divide": divide,
    "mod": modulo,
    "round": rounded,
    "trunc": truncated,
    "whole": math.trunc,
    "abs": abs,
    "pow": math.pow,
    "sqrt": math.sqrt,
    "exp": math.exp,
    "logn": math.log,
    "log10": math.log10,
    "floor": math.floor,
    "ceil": math.ceil,
    "lower": str.lower,
    "upper": str.upper,
    "initcap": initcap,
    "length": lambda text: len(text.rstrip(" ").encode()),
    "char_length": len,
    "octet_length": lambda text: len(text.encode()),
    "trim both": _trim_both,
    "trim leading": _trim_leading,
    "trim trailing": _trim_trailing,
    "substr": substr,
    "substring": substring,
    "replace": replaced,
    "lpad": lpad,
    "rpad": rpad,
    "reverse": lambda text: text[::-1],
    "instr": lambda text, part, start=1: text.find(part, max(int(start) - 1, 0)) + 1,
    "ascii": lambda text: ord(text[0]) if text else None,
    "boolean": boolean,
    "extend": extend,
    "any_moment": any_moment,
    "moved": moved,
    "apart": apart,
    "months_apart": months_apart,
    "days_apart": days_apart,
    "days_later": days_later,
    "part": part,
    "to_char": to_char,
    "to_date": to_date,
    "mdy": mdy,
    "utc_to_datetime": utc_to_datetime,
    "last_day": last_day,
    "counted": moments.counted,
    "read_interval": moments.read_interval,
    "show_interval": moments.show_interval,
}


def _guarded(routine: Callable[..., Any]) -> Callable[..., Any]:
    """NULL in, NULL out; whatever is refused is kept for the engine, since SQLite passes no reasons on."""

    @wraps(routine, assigned=())
    def call(*values: Any) -> Any:
        if None in values:
            return None
        try:
            result = routine(*values)
            if isinstance(result, int) and not -(2**63) <= result < 2**63:
                raise SqlError(1226)
            return result
        except SqlError as refused:
            running.refused = refused
            raise
        except (ArithmeticError, ValueError, TypeError):
            running.refused = SqlError(1226)
            raise

    return call


def install(connection: sqlite3.Connection) -> None:
    """Give a connection Informix's routines, once."""
    try:
        connection.execute(f"SELECT {_MARK}()")
    except sqlite3.OperationalError:
        for name, routine in _ROUTINES.items():
            connection.create_function(f"ifx_{name.replace(' ', '_')}", -1, _guarded(routine), deterministic=True)
        connection.create_function("ifx_newid", 0, newid)
        connection.create_aggregate("ifx_single", 1, Single)
        connection.create_function(_MARK, 0, lambda: 1)
