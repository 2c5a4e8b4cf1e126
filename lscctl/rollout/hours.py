"""When phones may be written: the windows of a rollout, by the cluster's clock, and in each phone's own zone where wanted."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, tzinfo
from math import inf
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lscctl.deadline import ClusterClock
from lscctl.plan import Step
from lscctl.window import Windows

_FULL_TURN = timedelta(days=8)
"""Windows come again each week; a change of the clock may move them by some hours."""

_MARGIN = timedelta(minutes=2)
"""Before a window's end no phone is written from here on, so that those written can still be applied inside it."""


class Hours:
    """Asks the windows for one run. `clock` gives the cluster's clock as last measured; all times in epoch seconds of it."""

    def __init__(self, windows: Windows, clock: Callable[[], ClusterClock]) -> None:
        self._windows = windows
        self._clock = clock
        self._zones: dict[str, tzinfo | None] = {}
        self._closed_until = 0.0

    @property
    def always(self) -> bool:
        """Whether there is no window to mind."""
        return self._windows.always

    def site_of(self, step: Step) -> str:
        """What the window of this phone depends on: its site's zone by name, or nothing."""
        return step.phone.zone if self._windows.per_site else ""

    def may_write(self, site: str) -> bool:
        """Whether phones of the site may be written now: not in a window's last minutes."""
        if self.always:
            return True
        left = self._left(site)
        return left is None or left > self._margin

    def may_apply(self, site: str) -> bool:
        """Whether phones of the site may be applied now."""
        if self.always:
            return True
        return self._windows.is_open(self._now, self._zone(site))

    def left(self, sites: Iterable[str]) -> float | None:
        """Seconds until the last of these sites' windows closes, 0 where none is open, None where one never does."""
        spans = [self._left(site) for site in sites]
        known = [span.total_seconds() for span in spans if span is not None]
        return None if len(known) < len(spans) else max(known, default=0.0)

    def opens_together(self, sites: Iterable[str]) -> float | None:
        """When all of these sites may be written at once, now or later; None where that is never so."""
        zones = [self._zone(site) for site in sites]
        now = moment = self._now
        while moment <= now + _FULL_TURN:
            closed = [zone for zone in zones if not self._windows.is_open(moment, zone)]
            if closed:
                moment = max(self._windows.opens(moment, zone) for zone in closed)
                continue
            closings = [closes for zone in zones if (closes := self._windows.closes(moment, zone)) is not None]
            if not closings or min(closings) - moment > self._margin:
                return moment.timestamp()
            moment = min(closings)
        return None

    @property
    def longest(self) -> float:
        """Seconds for which phones may be written in the longest window of a week."""
        return (self._windows.longest - self._margin).total_seconds()

    def opens_at(self, sites: Iterable[str]) -> float:
        """When the first of these sites may be written again."""
        return min(self._opens(site) for site in sites)

    def close_for_now(self, sites: Iterable[str]) -> None:
        """What is open now is as good as closed: wait for the next window."""
        self._closed_until = self.opens_after_this(sites)

    def opens_after_this(self, sites: Iterable[str]) -> float:
        """When the next window after the present one opens."""
        return min(self._opens_after(site) for site in sites)

    def told(self, at: float) -> str:
        """The moment as a person reads it, by the cluster's clock."""
        return f"{datetime.fromtimestamp(at, self._clock().zone):%a %Y-%m-%d %H:%M} by the cluster's clock"

    @property
    def now(self) -> float:
        """Epoch seconds of the cluster's clock."""
        return self._now.timestamp()

    def closes_at(self, site: str) -> float:
        """When the site's window closes that is open now; infinity where it never does."""
        closes = self._windows.closes(self._now, self._zone(site))
        return inf if closes is None else closes.timestamp()

    @property
    def _margin(self) -> timedelta:
        return min(_MARGIN, self._windows.longest / 10)

    @property
    def _now(self) -> datetime:
        return self._clock().utc()

    def _left(self, site: str) -> timedelta | None:
        now, zone = self._now, self._zone(site)
        if now.timestamp() < self._closed_until or not self._windows.is_open(now, zone):
            return timedelta()
        closes = self._windows.closes(now, zone)
        return None if closes is None else closes - now

    def _opens(self, site: str) -> float:
        if self.may_write(site):
            return self._now.timestamp()
        return max(self._opens_after(site), self._closed_until)

    def _opens_after(self, site: str) -> float:
        now, zone = self._now, self._zone(site)
        if self._windows.is_open(now, zone):
            now = self._windows.closes(now, zone) or now
        return self._windows.opens(now, zone).timestamp()

    def _zone(self, site: str) -> tzinfo:
        if site not in self._zones:
            self._zones[site] = _known(site)
        return self._zones[site] or self._clock().zone


def _known(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
