"""The course of a run: which phones may be written now, wave by wave, behind gates and inside windows.

    begin a wave --> hand its phones out --> all of them ended --> gates --> pause, window, inspection, question --> ...

`Course` decides and hands out; it never calls the cluster itself but for the inspection before a wave. A closed gate is
never opened again in a run: a person resumes it.
"""

from collections import deque
from collections.abc import Iterable, Iterator

from lscctl.capf import AuthenticationMode
from lscctl.outcome import DONE_BY_CAPF, FAILURES, PhoneState, count_states
from lscctl.rollout.events import GateClosed, Limit, WaveEnded, WaveStarted, WindowClosed, WindowOpened
from lscctl.rollout.gates import Tallies
from lscctl.rollout.hours import Hours
from lscctl.rollout.inspection import Inspection
from lscctl.rollout.openings import Openings
from lscctl.rollout.pace import Timer
from lscctl.rollout.parts import Run, Task
from lscctl.rollout.record import Record
from lscctl.waves import waves_of

_UNSEEN = 1800.0
"""Seconds that a phone may take while none has been seen to end: making keys takes 30 minutes and more [field guide 2]."""

_RESTART = 300.0
"""Seconds that a phone may take which only restarts."""


class Course:
    """Hands out the phones that may be written. The engine asks it to `advance` at each turn of its loop.

    `gate` says which gate is closed and why, None while none is; `left` what a run that does not wait leaves for later.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._rules = run.options.rules
        self._hours = Hours(self._rules.windows, lambda: run.target.clock)
        self._waves = waves_of(run.plan.steps, self._rules)
        self._records = self._by_wave()
        self._begun = 0
        self._open = False
        self._taken_up = False
        self._stopped = False
        self._sites: dict[str, deque[Record]] = {}
        self._in_hand: dict[str, str] = {}  # handed out and not written yet: {phone name: site}
        self._pause = Timer(run.now)
        self._inspection = Inspection(run)
        self._openings = Openings(run, self._hours, {self._hours.site_of(step) for step in run.plan.steps})
        self._outside = False
        self._longest = 0.0
        self._polled = True
        self.gate: str | None = None
        self._left = ""
        # those in doubt, too: what is told as unknown at each end would close the gate at each resume
        failed = (record for record in run.ledger.records if record.state in FAILURES)
        known = {record.step.phone.name for record in failed} if run.options.past_is_known else set()
        self._tallies = Tallies(self._rules, known)
        self._take_up()
        run.ledger.listeners.append(self._changed)

    @property
    def over(self) -> bool:
        """Whether no phone will be handed out any more."""
        return self._stopped or (self._begun == len(self._waves) and not self._open)

    @property
    def all_handed_out(self) -> bool:
        """Whether the last phone of the last wave has been handed out, or none will be any more."""
        if self.over:
            return True
        if self._queued:
            return self._room <= 0 and not self._run.options.wait
        waits = self._open or self._pause.left > 0
        return self._begun == len(self._waves) or (waits and not self._run.options.wait)

    @property
    def left(self) -> str | None:
        """Why phones are left for later, where the run does not wait for it; None where none are, or it waits."""
        if self._left or self._run.options.wait or self._stopped:
            return self._left or None
        if self._begun == len(self._waves) and not self._queued:
            return None
        wave = self._waves[self._begun - 1]
        return f"{wave.name} is under way" if self._open else f"pause after {wave.name}"

    @property
    def due(self) -> float:
        """Seconds until something that the next phones wait for ends: a pause, a window; 0 while nothing is known."""
        if self.over or self._inspection.under_way or self._openings.under_way:
            return 0.0
        waits = [self._inspection.pause, self._openings.pause, 0.0 if self._open else self._pause.left]
        if self._outside:
            waits.append(max(0.0, self._hours.opens_at(self._places()) - self._run.target.clock.utc().timestamp()))
        return max(waits)

    def may_write(self, record: Record) -> bool:
        """Whether a phone that was handed out may still be written."""
        return not self._stopped and self._may_write_at(self._hours.site_of(record.step))

    def may_apply(self, record: Record) -> bool:
        """Whether a phone that was written may be applied: inside its window only."""
        site = self._hours.site_of(record.step)
        return self._hours.may_apply(site) and self._openings.is_known(site)

    def window_closes_at(self, record: Record) -> float:
        """When the window closes in which the phone may be applied now, by the cluster's clock; the past where none is open."""
        return self._hours.closes_at(self._hours.site_of(record.step))

    def applies_in(self, records: Iterable[Record]) -> float:
        """Seconds until the first of these phones, none of which may be applied now, may be; 0 where there are none."""
        sites = {self._hours.site_of(record.step) for record in records}
        if not sites:
            return 0.0
        return max(0.0, self._hours.opens_after_this(sites) - self._run.target.clock.utc().timestamp())

    @property
    def can_hand_out(self) -> bool:
        """Whether `take` gives a phone now, or will once a poll has shown free places."""
        return self._room > 0 and any(queue and self._may_write_at(site) for site, queue in self._sites.items())

    def take(self, most: int) -> list[Record]:
        """At most so many phones to write next; none where a limit forbids.

        While few places are free it waits for more of them, until a poll at most: reads are to grow with pages, not with phones.
        """
        room = min(most, self._room)
        enough = min(most, max(1, self._rules.max_in_flight // 4), self._queued)
        if room <= 0 or (room < enough and not self._polled):
            return []
        taken: list[Record] = []
        for site, queue in self._sites.items():
            if self._may_write_at(site):
                while queue and len(taken) < room:
                    taken.append(queue.popleft())
        for record in taken:
            self._run.ledger.hand_out(record)
            self._in_hand[record.step.phone.name] = self._hours.site_of(record.step)
        self._polled = self._polled and not taken
        return taken

    def put_back(self, records: Iterable[Record]) -> None:
        """These were handed out, but not written: they are the next to be handed out again, once their wave has begun."""
        for record in reversed(list(records)):
            self._run.ledger.put_back(record)
            self._in_hand.pop(record.step.phone.name, None)
            if record.wave <= self._begun:
                self._queue_of(record).appendleft(record)

    def polled(self) -> None:
        """All phones under way, if there are any, have been read once."""
        self._polled = True

    def stop(self) -> None:
        """Hand out no phone any more."""
        self._stopped = True

    def advance(self) -> None:
        """Mind gates and windows, end the wave that is over, begin the next one if all allow it."""
        self._mind_opening()
        if self.over:
            return
        if closed := self._tallies.closed_gate():
            self._close(*closed)
        if not (self._open or self._stopped) and all(record.begun for record in self._records[self._begun]):
            self._begin_wave()
            self._taken_up = True  # an earlier part of this run wrote all of it
        self._mind_window()
        ledger = self._run.ledger
        if self._open and not (self._queued or ledger.out or ledger.absent):
            self._end_wave()
        if self._inspection.made and self._may_begin():
            self._begin_inspected()

    def next_task(self) -> Task | None:
        """What the window that has opened waits for, or the inspection that the next wave waits for."""
        if self._openings.unknown and not self._stopped:
            return self._openings.task()
        return self._inspection.task() if self._may_begin() else None

    def limit(self) -> tuple[Limit, str]:
        """What keeps phones from being handed out, and why in words."""
        return next(self._limits())

    def _limits(self) -> Iterator[tuple[Limit, str]]:
        """All that does, what counts most first."""
        if self.gate is not None:
            yield Limit.GATE, self.gate
        if self._stopped:
            yield Limit.STOPPING, "no phone is written any more"
        if self.all_handed_out and not self._queued:
            yield Limit.ALL_WRITTEN, "all phones are written"
        if self._outside:
            yield Limit.WINDOW, f"outside the window until {self._hours.told(self._hours.opens_at(self._places()))}"
        if self._openings.unknown:
            yield Limit.WINDOW, "preflight looks again before this window's first phone"
        if not self._open:
            name = self._waves[self._begun].name
            yield (
                (Limit.PAUSE, f"pause before {name}") if self._pause.left else (Limit.WAVE, f"{name} is about to begin")
            )
        if not self._queued:
            yield Limit.WAVE, f"{self._waves[self._begun - 1].name} must end before the next begins"
        if self._room <= 0:
            foreign = self._inspection.foreign
            others = f" and {foreign:,} of others" if foreign else ""
            ours = f"{self._run.ledger.out:,} phones are under way{others}"
            yield Limit.IN_FLIGHT, f"{ours} (--max-in-flight {self._rules.max_in_flight:,})"
        yield Limit.NOTHING, ""

    # waves

    def _by_wave(self) -> list[list[Record]]:
        of = {record.step.phone.name: record for record in self._run.ledger.records}
        records = [[of[step.phone.name] for step in wave.steps] for wave in self._waves]
        for wave, members in zip(self._waves, records, strict=True):
            for record in members:
                record.wave = wave.number
        return records

    def _take_up(self) -> None:
        """Count what an earlier part of this run left. Waves that have wholly ended are not begun again."""
        while self._begun < len(self._waves) and all(record.ended for record in self._records[self._begun]):
            self._begun += 1
            self._tallies.begin_wave(self._records[self._begun - 1])
        self._go_on_pausing()
        for record in self._run.ledger.records:
            if (record.touched and not record.state.final) or record.in_doubt:
                self._run.ledger.hand_out(record)

    def _changed(self, record: Record, before: PhoneState) -> None:
        """The ledger tells that a phone passed to another state."""
        self._in_hand.pop(record.step.phone.name, None)
        if record.state in DONE_BY_CAPF and record.applied_at is not None and not _waits_for_people(record):
            self._longest = max(self._longest, self._run.now() - record.applied_at)
        if record.wave <= self._begun:
            self._tallies.count(record, before, in_wave=record.wave == self._begun)

    @property
    def _queued(self) -> int:
        return sum(len(queue) for queue in self._sites.values())

    @property
    def _room(self) -> int:
        if self._stopped or not self._open:
            return 0
        return max(1, self._rules.max_in_flight - self._inspection.foreign) - self._run.ledger.out

    def _queue_of(self, record: Record) -> deque[Record]:
        return self._sites.setdefault(self._hours.site_of(record.step), deque())

    def _may_begin(self) -> bool:
        """Whether the next wave may begin, as far as nobody asks the cluster or a person."""
        if self._open or self.over or self._pause.left or self._outside or self._openings.unknown:
            return False
        return self._fits(self._waves[self._begun].name, self._records[self._begun])

    def _begin_inspected(self) -> None:
        name = self._waves[self._begun].name
        queued = sum(record.state is PhoneState.QUEUED for record in self._records[self._begun])
        confirm = self._run.options.confirm
        if closed := self._inspection.judged(first=not self._begun):
            self._close(*closed)
            return
        if self._begun and queued and confirm is not None and not confirm(name, queued):
            self._close("--confirm-waves", f"nobody confirmed {name}")
            return
        self._begin_wave()

    def _begin_wave(self) -> None:
        wave, records = self._waves[self._begun], self._records[self._begun]
        self._taken_up = False
        self._begun += 1
        self._open = True
        self._polled = True
        self._tallies.begin_wave(records)
        for record in records:
            if record.state is PhoneState.QUEUED:
                self._queue_of(record).append(record)
        self._run.announcer.tell(WaveStarted(self._run.now(), wave.number, len(self._waves), wave.name, len(records)))

    def _end_wave(self) -> None:
        wave, records = self._waves[self._begun - 1], self._records[self._begun - 1]
        self._open = False
        counts = count_states(record.state for record in records)
        self._run.announcer.tell(WaveEnded(self._run.now(), wave.number, wave.name, counts))
        if self._taken_up:
            self._go_on_pausing()
        else:
            self._pause.start(self._rules.pause_between.total_seconds())

    def _go_on_pausing(self) -> None:
        """What is left of the pause after the last wave of an earlier part of this run, as far as its phones can tell."""
        ended = (record.ended_at or 0.0 for records in self._records[: self._begun] for record in records)
        since = self._run.now() - max(ended, default=0.0)
        self._pause.start(max(0.0, self._rules.pause_between.total_seconds() - max(0.0, since)))

    # gates

    def _close(self, gate: str, why: str) -> None:
        self.gate = f"{gate}: {why}"
        self._stopped = True
        self._run.announcer.tell(GateClosed(self._run.now(), gate, why))

    # windows

    def _may_write_at(self, site: str) -> bool:
        return self._hours.may_write(site) and self._openings.is_known(site)

    def _mind_opening(self) -> None:
        """Take what preflight found in a window that has opened, if there is still anything to be done."""
        if self._stopped or not self._openings.unknown:
            return
        if all(record.begun for record in self._run.ledger.records):
            self._openings.all_known()
        elif why := self._openings.found():
            self._close("preflight", why)

    def _places(self) -> list[str]:
        """The sites whose windows matter now: those of the phones still to be written, else of the next wave."""
        if waiting := {site for site, queue in self._sites.items() if queue} | set(self._in_hand.values()):
            return sorted(waiting)
        following = self._records[self._begun] if self._begun < len(self._records) else []
        return sorted({self._hours.site_of(record.step) for record in following}) or [""]

    def _mind_window(self) -> None:
        if self._hours.always or (self._open and not (self._queued or self._in_hand)):
            return
        inside = any(self._hours.may_write(site) for site in self._places())
        if inside and self._outside:
            self._outside = False
            self._polled = True
            self._run.announcer.tell(WindowOpened(self._run.now()))
        elif not inside and not self._outside:
            self._leave_window()

    def _leave_window(self) -> None:
        self._outside = True
        self._inspection.forget()
        self._run.announcer.tell(WindowClosed(self._run.now(), self._hours.opens_at(self._places())))
        if not self._run.options.wait:
            self._left = self.limit()[1]
            self._stopped = True

    def _fits(self, wave: str, records: list[Record]) -> bool:
        """Whether the wave can end before its window does. Where not, it waits for the next one."""
        places = self._places()
        needed = self._estimate(sum(not record.ended for record in records))
        left = self._hours.left(places) if not self._hours.always else None
        if left is None or left >= needed:
            return True
        if self._hours.longest < needed:
            self._close(
                "--window",
                f"{wave} is expected to take {needed / 60:,.0f} minutes, and no window leaves it so long: give smaller waves, "
                "a shorter --wave-timeout or a longer window",
            )
        else:
            self._hours.close_for_now(places)
            self._leave_window()
        return False

    def _estimate(self, phones: int) -> float:
        """Seconds that a wave of so many phones takes, as far as can be known: rounds of phones that are pending at once."""
        timeout = self._rules.wave_timeout
        by_people = all(map(_waits_for_people, self._run.ledger.records))  # who need no window
        usual = _RESTART if self._run.plan.moves or by_people else _UNSEEN
        unseen = usual if timeout is None else min(usual, timeout.total_seconds())
        return (self._longest or unseen) * -(-phones // self._rules.max_in_flight)


def _waits_for_people(record: Record) -> bool:
    """Whether the phone ends only once somebody has typed a string on it."""
    return record.step.settings.mode is AuthenticationMode.AUTH_STRING
