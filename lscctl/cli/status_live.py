"""The live view of `lscctl status --watch`: phones by status, what is pending, and what changed, redrawn in place."""

import threading
from collections import deque
from collections.abc import Sequence
from itertools import islice
from types import TracebackType

from rich import box
from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from lscctl.changes import Change
from lscctl.cli.bars import bars
from lscctl.cli.watched import Watch
from lscctl.report.changes import change_text, tone_of
from lscctl.report.interface import Page, Tone
from lscctl.report.summaries import status_bars
from lscctl.report.wording import duration, finish_time, short_model, visible

_STYLES = {Tone.GOOD: "green", Tone.WARNING: "yellow", Tone.BAD: "red", Tone.FAINT: "dim"}
_MOST_PENDING = 10
_MOST_CHANGES = 10


class LiveStatus:
    """A view at a terminal. Use it as a context manager around the watch; `what` says what is watched, and how often."""

    def __init__(self, page: Page, what: str) -> None:
        self._what = what
        self._lock = threading.Lock()  # rich redraws from a thread of its own
        self._recent: deque[tuple[str, Change]] = deque(maxlen=_MOST_CHANGES)
        self._picture = Group(Text(visible(what), style="dim"))
        console = Console(no_color=not page.colour, highlight=False, markup=False, emoji=False)
        self._live = Live(get_renderable=self.picture, console=console, refresh_per_second=4)

    def __enter__(self) -> "LiveStatus":
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def show(self, watch: Watch, changes: Sequence[Change], trouble: str = "") -> bool:
        """Draw how things stand; the next redraw shows it."""
        self._recent.extend((f"{watch.at:%H:%M:%S}", change) for change in changes)
        drawn = Group(
            _statuses(watch),
            _pending(watch),
            self._changes(watch),
            *((Text(visible(trouble), style="yellow"),) if trouble else ()),
            Text(visible(f"{self._what}; last look {watch.at:%H:%M:%S}; ctrl-C ends it"), style="dim"),
        )
        with self._lock:
            self._picture = drawn
        return True

    def picture(self) -> Group:
        """The view as it stands now."""
        with self._lock:
            return self._picture

    def _changes(self, watch: Watch) -> Table:
        """The latest changes, the newest last, under how many there were."""
        table = _table(("Changed", "left"), ("Phone", "left"), (f"{watch.seen.total():,} in all", "left"))
        for at, change in self._recent:
            table.add_row(at, visible(change.phone.name), _toned(change_text(change), tone_of(change)))
        return table


def _statuses(watch: Watch) -> Table:
    told = status_bars(watch.told)
    table = _table(("Certificate status", "left"), ("Phones", "right"), ("", "left"))
    whole = sum(one.value for one in told)
    for one, bar in zip(told, bars([(one.value, _STYLES.get(one.tone, "")) for one in told], whole), strict=True):
        table.add_row(_toned(one.label, one.tone), f"{one.value:,}", bar)
    return table


def _pending(watch: Watch) -> Table:
    """The first of the phones with an operation under way, and for how long each was seen so."""
    pending = watch.pending
    table = _table(("Pending", "left"), ("Model", "left"), ("Operation, deadline", "left"), ("Seen for", "right"))
    for phone in islice(pending, _MOST_PENDING):
        by = f" by {finish_time(phone.finish_time)}" if phone.finish_time else ""
        seen_for = duration((watch.at - watch.pending_since[phone.name]).total_seconds())
        table.add_row(
            visible(phone.name), visible(short_model(phone.model)), visible(f"{phone.operation.value}{by}"), seen_for
        )
    if len(pending) > _MOST_PENDING:
        table.add_row(Text(f"... and {len(pending) - _MOST_PENDING:,} more", style="yellow"), "", "", "")
    return table


def _table(*columns: tuple[str, str]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
    for title, justify in columns:
        table.add_column(title, justify="right" if justify == "right" else "left", overflow="fold")
    return table


def _toned(text: str, tone: Tone) -> Text:
    return Text(visible(text), style=_STYLES.get(tone, ""))
