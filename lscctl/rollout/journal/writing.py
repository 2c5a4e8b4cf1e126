"""Writes a run down while it goes on.

What a run intends is on disk before the calls leave. All else waits for that, for the end of a wave or of the run, or for
about a second: the cluster can tell it again. It waits in memory, not in an open transaction, since other runs write to
the same file.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from lscctl.errors import JournalError
from lscctl.history import BACK, RunState
from lscctl.notation import text_of
from lscctl.outcome import PhoneState, RunSummary
from lscctl.profile_change import ProfileOutcome
from lscctl.rollout.events import (
    CallNotMade,
    Event,
    GateClosed,
    Intended,
    Limited,
    PhoneBack,
    PhoneChanged,
    ProfileChanged,
    ProfileIntended,
    Purpose,
    RunEnded,
    StringCleared,
    WaveEnded,
    WindowClosed,
    WindowOpened,
)
from lscctl.rollout.journal import notation, profiles
from lscctl.rollout.journal.notation import RUN_EVENTS, value_of
from lscctl.rollout.journal.store import Store
from lscctl.rollout.journal.wishes import StopWish, Wishes
from lscctl.rollout.standing import Standing

PACE = 1.0
"""Seconds that what happened may wait before it is on disk, and between two looks for a wish."""

MOST_WAITING = 5_000
"""So many lines of stories may wait."""

_AT_ONCE = (Intended, ProfileIntended, ProfileChanged, GateClosed, WaveEnded)

_OPEN = (PhoneState.WRITTEN, PhoneState.APPLIED, PhoneState.PENDING, PhoneState.UNKNOWN)


class Journal:
    """The journal of one run while it goes on: an observer that the run must not go on without.

    After the first failure it refuses everything, with the same error. `clock` counts seconds and never goes back.
    """

    def __init__(self, store: Store, number: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.number = number
        self._store = store
        self._clock = clock
        self._wishes = Wishes(store, number)
        self._looked_at = self._written_at = clock()
        self._standings: dict[str, Standing] = {}
        self._profiles: dict[str, ProfileOutcome] = {}
        self._story: list[tuple[int, str, float, str, str, str]] = []
        self._events: list[tuple[int, str, str]] = []
        self._limited: str | None = None
        self._window_closed = False
        self._asked: str | None = None
        self._failure: JournalError | None = None

    def on_event(self, event: Event) -> None:
        """Write the event down; an intention is on disk when this returns. Raises JournalError."""
        with self._refusing():
            self._take(event)
            if isinstance(event, Intended | ProfileIntended):
                self._store.require_in_place()
            overdue = self._due(self._written_at) or len(self._story) > MOST_WAITING
            if isinstance(event, RunEnded):
                self._write(event)
            elif overdue or isinstance(event, _AT_ONCE):
                self._write()

    def flush(self) -> None:
        """Put on disk what waits. Raises JournalError."""
        with self._refusing():
            self._write()

    def wish(self) -> StopWish | None:
        """Who has asked the run to stop since the last wish, if anybody; looks once a second. Raises JournalError.

        It also puts on disk what has waited for a second, so a run that has no events calls it all the same.
        """
        if not self._due(self._looked_at):
            return None
        with self._refusing():
            self._looked_at = self._clock()
            if self._due(self._written_at):
                self._write()
            wish = self._wishes.next()
        if wish is not None:
            self._asked = wish.who
        return wish

    def _due(self, last: float) -> bool:
        return self._clock() - last >= PACE

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        if self._failure is not None:
            raise self._failure
        try:
            yield
        except JournalError as error:
            self._failure = error
            raise

    def _take(self, event: Event) -> None:
        match event:
            case Intended(at, purpose, phones):
                for name, standing in phones:
                    told = purpose is Purpose.WRITE and standing.deadline
                    deadline = f"to be complete by {standing.deadline}" if told else ""
                    self._tell(name, standing, at, f"{purpose} intended", deadline)
            case CallNotMade(at, purpose, phones):
                for name, standing in phones:
                    self._tell(name, standing, at, f"{purpose} not made", "the cluster did nothing with it")
            case PhoneChanged(at, name, _, standing):
                self._tell(name, standing, at, standing.state.value, standing.reason)
            case PhoneBack(at, name, standing):
                self._tell(name, standing, at, BACK, "")
            case ProfileIntended() | ProfileChanged():
                self._profiles[event.change.profile.pkid] = ProfileOutcome(event.change, event.standing)
            case StringCleared(at, name, standing, why):
                still = "authentication string not cleared" if why else "authentication string cleared"
                self._tell(name, standing, at, still, why)
            case Limited():
                self._limited = text_of(notation.LIMITED, event)
            case WindowClosed() | WindowOpened():
                self._window_closed = isinstance(event, WindowClosed)
            case _:
                pass
        kind = type(event).__name__
        if kind in RUN_EVENTS:
            self._events.append((self.number, kind, text_of(RUN_EVENTS[kind], event)))

    def _tell(self, name: str, standing: Standing, at: float, what: str, text: str) -> None:
        self._standings[name] = standing
        self._story.append((self.number, name, at, what, standing.status, text))

    def _write(self, end: RunEnded | None = None) -> None:
        """Put on disk what waits, and how the run ended if it has."""
        with self._store.transaction() as connection:
            connection.executemany(
                "INSERT INTO standing (run, name, state, standing) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (run, name) DO UPDATE SET state = excluded.state, standing = excluded.standing",
                (
                    (self.number, name, standing.state.value, text_of(notation.STANDING, standing))
                    for name, standing in self._standings.items()
                ),
            )
            connection.executemany(
                "INSERT INTO story (run, name, at, what, status, text) VALUES (?, ?, ?, ?, ?, ?)", self._story
            )
            if self._standings:  # what is written behind a run's end, as a cancel does, outdates the counts of that end
                connection.execute(
                    "UPDATE run SET counts = NULL WHERE number = ? AND counts IS NOT NULL", (self.number,)
                )
            connection.executemany("INSERT INTO event (run, kind, event) VALUES (?, ?, ?)", self._events)
            profiles.stand(connection, self.number, self._profiles.values())
            if self._limited is not None:
                connection.execute("UPDATE run SET limited = ? WHERE number = ?", (self._limited, self.number))
            if end is not None:
                self._end(connection, end)
        self._standings.clear()
        self._profiles.clear()
        self._story.clear()
        self._events.clear()
        self._limited = None
        self._written_at = self._clock()

    def _end(self, connection: sqlite3.Connection, end: RunEnded) -> None:
        summary = end.summary
        state, why = self._state_at(summary)
        (notes,) = connection.execute("SELECT notes FROM run WHERE number = ?", (self.number,)).fetchone()
        notes = (*value_of(notation.NOTES, notes, self._store.path), *summary.notes)
        # the engine tells changes of state, not the words that it finds at the end for phones that have not ended
        connection.executemany(
            "UPDATE standing SET standing = json_set(standing, '$.reason', ?, '$.next_step', ?) WHERE run = ? AND name = ?",
            (
                (outcome.reason, outcome.next_step, self.number, outcome.name)
                for outcome in summary.outcomes
                if outcome.state in _OPEN
            ),
        )
        connection.execute(
            "UPDATE run SET state = ?, why = ?, ended = ?, counts = ?, notes = ?, stopped = ?, failure = ?,"
            " gate = ?, later = ?, writes = writes + ?, reads = reads + ? WHERE number = ?",
            (
                state.value,
                why,
                end.at,
                text_of(notation.COUNTS, summary.counts),
                text_of(notation.NOTES, notes),
                summary.stopped,
                None if summary.failure is None else str(summary.failure),
                summary.gate,
                summary.left,
                summary.writes,
                summary.reads,
                self.number,
            ),
        )

    def _state_at(self, summary: RunSummary) -> tuple[RunState, str]:
        """How the run stands at its end, and why."""
        if summary.failure is not None:
            return RunState.FAILED, str(summary.failure)
        if summary.gate is not None:
            return RunState.GATE_CLOSED, summary.gate
        if summary.stopped is not None:
            if self._asked is not None:
                return RunState.CANCELLED, f"cancelled by {self._asked}"
            return RunState.STOPPED, summary.stopped
        left = summary.left or ("it did not wait for its last phones" if summary.phones_unfinished else "")
        if left:
            return RunState.WINDOW_CLOSED if self._window_closed else RunState.STOPPED, left
        return RunState.FINISHED, ""
