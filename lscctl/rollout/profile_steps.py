"""What is done to one security profile, step by step.

    look at the profile and at all of its phones --> may it be? --> window --> who is registered? --> look once more --> write
         --> read back --> apply --> are they registered again? --> read back

Nothing leaves before `ProfileIntended` was heard. After each wait all is looked at once more.
"""

from dataclasses import replace

from lscctl.cucm.faults import AnswerLost, AxlFault
from lscctl.errors import LscctlError
from lscctl.lsc_first import MOST_NAMED, Against, ProfileSeen, against_applying, against_writing, is_done
from lscctl.profile_change import ProfileCall, ProfileChange, ProfileStanding, ProfileState
from lscctl.rollout.events import Purpose
from lscctl.rollout.parts import Run
from lscctl.rollout.profile_busy import Busy
from lscctl.rollout.profile_ledger import APPLY_LOST, APPLY_YOURSELF, ProfileLedger
from lscctl.rollout.profile_return import NOT_WAITED, ProfileReturn, RollCall
from lscctl.rollout.profile_waiting import ProfileWaiting
from lscctl.rollout.stop import Stop

MOST_WRITES = 2
"""A write whose answer was lost, and that the cluster does not show, is made once more."""

_LOOK_AT_PROFILE = "Look at the profile's page: which mode does it have? Then run the same command again."
_LOOK_AT_PHONES = (
    "Look at these phones, their switch ports and 802.1X: they were registered when the profile was applied."
)


