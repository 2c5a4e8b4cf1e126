"""When to try again and when to look again: pauses after trouble, the interval between polls; seconds of injected time."""

from collections.abc import Callable

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0


class Timer:
    """A span that counts down on `now`. A clock that is set back starts the span anew; it never stretches it."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._started = now()
        self._seconds = 0.0

    def start(self, seconds: float) -> None:
        """Begin a span of so many seconds now."""
        self._started = self._now()
        self._seconds = seconds

    @property
    def left(self) -> float:
        """Seconds until the span is over, 0 when it is."""
        now = self._now()
        self._started = min(self._started, now)
        return max(0.0, self._started + self._seconds - now)


class Patience:
    """What to do about a cluster that refuses work or is away: pauses that double, with jitter, until `limit` has passed.

    A `Retry-After` lengthens a pause, but never beyond the limit: one last try is made then.

    One for writes and one for reads, since CUCM throttles writes only [field guide 3]; for throttled writes `Throttle` makes the
    pauses. `chance` gives numbers from 0 to 1.
    """

    def __init__(self, limit: float, now: Callable[[], float], chance: Callable[[], float]) -> None:
        self._limit = limit
        self._chance = chance
        self._pause = Timer(now)
        self._left = Timer(now)
        self._pauses = 0
        self._refusing = False
        self._rested = False

    @property
    def troubled(self) -> bool:
        """Whether the last that was heard was trouble."""
        return self._pauses > 0

    @property
    def pause(self) -> float:
        """Seconds until the next try."""
        return self._pause.left

    def trouble(self, retry_after: float | None = None) -> float | None:
        """Note a refusal: the seconds of the pause that it begins or lengthens (0: neither); None where patience has
        run out.

        Refusals of calls that were sent side by side arrive during the pause that the first began, and count as one.
        """
        if self._rested or not self._pauses:
            self._rested = False
            self._left.start(self._limit)
        elif not self._left.left:
            return None
        wanted = min(retry_after or 0.0, self._left.left)
        if not self._pause.left:
            longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(self._pauses, 10))
            wanted = max(wanted, longest * (0.5 + 0.5 * self._chance()))
            self._pauses += 1
        if wanted <= self._pause.left:
            return 0.0
        self._pause.start(wanted)
        return wanted

    def refused(self) -> bool:
        """Note a refusal for which somebody else makes the pause; False where patience has run out."""
        if self._rested or not (self._refusing or self._pauses):
            self._rested = False
            self._left.start(self._limit)
        self._refusing = True
        return self._left.left > 0

    def rest(self) -> None:
        """Nobody tries it for now, for reasons of their own: that does not count, and `limit` begins anew with the next trouble."""
        self._rested = True

    def well(self) -> bool:
        """Note a call that was served; True if that ends a trouble. During a pause it does not: the call was sent before it."""
        self._refusing = False
        if not self._pauses or self._pause.left:
            return False
        self._pauses = 0
        return True


class PollInterval:
    """How long to wait between two polls: short while phones end, longer while few do, and never a burden.

    A poll that finds a quarter of its phones at their end halves the interval, one that finds less than a tenth lengthens it
    by half: so the number of polls grows with the logarithm of the number of phones. It stays between `shortest` and
    `longest`; polling takes at most a third of the time; and while phones are still being written, which nobody waits out
    anyway, it is at least four times the shortest.
    """

    def __init__(self, shortest: float, longest: float) -> None:
        self._shortest = shortest
        self._longest = longest
        self._interval = shortest

    def hasten(self) -> None:
        """Begin with the shortest again: the last phone has been applied."""
        self._interval = self._shortest

    def after(self, *, ended: int, watched: int, took: float, writing: bool) -> float:
        """Seconds to the next poll, after one that took so long and found `ended` of `watched` phones at their end."""
        if ended * 4 >= watched:
            self._interval /= 2
        elif ended * 10 < watched:
            self._interval *= 1.5
        self._interval = min(max(self._interval, self._shortest), self._longest)
        least = max(2 * took, 4 * self._shortest if writing else 0.0)
        return max(self._interval, least)
