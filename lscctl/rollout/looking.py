"""A look at the cluster that a run waits for: what CAPF says before a wave, what preflight says at a window's opening."""

from collections.abc import Callable
from typing import Generic, TypeVar, cast

from lscctl.rollout.meaning import Meaning, meaning_of
from lscctl.rollout.pace import Patience
from lscctl.rollout.parts import Run, Task

T = TypeVar("T")


class Look(Generic[T]):
    """One look, made in a worker, and again for as long as the run has patience with a cluster that is away.

    `found` is what was seen, None until it has been and after `forget`. Where patience runs out, or the cluster will serve no
    call, the run fails.
    """

    def __init__(self, run: Run, look: Callable[[], T]) -> None:
        self._run = run
        self._look = look
        self._patience = Patience(run.options.patience, run.now, run.chance)
        self._under_way = False
        self.found: T | None = None

    @property
    def under_way(self) -> bool:
        """Whether the cluster is being asked now."""
        return self._under_way

    @property
    def pause(self) -> float:
        """Seconds until the next try."""
        return self._patience.pause

    def forget(self) -> None:
        """What was seen holds no longer."""
        self.found = None

    def task(self) -> Task | None:
        """The call; None where it has been made, is under way, or pauses after trouble."""
        if self.found is not None or self._under_way or self._patience.pause:
            return None
        self._under_way = True
        return Task(call=self._look, finish=self._finish)

    def _finish(self, value: object, error: BaseException | None) -> None:
        self._under_way = False
        if error is None:
            self._patience.well()
            self.found = cast(T, value)
        elif meaning_of(error) not in (Meaning.NOT_DONE, Meaning.LOST) or self._patience.trouble() is None:
            self._run.fail(error, True)
