"""Plain lines: a run in a pipe, a log or CI. A line only where something changed, no spinner."""

from collections.abc import Callable, Mapping
from datetime import datetime

from lscctl.cli.progress import Progress
from lscctl.outcome import FAILURES, PhoneState
from lscctl.profile_change import ProfileState
from lscctl.report.profile_changes import PROFILE_MEANINGS
from lscctl.report.run import counts_text
from lscctl.report.wording import count, why
from lscctl.rollout.events import (
    Event,
    GateClosed,
    Limit,
    Paused,
    PhoneChanged,
    Polled,
    ProfileAwaited,
    ProfileChanged,
    Resumed,
    RunEnded,
    RunStarted,
    Stopping,
    WaveEnded,
    WaveStarted,
    WindowClosed,
    WindowOpened,
)

LEAST_APART = 5.0
"""Two lines of counts are at least so many seconds apart; a log is read, not watched."""

LIMIT_LASTS = 15.0
"""What limits a run is told once it has done so for so many seconds."""

MOST_FAILURES = 50
"""So many failures get a line of their own; the summary tells them all."""

_WORTH_A_LINE = (Limit.CLUSTER, Limit.MAX_RATE, Limit.IN_FLIGHT, Limit.PAUSE, Limit.ALL_WRITTEN, Limit.PROFILES)


Tell = Callable[[float, str, Mapping[str, object]], None]
"""Takes one line: when (epoch seconds), what, and for programs what it is about."""


class Lines:
    """An observer that says what changed, line by line."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._progress = Progress()
        self._last_counts = ""
        self._last_line = float("-inf")
        self._failures = 0
        self._profiles: dict[str, ProfileState] = {}
        self._limit: Limit | None = None
        self._limit_since = 0.0
        self._limit_told: Limit | None = None

    def on_event(self, event: Event) -> None:
        """Take one event in, and say so if it is worth a line."""
        self._progress.on_event(event)
        match event:
            case RunStarted():
                self._line(event.at, self._beginning(event))
            case PhoneChanged() if event.after in FAILURES:
                self._failure(event)
            case ProfileChanged() if event.standing.state is not self._profiles.get(event.change.profile.pkid):
                self._profile(event)
            case ProfileAwaited():
                self._awaited(event)
            case Polled() if event.at - self._last_line >= LEAST_APART:
                self._counts(event.at)
            case WaveStarted() | WaveEnded():
                self._wave(event)
            case GateClosed():
                text = f"{self._progress.limit()}; no phone is written any more, those under way are watched"
                self._line(event.at, text, event="gate-closed", gate=event.gate)
            case WindowClosed() | WindowOpened():
                self._line(event.at, _window(event))
            case Paused() | Stopping():
                self._line(event.at, self._progress.limit())
            case Resumed():
                self._line(event.at, "the cluster answers again")
            case RunEnded():
                self._counts(event.at)
            case _:
                pass
        self._mind_limit(event.at)

    def _beginning(self, event: RunStarted) -> str:
        phones = count(event.phones, "phone")
        if set(event.counts) <= {PhoneState.QUEUED}:
            return f"writing {phones}"
        return f"going on with {phones}: {counts_text(self._progress.shown_counts())}"

    def _failure(self, event: PhoneChanged) -> None:
        self._failures += 1
        if self._failures <= MOST_FAILURES:
            text = f"{event.name} {event.after}: {why(event.standing.status, event.standing.reason)}"
            self._line(event.at, text, event="phone-failed", phone=event.name, state=event.after.value)
        elif self._failures == MOST_FAILURES + 1:
            self._line(event.at, "more phones fail; the summary tells which")

    def _wave(self, event: WaveStarted | WaveEnded) -> None:
        if isinstance(event, WaveStarted):
            text = f"{self._progress.wave}: {count(event.phones, 'phone')}"
            self._line(event.at, text, event="wave-started", wave=event.number)
        else:
            text = f"{self._progress.wave or event.name} has ended: {counts_text(event.counts)}"
            self._line(event.at, text, event="wave-ended", wave=event.number, counts=_plain(event.counts))

    def _profile(self, event: ProfileChanged) -> None:
        name, standing = event.change.profile.name, event.standing
        self._profiles[event.change.profile.pkid] = standing.state
        if standing.state.well or standing.reason:  # what is on its way is nobody's news
            text = f"security profile {name} {standing.state}: {standing.reason or PROFILE_MEANINGS[standing.state]}"
            self._line(event.at, text, event="profile", profile=name, state=standing.state.value)

    def _awaited(self, event: ProfileAwaited) -> None:
        """At the beginning, at the end, and now and then between."""
        if event.phones and (not event.back or not event.absent or event.at - self._last_line >= LEAST_APART):
            text = f"security profile {event.profile}: {event.back:,} of {count(event.phones, 'phone')}"
            about = {"profile": event.profile, "back": event.back, "phones": event.phones}
            self._last_line = event.at
            self._line(event.at, f"{text} that restart are registered again", event="profile-restarts", **about)

    def _counts(self, at: float) -> None:
        counts = counts_text(self._progress.shown_counts())
        if counts != self._last_counts:
            self._last_counts = counts
            self._last_line = at
            self._line(at, counts, event="counts", counts=_plain(self._progress.shown_counts()))

    def _mind_limit(self, at: float) -> None:
        """Say what limits the run if that has lasted; what changes from second to second is nobody's news."""
        limited = self._progress.limited
        by = None if limited is None else limited.by
        if by is not self._limit:
            self._limit, self._limit_since = by, at
        elif limited is not None and by is not self._limit_told and at - self._limit_since >= LIMIT_LASTS:
            self._limit_told = by
            if by in _WORTH_A_LINE and not self._progress.paused:
                self._line(at, f"held back: {limited.why}" if by is not Limit.ALL_WRITTEN else limited.why)

    def _line(self, at: float, text: str, **about: object) -> None:
        self._tell(at, text, about)


def _plain(counts: Mapping[PhoneState, int]) -> dict[str, int]:
    return {state.value: phones for state, phones in counts.items()}


def _window(event: WindowClosed | WindowOpened) -> str:
    if isinstance(event, WindowOpened):
        return "the window is open"
    until = datetime.fromtimestamp(event.until).astimezone()
    return f"outside the window; it opens {until:%a %Y-%m-%d %H:%M} by this computer's clock"
