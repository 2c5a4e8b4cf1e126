"""What a cluster's refusals tell about its queue of change notifications, and the pace that follows from it.

A full queue refuses writes until some of it has been worked off; nobody tells how long it is, how quickly it is worked
off, or how much of that other clients take [field guide 3, AXLDOC]. But between two moments at which it was full, what
it accepted of ours is what it worked off for us: that is our share, exactly, whatever the others did.

So writing goes in turns, each from one overflow to the next: a pause lets the queue drain a little, writes at the pace
of our share keep it there, then the pace climbs, gently until the room should be used up, and ever faster where it
still is not, since then more is worked off than before. The queue is near its limit all the time, so it never runs
empty; and an overflow costs one refusal in a turn, or as many as calls were under way.
"""

WRITES_A_TURN = 100
"""Writes that a turn should have for each refusal of the overflow that began it."""
ALLOWED = 1 / 80
"""Refusals a write beyond which turns grow longer."""
SHORTEST_TURN = 8.0
"""Seconds of the shortest gentle climb, where nothing speaks for an even shorter one."""
QUICKEST_TURN = 3.0
FEW_WRITES = 6
"""So few tell nothing about our share."""
USUAL_TURN = 20.0
"""Seconds that a turn may always take: a queue is assumed to last so long at least, unless it showed how long it does."""
FIRST_PAUSE = 2.0
"""Seconds of the pause after the first overflow, while our share is unknown."""
SHORTEST_PAUSE = 1.0
SURE_PAUSE = 5.0
"""Seconds that pauses may always grow to while refusals follow each other."""
LONGEST_PAUSE = 60.0
FIRST_CLIMB = 1.4
"""Writes a second that each write adds to the pace of the first turn: it doubles every half second."""
CLIMB = 0.35
"""The same beyond the end of a turn: it doubles every two seconds."""
REMEMBERED_WRITES = 100
"""Writes of earlier turns that count beside those of the last one."""
BEST_HALVES_IN = 600.0


class Drain:
    """Our share of what the queue works off. Times (`at`) are seconds of one clock that never goes back.

    `share` is writes a second, None before the first overflow, and a mere guess until the second one.
    """

    def __init__(self) -> None:
        self.share: float | None = None
        self._measured = False
        self._best = 0.0
        self._holds = 0.0
        self._first_fill = (0, 0.0)
        self._remembered = (0.0, 0.0)
        self._last_turn = 0.0
        self._began = 0.0
        self._refused = 0.0
        self._was_full = False
        self._taken = 0
        self._cost = 0
        self._debt = 0.0

    def begin(self, at: float) -> None:
        """Start to count here, at a queue that is not known to be full: writes begin, or begin again after other things."""
        self._began = self._refused = at
        self._was_full = False
        self._taken = 0

    def accepted(self) -> None:
        """Count a write that was accepted."""
        self._taken += 1
        self._debt = max(0.0, self._debt - ALLOWED)

    def overflowed(self, at: float) -> bool:
        """Note a refusal: the queue is full. False where it still is: next to nothing was accepted since the one before."""
        if self._was_full and self._taken < FEW_WRITES:
            self._refused_again()
            self._refused = at
            return False
        if self.share is None:
            seconds = max(0.1, at - self._began)
            self._first_fill = self._taken, seconds
            self.share = max(1.0, self._taken / seconds / 10)
        elif self._was_full:
            self._measure(at)
        self.begin(at)
        self._was_full = True
        self._cost = 0
        self._refused_again()
        return True

    def another(self) -> None:
        """Note a refusal of a call that was under way when the queue overflowed."""
        self._refused_again()

    def _refused_again(self) -> None:
        self._cost += 1
        self._debt = min(15.0, self._debt + 1)

    def _measure(self, at: float) -> None:
        """Learn our share from a turn; of the time in which all was refused, no more counts than of that in which it was not."""
        ran = at - self._refused
        seconds = max(0.001, ran + min(ran, self._refused - self._began))
        writes, before = self._remembered
        kept = min(1.0, REMEMBERED_WRITES / writes) if writes else 0.0
        self._remembered = writes * kept + self._taken, before * kept + seconds
        self.share = self._remembered[0] / self._remembered[1]
        self._best = max(self._best * 0.5 ** (seconds / BEST_HALVES_IN), self._taken / seconds)
        self._last_turn = seconds
        if not self._measured:
            self._measured = True
            filled, took = self._first_fill
            self._holds = max(0.0, filled - self.share * took)

    @property
    def pause(self) -> float:
        """Seconds to pause after an overflow: a quarter of a turn, and of the time in which a full queue drains at our share."""
        if self.share is None or not self._measured:
            return FIRST_PAUSE
        return max(SHORTEST_PAUSE, min(self._turn(self.share), self._holds / self.share) / 4)

    @property
    def longest_pause(self) -> float:
        """Seconds of the longest pause while refusals follow each other: half the time in which the queue may run empty."""
        lasts = self._holds / max(self._best, self.share or 1.0)
        return min(LONGEST_PAUSE, max(SURE_PAUSE, lasts / 2))

    @property
    def pace(self) -> float | None:
        """Writes a second at which to write now; None while the queue has never been full.

        It climbs with the writes accepted, not with time: who writes less than the pace allows does not raise it.
        """
        if self.share is None:
            return None
        if not self._measured:
            return self.share + FIRST_CLIMB * self._taken
        turn = self._turn(self.share)
        writes = turn * self.share
        # with this, what is written above our share until the end of the turn fills the room that the pause has made
        steepness = 4 * self.pause / turn
        if self._taken <= writes:
            return self.share * (1 + steepness * (self._taken / writes) ** 3)
        return self.share * (1 + steepness) + CLIMB * (self._taken - writes)

    def _turn(self, share: float) -> float:
        """Seconds from an overflow to where the next one is due.

        Long enough for its refusals to be few; but no longer than the queue lasts, nor than twice the last turn, as a short
        one says little; and where more was worked off for us before, short enough that the queue cannot run empty by then.
        """
        patience = 1 + self._debt / 5
        turn = min(
            WRITES_A_TURN * patience * self._cost / share,
            patience * max(USUAL_TURN, self._holds / share),
            2 * self._last_turn,
        )
        turn = max(SHORTEST_TURN, turn)
        if self._holds and self._best > share:
            turn = min(turn, max(QUICKEST_TURN, 0.75 * self._holds / (self._best - share)))
        return turn
