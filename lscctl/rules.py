"""What an admin sets about a rollout: sizes, limits, windows, rates. The defaults are those of a careful engineer.

The journal keeps these values as JSON; whatever they hold must come back from it unchanged.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import chain, repeat
from math import ceil

from lscctl.errors import UsageError
from lscctl.window import Windows

CANARY = "canary"
"""The name of the first wave, where it is a canary."""

_AMOUNT = re.compile(r"([0-9]{1,9})|([0-9]{1,3}(?:\.[0-9]{1,6})?)\s*%")
_LIMIT = re.compile(r"(?P<amount>.*%)\s+at\s+least\s+(?P<at_least>[0-9]{1,9})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of phones, or a percentage of some total: exactly one of both is set."""

    number: int | None = None
    percent: Fraction | None = None

    def __post_init__(self) -> None:
        if (self.number is None) == (self.percent is None):
            raise ValueError("an amount is either a number or a percentage")
        if (self.number or 0) < 0 or not 0 <= (self.percent or 0) <= 100:
            raise ValueError("an amount is not below nothing, and a percentage not above 100")

    @classmethod
    def parse(cls, text: str, option: str = "the amount") -> "Amount":
        """Read `5`, `1%` or `2.5%`; UsageError names `option` and tells the forms."""
        amount = _read(text.strip())
        if amount is None:
            raise UsageError(
                f"{option} {text!r} is not understood",
                hint="Give a number of phones (5) or a percentage from 0 to 100 (1%, 2.5%).",
            )
        return amount

    def __str__(self) -> str:
        if self.percent is None:
            return str(self.number)
        text = f"{Decimal(self.percent.numerator) / Decimal(self.percent.denominator):f}"
        return f"{text}%"

    def exactly(self, total: int) -> Fraction:
        """The amount out of `total`, not rounded."""
        return Fraction(self.number or 0) if self.percent is None else total * self.percent / 100

    def at_most(self, total: int) -> int:
        """The amount as a limit: a percentage of `total` rounds down."""
        if self.percent is None:
            return self.number or 0
        return total * self.percent.numerator // (100 * self.percent.denominator)

    def of(self, total: int) -> int:
        """The amount as a size: a percentage of `total` rounds up."""
        return ceil(self.exactly(total))


def _read(text: str) -> Amount | None:
    form = _AMOUNT.fullmatch(text)
    if form is None:
        return None
    number, percent = form.groups()
    if number is not None:
        return Amount(number=int(number))
    return Amount(percent=Fraction(percent)) if Fraction(percent) <= 100 else None


@dataclass(frozen=True, slots=True)
class Limit:
    """How many phones may go wrong. A gate closes when the count exceeds it.

    `at_least` keeps a percentage of few phones from being none.
    """

    amount: Amount
    at_least: int = 0

    @classmethod
    def parse(cls, text: str, option: str = "the limit") -> "Limit":
        """Read `3`, `5%` or `5% at least 2`; UsageError names `option` and tells the forms."""
        form = _LIMIT.fullmatch(text.strip())
        if form is None:
            return cls(Amount.parse(text, option))
        return cls(Amount.parse(form["amount"], option), int(form["at_least"]))

    def __str__(self) -> str:
        return f"{self.amount} at least {self.at_least}" if self.at_least else str(self.amount)

    def of(self, total: int) -> int:
        """How many out of `total` are still allowed: a percentage rounds down."""
        return max(self.at_least, self.amount.at_most(total))


