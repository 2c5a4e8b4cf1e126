"""Carry a plan out: wave by wave, write phones in chunks, read them back, apply them, watch CAPF, and tell what happens.

    plan --> Course: a wave --> Watching: look at them once more --> Changes: write a chunk --> Watching: read it back
         --> Changes: apply it --> Watching: poll until it ends --> Reregistration: is it back? --> Course: gates, next wave
                                    (`meaning` sorts errors, `transitions` judges readings, `Ledger` holds the phones)
         --> ProfilePhase: once all have ended, the security profiles that the plan changes

`run` is the only way in. Its thread alone owns all states; calls at the cluster run in `Workers`, and their results
come back to it one at a time. Whatever is about to change a phone is told as `Intended` before it leaves: a journal is
an observer that writes it down, and a call does not leave if that fails.

When things go wrong:

- One phone's refusal (a fault, a deadline come too near, the phone deleted) fails that phone and no other.
- A 503, or no connection: nothing was done, so the same call is made again after a pause, until `RunOptions.patience`
  has run out.
- An answer lost: see `Changes`.
- Too many failures: see `Course`. No further write; what is under way is watched to its end.
- A failure of the cluster (login, role, TLS, version, or patience run out): no further write or apply. What is under
  way is watched as far as the cluster can still be read. Phones never written stay `queued`, phones written and not
  applied stay `written`, each with the reason.
- A wish to stop: see `Stop`. An observer that raises: see `events`.
- A fault of lscctl itself ends the run the same way, `RunEnded` is told, and then the exception goes on to the caller.
"""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from lscctl.errors import LscctlError
from lscctl.outcome import PhoneState, RunSummary
from lscctl.plan import Plan
from lscctl.profile_change import ProfileStanding
from lscctl.rollout import transitions
from lscctl.rollout.announcer import Announcer
from lscctl.rollout.changes import Changes
from lscctl.rollout.clearing import Clearing
from lscctl.rollout.course import Course
from lscctl.rollout.events import Intended, Limit, Limited, Observer, Purpose, RunEnded, RunStarted, Stopping
from lscctl.rollout.ledger import Ledger
from lscctl.rollout.options import RunOptions
from lscctl.rollout.pace import Timer
from lscctl.rollout.parts import Run, Task
from lscctl.rollout.profile_phase import ProfilePhase
from lscctl.rollout.record import Record
from lscctl.rollout.reregistration import Reregistration
from lscctl.rollout.standing import Call, Standing
from lscctl.rollout.stop import Stop
from lscctl.rollout.target import Target
from lscctl.rollout.transitions import APPLY_OR_TAKE_BACK, Verdict
from lscctl.rollout.watching import Watching
from lscctl.rollout.workers import ThreadWorkers, Workers

NAP = 0.5
"""Seconds after which a waiting engine looks whether it is to stop."""

_BLINK = 0.001  # a wait shorter than a clock can tell would never end


def run(
    plan: Plan,
    target: Target,
    observers: Sequence[Observer] = (),
    options: RunOptions | None = None,
    *,
    now: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
    stop: Stop | None = None,
    chance: Callable[[], float] = random.random,
    past: Mapping[str, Standing] | None = None,
    past_profiles: Mapping[str, ProfileStanding] | None = None,
) -> RunSummary:
    """Carry the plan out at the target and return how every phone of it stands in the end.

    `now` is our clock in epoch seconds, `sleep` takes seconds, `chance` gives numbers from 0 to 1 for the jitter of
    pauses. Failures of the cluster do not raise: they stand in `RunSummary.failure`. A fault of lscctl itself raises
    once the calls under way are back.
    """
    chosen = options or RunOptions()
    writers = chosen.rules.concurrency
    with ThreadWorkers[Task](writers=writers, readers=2, reads=lambda task: task.purpose is None) as workers:
        return Engine(
            plan,
            target,
            observers,
            chosen,
            now=now,
            sleep=sleep,
            stop=stop or Stop(),
            chance=chance,
            workers=workers,
            past=past,
            past_profiles=past_profiles,
        ).run()


