"""What a run does to security profiles once all of its phones have ended: each gets its new mode, and is applied.

    ProfilePhase: may it be changed now? --> ProfileSteps: write, read back, apply --> ProfileReturn: are its phones back?
         --> ProfileGate --> the next one                      (`ProfileLedger` holds the standings, `ProfileWaiting` waits)

A profile is written only where each of its phones has a valid LSC at that moment, none is busy, and no more phones use it than
somebody agreed to; it stays as it is otherwise, and a run that is resumed looks again. Applying it can restart all of its phones
[field guide 2], so it is applied at most once: where the answer to that is lost, nobody knows whether they restarted, and that is
told. Those of its phones that were registered are to be so again before another profile is touched, but for as many as may be lost
between two waves. A write whose answer was lost is read back. Where the cluster is away or too busy, all is looked at once more
after the pause: phones come and windows close meanwhile.

All of it happens in the engine's thread, when no other call is under way.
"""

from collections.abc import Callable, Mapping

from lscctl.errors import LscctlError
from lscctl.profile_change import ProfileChange, ProfileOutcome, ProfileStanding, ProfileState
from lscctl.rollout.events import GateClosed, Limit, Limited
from lscctl.rollout.gates import ProfileGate
from lscctl.rollout.parts import Run
from lscctl.rollout.profile_ledger import GO_ON, ProfileLedger
from lscctl.rollout.profile_steps import ProfileSteps
from lscctl.rollout.profile_waiting import ProfileWaiting
from lscctl.rollout.stop import Stop

_SEE_TO_THEM = "See to the phones that are not registered again, then go on with the run."


class ProfilePhase:
    """The changes of one run. `past` is `{pkid of the profile: its standing}` of a run that is resumed."""

    def __init__(
        self, run: Run, stop: Stop, sleep: Callable[[float], None], past: Mapping[str, ProfileStanding]
    ) -> None:
        self._run = run
        self._stop = stop
        self._ledger = ProfileLedger(run, past)
        self._waiting = ProfileWaiting(run, stop, sleep)
        self._steps = ProfileSteps(run, stop, self._ledger, self._waiting)
        self._gate = ProfileGate(run.options.rules)
        self._failed: str | None = None
        self.gate: str | None = None

    @property
    def outcomes(self) -> tuple[ProfileOutcome, ...]:
        """How each profile stands."""
        return self._ledger.outcomes

    @property
    def count(self) -> int:
        """How many changes were made."""
        return self._steps.count

    @property
    def reads(self) -> int:
        """How often a profile was looked at."""
        return self._waiting.reads

    @property
    def left(self) -> str | None:
        """Why profiles are left for later, where the run does not wait for it."""
        return self._waiting.left

    def carry_out(self, not_now: str | None, stopped: str | None) -> None:
        """Change what may be changed; `not_now` is why none may be, as far as the run's phones say, and `stopped` why nothing is
        even looked at any more."""
        if not_now is None and any(outcome.open for outcome in self.outcomes):
            why = "security profiles whose phones all have an LSC get lsc-first"
            self._run.announcer.tell(Limited(self._run.now(), Limit.PROFILES, why, 0.0))
        for change in self._run.plan.then:
            self._ledger.take_up(change)
            state = self._ledger.of(change).state
            # whose phones restart already is seen through, whatever keeps others from being touched
            held = stopped if state is ProfileState.RESTARTING else (not_now or self.gate)
            if change.against:
                if state is ProfileState.WAITING:
                    self._ledger.settle(change, ProfileState.STAYS, change.against, change.next_step)
            elif not state.open:
                self._count(change, known=self._run.options.past_is_known)
            elif held := held or self._why_not_now():
                self._ledger.put_off(change, held, _SEE_TO_THEM if held == self.gate else GO_ON)
            else:
                self._one(change)
                self._count(change, known=False)

    def _why_not_now(self) -> str | None:
        failure = self._run.announcer.failure
        return self._stop.why or self.left or self._failed or (str(failure) if failure else None)

    def _count(self, change: ProfileChange, *, known: bool) -> None:
        """Count the phones that its apply has restarted; the gate closes where too many are lost and other profiles are to follow.
        `known`: a person has resumed the run since, and knows of them."""
        following = self._run.plan.then[self._run.plan.then.index(change) + 1 :]
        closed = self._gate.closed_by(change.profile.name, self._ledger.of(change), known=known)
        if closed is None or not any(ProfileOutcome(other, self._ledger.of(other)).open for other in following):
            return
        if self.gate is None:
            self.gate = f"--max-lost: {closed}"
            self._run.announcer.tell(GateClosed(self._run.now(), "--max-lost", closed))

    def _one(self, change: ProfileChange) -> None:
        self._waiting.well()
        try:
            self._steps.take(change)
        except LscctlError as error:
            if self._stop.why:
                self._ledger.put_off(change, self._stop.why)
                return
            self._failed = str(error)
            self._ledger.put_off(change, str(error))
            self._run.fail(error, True)
