"""The change-notification queue: each accepted write adds to it, time drains it, and a full one makes AXL answer 503."""

import threading
from collections.abc import Callable


class ChangeNotifications:
    """Outstanding change notifications, of all clients together [field guide 3, AXLDOC].

    `limit` is the number over which AXL refuses writes, `drained_per_second` how quickly the cluster works them off,
    `per_write` what one accepted write adds, and `retry_after` (seconds) goes into the header `Retry-After`, which a
    CUCM does not send. `now` tells epoch seconds.
    """

    def __init__(
        self,
        now: Callable[[], float],
        *,
        limit: int = 1500,
        drained_per_second: float = 1000.0,
        per_write: int = 1,
        retry_after: int | None = None,
    ) -> None:
        self.limit = limit
        self.drained_per_second = drained_per_second
        self.per_write = per_write
        self.retry_after = retry_after
        self._now = now
        self._outstanding = 0.0
        self._at = now()
        self._lock = threading.Lock()

    @property
    def outstanding(self) -> int:
        """Notifications that no node has worked off yet."""
        with self._lock:
            return int(self._drained())

    @property
    def over_limit(self) -> bool:
        """Whether AXL answers 503 to writes just now."""
        return self.outstanding > self.limit

    def add(self, notifications: int) -> None:
        """Put a load on the queue: a write's own, or another client's, a BAT job's, an admin's."""
        with self._lock:
            self._outstanding = self._drained() + notifications

    def written(self, changes: int) -> None:
        """Count what accepted writes changed."""
        self.add(changes * self.per_write)

    def _drained(self) -> float:
        now = self._now()
        self._outstanding = max(0.0, self._outstanding - max(0.0, now - self._at) * self.drained_per_second)
        self._at = now
        return self._outstanding
