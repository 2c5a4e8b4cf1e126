"""Takes back what a cancelled run left pending: phones are set to No Pending Operation, and never applied.

One phone after the other: at most as many as may be in flight are concerned, and nobody hurries. A phone that has fetched its
configuration may carry it out all the same [field guide 2].
"""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import tzinfo

from lscctl.auth_string import StringAtCluster
from lscctl.cucm.faults import AxlFault, Throttled
from lscctl.errors import LscctlError
from lscctl.outcome import DONE_BY_CAPF, PhoneState
from lscctl.plan import Plan
from lscctl.rollout import transitions
from lscctl.rollout.events import Intended, Observer, PhoneChanged, Purpose
from lscctl.rollout.meaning import Meaning, meaning_of
from lscctl.rollout.pace import Patience
from lscctl.rollout.record import Record
from lscctl.rollout.standing import Call, Standing
from lscctl.rollout.target import Target
from lscctl.rollout.transitions import Verdict

PATIENCE = 300.0
"""Seconds for which a cluster may refuse, or be away."""


def still_pending(plan: Plan, past: dict[str, Standing], target: Target, zone: tzinfo) -> list[Record]:
    """The phones of a run whose operation still stands at the cluster and is the run's own. Raises WireFault."""
    records = [
        Record.resumed(step, standing, zone)
        for step in plan.steps
        if (standing := past.get(step.phone.name)) is not None and standing.writes and not _was_carried_out(standing)
    ]
    return [record for page in _pages(records, target.page_size) for record in _ours(page, plan, target)]


def take_back(
    records: Sequence[Record],
    target: Target,
    observers: Sequence[Observer],
    *,
    now: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
    chance: Callable[[], float],
    clears_strings: bool = False,
) -> Iterator[Record]:
    """Take each phone back, telling the observers before and after, and give each back as it stands then. With `clears_strings`
    their authentication strings, which the run handed out, are cleared before.

    Raises the error of a cluster that fails altogether, and what an observer raises: nothing is sent then.
    """
    for record in records:
        before = record.state
        intended = Intended(now(), Purpose.TAKE_BACK, ((record.step.phone.name, record.standing()),))
        for observer in observers:
            observer.on_event(intended)
        verdict = _taken_back(record, target, Patience(PATIENCE, now, chance), sleep, clears_strings)
        if clears_strings and verdict.state is PhoneState.CANCELLED:
            record.string = StringAtCluster.NONE
        record.state, record.reason, record.next_step = verdict.state, verdict.reason, verdict.next_step
        changed = PhoneChanged(now(), record.step.phone.name, before, record.standing())
        for observer in observers:
            observer.on_event(changed)
        yield record


def _taken_back(
    record: Record, target: Target, patience: Patience, sleep: Callable[[float], None], clears_string: bool
) -> Verdict:
    while True:
        try:
            target.take_back(record.step.phone, clears_string=clears_string)
        except LscctlError as error:
            if isinstance(error, AxlFault) and error.not_found:
                return transitions.DELETED
            if meaning_of(error) in (Meaning.REFUSED, Meaning.LOST):
                return Verdict(record.state, f"not taken back: {error}", transitions.APPLY_OR_TAKE_BACK)
            pause = patience.trouble(error.retry_after if isinstance(error, Throttled) else None)
            if meaning_of(error) is not Meaning.NOT_DONE or pause is None:
                raise
            sleep(patience.pause)
            continue
        if record.apply is Call.NOT_MADE:
            return Verdict(PhoneState.CANCELLED, "taken back before it was applied")
        return Verdict(
            PhoneState.CANCELLED,
            "taken back; it was applied before, so the phone may carry it out all the same",
            "Look with `lscctl status` whether it has a new LSC.",
        )


def _ours(records: list[Record], plan: Plan, target: Target) -> Iterator[Record]:
    readings = target.read([record.step.phone.pkid for record in records])
    for record in records:
        reading = readings.get(record.step.phone.pkid)
        if reading is None:
            continue
        # a status that is still the one from before says nothing of a phone that was not applied
        untold = record.apply is not Call.DONE and reading.status == record.status_before
        transitions.note(record, reading, plan.operation)
        if record.stands and (reading.pending or untold):
            yield record


def _was_carried_out(standing: Standing) -> bool:
    """Whether CAPF has ended the operation: one of the same hour that stands now is another's, or a later run's."""
    ended = standing.state is PhoneState.FAILED and standing.apply is Call.DONE
    return standing.state in DONE_BY_CAPF or ended


def _pages(records: list[Record], size: int) -> Iterator[list[Record]]:
    for at in range(0, len(records), size):
        yield records[at : at + size]
