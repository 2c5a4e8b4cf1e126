"""What is done to one security profile, step by step; nothing leaves before `ProfileIntended` was heard.

look at the profile and at all of its phones --> may it be? --> window --> look once more --> write --> read back --> apply
     --> read back
"""

from dataclasses import replace

from lscctl.cucm.faults import AnswerLost, AxlFault
from lscctl.errors import LscctlError
from lscctl.lsc_first import Against, ProfileSeen, against_applying, against_writing, is_done
from lscctl.profile_change import ProfileCall, ProfileChange, ProfileStanding, ProfileState
from lscctl.rollout.events import Purpose
from lscctl.rollout.parts import Run
from lscctl.rollout.profile_ledger import APPLY_LOST, APPLY_YOURSELF, ProfileLedger
from lscctl.rollout.profile_waiting import ProfileWaiting
from lscctl.rollout.stop import Stop

MOST_WRITES = 2
"""A write whose answer was lost, and that the cluster does not show, is made once more."""

_LOOK_AT_PROFILE = "Look at the profile's page: which mode does it have? Then run the same command again."


class ProfileSteps:
    """Brings profiles as far as they may come, one at a time. `count` is how many changes were made."""

    def __init__(self, run: Run, stop: Stop, ledger: ProfileLedger, waiting: ProfileWaiting) -> None:
        self._run = run
        self._stop = stop
        self._ledger = ledger
        self._waiting = waiting
        self.count = 0

    def take(self, change: ProfileChange) -> None:
        """Bring one profile as far as it may come. Raises LscctlError where the cluster, or an observer, fails."""
        seen = self._waiting.look(change)
        while True:
            standing = self._ledger.of(change)
            if standing.apply is ProfileCall.DONE:
                self._settle_applied(change, seen)
                return
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
            if (after := self._write(change, seen)) is None:
                return
            seen = after

    def _against(self, change: ProfileChange, standing: ProfileStanding, seen: ProfileSeen) -> Against | None:
        if standing.write is ProfileCall.DONE:
            return Against("it was given lsc-first, and somebody took that back since", _LOOK_AT_PROFILE)
        if standing.writes >= MOST_WRITES:
            return Against("the answer to the write was lost each time, and it was not done", _LOOK_AT_PROFILE)
        return against_writing(change, seen, self._run.options.protected)

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
            self._ledger.put_off(change, why, state)
            return False
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
            self._waiting.bear(error)
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
            if (against := against_applying(change, seen, self._run.options.protected)) is not None:
                reason = f"it has lsc-first, and was not applied: {against.reason}"
                self._ledger.settle(change, ProfileState.WRITTEN, reason, against.next_step, seen=seen)
                return
            if self._waiting.is_open(seen):
                if why := self._stop.why:
                    self._ledger.put_off(change, why, ProfileState.WRITTEN)
                    return
                if self._send_apply(change, seen):
                    return
            elif not self._waited_for_window(change, seen, ProfileState.WRITTEN):
                return
            seen = self._waiting.look(change)
            if not is_done(change, seen):
                reason = "it was given lsc-first, and somebody took that back"
                self._ledger.settle(change, ProfileState.STAYS, reason, _LOOK_AT_PROFILE)
                return

    def _send_apply(self, change: ProfileChange, seen: ProfileSeen) -> bool:
        """Apply it; False where the cluster did nothing and was waited for, so that what was seen may be old."""
        standing = self._ledger.of(change)
        intended = replace(standing, state=ProfileState.WRITTEN, apply=ProfileCall.UNDER_WAY, phones=len(seen.phones))
        self._ledger.intend(change, Purpose.APPLY, intended)
        try:
            self._run.target.profiles.apply(change.profile.pkid)
        except AnswerLost:
            self._ledger.note(change, apply=ProfileCall.LOST)
            self._ledger.settle(change, ProfileState.UNKNOWN, APPLY_LOST, APPLY_YOURSELF)
            return True
        except AxlFault as fault:
            self._ledger.note(change, apply=ProfileCall.NOT_MADE)
            reason = f"it has lsc-first, and was not applied: {fault}"
            self._ledger.settle(change, ProfileState.WRITTEN, reason, "Use Apply Config on the profile's page.")
            return True
        except LscctlError as error:
            self._ledger.note(change, apply=ProfileCall.NOT_MADE)
            self._waiting.bear(error)
            return False
        self._served()
        self._ledger.note(change, apply=ProfileCall.DONE)
        self._settle_applied(change, self._waiting.look(change))
        return True

    def _settle_applied(self, change: ProfileChange, seen: ProfileSeen) -> None:
        if is_done(change, seen):
            self._ledger.settle(change, ProfileState.CHANGED, "", seen=seen)
        else:
            reason = "it was applied, and has another mode since"
            self._ledger.settle(change, ProfileState.UNKNOWN, reason, _LOOK_AT_PROFILE)

    def _served(self) -> None:
        self.count += 1
        self._waiting.well()
