"""What a run looks at before each wave: whether CAPF answers on its port, and how many phones of others are pending."""

from dataclasses import dataclass

from lscctl.rollout.looking import Look
from lscctl.rollout.parts import Run, Task


@dataclass(frozen=True, slots=True)
class _Found:
    """Whether CAPF answers, None where that cannot be told; and how many phones of others have an operation under way."""

    capf: bool | None
    foreign: int


class Inspection:
    """The look before the next wave. `foreign` is how many phones of others were pending at the last one."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._look = Look(run, self._inspect)
        self._capf_answered = False
        self.foreign = 0

    @property
    def under_way(self) -> bool:
        """Whether the cluster is being asked now."""
        return self._look.under_way

    @property
    def pause(self) -> float:
        """Seconds until the next try."""
        return self._look.pause

    @property
    def made(self) -> bool:
        """Whether there is something to judge."""
        return self._look.found is not None

    def forget(self) -> None:
        """What was seen holds no longer."""
        self._look.forget()

    def task(self) -> Task | None:
        """The call, as `Look.task`."""
        return self._look.task()

    def judged(self, *, first: bool) -> tuple[str, str] | None:
        """The gate that closes by what was seen, and why; None where the wave may begin. `first`: no wave has begun before."""
        found = self._look.found
        self._look.forget()
        if found is None:
            return None
        closed = self._closed(found)
        if closed is None and found.capf is False and first:
            self._run.announcer.notes.append("CAPF does not answer on its port from here: no gate watches it")
        self._capf_answered = self._capf_answered or bool(found.capf)
        self.foreign = found.foreign
        return closed

    def _closed(self, found: _Found) -> tuple[str, str] | None:
        most = self._run.options.rules.max_in_flight
        if found.capf is False and self._capf_answered:
            return "CAPF", "CAPF does not answer on its port any more"
        if found.foreign >= most:
            why = f"{found.foreign:,} phones that are not of this run have an operation under way, and at most {most:,} may at once"
            return "--max-in-flight", why
        return None

    def _inspect(self) -> _Found:
        target = self._run.target
        ours = {record.step.phone.pkid for record in self._run.ledger.records}
        capf = None if self._run.plan.moves else target.capf_answers()
        return _Found(capf, len(target.pending() - ours))
