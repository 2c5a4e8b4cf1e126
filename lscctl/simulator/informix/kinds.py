"""The types that Informix gives to values, as far as translation depends on them."""

from dataclasses import dataclass
from enum import Enum

UNITS = ("year", "month", "day", "hour", "minute", "second", "fraction")


class Kind(Enum):
    """What a value is. SQLite keeps DATE and DATETIME as ISO text, BOOLEAN as 't' or 'f', INTERVAL as a whole number
    of months or microseconds."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    INTERVAL = "interval"
    NULL = "null"


@dataclass(frozen=True)
class Qualifier:
    """`YEAR TO SECOND` and such: positions in UNITS; FRACTION(n) as a last field is 5 + n."""

    first: int
    last: int

    @property
    def counts_months(self) -> bool:
        """An interval of years and months, which cannot be turned into days."""
        return self.last <= 1


@dataclass(frozen=True)
class Type:
    """A kind with its fields (DATETIME, INTERVAL) or its length in characters (TEXT), where known."""

    kind: Kind
    qualifier: Qualifier | None = None
    length: int | None = None

    @property
    def numeric(self) -> bool:
        """A number."""
        return self.kind in (Kind.INTEGER, Kind.DECIMAL)

    @property
    def temporal(self) -> bool:
        """A moment: DATE or DATETIME."""
        return self.kind in (Kind.DATE, Kind.DATETIME)

    @property
    def fields(self) -> Qualifier:
        """The fields of a DATE, DATETIME or INTERVAL."""
        return self.qualifier or DAY_FIELDS


DAY_FIELDS = Qualifier(0, 2)
TEXT = Type(Kind.TEXT)
INTEGER = Type(Kind.INTEGER)
DECIMAL = Type(Kind.DECIMAL)
BOOLEAN = Type(Kind.BOOLEAN)
DATE = Type(Kind.DATE, DAY_FIELDS)
NULL = Type(Kind.NULL)


def datetime_of(first: int, last: int) -> Type:
    """DATETIME first TO last."""
    return Type(Kind.DATETIME, Qualifier(first, last))


def interval_of(first: int, last: int) -> Type:
    """INTERVAL first TO last."""
    return Type(Kind.INTERVAL, Qualifier(first, last))
