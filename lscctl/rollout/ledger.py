"""The phones of a run: their records, how many stand in each state, and the events that tell of every change."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import tzinfo

from lscctl.outcome import PhoneOutcome, PhoneState
from lscctl.plan import Plan, Step
from lscctl.rollout.announcer import Announcer
from lscctl.rollout.events import CallNotMade, PhoneBack, PhoneChanged, Purpose, StringCleared
from lscctl.rollout.record import Record
from lscctl.rollout.standing import Standing
from lscctl.rollout.transitions import Verdict


class Ledger:
    """All records of a plan, in its order. Every change of a state passes through `change`.

    `past` is `{phone name: Standing}` of a run that is resumed, empty for a new one; `zone` is the cluster's. `out` counts the
    phones that were handed out to be written and have not ended, `absent` those that ended and are not known to be registered
    again. `listeners` are called with each phone whose state changed for certain, and the state before.
    """

    def __init__(
        self,
        plan: Plan,
        announcer: Announcer,
        now: Callable[[], float],
        past: Mapping[str, Standing],
        zone: tzinfo,
    ) -> None:
        self.records = tuple(self._record(step, past, zone) for step in plan.steps)
        self.out = 0
        self.absent = 0
        self.listeners: list[Callable[[Record, PhoneState], None]] = []
        self._left_out = plan.left_out
        self._announcer = announcer
        self._now = now
        self._counts: Counter[PhoneState] = Counter(record.state for record in self.records)
        self._watched: dict[str, Record] = {}
        for record in self.records:
            self._watch(record)

    @staticmethod
    def _record(step: Step, past: Mapping[str, Standing], zone: tzinfo) -> Record:
        standing = past.get(step.phone.name)
        return Record(step) if standing is None else Record.resumed(step, standing, zone)

    def hand_out(self, record: Record) -> None:
        """The phone is about to be written; it counts as in flight until it ends or is put back."""
        if not record.out:
            record.out = True
            self.out += 1

    def put_back(self, record: Record) -> None:
        """The phone is not in flight (any more)."""
        if record.out:
            record.out = False
            self.out -= 1

    def change(self, record: Record, verdict: Verdict) -> None:
        """Pass the phone to the verdict's state, telling so if it is another one."""
        before, record.state = record.state, verdict.state
        record.reason, record.next_step = verdict.reason, verdict.next_step
        if record.state.final and (not before.final or before is PhoneState.STALLED):
            record.ended_at = self._now()
        if record.state.final and not record.in_doubt:
            self.put_back(record)
        self._watch(record)
        self._counts[before] -= 1
        self._counts[verdict.state] += 1
        certain = record.certain
        if not record.in_doubt and certain is not record.state:
            record.certain = record.state
            for listener in self.listeners:
                listener(record, certain)
        if before is verdict.state:
            return
        self._announcer.tell(PhoneChanged(self._now(), record.step.phone.name, before, record.standing()))

    def not_made(self, purpose: Purpose, records: Sequence[Record]) -> None:
        """Calls that were intended for these phones proved to have changed nothing."""
        standings = tuple((record.step.phone.name, record.standing()) for record in records)
        self._announcer.tell(CallNotMade(self._now(), purpose, standings))

    def seen_back(self, record: Record) -> None:
        """The phone has registered again after its end."""
        record.back = True
        self._announcer.tell(PhoneBack(self._now(), record.step.phone.name, record.standing()))

    def string_cleared(self, record: Record) -> None:
        """The cluster holds the phone's authentication string no more."""
        self._announcer.tell(StringCleared(self._now(), record.step.phone.name, record.standing()))

    def string_left(self, record: Record, why: str, next_step: str) -> None:
        """The cluster still holds the phone's authentication string, and `why` nothing more is tried."""
        told = f"its authentication string is still at the cluster: {why}"
        record.reason = f"{record.reason}; {told}" if record.reason else told
        record.next_step = f"{record.next_step} {next_step}".strip()
        self._announcer.tell(StringCleared(self._now(), record.step.phone.name, record.standing(), why))

    def _watch(self, record: Record) -> None:
        pkid = record.step.phone.pkid
        if record.watched:
            self._watched[pkid] = record
        else:
            self._watched.pop(pkid, None)

    @property
    def counts(self) -> dict[PhoneState, int]:
        """Phones of the plan by state, in the states' own order, states without phones left away."""
        return {state: self._counts[state] for state in PhoneState if self._counts[state]}

    @property
    def watches(self) -> bool:
        """Whether a poll has any phone to look at that has not stalled."""
        return len(self._watched) > self._counts[PhoneState.STALLED]

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