class Engine:
    """The loop of one run; tests hand it workers of their own."""

    def __init__(
        self,
        plan: Plan,
        target: Target,
        observers: Sequence[Observer],
        options: RunOptions,
        *,
        now: Callable[[], float],
        sleep: Callable[[float], None],
        stop: Stop,
        chance: Callable[[], float],
        workers: Workers[Task],
        past: Mapping[str, Standing] | None = None,
        past_profiles: Mapping[str, ProfileStanding] | None = None,
    ) -> None:
        self._announcer = Announcer(observers)
        self._ledger = Ledger(plan, self._announcer, now, past or {}, target.clock.zone)
        self._run = Run(plan, target, options, self._ledger, self._announcer, now, chance, self._fail)
        self._reregistration = Reregistration(self._run)
        self._course = Course(self._run)  # asks who is absent
        self._changes = Changes(self._run, self._course)
        self._watching = Watching(self._run, self._course, self._changes)
        self._profiles = ProfilePhase(self._run, stop, sleep, past_profiles or {})
        self._clearing = Clearing(self._run, self._changes.reception)
        self._limited: Limited | None = None
        self._sleep = sleep
        self._wish: tuple[str | None, bool] = (None, False)  # to stop, as last heeded
        self._stop = stop
        self._workers = workers
        self._wait_left = Timer(now)
        self._applied_all = False
        self._changing = False
        self._read_last = False
        self._stopped: str | None = None
        self._failure: LscctlError | None = None
        self._fault: BaseException | None = None

    def run(self) -> RunSummary:
        """Run to the end; raises only for a fault of lscctl itself."""
        started = self._run.now()
        self._announcer.tell(RunStarted(started, len(self._ledger.records), self._ledger.counts))
        self._take_up()
        while not self._over():
            self._start_calls()
            self._tell_limit()
            self._await()
        self._name_what_is_left()
        self._change_profiles()
        summary = self._summary(started)
        self._announcer.tell(RunEnded(summary.ended, summary))
        if self._fault is not None:
            raise self._fault
        # an observer may have failed at this very event
        failure = self._failure or self._announcer.failure
        return replace(summary, notes=tuple(self._announcer.notes), failure=failure)

    def _take_up(self) -> None:
        """Look after what an earlier part of this run left under way."""
        unsure = []
        for record in self._ledger.records:
            if record.in_doubt and record.apply is Call.NOT_MADE and not record.state.final:
                reason = "the answer to the write was lost with the last part of this run"
                self._ledger.change(record, Verdict(PhoneState.UNKNOWN, reason))
            elif record.in_doubt and record.apply is Call.LOST:
                record.in_doubt = False  # there is nothing to look up: only what becomes of the phone will tell
                self._ledger.change(record, Verdict(PhoneState.WRITTEN, transitions.APPLY_LOST))
            if record.in_doubt or record.state is PhoneState.WRITTEN:
                unsure.append(record)
        for record in unsure:
            self._ledger.hand_out(record)
        self._changes.chunks.take_up([record for record in unsure if record.apply is Call.NOT_MADE])
        if self._ledger.watches:
            self._watching.hasten()

    def _over(self) -> bool:
        """Whether the run is at its end; on the way there it heeds a wish to stop and begins the last read."""
        self._heed()
        self._hasten()
        if self._workers.busy or self._wish[1]:
            return not self._workers.busy
        if not self._changes.finished:
            self._applied_all = self._read_last = False
            return False
        self._begin_waiting()
        if self._watching.over:
            return True
        if not self._watching.idle or self._waits() or self._reads_once_more():
            return False
        return not (self._waits_for_return() or self._clearing.waiting)

    def _waits_for_return(self) -> bool:
        """Whether phones that ended are still to be seen registered again."""
        if self._wish[0] or (not self._run.options.wait and self._reregistration.asked):
            self._reregistration.stop()
        return self._reregistration.waiting

    def _reads_once_more(self) -> bool:
        """Begin the last read, if there is anything left to read and it has not been made."""
        if not self._read_last and any(record.touched for record in self._ledger.records):
            self._read_last = True
            self._watching.read_once_more()
            return True
        return False

    def _hasten(self) -> None:
        """Once the last phone that may be written has been applied, poll soon: somebody waits for the wave's end."""
        busy, self._changing = self._changing, not self._changes.idle
        if busy and not self._changing:
            self._watching.hasten()

    def _heed(self) -> None:
        if self._announcer.failure and self._failure is None:
            self._fail(self._announcer.failure, False)
        if not self._stop.why and self._failure is None and self._fault is None:
            self._course.advance()
        self._wish = why, _ = self._stop.why, self._stop.at_once
        if why and self._stopped is None:
            self._tell_stopping(why)
        if why:
            self._course.stop()
            self._changes.wind_up()
            self._watching.wind_up()
            self._clearing.wind_up()
        if self._watching.over:
            self._changes.chunks.abandon()

    def _begin_waiting(self) -> None:
        if not self._applied_all:
            self._applied_all = True
            self._wait_left.start(self._run.options.wait_until or 0.0)

    def _waits(self) -> bool:
        """Whether phones under way are still to be polled."""
        options = self._run.options
        if self._wish[0] or not options.wait or not self._ledger.watches:
            return False
        return options.wait_until is None or self._wait_left.left > 0

    def _start_calls(self) -> None:
        tasks: list[Task] = []
        # a part may make work for one that was asked before it: a closed chunk is to be read back
        while not self._stop.at_once and (task := self._next_task() or self._next_task()):
            tasks.append(task)
        if self._changes.resting and not self._clearing.waiting:
            self._changes.reception.rest()
        for purpose in Purpose:
            if phones := [record for task in tasks if task.purpose is purpose for record in task.records]:
                standings = tuple((record.step.phone.name, record.standing()) for record in phones)
                self._announcer.tell(Intended(self._run.now(), purpose, standings))
        for task in tasks:
            if task.purpose is not None and self._announcer.failure is not None:
                task.finish(None, self._announcer.failure)  # it has not left
            else:
                self._workers.submit(task, task.call)

    def _next_task(self) -> Task | None:
        return (
            self._course.next_task()
            or self._watching.next_task()
            or self._reregistration.next_task()
            or self._changes.next_task()
            or self._clearing.next_task()
        )

    def _tell_limit(self) -> None:
        by, why = self._changes.limit()
        if self._stopped is not None:
            by, why = Limit.STOPPING, self._stopped
        if self._limited is None or (self._limited.by, self._limited.why) != (by, why):
            self._limited = Limited(self._run.now(), by, why, self._changes.rate)
            self._announcer.tell(self._limited)

    def _await(self) -> None:
        """Wait for the next result, or until something is due."""
        parts = (
            self._changes.due,
            self._watching.due,
            self._course.due,
            self._reregistration.due,
            self._clearing.due,
        )
        due = [seconds for seconds in parts if seconds > 0]
        if self._applied_all and self._run.options.wait_until is not None:
            due.append(self._wait_left.left)
        if self._workers.busy:
            done = self._workers.next(max(_BLINK, min(NAP, *due, NAP)))
            if done is not None:
                done.task.finish(done.value, done.error)
            return
        self._sleep_through(min(due, default=0.0))

    def _sleep_through(self, seconds: float) -> None:
        timer = Timer(self._run.now)
        timer.start(max(_BLINK, seconds))
        while (left := timer.left) and (self._stop.why, self._stop.at_once) == self._wish:
            self._sleep(max(_BLINK, min(NAP, left)))

    def _fail(self, error: BaseException, reads_too: bool) -> None:
        """Make no change any more because of the error; the first one is the run's failure."""
        if not isinstance(error, LscctlError):
            self._fault = self._fault or error
        elif self._failure is None:
            self._failure = error
        if self._stopped is None:
            self._tell_stopping(
                str(error) if isinstance(error, LscctlError) else f"a fault of lscctl itself: {error!r}"
            )
        self._course.stop()
        self._changes.halt()
        self._clearing.stop()
        if reads_too or self._fault:
            self._watching.halt()

    def _tell_stopping(self, why: str) -> None:
        self._stopped = why
        self._announcer.tell(Stopping(self._run.now(), why))

    def _name_what_is_left(self) -> None:
        """Say of each phone whose end the run has not seen what that means."""
        why = self._stopped or self._course.gate or self._course.left or "the run ended"
        for record in self._ledger.records:
            if record.in_doubt or not record.state.final:
                self._ledger.change(record, self._left_as(record, why))
        self._clearing.name_what_is_left()

    def _change_profiles(self) -> None:
        """What is done to security profiles once all phones have ended."""
        not_now = self._stopped or self._course.gate or self._course.left
        if any(not record.state.final for record in self._ledger.records):
            not_now = not_now or "phones of the run are still under way"
        try:
            self._profiles.carry_out(not_now, self._stopped)
        except Exception as error:  # noqa: BLE001 - how all phones stand is told before it goes on to the caller
            self._fail(error, True)
        if self._stop.why and self._stopped is None and any(outcome.open for outcome in self._profiles.outcomes):
            self._tell_stopping(self._stop.why)

    def _left_as(self, record: Record, why: str) -> Verdict:
        if record.state is PhoneState.QUEUED and record.stands:
            reason = f"written before and not applied; not written anew: {why}"
            return Verdict(
                record.state, reason, "Resume the run, or take the operation back: lscctl runs cancel RUN --undo."
            )
        if record.state is PhoneState.QUEUED:
            return Verdict(record.state, f"not written: {why}", "Resume the run, or run the same command again.")
        if record.in_doubt:
            reason = "the answer to the write was lost, and the cluster could not be read back; it was not applied"
            return Verdict(PhoneState.UNKNOWN, reason, APPLY_OR_TAKE_BACK)
        if record.apply is Call.LOST:
            return transitions.apply_in_doubt()
        if record.apply is Call.NOT_MADE:
            return Verdict(record.state, f"written, but not applied: {why}", APPLY_OR_TAKE_BACK)
        return Verdict(record.state, record.reason, "It goes on at the cluster: `lscctl status` shows how it ends.")

    def _summary(self, started: float) -> RunSummary:
        return RunSummary(
            outcomes=self._ledger.outcomes(),
            started=started,
            ended=self._run.now(),
            writes=self._changes.count + self._profiles.count + self._clearing.writes,
            reads=self._watching.count + self._profiles.reads + self._clearing.reads,
            stopped=self._stopped,
            gate=self._course.gate or self._profiles.gate,
            left=self._course.left or self._profiles.left,
            profiles=self._profiles.outcomes,
            notes=tuple(self._announcer.notes),
            failure=self._failure,
        )
