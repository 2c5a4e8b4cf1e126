"""Bars in what is redrawn at a terminal: as long as there is room for, so that the words beside them stay whole."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.text import Text

_LONGEST = 30


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of so many characters, the `longest` of its column of so many; it shrinks as that must."""

    length: int
    longest: int
    style: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        room = min(1, options.max_width / self.longest)
        yield Text("█" * max(1, round(self.length * room)), style=self.style)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement(1, self.length)


def bars(values: Sequence[tuple[int, str]], whole: int) -> Iterator[Bar]:
    """A bar for each value, with its style; one that is the whole is as long as any may be, and none is empty."""
    lengths = [max(1, round(_LONGEST * value / max(1, whole))) for value, _ in values]
    for length, (_, style) in zip(lengths, values, strict=True):
        yield Bar(length, max(lengths), style)
