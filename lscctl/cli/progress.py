"""A run as it stands, kept from its events: what the live table and the plain lines both tell."""

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from lscctl.cli.time_left import ENOUGH, Flow, Guess, lower_bound
from lscctl.outcome import FAILURES, PhoneState
from lscctl.report.wording import count, duration
from lscctl.rollout.events import (
    Event,
    GateClosed,
    Limit,
    Limited,
    Paused,
    PhoneChanged,
    Polled,
    ProfileAwaited,
    Resumed,
    RunEnded,
    RunStarted,
    Stopping,
    WaveEnded,
    WaveStarted,
)

_SHOWN_FAILURES = 3
_NO_GUESS = (Limit.WINDOW, Limit.PAUSE, Limit.GATE, Limit.STOPPING)
_SATURATED = (Limit.IN_FLIGHT, Limit.CLUSTER, Limit.MAX_RATE)


@dataclass(slots=True)
class WaveNow:
    """The wave that began last. `before` is how many phones the waves before it have, None where nobody here saw them."""

    started: WaveStarted
    before: int | None
    ended: bool = False

    def __str__(self) -> str:
        """`canary (1 of 3)`, `wave 2 of 3`, `wave 2 of 3 (Berlin)`."""
        wave, site = self.started, self.started.name.removeprefix(f"wave {self.started.number}")
        if site == wave.name:
            return f"{wave.name} ({wave.number} of {wave.waves})"
        return f"wave {wave.number} of {wave.waves}{site}"

    @property
    def later(self) -> int:
        """How many waves follow."""
        return self.started.waves - self.started.number

    def done(self, done: int) -> int | None:
        """How many of its phones have ended, where `done` have in the whole run; None where that cannot be told."""
        return None if self.before is None else min(self.started.phones, max(0, done - self.before))