class ProfileSteps:
    """Brings profiles as far as they may come, one at a time. `count` is how many changes were made."""

    def __init__(self, run: Run, stop: Stop, ledger: ProfileLedger, waiting: ProfileWaiting) -> None:
        self._run = run
        self._stop = stop
        self._ledger = ledger
        self._waiting = waiting
        self._busy = Busy(run)
        self._roll_call = RollCall(run, stop)
        self._return = ProfileReturn(run, stop, waiting)
        self.count = 0

    def take(self, change: ProfileChange) -> None:
        """Bring one profile as far as it may come. Raises LscctlError where the cluster, or an observer, fails."""
        if self._ledger.of(change).apply in (ProfileCall.DONE, ProfileCall.LOST):
            self._see_back(change)
            return
        self._roll_call.forget()
        seen = self._waiting.look(change)
        while True:
            standing = self._ledger.of(change)
            if is_done(change, seen):
                if standing.write is ProfileCall.NOT_MADE:
                    reason = "somebody gave it lsc-first; its phones were not told by this run"
                    self._ledger.settle(change, ProfileState.ALREADY, reason, seen=seen)
                else:
                    self._apply(change, seen)
                return
            if (against := self._against(change, standing, seen)) is not None:
                self._ledger.stays(change, seen, against)
                return
            if not self._waiting.is_open(seen):
                if not self._waited_for_window(change, seen):
                    return
                seen = self._waiting.look(change)
                continue
            if not self._roll_call.made and not self._stop.why:
                self._roll_call.make(seen)
                seen = self._waiting.look(change)
                continue
            if (after := self._write(change, seen)) is None:
                return
            seen = after

    def _against(self, change: ProfileChange, standing: ProfileStanding, seen: ProfileSeen) -> Against | None:
        if standing.write is ProfileCall.DONE:
            return Against("it was given lsc-first, and somebody took that back since", _LOOK_AT_PROFILE)
        if standing.writes >= MOST_WRITES:
            return Against("the answer to the write was lost each time, and it was not done", _LOOK_AT_PROFILE)
        return against_writing(change, seen, self._run.options.protected, self._busy)

    def _waited_for_window(self, change: ProfileChange, seen: ProfileSeen, state: ProfileState | None = None) -> bool:
        """Wait until all its sites' windows are open; False where the run does not wait, is stopped, or that is never so: it is
        left in this `state` then, if one is given."""
        opens = self._waiting.opens(seen)
        if opens is None:
            reason = "the windows of its phones' sites are never open at the same time"
            next_step = "Give a window that they share."
            self._ledger.settle(change, state or ProfileState.STAYS, reason, next_step, seen=seen)
            return False
        if why := self._waiting.for_window(seen, opens):
            self._ledger.put_off(change, why)
            return False
        self._roll_call.forget()
        return True

    # the write

    def _write(self, change: ProfileChange, seen: ProfileSeen) -> ProfileSeen | None:
        """Give the profile its mode, and read it back; None where there is nothing more to do for it now."""
        if why := self._stop.why:
            self._ledger.put_off(change, why)
            return None
        standing = self._ledger.of(change)
        self._intend_write(change, standing, seen)
        try:
            self._run.target.profiles.change(change.profile.pkid, change.settings)
        except AnswerLost:
            self._ledger.note(change, write=ProfileCall.LOST)
            return self._waiting.look(change)
        except AxlFault as fault:
            # refused, so nothing was done: as if it had never left
            self._ledger.note(change, write=standing.write, writes=standing.writes)
            next_step = "Look at the profile's page, then go on with the run."
            self._ledger.settle(change, ProfileState.FAILED, str(fault), next_step)
            return None
        except LscctlError as error:
            self._ledger.note(change, write=standing.write, writes=standing.writes)
            self._bear(error)
            return self._waiting.look(change)
        self._served()
        self._ledger.note(change, write=ProfileCall.DONE)
        after = self._waiting.look(change)
        if not is_done(change, after):
            reason = "the cluster took the write, yet the profile has not the mode; it was not applied"
            self._ledger.settle(change, ProfileState.FAILED, reason, _LOOK_AT_PROFILE)
            return None
        return after

    def _intend_write(self, change: ProfileChange, standing: ProfileStanding, seen: ProfileSeen) -> None:
        intended = replace(
            standing,
            state=ProfileState.WAITING,
            reason="",
            next_step="",
            write=ProfileCall.UNDER_WAY,
            writes=standing.writes + 1,
            phones=len(seen.phones),
            without=0,
            lacking=(),
        )
        self._ledger.intend(change, Purpose.WRITE, intended)

    # the apply

    def _apply(self, change: ProfileChange, seen: ProfileSeen) -> None:
        """Let the phones of a profile that has its mode fetch their configuration, where they may restart."""
        while True:
            if self._ledger.of(change).write is not ProfileCall.DONE:
                self._ledger.note(change, write=ProfileCall.DONE)
            if (against := against_applying(change, seen, self._run.options.protected, self._busy)) is not None:
                reason = f"it has lsc-first, and was not applied: {against.reason}"
                self._ledger.settle(change, ProfileState.WRITTEN, reason, against.next_step, seen=seen)
                return
            if self._waiting.is_open(seen):
                if why := self._stop.why:
                    self._ledger.put_off(change, why)
                    return
                if not self._roll_call.made:
                    self._roll_call.make(seen)
                elif self._send_apply(change, seen):
                    return
            elif not self._waited_for_window(change, seen, ProfileState.WRITTEN):
                return
            seen = self._waiting.look(change)
            if not is_done(change, seen):
                reason = "it was given lsc-first, and somebody took that back"
                self._ledger.settle(change, ProfileState.STAYS, reason, _LOOK_AT_PROFILE)
                return

    def _send_apply(self, change: ProfileChange, seen: ProfileSeen) -> bool:
        """Apply it, and see its phones back; False where the cluster did nothing and was waited for, so that what was seen may be
        old."""
        before = self._ledger.of(change)
        self._intend_apply(change, before, seen)
        try:
            self._run.target.profiles.apply(change.profile.pkid)
        except AnswerLost:
            call, reason = ProfileCall.LOST, APPLY_LOST
        except AxlFault as fault:
            self._ledger.note(change, **_unapplied(before))
            reason = f"it has lsc-first, and was not applied: {fault}"
            self._ledger.settle(change, ProfileState.WRITTEN, reason, "Use Apply Config on the profile's page.")
            return True
        except LscctlError as error:
            self._ledger.note(change, **_unapplied(before))
            self._bear(error)
            return False
        else:
            self._served()
            call, reason = ProfileCall.DONE, ""
        self._ledger.note(change, state=ProfileState.RESTARTING, apply=call, reason=reason, next_step="")
        self._see_back(change)
        return True

    def _intend_apply(self, change: ProfileChange, standing: ProfileStanding, seen: ProfileSeen) -> None:
        restarting = self._roll_call.of(seen)
        intended = replace(
            standing,
            state=ProfileState.WRITTEN,
            reason="",
            next_step="",
            apply=ProfileCall.UNDER_WAY,
            phones=len(seen.phones),
            applied_at=self._run.now(),
            registered=len(restarting),
            restarting=restarting,
        )
        self._ledger.intend(change, Purpose.APPLY, intended)

    # what follows the apply

    def _see_back(self, change: ProfileChange) -> None:
        """Wait for the phones of a profile that was applied, or may have been, then read it back."""
        returned = self._return.awaited(change, self._ledger.of(change))
        if returned.why:
            if returned.why == NOT_WAITED:
                self._waiting.left = f"phones of {change.profile.name} restart"
            self._ledger.put_off(change, returned.why)
            return
        seen = self._waiting.look(change)
        self._ledger.note(change, lost=len(returned.lost), absent=returned.lost[:MOST_NAMED])
        state, reasons, next_steps = self._judged(change, seen)
        if returned.lost:
            state = ProfileState.PHONES_LOST if state is ProfileState.CHANGED else state
            registered = self._ledger.of(change).registered or 0
            reasons.append(f"{len(returned.lost):,} of {registered:,} phones that were registered are not so again")
            next_steps.append(_LOOK_AT_PHONES)
        if returned.untold:
            reasons.append(f"of {returned.untold:,} phones nobody can say whether they registered again")
        self._ledger.settle(change, state, "; ".join(reasons), " ".join(next_steps), seen=seen)

    def _judged(self, change: ProfileChange, seen: ProfileSeen) -> tuple[ProfileState, list[str], list[str]]:
        """What became of the profile itself, why, and what to do about it."""
        if self._ledger.of(change).apply is ProfileCall.LOST:
            return ProfileState.UNKNOWN, [APPLY_LOST], [APPLY_YOURSELF]
        if not is_done(change, seen):
            return ProfileState.UNKNOWN, ["it was applied, and has another mode since"], [_LOOK_AT_PROFILE]
        return ProfileState.CHANGED, [], []

    def _bear(self, error: LscctlError) -> None:
        """Wait for a cluster that did nothing, for which who is registered is asked anew."""
        self._waiting.bear(error)
        self._roll_call.forget()

    def _served(self) -> None:
        self.count += 1
        self._waiting.well()


def _unapplied(before: ProfileStanding) -> dict[str, object]:
    """What the cluster did not do, as it was before."""
    return {
        "apply": before.apply,
        "applied_at": before.applied_at,
        "registered": before.registered,
        "restarting": before.restarting,
    }
