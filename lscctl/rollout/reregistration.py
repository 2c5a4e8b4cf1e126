"""After its operation a phone restarts and must register again: phones that ended are looked for with RIS until they are back.

A phone is back when RIS shows it registered since it was applied; or registered at all, once it has had time to restart (it
may not have restarted: nothing changed for it). One that is not back in time is `lost`. One of which RIS has not told anything
for as long a time is given up: nobody knows. Only phones that were registered when the plan was made are looked for.
"""

from collections.abc import Mapping
from typing import cast

from lscctl.outcome import PhoneState
from lscctl.phone import Registration, Sighting
from lscctl.rollout.meaning import Meaning, meaning_of
from lscctl.rollout.pace import Timer
from lscctl.rollout.parts import Run, Task
from lscctl.rollout.presence import (
    FIRST_PAUSE,
    LONGEST_PAUSE,
    MOST_ASKED,
    Presence,
    note_nobody_tells,
    presence,
    registered_since,
    told,
)
from lscctl.rollout.record import Record
from lscctl.rollout.standing import Call
from lscctl.rollout.transitions import Verdict

_WELL = {
    PhoneState.INSTALLED: "has its LSC but ",
    PhoneState.DELETED: "has no LSC any more and ",
    PhoneState.FETCHED: "has shown its certificates but ",
    PhoneState.MOVED: "has its new profile but ",
}
_ENDS = (*_WELL, PhoneState.FAILED, PhoneState.LATE)
_OFTEN = 20.0
"""Seconds between two requests while phones of the wave are still under way: RIS bears 15 a minute, from all its clients."""


class Reregistration:
    """Phones that have ended and are not known to be back. `count` is how many requests were made."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._absent: dict[str, Record] = {}
        self._told_at: dict[str, float] = {}
        self._next = Timer(run.now)
        self._gathering = Timer(run.now)
        self._pause = FIRST_PAUSE
        self._unasked: set[str] = set()
        self._in_flight = False
        self._stopped = False
        self.count = 0
        self._take_up()
        run.ledger.listeners.append(self._changed)

    @property
    def asked(self) -> bool:
        """Whether each of them has been looked for at least once."""
        return not (self._unasked or self._in_flight)

    @property
    def waiting(self) -> bool:
        """Whether any phone is not known to be back."""
        return bool(self._absent)

    @property
    def due(self) -> float:
        """Seconds until the next request; 0 where none is wanted."""
        if not self._absent or self._in_flight:
            return 0.0
        return max(self._next.left, self._gathering.left if self._run.ledger.out else 0.0)

    def stop(self) -> None:
        """Look for no phone any more."""
        self._stopped = True
        for record in list(self._absent.values()):
            self._done_with(record)

    def next_task(self) -> Task | None:
        """The next request, once enough phones have ended or nothing else is under way."""
        if not self._absent or self._in_flight or self._next.left:
            return None
        if self._run.ledger.out and len(self._unasked) < MOST_ASKED and self._gathering.left:
            return None
        asked = dict(list(self._absent.items())[:MOST_ASKED])
        self._in_flight = True
        self._unasked.difference_update(asked)
        self._gathering.start(_OFTEN)
        self.count += 1
        return Task(
            call=lambda: self._run.target.sightings(list(asked)),
            finish=lambda value, error: self._seen(asked, value, error),
        )

    def _take_up(self) -> None:
        """Those that ended in an earlier part of this run, and that nobody has seen since."""
        for record in self._run.ledger.records:
            if record.ended_at is not None and not record.back:
                self._look_for(record)

    def _changed(self, record: Record, _before: PhoneState) -> None:
        if not self._stopped:
            self._look_for(record)

    def _look_for(self, record: Record) -> None:
        """Wait for the phone, if its restart is to be waited for."""
        if record.absent or record.state not in _ENDS or record.apply is Call.NOT_MADE:
            return
        if record.step.phone.registration is Registration.REGISTERED:
            record.absent = True
            self._run.ledger.absent += 1
            self._absent[record.step.phone.name] = record
            self._unasked.add(record.step.phone.name)
            self._pause = FIRST_PAUSE

    def _seen(self, asked: Mapping[str, Record], value: object, error: BaseException | None) -> None:
        self._in_flight = False
        self._next.start(self._pause)
        self._pause = min(2 * self._pause, LONGEST_PAUSE)
        if error is not None and meaning_of(error) not in (Meaning.NOT_DONE, Meaning.LOST, Meaning.REFUSED):
            self._run.fail(error, True)
            self.stop()
            return
        sightings = cast(Mapping[str, Sighting], value or {})
        for name, record in asked.items():
            if name in self._absent:
                self._judge(record, sightings.get(name))

    def _judge(self, record: Record, sighting: Sighting | None) -> None:
        now = self._run.now()
        ended = now if record.ended_at is None else min(now, record.ended_at)
        name = record.step.phone.name
        if told(sighting):
            self._told_at[name] = now
        found = presence(
            sighting,
            anew=registered_since(sighting, record.applied_at, self._run),
            passed=now - ended,
            untold=now - max(ended, self._told_at.get(name, ended)),
            options=self._run.options,
        )
        match found:
            case Presence.BACK:
                self._run.ledger.seen_back(record)
                self._done_with(record)
            case Presence.LOST if sighting is not None:
                self._done_with(record)
                self._run.ledger.change(record, _lost(record, sighting))
            case Presence.UNTOLD:
                self._done_with(record)
                note_nobody_tells(self._run)
            case _:
                pass
        self._absent.pop(name, None)
        if record.absent:
            self._absent[name] = record  # behind those that were not asked for yet

    def _done_with(self, record: Record) -> None:
        self._absent.pop(record.step.phone.name, None)
        self._told_at.pop(record.step.phone.name, None)
        self._unasked.discard(record.step.phone.name)
        if record.absent:
            record.absent = False
            self._run.ledger.absent -= 1


def _lost(record: Record, sighting: Sighting) -> Verdict:
    has = _WELL.get(record.state, "")
    ended = "" if has else f"{record.reason}; "
    return Verdict(
        PhoneState.LOST,
        f"{ended}the phone {has}has not registered again: RIS says {sighting.registration}",
        "Look at the phone, its switch port and 802.1X: it was registered when the plan was made.",
    )
