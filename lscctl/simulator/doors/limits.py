"""What AXL's reads may hold: 8 MB an answer, 16 MB all answers under way together; and RISPort70's requests a minute."""

import threading
from collections import deque
from collections.abc import Callable

MEGABYTE = 1024 * 1024


class AnswerMemory:
    """Bytes of answers under way; sizes in bytes [field guide 3, AXLDOC]."""

    def __init__(self, *, one: int = 8 * MEGABYTE, together: int = 16 * MEGABYTE) -> None:
        self.one = one
        self.together = together
        self._held = 0
        self._lock = threading.Lock()

    def hold(self, size: int) -> bool:
        """Take room for an answer; False when all answers under way would hold too much."""
        with self._lock:
            if self._held + size > self.together:
                return False
            self._held += size
            return True

    def release(self, size: int) -> None:
        """Give the room of a sent answer back."""
        with self._lock:
            self._held -= size

    def suggested_rows(self, rows: int, size: int) -> int:
        """The row count below which an answer like this one fits, with some room for rows longer than its average."""
        return max(1, rows * self.one * 95 // (size * 100))


class RequestRate:
    """At most `per_minute` requests in any sixty seconds; `now` tells epoch seconds [field guide 5]."""

    def __init__(self, now: Callable[[], float], per_minute: int = 15) -> None:
        self.per_minute = per_minute
        self._now = now
        self._recent: deque[float] = deque()
        self._lock = threading.Lock()

    def admits(self) -> bool:
        """Count this request in, or refuse it."""
        with self._lock:
            now = self._now()
            while self._recent and now - self._recent[0] >= 60:
                self._recent.popleft()
            if len(self._recent) >= self.per_minute:
                return False
            self._recent.append(now)
            return True