@dataclass(slots=True)
class Progress:
    """Counts, wave, rates, what limits the run. All times are epoch seconds of our clock, as in the events.

    It is kept from every event of a run, or from those that a journal has and a `Polled` now and then.
    """

    phones: int = 0
    started: float = 0.0
    counts: Counter[PhoneState] = field(default_factory=Counter)
    wave: WaveNow | None = None
    limited: Limited | None = None
    paused: str = ""
    stopping: str = ""
    gate: str = ""
    awaited: ProfileAwaited | None = None
    failures: deque[PhoneChanged] = field(default_factory=lambda: deque(maxlen=_SHOWN_FAILURES))
    _ended: Flow = field(default_factory=Flow)
    _written: Flow = field(default_factory=Flow)
    _counted: bool = False
    _sizes: dict[int, int] = field(default_factory=dict)
    _quickest: float | None = None
    _best_rate: float = 0.0

    def on_event(self, event: Event) -> None:
        """Take one event in."""
        match event:
            case RunStarted():
                self._run_started(event)
            case PhoneChanged():
                self._phone_changed(event)
            case Polled():
                self._count(event.at, event.counts)
            case WaveStarted():
                self._wave_started(event)
            case WaveEnded():
                self._wave_ended(event)
            case Limited():
                self.limited = event
            case GateClosed():
                self.gate = event.why if event.gate in event.why else f"{event.gate}: {event.why}"
            case ProfileAwaited():
                self.awaited = event if event.absent else None
            case Paused() | Resumed():
                self.paused = _pause(event)
            case Stopping():
                self.stopping = event.why
            case RunEnded():
                self._count(event.at, of_steps(event.summary.counts, self.phones))
            case _:
                pass

    def _run_started(self, event: RunStarted) -> None:
        """A run begins, or a part of it that was resumed: what held the last part up is over."""
        self.phones, self.started = event.phones, event.at
        self.counts = Counter(event.counts)
        self.wave = self.limited = self.awaited = None
        self.paused = self.stopping = self.gate = ""
        self._ended, self._written, self._counted = Flow(), Flow(), False

    def _phone_changed(self, event: PhoneChanged) -> None:
        self.counts[event.before] -= 1
        self.counts[event.after] += 1
        self._ended.add(event.at, event.after.final - event.before.final)
        self._written.add(event.at, _untouched(event.before) - _untouched(event.after))
        if event.after in FAILURES:
            self.failures.append(event)
        self._note_rate(event.at)

    def _count(self, at: float, counts: Mapping[PhoneState, int]) -> None:
        """Take counts in that say how all phones stand; the first ones tell nothing about how fast that came about."""
        done, untouched = self.done, self._untouched
        self.counts = Counter(counts)
        if self._counted:
            self._ended.add(at, self.done - done)
            self._written.add(at, untouched - self._untouched)
        self._counted = True
        self._note_rate(at)

    def _note_rate(self, at: float) -> None:
        if self.limited is not None and self.limited.by in _SATURATED and self._ended.recent(at) >= ENOUGH:
            self._best_rate = max(self._best_rate, self.rate(at))

    def _wave_started(self, event: WaveStarted) -> None:
        self._sizes[event.number] = event.phones
        earlier = [self._sizes.get(number) for number in range(1, event.number)]
        if None not in earlier:
            before: int | None = sum(size or 0 for size in earlier)
        else:
            before = None if self.wave is None else self.done  # all waves before it have ended
        self.wave = WaveNow(event, before)

    def _wave_ended(self, event: WaveEnded) -> None:
        if self.wave is not None and self.wave.started.number == event.number:
            self.wave.ended = True
            took = event.at - self.wave.started.at
            self._quickest = took if self._quickest is None else min(took, self._quickest)

    @property
    def done(self) -> int:
        """How many phones have reached a final state."""
        return sum(phones for state, phones in self.counts.items() if state.final)

    @property
    def _untouched(self) -> int:
        return sum(phones for state, phones in self.counts.items() if _untouched(state))

    def shown_counts(self) -> dict[PhoneState, int]:
        """Phones by state in the states' order, without the empty ones."""
        return {state: self.counts[state] for state in PhoneState if self.counts[state] > 0}

    def wave_text(self) -> str:
        """`wave 2 of 6: 37 of 100 phones done`; empty before the first wave."""
        if self.wave is None:
            return ""
        phones = count(self.wave.started.phones, "phone")
        done = self.wave.done(self.done)
        # of a wave that was taken up again nobody told how many of its phones had ended before
        return f"{self.wave}: {phones}, taken up again" if done is None else f"{self.wave}: {done:,} of {phones} done"

    def rate(self, now: float) -> float:
        """Phones a second that reached a final state lately."""
        return self._ended.a_second(now, self.started)

    def writes(self, now: float) -> float:
        """Phones a second that were written lately."""
        return self._written.a_second(now, self.started)

    def time_left(self, now: float) -> Guess | None:
        """An honest guess, or None.

        There is none while a window, a pause, a gate or a wish to stop decides how long it takes. While waves follow it is a
        lower bound. In the last wave there is one while phones end steadily: a good part is done, many of them lately. The last
        phones of a run wait for key generation, which no rate foretells, so the guess ends when the queue is empty and few
        phones remain.
        """
        wave, remaining = self.wave, self.phones - self.done
        if wave is None or remaining <= 0 or self.paused or self.stopping or self.gate:
            return None
        if self.limited is not None and self.limited.by in _NO_GUESS:
            return None
        if wave.later:
            elapsed = float("inf") if wave.ended else now - wave.started.at
            return lower_bound(self._quickest, elapsed, wave.later, remaining, self._best_rate)
        begun = self.done - (wave.before or 0)
        if self._ended.recent(now) < ENOUGH or begun * 10 < wave.started.phones:
            return None
        if not self.counts[PhoneState.QUEUED] and remaining < ENOUGH:
            return None
        return Guess(remaining / self.rate(now))

    def awaited_text(self) -> str:
        """`8845 SIP: 7 of 13 phones that restart are registered again`; empty while no profile's phones are waited for."""
        if self.awaited is None:
            return ""
        back, phones = self.awaited.back, count(self.awaited.phones, "phone")
        return f"{self.awaited.profile}: {back:,} of {phones} that restart are registered again"

    def limit(self) -> str:
        """What keeps the run from going on faster, in words; empty where nobody has said."""
        if self.stopping:
            return f"stopping: {self.stopping}"
        if self.gate:
            return f"gate closed: {self.gate}"
        if self.paused or self.limited is None:
            return self.paused
        return self._all_written(self.limited.why) if self.limited.by is Limit.ALL_WRITTEN else self.limited.why

    def _all_written(self, why: str) -> str:
        if remaining := self.phones - self.done:
            return f"{why}; CAPF and {count(remaining, 'phone')} are at it: making keys can take 30 minutes and more"
        return "all phones have ended; now they are to register again"


def _pause(event: Paused | Resumed) -> str:
    if isinstance(event, Resumed):
        return ""
    return f"{'writes' if event.changes else 'reads'} pause: {event.why} (next try in {duration(event.seconds)})"


def _untouched(state: PhoneState) -> bool:
    return state in (PhoneState.QUEUED, PhoneState.LEFT_OUT)


def of_steps(counts: Mapping[PhoneState, int], steps: int) -> dict[PhoneState, int]:
    """The counts without the phones that the plan itself left out: a summary has them, a run's events do not."""
    left_out = sum(counts.values()) - steps
    return {**counts, PhoneState.LEFT_OUT: counts.get(PhoneState.LEFT_OUT, 0) - left_out}
