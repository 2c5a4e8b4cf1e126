"""For how long it holds what was read of a phone that is to be written or applied: others work on the cluster meanwhile."""

from collections.abc import Callable

from lscctl.rollout.record import Record

LOOK_HOLDS = 60.0
"""Seconds for which a look at a phone holds. *Assumed* to be about what a person needs to give a phone another operation by
hand. At a usual pace the phones of one look are all written in that time: only a pause, a slow cluster or a low `--max-rate` costs
more looks."""


class Looks:
    """When phones were looked at last, by `now`: a clock that goes on while the machine is suspended, and that may be set."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._at: dict[str, float] = {}

    def note(self, record: Record) -> None:
        """The phone has been looked at just now."""
        self._at[record.step.phone.name] = self._now()

    def hold(self, record: Record) -> bool:
        """Whether the last look still holds. Before a clock that was set back nobody knows how old it is."""
        at = self._at.get(record.step.phone.name)
        return at is not None and 0 <= self._now() - at < LOOK_HOLDS
