"""How the profiles of a run stand, and the events that tell of every change of that."""

from collections.abc import Mapping
from dataclasses import replace

from lscctl.lsc_first import MOST_NAMED, Against, ProfileSeen
from lscctl.profile_change import ProfileCall, ProfileChange, ProfileOutcome, ProfileStanding, ProfileState
from lscctl.rollout.events import ProfileChanged, ProfileIntended, Purpose
from lscctl.rollout.parts import Run

APPLY_LOST = "it has lsc-first, but the answer to its apply was lost: its phones may not have restarted with it"
GO_ON = "Go on with the run."
APPLY_YOURSELF = "Use Apply Config on the profile's page, if its phones have not restarted."


class ProfileLedger:
    """The standings of all profiles of a plan. `past` is `{pkid of the profile: its standing}` of a run that is resumed."""

    def __init__(self, run: Run, past: Mapping[str, ProfileStanding]) -> None:
        self._run = run
        self._standings = {
            change.profile.pkid: past.get(change.profile.pkid, ProfileStanding()) for change in run.plan.then
        }

    @property
    def outcomes(self) -> tuple[ProfileOutcome, ...]:
        """How each profile stands, in the plan's order."""
        return tuple(ProfileOutcome(change, self.of(change)) for change in self._run.plan.then)

    def of(self, change: ProfileChange) -> ProfileStanding:
        """How this one stands."""
        return self._standings[change.profile.pkid]

    def take_up(self, change: ProfileChange) -> None:
        """As an earlier part of the run left it: a call that was under way is one whose answer was lost."""
        standing = self.of(change)
        write = ProfileCall.LOST if standing.write is ProfileCall.UNDER_WAY else standing.write
        standing = replace(standing, write=write)
        if standing.apply is ProfileCall.UNDER_WAY:
            standing = replace(standing, state=ProfileState.RESTARTING, apply=ProfileCall.LOST, reason=APPLY_LOST)
        self.tell(change, standing)

    def intend(self, change: ProfileChange, purpose: Purpose, standing: ProfileStanding) -> None:
        """Tell what is about to leave; it must not where an observer that the run needs could not write it down: raises that
        observer's error then."""
        before = self.of(change)
        self._standings[change.profile.pkid] = standing
        self._run.announcer.tell(ProfileIntended(self._run.now(), purpose, change, standing))
        if (failure := self._run.announcer.failure) is not None:
            self._standings[change.profile.pkid] = before
            raise failure

    def note(self, change: ProfileChange, **known: object) -> None:
        """Something is known of a call that was under way."""
        self.tell(change, replace(self.of(change), **known))  # type: ignore[arg-type]

    def settle(
        self,
        change: ProfileChange,
        state: ProfileState,
        reason: str,
        next_step: str = "",
        *,
        seen: ProfileSeen | None = None,
    ) -> None:
        """It has come to this state; `seen` is how it was seen then."""
        phones = self.of(change).phones if seen is None else len(seen.phones)
        self.note(
            change, state=state, reason=reason, next_step=next_step, phones=phones, without=0, lacking=(), restarting=()
        )

    def stays(self, change: ProfileChange, seen: ProfileSeen, against: Against) -> None:
        """It stays as it is, for what speaks against changing it."""
        self.note(
            change,
            state=ProfileState.UNKNOWN if self.of(change).write is ProfileCall.DONE else ProfileState.STAYS,
            reason=against.reason,
            next_step=against.next_step,
            phones=len(seen.phones),
            without=len(against.lacking),
            lacking=against.lacking[:MOST_NAMED],
        )

    def put_off(self, change: ProfileChange, why: str, next_step: str = GO_ON) -> None:
        """Leave it for a run that is resumed."""
        standing = self.of(change)
        if standing.apply in (ProfileCall.DONE, ProfileCall.LOST):
            left = ProfileState.RESTARTING
            lost = f"{APPLY_LOST}; " if standing.apply is ProfileCall.LOST else ""
            told = f"{lost}not all of its phones have been seen registered again, nor was it read back"
        elif standing.write is ProfileCall.DONE:
            left, told = ProfileState.WRITTEN, "it was written, and not applied"
        else:
            left, told = ProfileState.WAITING, "not changed"
        self.note(change, state=left, reason=f"{told}: {why}", next_step=next_step)

    def tell(self, change: ProfileChange, standing: ProfileStanding) -> None:
        """It stands like this now."""
        if standing != self.of(change):
            self._standings[change.profile.pkid] = standing
            self._run.announcer.tell(ProfileChanged(self._run.now(), change, standing))
