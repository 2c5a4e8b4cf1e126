"""Follows a run that another process carries out, by what it writes into the journal."""

import heapq
from collections.abc import Iterator

from lscctl.cli.progress import of_steps
from lscctl.cli.rolling import STILL_PENDING, verdict
from lscctl.errors import ClusterError, Interrupted
from lscctl.history import PastRun, RunState
from lscctl.outcome import PhoneState, RunSummary
from lscctl.rollout.events import Event, Limited, Observer, PhoneChanged, Polled, RunEnded, RunStarted
from lscctl.rollout.journal.reading import History
from lscctl.rollout.standing import Standing

PACE = 1.0
"""Seconds between two looks: a run writes down what happened about as often."""


class Follower:
    """Tells an observer what happens in a run, as the journal has it.

    The observer hears of every event of the run as a whole and of every phone that needs a person, from the run's beginning
    on; how all the others stand it hears as a `Polled` at each look.
    """

    def __init__(self, history: History, number: int, observer: Observer) -> None:
        self._history = history
        self._number = number
        self._observer = observer
        self._event = 0
        self._failure = 0
        self._limited: Limited | None = None
        self._steps: int | None = None

    def look(self, now: float) -> PastRun:
        """Tell what has happened since the last look, and return how the run stands; `now` in epoch seconds of our clock."""
        run = self._history.run(self._number)  # first, so that nothing is missed of a run that has ended
        for event in heapq.merge(self._events(), self._failures(), key=lambda event: event.at):
            self._observer.on_event(event)
        limited = self._history.limited(self._number)
        if limited is not None and limited != self._limited:
            self._limited = limited
            self._observer.on_event(limited)
        if self._steps is not None:
            self._observer.on_event(Polled(now, of_steps(run.counts, self._steps)))
        return run

    def end(self, run: PastRun, summary: RunSummary) -> None:
        """Tell that the run has ended, unless it was cut off."""
        if run.state is not RunState.CRASHED:
            self._observer.on_event(RunEnded(summary.ended, summary))

    def _events(self) -> Iterator[Event]:
        for position, event in self._history.events(self._number, after=self._event):
            self._event = position
            if isinstance(event, RunStarted):
                self._steps = event.phones
            yield event

    def _failures(self) -> Iterator[Event]:
        for position, name, line in self._history.failures(self._number, after=self._failure):
            self._failure = position
            # the state before is not written down; the counts that follow put right what that does to them
            standing = Standing(state=PhoneState(line.what), status=line.status, reason=line.text)
            yield PhoneChanged(line.at, name, PhoneState.PENDING, standing)


def exit_code(run: PastRun, summary: RunSummary) -> int:
    """What a run that is not at work any more ended with itself; 7 if it was cut off [design: exit codes]."""
    if run.state is RunState.CRASHED:
        return STILL_PENDING
    if run.state is RunState.FAILED:
        return ClusterError.exit_code  # the journal has the failure's words, but not its kind
    if run.state is RunState.CANCELLED or summary.stopped is not None:
        return Interrupted.exit_code
    return verdict(summary)
