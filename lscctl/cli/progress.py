"""A run as it stands, kept from its events: what the live table and the plain lines both tell."""

from collections import Counter, deque
from dataclasses import dataclass, field

from lscctl.outcome import FAILURES, PhoneState
from lscctl.report.wording import count, duration
from lscctl.rollout.events import (
    Event,
    Paused,
    PhoneChanged,
    Resumed,
    RunEnded,
    RunStarted,
    Stopping,
)

RATE_WINDOW = 60.0
"""The rate is that of the last so many seconds."""

_ENOUGH = 20
_SHOWN_FAILURES = 5


@dataclass(slots=True)
class Progress:
    """Counts, rate and what is waited for. All times are epoch seconds of our clock, as in the events."""

    phones: int = 0
    started: float = 0.0
    counts: Counter[PhoneState] = field(default_factory=Counter)
    paused: str = ""
    stopping: str = ""
    ended: bool = False
    failures: deque[PhoneChanged] = field(default_factory=lambda: deque(maxlen=_SHOWN_FAILURES))
    _finished: deque[float] = field(default_factory=deque)

    def on_event(self, event: Event) -> None:
        """Take one event in."""
        match event:
            case RunStarted():
                self.phones, self.started = event.phones, event.at
                self.counts.update(event.counts)
            case PhoneChanged():
                self._phone_changed(event)
            case Paused():
                what = "writes" if event.changes else "reads"
                self.paused = f"{what} pause: {event.why} (next try in {duration(event.seconds)})"
            case Resumed():
                self.paused = ""
            case Stopping():
                self.stopping = event.why
            case RunEnded():
                self.ended = True
            case _:
                pass

    def _phone_changed(self, event: PhoneChanged) -> None:
        self.counts[event.before] -= 1
        self.counts[event.after] += 1
        if event.after.final and not event.before.final:
            self._finished.append(event.at)
        if event.after in FAILURES:
            self.failures.append(event)

    @property
    def done(self) -> int:
        """How many phones have reached a final state."""
        return sum(phones for state, phones in self.counts.items() if state.final)

    def shown_counts(self) -> dict[PhoneState, int]:
        """Phones by state in the states' order, without the empty ones."""
        counts = dict(self.counts)
        return {state: counts[state] for state in PhoneState if counts.get(state)}

    def rate(self, now: float) -> float:
        """Phones a second that reached a final state within the last RATE_WINDOW seconds."""
        return len(self._recent(now)) / max(1.0, min(RATE_WINDOW, now - self.started))

    def seconds_left(self, now: float) -> float | None:
        """An honest guess, or None.

        There is one only while phones finish steadily: a good part is done, many of them lately, nothing pauses. The last
        phones of a run wait for key generation, which no rate foretells, so the guess ends when the queue is empty and
        fewer than a rate's worth of phones remain.
        """
        remaining = self.phones - self.done
        if not remaining or self.paused or self.stopping:
            return None
        if len(self._recent(now)) < _ENOUGH or self.done * 10 < self.phones:
            return None
        if not self.counts[PhoneState.QUEUED] and remaining < _ENOUGH:
            return None
        return remaining / self.rate(now)

    def waits_for(self) -> str:
        """What the run is waiting for, in words."""
        if self.stopping:
            return f"stopping: {self.stopping}"
        if self.paused:
            return self.paused
        if queued := self.counts[PhoneState.QUEUED]:
            return f"writing; {count(queued, 'phone')} still to write"
        remaining = self.phones - self.done
        if remaining:
            return f"CAPF and {count(remaining, 'phone')}: making keys can take 30 minutes and more"
        return "nothing more"

    def _recent(self, now: float) -> list[float]:
        while self._finished and self._finished[0] < now - RATE_WINDOW:
            self._finished.popleft()
        return [at for at in self._finished if at <= now]
