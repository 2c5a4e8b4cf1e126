"""The live table: a run at a terminal, redrawn in place on stderr."""

import threading
import time
from collections.abc import Callable
from types import TracebackType

from rich import box
from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from lscctl.cli.progress import Progress
from lscctl.outcome import PhoneState
from lscctl.report.interface import Page, Tone
from lscctl.report.run import STATE_TONES, why
from lscctl.report.wording import duration, visible
from lscctl.rollout.events import Event

_STYLES = {Tone.GOOD: "green", Tone.WARNING: "yellow", Tone.BAD: "red", Tone.FAINT: "dim"}
_BAR = 30


class LiveTable:
    """An observer that keeps a table on stderr up to date. Use it as a context manager around the run.

    `deadline` is shown as given. `now` is our clock, in epoch seconds.
    """

    def __init__(self, page: Page, deadline: str, *, now: Callable[[], float] = time.time) -> None:
        self._progress = Progress()
        self._deadline = deadline
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
        lines: list[Table | Text] = [_states(progress), Text(_pace(progress, now)), Text(visible(progress.waits_for()))]
        lines += [
            _failure(event.name, why(event.standing.status, event.standing.reason)) for event in progress.failures
        ]
        lines.append(Text(f"deadline {self._deadline}; ctrl-C stops safely", style="dim"))
        return Group(*lines)


def _states(progress: Progress) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
    table.add_column("State", no_wrap=True)
    table.add_column("Phones", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for state, phones in progress.shown_counts().items():
        style = _STYLES.get(STATE_TONES[state], "")
        table.add_row(Text(state.value, style=style), f"{phones:,}", Text(_bar(state, progress), style=style))
    return table


def _bar(state: PhoneState, progress: Progress) -> str:
    return "█" * max(1, round(_BAR * progress.counts[state] / max(1, progress.phones)))


def _pace(progress: Progress, now: float) -> str:
    parts = [f"{progress.done:,} of {progress.phones:,} done", f"running for {duration(now - progress.started)}"]
    rate = progress.rate(now) * 60
    if rate:
        parts.append(f"{rate:,.0f} phones a minute")
    left = progress.seconds_left(now)
    if left is not None:
        parts.append(f"about {duration(left)} left")
    return ", ".join(parts)


def _failure(name: str, cause: str) -> Text:
    return Text(f"{visible(name)}: {visible(cause)}", style="red", no_wrap=True, overflow="ellipsis")
