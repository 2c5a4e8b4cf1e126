"""The cluster's clock: the only source of time in the simulator."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo


class ServerClock:
    """The publisher's clock: true time, unless it is told to be off by `offset` seconds.

    zone: IANA name of the publisher's time zone.
    now: where true time comes from, epoch seconds.
    Raises zoneinfo.ZoneInfoNotFoundError when the zone has no such name.
    """

    def __init__(
        self, zone: str = "Europe/Berlin", *, now: Callable[[], float] = time.time, offset: float = 0.0
    ) -> None:
        self.zone = zone
        self._zone = ZoneInfo(zone)
        self._now = now
        self._offset = offset

    def utc(self) -> float:
        """Say the time in epoch seconds."""
        return self._now() + self._offset

    def true_utc(self) -> float:
        """Say the time in epoch seconds that the clock would show if it were right."""
        return self._now()

    def jump(self, seconds: float) -> None:
        """Set the clock forward, or back (negative)."""
        self._offset += seconds

    def local(self) -> datetime:
        """Say the time as the cluster's wall clock shows it (no tzinfo)."""
        return self.local_at(self.utc())

    def local_at(self, epoch: float) -> datetime:
        """Turn epoch seconds into the cluster's wall-clock time (no tzinfo)."""
        return datetime.fromtimestamp(epoch, tz=self._zone).replace(tzinfo=None)

    def epoch_of(self, local: datetime) -> float:
        """Turn the cluster's wall-clock time into epoch seconds; an hour that comes twice is the first one."""
        return local.replace(tzinfo=self._zone).timestamp()


class ManualClock(ServerClock):
    """A clock that moves only when it is told to, so that tests run hours in milliseconds.

    start: epoch seconds.
    """

    def __init__(self, start: float, zone: str = "Europe/Berlin") -> None:
        self._epoch = start
        super().__init__(zone, now=lambda: self._epoch)

    def forward(self, **by: float) -> None:
        """Move on by what timedelta understands: `forward(hours=2)`."""
        self._epoch += timedelta(**by).total_seconds()
