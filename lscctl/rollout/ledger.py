"""The phones of a run: their records, how many stand in each state, and the events that tell of every change."""

from collections import Counter
from collections.abc import Callable

from lscctl.outcome import PhoneOutcome, PhoneState
from lscctl.plan import Plan
from lscctl.rollout.announcer import Announcer
from lscctl.rollout.events import PhoneChanged
from lscctl.rollout.record import Record
from lscctl.rollout.transitions import Verdict


class Ledger:
    """All records of a plan, in its order. Every change of a state passes through `change`."""

    def __init__(self, plan: Plan, announcer: Announcer, now: Callable[[], float]) -> None:
        self.records = tuple(Record(step) for step in plan.steps)
        self._left_out = plan.left_out
        self._announcer = announcer
        self._now = now
        self._counts: Counter[PhoneState] = Counter({PhoneState.QUEUED: len(self.records)})
        self._watched: dict[str, Record] = {}

    def change(self, record: Record, verdict: Verdict) -> None:
        """Pass the phone to the verdict's state, telling so if it is another one."""
        before, record.state = record.state, verdict.state
        record.reason, record.next_step = verdict.reason, verdict.next_step
        if record.watched:
            self._watched[record.step.phone.pkid] = record
        else:
            self._watched.pop(record.step.phone.pkid, None)
        if before is verdict.state:
            return
        self._counts[before] -= 1
        self._counts[verdict.state] += 1
        event = PhoneChanged(
            self._now(), record.step.phone.name, before, verdict.state, record.status.text, verdict.reason
        )
        self._announcer.tell(event)

    @property
    def counts(self) -> dict[PhoneState, int]:
        """Phones of the plan by state, in the states' own order, states without phones left away."""
        return {state: self._counts[state] for state in PhoneState if self._counts[state]}

    @property
    def watches(self) -> bool:
        """Whether a poll has any phone to look at."""
        return bool(self._watched)

    def watched(self) -> list[Record]:
        """The phones that a poll must look at."""
        return list(self._watched.values())

    def outcomes(self) -> tuple[PhoneOutcome, ...]:
        """Every phone of the plan, those left out at the end with the reasons."""
        left_out = (
            PhoneOutcome(
                name=out.phone.name,
                model=out.phone.model,
                state=PhoneState.LEFT_OUT,
                status=out.phone.status.text,
                reason="; ".join(str(finding) for finding in out.findings),
                lsc_valid_until=out.phone.lsc.valid_until,
            )
            for out in self._left_out
        )
        return (*(record.outcome() for record in self.records), *left_out)
