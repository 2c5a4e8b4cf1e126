"""The live table: a run at a terminal, redrawn in place on stderr."""

import threading
import time
from collections.abc import Callable, Iterator
from types import TracebackType

from rich import box
from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from lscctl.cli.bars import bars
from lscctl.cli.progress import Progress
from lscctl.report.interface import Page, Tone
from lscctl.report.run import STATE_TONES
from lscctl.report.wording import count, duration, visible, why
from lscctl.rollout.events import Event

_STYLES = {Tone.GOOD: "green", Tone.WARNING: "yellow", Tone.BAD: "red", Tone.FAINT: "dim"}
_ELSEWHERE = "ctrl-C ends the watching; the run goes on"


class LiveTable:
    """An observer that keeps a table on stderr up to date. Use it as a context manager around the run.

    `deadline` is shown as given, '' for none; None for a run that another process carries out. `now` is our clock, in epoch
    seconds.
    """

    def __init__(self, page: Page, deadline: str | None, *, now: Callable[[], float] = time.time) -> None:
        self._progress = Progress()
        until = f"deadline {deadline}; " if deadline else ""
        self._foot = _ELSEWHERE if deadline is None else f"{until}ctrl-C stops safely"
        self._now = now
        self._lock = threading.Lock()  # rich redraws from a thread of its own
        console = Console(stderr=True, no_color=not page.colour, highlight=False, markup=False, emoji=False)
        self._live = Live(get_renderable=self.picture, console=console, refresh_per_second=4, transient=True)

    def __enter__(self) -> "LiveTable":
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def on_event(self, event: Event) -> None:
        """Take one event in; the next redraw shows it."""
        with self._lock:
            self._progress.on_event(event)

    def picture(self) -> Group:
        """The table as it stands now."""
        with self._lock:
            return self._drawn(self._progress, self._now())

    def _drawn(self, progress: Progress, now: float) -> Group:
        facts = Table.grid(padding=(0, 2, 0, 0))
        facts.add_column(no_wrap=True, style="dim")
        facts.add_column(overflow="fold")
        for label, text in _facts(progress, now):
            facts.add_row(label, Text(visible(text)))
        return Group(_states(progress), facts, _failures(progress), Text(self._foot, style="dim"))


def _facts(progress: Progress, now: float) -> Iterator[tuple[str, str]]:
    """What stands beside the states: label and text."""
    if wave := progress.wave_text():
        yield "Wave", wave
    if awaited := progress.awaited_text():
        yield "Profile", awaited
    phones = count(progress.phones, "phone")
    yield "Done", f"{progress.done:,} of {phones}, running for {duration(now - progress.started)}"
    yield "Rate", f"{_written(progress.writes(now))}, {progress.rate(now) * 60:,.0f} phones done a minute"
    if limit := progress.limit():
        yield "Limit", limit
    left = progress.time_left(now)
    yield "Left", "no honest guess" if left is None else str(left)


def _written(rate: float) -> str:
    if 0 < rate < 1:
        return f"{rate * 60:,.0f} phones written a minute"
    return f"{rate:,.0f} phones written a second" if rate else "no phones written lately"


def _states(progress: Progress) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
    table.add_column("State", no_wrap=True)
    table.add_column("Phones", justify="right", no_wrap=True)
    table.add_column("")
    shown = progress.shown_counts()
    styles = {state: _STYLES.get(STATE_TONES[state], "") for state in shown}
    drawn = bars([(progress.counts[state], styles[state]) for state in shown], progress.phones)
    for (state, phones), bar in zip(shown.items(), drawn, strict=True):
        table.add_row(Text(state.value, style=styles[state]), f"{phones:,}", bar)
    return table


def _failures(progress: Progress) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for event in progress.failures:
        cause = why(event.standing.status, event.standing.reason)
        table.add_row(Text(visible(event.name)), Text(f"{event.after}: {visible(cause)}"), style="red")
    return table
