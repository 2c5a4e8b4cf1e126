"""How the cluster takes a run's changes: how fast they may leave, for how long it may refuse them, and what people hear of that."""

from lscctl.cucm.faults import LoginRefused, Throttled
from lscctl.rollout.events import Limit, Paused, Resumed
from lscctl.rollout.pace import Patience
from lscctl.rollout.parts import Run
from lscctl.rollout.throttle import Throttle

_WORTH_TELLING = 1.0
"""Seconds of a pause from which on people are told."""


class Reception:
    """The throttle and the patience of one run's writes and applies."""

    def __init__(self, run: Run) -> None:
        rules = run.options.rules
        self._run = run
        self._patience = Patience(run.options.patience, run.now, run.chance)
        self._throttle = Throttle(run.now, run.chance, rules.concurrency, rules.max_rate)
        self._told_pause = False

    @property
    def troubled(self) -> bool:
        """Whether the last that was heard of the cluster was trouble."""
        return self._patience.troubled

    @property
    def pause(self) -> float:
        """Seconds until it is tried again after trouble."""
        return self._patience.pause

    @property
    def next_in(self) -> float:
        """Seconds until the next call may leave."""
        return self._throttle.next_in

    @property
    def concurrency(self) -> int:
        """How many calls may be under way; after a pause one tries whether the cluster serves again."""
        return 1 if self._patience.troubled else self._throttle.concurrency

    @property
    def rate(self) -> float:
        """Calls served a second, of late."""
        return self._throttle.rate

    @property
    def held_back(self) -> bool:
        """Whether calls wait since the cluster takes no more."""
        return bool(self._throttle.limited_by)

    def limit(self) -> tuple[Limit, str] | None:
        """What keeps calls back whatever there is to do, and why in words; None where nothing does."""
        if self._patience.pause:
            return Limit.CLUSTER, "the cluster refuses writes or is away"
        if self._throttle.limited_by == "--max-rate":
            return Limit.MAX_RATE, f"--max-rate {self._run.options.rules.max_rate:g}"
        return None

    def sent(self) -> None:
        """A call for one phone leaves."""
        self._throttle.sent()

    def served(self, phones: int, seconds: float) -> None:
        """A call for so many phones was served, and took so long."""
        for _ in range(phones):
            self._throttle.served(max(0.0, seconds))
        if self._patience.well() or self._told_pause:
            self._told_pause = False
            self._run.announcer.tell(Resumed(self._run.now(), changes=True))

    def rest(self) -> None:
        """No call leaves for long, whatever the cluster does: nobody can say that it refuses them for all that time."""
        self._patience.rest()

    def slow_down(self, error: BaseException) -> None:
        """A call was refused, or its answer was lost."""
        if isinstance(error, Throttled):
            self._throttle.refused(error.retry_after)
        else:
            self._throttle.slow_or_lost()

    def bear(self, error: BaseException) -> None:
        """Pause before the next try, or give up where patience has run out."""
        if isinstance(error, Throttled):
            self._bear_refusal(error)
            return
        seconds = self._patience.trouble()
        if seconds is None:
            self.give_up(error)
        elif seconds:
            self._run.announcer.tell(Paused(self._run.now(), str(error), seconds, changes=True))

    def _bear_refusal(self, error: Throttled) -> None:
        """The throttle makes the pauses; patience says for how long."""
        if not self._patience.refused():
            self.give_up(error)
        elif (pause := self._throttle.next_in) >= _WORTH_TELLING and not self._told_pause:
            self._told_pause = True
            self._run.announcer.tell(Paused(self._run.now(), str(error), pause, changes=True))

    def give_up(self, error: BaseException) -> None:
        """Fail the run. One more refused login could lock the account, so then nobody reads either [field guide 3]."""
        self._run.fail(error, isinstance(error, LoginRefused))