class Then(StrEnum):
    """How large the waves are after the last size that was given."""

    REST = "rest"
    DOUBLE = "double"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class WaveSizes:
    """The sizes of the waves after the canary: those given in turn, and `then` what comes after the last of them."""

    sizes: tuple[Amount, ...]
    then: Then = Then.DOUBLE

    def __post_init__(self) -> None:
        if any(not size.exactly(1) for size in self.sizes):
            raise ValueError("a wave has phones")
        if not self.sizes and self.then is not Then.REST:
            raise ValueError("waves grow from a size")

    @classmethod
    def parse(cls, text: str, option: str = "--waves") -> "WaveSizes":
        """Read `10,100,500,rest`, `1%,10%,rest` or `10,100,500` (each wave after the last size is twice the one before).

        UsageError names `option` and tells the forms.
        """
        words = [word.strip().lower() for word in text.split(",")]
        then = Then.REST if words[-1] == Then.REST else Then.DOUBLE
        sizes = [_read(word) for word in (words[:-1] if then is Then.REST else words)]
        known = tuple(size for size in sizes if size is not None and size.exactly(1))
        if len(known) < len(sizes):
            raise UsageError(
                f"{option} {text!r} is not understood",
                hint="Give sizes from 1 up, as numbers or percentages of all phones, and `rest` for one wave with all "
                "that are left: 10,100,500,rest or 1%,10%,rest; without `rest` each wave after the last size is twice "
                "the one before.",
            )
        return cls(known, then)

    @classmethod
    def fixed(cls, text: str, option: str = "--wave-size") -> "WaveSizes":
        """Read `500` or `50%`, the size of every wave; UsageError as `Amount.parse`, and where it is nothing."""
        size = Amount.parse(text, option)
        if not size.exactly(1):
            raise UsageError(
                f"{option} {text!r} is a wave without phones", hint="Give a size from 1 up, or a percentage."
            )
        return cls((size,), Then.SAME)

    def __str__(self) -> str:
        words = [str(size) for size in self.sizes]
        if self.then is Then.SAME:
            return f"{','.join(words)} each"
        return ",".join([*words, "rest"] if self.then is Then.REST else words)

    def of(self, total: int) -> Iterator[int]:
        """The sizes, one wave after the other without end, percentages of `total` phones; the rest is `total` itself,
        and doubling ends there."""
        sizes = [size.of(total) for size in self.sizes]
        match self.then:
            case Then.REST:
                return chain(sizes, repeat(total))
            case Then.SAME:
                return chain(sizes, repeat(sizes[-1]))
            case Then.DOUBLE:
                return chain(sizes, _doubled(sizes[-1], total))


def _doubled(size: int, most: int) -> Iterator[int]:
    while True:
        size = min(2 * size, most)
        yield size


class WaveBy(StrEnum):
    """What makes up a wave: phones spread over all sites and models, or one site (device pool) after the other."""

    SPREAD = "spread"
    DEVICE_POOL = "device-pool"


class WritePath(StrEnum):
    """How phones are written: updatePhone each, or one executeSQLUpdate for many; applyPhone follows either [field guide 4]."""

    AXL = "axl"
    SQL = "sql"


@dataclass(frozen=True, slots=True)
class Rules:
    """What an admin sets about a rollout.

    `canary` and `waves`: sizes, percentages of the whole plan. `max_failures` and `max_lost` hold for each wave and for all so
    far. `max_in_flight`: phones pending at CAPF at once; `concurrency`: writes under way at once; `max_rate`: writes a second,
    None for whatever the cluster bears. `wave_timeout`: how long a wave may take, None for ever; `pause_between`: from the end
    of a wave to the next one's start. `skipped_checks`: checks of preflight that are not made;
    `accepted_skips`: those that need not have been able to look.
    """

    canary: Amount = Amount(number=5)
    waves: WaveSizes = WaveSizes((Amount(number=10), Amount(number=100), Amount(number=500)))
    wave_by: WaveBy = WaveBy.SPREAD
    max_failures: Limit = Limit(Amount(percent=Fraction(5)), at_least=2)
    max_lost: Limit = Limit(Amount(percent=Fraction(1)))
    max_in_flight: int = 200
    max_rate: float | None = None
    wave_timeout: timedelta | None = timedelta(hours=2)
    pause_between: timedelta = timedelta(0)
    windows: Windows = field(default_factory=Windows)
    write_path: WritePath = WritePath.AXL
    concurrency: int = 8
    skipped_checks: tuple[str, ...] = ()
    accepted_skips: tuple[str, ...] = ()

    def waiting_for_people(self) -> "Rules":
        """The rules for phones on which somebody must type something: until its deadline none of them has stalled, unless somebody
        set another --wave-timeout than the usual one."""
        usual = self.wave_timeout == Rules().wave_timeout
        return replace(self, wave_timeout=None) if usual else self

    def __post_init__(self) -> None:
        if self.max_in_flight < 1 or self.concurrency < 1:
            raise ValueError("at least one phone in flight and one write at a time")
        if self.max_rate is not None and not 0 < self.max_rate < float("inf"):
            raise ValueError("a rate is above 0")
        if self.pause_between < timedelta(0) or (self.wave_timeout is not None and self.wave_timeout <= timedelta(0)):
            raise ValueError("a pause is not below 0 and a wave's time is above it")
