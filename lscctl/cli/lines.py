"""Plain lines: a run in a pipe, a log or CI. A line only where something changed, no spinner."""

from collections.abc import Callable
from datetime import datetime

from lscctl.cli.progress import Progress
from lscctl.outcome import FAILURES
from lscctl.report.run import why
from lscctl.report.wording import count
from lscctl.rollout.events import Event, Paused, PhoneChanged, Polled, Resumed, RunEnded, RunStarted, Stopping

LEAST_APART = 5.0
"""Two lines of counts are at least so many seconds apart; a log is read, not watched."""

MOST_FAILURES = 50
"""So many failures get a line of their own; the summary tells them all."""


class Lines:
    """An observer that says what changed, line by line. `say` takes one line."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._progress = Progress()
        self._last_counts = ""
        self._last_line = float("-inf")
        self._failures = 0

    def on_event(self, event: Event) -> None:
        """Take one event in, and say so if it is worth a line."""
        self._progress.on_event(event)
        match event:
            case RunStarted():
                self._line(event.at, f"writing {count(event.phones, 'phone')}")
            case PhoneChanged() if event.after in FAILURES:
                self._failure(event)
            case Polled() if event.at - self._last_line >= LEAST_APART:
                self._counts(event.at)
            case Paused() | Stopping():
                self._line(event.at, self._progress.waits_for())
            case Resumed():
                self._line(event.at, "the cluster answers again")
            case RunEnded():
                self._counts(event.at)
            case _:
                pass

    def _failure(self, event: PhoneChanged) -> None:
        self._failures += 1
        if self._failures <= MOST_FAILURES:
            self._line(event.at, f"{event.name} {event.after}: {why(event.standing.status, event.standing.reason)}")
        elif self._failures == MOST_FAILURES + 1:
            self._line(event.at, "more phones fail; the summary tells which")

    def _counts(self, at: float) -> None:
        counts = ", ".join(f"{phones:,} {state}" for state, phones in self._progress.shown_counts().items())
        if counts != self._last_counts:
            self._last_counts = counts
            self._last_line = at
            self._line(at, counts)

    def _line(self, at: float, text: str) -> None:
        self._say(f"{datetime.fromtimestamp(at).astimezone():%H:%M:%S} {text}")
