"""What a run does to security profiles once all of its phones have ended: each gets its new mode, and is applied.

    look at the profile and at all of its phones --> may it be? --> window --> look once more --> write --> read back --> apply
         --> read back

A profile is written only where each of its phones has a valid LSC at that moment, none is busy, and no more phones use it than
somebody agreed to; it stays as it is otherwise, and a run that is resumed looks again. Applying it can restart all of its phones
[field guide 2], so it is applied at most once: where the answer to that is lost, nobody knows whether they restarted, and that is
told. A write whose answer was lost is read back. Where the cluster is away or too busy, all is looked at once more after the pause:
phones come and windows close meanwhile.

All of it happens in the engine's thread, when no other call is under way; nothing leaves before `ProfileIntended` was heard.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from lscctl.cucm.faults import AnswerLost, AxlFault, WireFault
from lscctl.errors import LscctlError
from lscctl.lsc_first import MOST_NAMED, Against, ProfileSeen, against_applying, against_writing, is_done
from lscctl.profile_change import ProfileCall, ProfileChange, ProfileOutcome, ProfileStanding, ProfileState
from lscctl.rollout.events import (
    Limit,
    Limited,
    Paused,
    ProfileChanged,
    ProfileIntended,
    Purpose,
    Resumed,
    WindowClosed,
    WindowOpened,
)
from lscctl.rollout.hours import Hours
from lscctl.rollout.pace import Patience, Timer
from lscctl.rollout.parts import Run
from lscctl.rollout.stop import Stop

MOST_WRITES = 2
"""A write whose answer was lost, and that the cluster does not show, is made once more."""

_NAP = 0.5
_BLINK = 0.001

_APPLY_LOST = "it has lsc-first, but the answer to its apply was lost: its phones may not have restarted with it"
_APPLY_YOURSELF = "Use Apply Config on the profile's page, if its phones have not restarted."
_LOOK_AT_PROFILE = "Look at the profile's page: which mode does it have? Then run the same command again."


class ProfilePhase:
    """The changes of one run. `past` is `{pkid of the profile: its standing}` of a run that is resumed."""

    def __init__(
        self, run: Run, stop: Stop, sleep: Callable[[float], None], past: Mapping[str, ProfileStanding]
    ) -> None:
        self._run = run
        self._stop = stop
        self._sleep = sleep
        self._hours = Hours(run.options.rules.windows, lambda: run.target.clock)
        self._standings = {
            change.profile.pkid: past.get(change.profile.pkid, ProfileStanding()) for change in run.plan.then
        }
        self._failed: str | None = None
        self._changing = self._patience()
        self.left: str | None = None
        self.count = 0
        self.reads = 0

    @property
    def outcomes(self) -> tuple[ProfileOutcome, ...]:
        """How each profile stands."""
        return tuple(ProfileOutcome(change, self._standings[change.profile.pkid]) for change in self._run.plan.then)

    def carry_out(self, not_now: str | None) -> None:
        """Change what may be changed; `not_now` is why none may be, as far as the run's phones say."""
        if not_now is None and any(outcome.open for outcome in self.outcomes):
            why = "security profiles whose phones all have an LSC get lsc-first"
            self._run.announcer.tell(Limited(self._run.now(), Limit.PROFILES, why, 0.0))
        for change in self._run.plan.then:
            self._tell(change, _taken_up(self._standing(change)))
            standing = self._standing(change)
            if change.against:
                if standing.state is ProfileState.WAITING:
                    self._settle(change, ProfileState.STAYS, change.against, change.next_step)
            elif not standing.state.open:
                continue
            elif (held := not_now or self._why_not_now()) is not None:
                self._put_off(change, held)
            else:
                self._one(change)

    def _why_not_now(self) -> str | None:
        failure = self._run.announcer.failure
        return self._stop.why or self.left or self._failed or (str(failure) if failure else None)

    def _one(self, change: ProfileChange) -> None:
        self._well()
        try:
            self._change_and_apply(change)
        except LscctlError as error:
            if self._stop.why:
                self._put_off(change, self._stop.why)
                return
            self._failed = str(error)
            self._put_off(change, str(error))
            self._run.fail(error, True)

    def _change_and_apply(self, change: ProfileChange) -> None:
        """Bring one profile as far as it may come. Raises LscctlError where the cluster, or an observer, fails."""
        seen = self._look(change)
        while True:
            standing = self._standing(change)
            if standing.apply is ProfileCall.DONE:
                self._settle_applied(change, seen)
                return
            if is_done(change, seen):
                if standing.write is ProfileCall.NOT_MADE:
                    reason = "somebody gave it lsc-first; its phones were not told by this run"
                    self._settle(change, ProfileState.ALREADY, reason, seen=seen)
                else:
                    self._apply(change, seen)
                return
            if (against := self._against(change, standing, seen)) is not None:
                self._stays(change, seen, against)
                return
            if not self._in_window(seen):
                if not self._wait_for_window(change, seen):
                    return
                seen = self._look(change)
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

    def _write(self, change: ProfileChange, seen: ProfileSeen) -> ProfileSeen | None:
        """Give the profile its mode, and read it back; None where there is nothing more to do for it now."""
        if why := self._stop.why:
            self._put_off(change, why)
            return None
        standing = self._standing(change)
        self._intend(
            change,
            Purpose.WRITE,
            replace(
                standing,
                state=ProfileState.WAITING,
                reason="",
                next_step="",
                write=ProfileCall.UNDER_WAY,
                writes=standing.writes + 1,
                phones=len(seen.phones),
                without=0,
                lacking=(),
            ),
        )
        try:
            self._run.target.profiles.change(change.profile.pkid, change.settings)
        except AnswerLost:
            self._note(change, write=ProfileCall.LOST)
            return self._look(change)
        except AxlFault as fault:
            # refused, so nothing was done: as if it had never left
            self._note(change, write=standing.write, writes=standing.writes)
            self._settle(
                change, ProfileState.FAILED, str(fault), "Look at the profile's page, then go on with the run."
            )
            return None
        except LscctlError as error:
            self._note(change, write=standing.write, writes=standing.writes)
            self._bear(error)
            return self._look(change)
        self._served()
        self._note(change, write=ProfileCall.DONE)
        after = self._look(change)
        if not is_done(change, after):
            reason = "the cluster took the write, yet the profile has not the mode; it was not applied"
            self._settle(change, ProfileState.FAILED, reason, _LOOK_AT_PROFILE)
            return None
        return after

    def _apply(self, change: ProfileChange, seen: ProfileSeen) -> None:
        """Let the phones of a profile that has its mode fetch their configuration, where they may restart."""
        while True:
            if self._standing(change).write is not ProfileCall.DONE:
                self._note(change, write=ProfileCall.DONE)
            if (against := against_applying(change, seen, self._run.options.protected)) is not None:
                reason = f"it has lsc-first, and was not applied: {against.reason}"
                self._settle(change, ProfileState.WRITTEN, reason, against.next_step, seen=seen)
                return
            if self._in_window(seen):
                if why := self._stop.why:
                    self._put_off(change, why, ProfileState.WRITTEN)
                    return
                if self._send_apply(change, seen):
                    return
            elif not self._wait_for_window(change, seen, ProfileState.WRITTEN):
                return
            seen = self._look(change)
            if not is_done(change, seen):
                self._settle(
                    change, ProfileState.STAYS, "it was given lsc-first, and somebody took that back", _LOOK_AT_PROFILE
                )
                return

    def _send_apply(self, change: ProfileChange, seen: ProfileSeen) -> bool:
        """Apply it; False where the cluster did nothing and was waited for, so that what was seen may be old."""
        standing = self._standing(change)
        self._intend(
            change,
            Purpose.APPLY,
            replace(standing, state=ProfileState.WRITTEN, apply=ProfileCall.UNDER_WAY, phones=len(seen.phones)),
        )
        try:
            self._run.target.profiles.apply(change.profile.pkid)
        except AnswerLost:
            self._note(change, apply=ProfileCall.LOST)
            self._settle(change, ProfileState.UNKNOWN, _APPLY_LOST, _APPLY_YOURSELF)
            return True
        except AxlFault as fault:
            self._note(change, apply=ProfileCall.NOT_MADE)
            reason = f"it has lsc-first, and was not applied: {fault}"
            self._settle(change, ProfileState.WRITTEN, reason, "Use Apply Config on the profile's page.")
            return True
        except LscctlError as error:
            self._note(change, apply=ProfileCall.NOT_MADE)
            self._bear(error)
            return False
        self._served()
        self._note(change, apply=ProfileCall.DONE)
        self._settle_applied(change, self._look(change))
        return True

    def _settle_applied(self, change: ProfileChange, seen: ProfileSeen) -> None:
        if is_done(change, seen):
            self._settle(change, ProfileState.CHANGED, "", seen=seen)
        else:
            self._settle(change, ProfileState.UNKNOWN, "it was applied, and has another mode since", _LOOK_AT_PROFILE)

    # reading, telling

    def _look(self, change: ProfileChange) -> ProfileSeen:
        self.reads += 1
        zones = self._run.options.rules.windows.per_site
        patience = self._patience()
        while True:
            try:
                seen = self._run.target.profiles.seen(change.profile.pkid, zones=zones)
            except WireFault as error:
                self._wait_out(error, patience, changes=False)
            else:
                if patience.troubled:
                    self._run.announcer.tell(Resumed(self._run.now(), False))
                return seen

    def _patience(self) -> Patience:
        return Patience(self._run.options.patience, self._run.now, self._run.chance)

    def _bear(self, error: LscctlError) -> None:
        """Wait for a cluster that did nothing; whoever calls looks again then, since meanwhile anything may have changed."""
        self._wait_out(error, self._changing, changes=True)

    def _served(self) -> None:
        """A change was made."""
        self.count += 1
        self._well()

    def _well(self) -> None:
        """What comes next has all patience again."""
        if self._changing.troubled:
            self._run.announcer.tell(Resumed(self._run.now(), True))
        self._changing = self._patience()

    def _wait_out(self, error: LscctlError, patience: Patience, *, changes: bool) -> None:
        """Wait as long as patience has it for a cluster that is away or too busy to do anything; raises any other error."""
        seconds = patience.trouble() if isinstance(error, WireFault) and error.repeatable else None
        if seconds is None or self._stop.why:
            raise error
        self._run.announcer.tell(Paused(self._run.now(), str(error), seconds, changes))
        self._nap(seconds)

    def _standing(self, change: ProfileChange) -> ProfileStanding:
        return self._standings[change.profile.pkid]

    def _intend(self, change: ProfileChange, purpose: Purpose, standing: ProfileStanding) -> None:
        """Tell what is about to leave; it must not where an observer that the run needs could not write it down."""
        before = self._standing(change)
        self._standings[change.profile.pkid] = standing
        self._run.announcer.tell(ProfileIntended(self._run.now(), purpose, change, standing))
        if (failure := self._run.announcer.failure) is not None:
            self._standings[change.profile.pkid] = before
            raise failure

    def _note(self, change: ProfileChange, **known: object) -> None:
        """Something is known of a call that was under way."""
        self._tell(change, replace(self._standing(change), **known))  # type: ignore[arg-type]

    def _settle(
        self,
        change: ProfileChange,
        state: ProfileState,
        reason: str,
        next_step: str = "",
        *,
        seen: ProfileSeen | None = None,
    ) -> None:
        phones = self._standing(change).phones if seen is None else len(seen.phones)
        standing = replace(
            self._standing(change),
            state=state,
            reason=reason,
            next_step=next_step,
            phones=phones,
            without=0,
            lacking=(),
        )
        self._tell(change, standing)

    def _stays(self, change: ProfileChange, seen: ProfileSeen, against: Against) -> None:
        state = ProfileState.UNKNOWN if self._standing(change).write is ProfileCall.DONE else ProfileState.STAYS
        self._tell(
            change,
            replace(
                self._standing(change),
                state=state,
                reason=against.reason,
                next_step=against.next_step,
                phones=len(seen.phones),
                without=len(against.lacking),
                lacking=against.lacking[:MOST_NAMED],
            ),
        )

    def _put_off(self, change: ProfileChange, why: str, state: ProfileState | None = None) -> None:
        """Leave it for a run that is resumed."""
        standing = self._standing(change)
        left = state or (ProfileState.WRITTEN if standing.write is ProfileCall.DONE else ProfileState.WAITING)
        told = "it was written, and not applied" if left is ProfileState.WRITTEN else "not changed"
        if standing.apply is ProfileCall.DONE:
            told = "it was applied, and not read back"
        self._tell(change, replace(standing, state=left, reason=f"{told}: {why}", next_step="Go on with the run."))

    def _tell(self, change: ProfileChange, standing: ProfileStanding) -> None:
        if standing != self._standing(change):
            self._standings[change.profile.pkid] = standing
            self._run.announcer.tell(ProfileChanged(self._run.now(), change, standing))

    # windows

    def _sites(self, seen: ProfileSeen) -> set[str]:
        if not self._run.options.rules.windows.per_site:
            return {""}
        return {phone.zone for phone in seen.phones} or {""}

    def _in_window(self, seen: ProfileSeen) -> bool:
        """Whether the windows of all sites that have such phones are open: they all restart."""
        return all(self._hours.may_write(site) for site in self._sites(seen))

    def _wait_for_window(self, change: ProfileChange, seen: ProfileSeen, state: ProfileState | None = None) -> bool:
        """Wait until all its sites' windows are open; False where the run does not wait, is stopped, or that is never so."""
        opens = self._hours.opens_together(self._sites(seen))
        if opens is None:
            reason = "the windows of its phones' sites are never open at the same time"
            self._settle(change, state or ProfileState.STAYS, reason, "Give a window that they share.", seen=seen)
            return False
        why = f"outside the window until {self._hours.told(opens)}"
        self._run.announcer.tell(WindowClosed(self._run.now(), opens))
        if not self._run.options.wait:
            self.left = why
            self._put_off(change, why, state)
            return False
        self._run.announcer.tell(Limited(self._run.now(), Limit.WINDOW, why, 0.0))
        while not self._in_window(seen):
            if self._stop.why or self._run.announcer.failure is not None:
                self._put_off(change, self._stop.why or "the run failed", state)
                return False
            self._nap(opens - self._hours.now)
        self._run.announcer.tell(WindowOpened(self._run.now()))
        self._well()
        return True

    def _nap(self, seconds: float) -> None:
        timer = Timer(self._run.now)
        timer.start(max(_BLINK, seconds))
        while timer.left and not self._stop.why:
            self._sleep(max(_BLINK, min(_NAP, timer.left)))


def _taken_up(standing: ProfileStanding) -> ProfileStanding:
    """As a run left it: a call that was under way is one whose answer was lost."""
    write = ProfileCall.LOST if standing.write is ProfileCall.UNDER_WAY else standing.write
    if standing.apply in (ProfileCall.UNDER_WAY, ProfileCall.LOST):
        return replace(
            standing,
            state=ProfileState.UNKNOWN,
            write=write,
            apply=ProfileCall.LOST,
            reason=_APPLY_LOST,
            next_step=_APPLY_YOURSELF,
        )
    return replace(standing, write=write)
