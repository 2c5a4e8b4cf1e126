"""The phones that restart when their profile is applied: which are registered before, and whether those are so again afterwards.

They are looked for as phones are that ended by themselves (see `Reregistration`): as often, as long, and by the same rule. Where
nobody can say who is registered, nobody is waited for.
"""

from dataclasses import dataclass, field

from lscctl.lsc_first import ProfileSeen
from lscctl.phone import Registration, Sighting
from lscctl.profile_change import Absent, ProfileChange, ProfileStanding
from lscctl.rollout.events import ProfileAwaited
from lscctl.rollout.parts import Run
from lscctl.rollout.presence import (
    FIRST_PAUSE,
    LONGEST_PAUSE,
    MOST_ASKED,
    Presence,
    note_nobody_tells,
    presence,
    registered_since,
    sightings_of,
    told,
)
from lscctl.rollout.profile_waiting import ProfileWaiting
from lscctl.rollout.stop import Stop

_ROLL_CALLS = 2
"""So often RIS is asked who is registered, with a look at the profile between, which waits for a cluster that is away."""

NOT_WAITED = "the run does not wait for them"


@dataclass(frozen=True, slots=True)
class Returned:
    """How the wait for a profile's phones ended. `why` says what cut it short, '' where nothing did; `untold` counts phones of
    which nobody could tell anything."""

    why: str = ""
    lost: tuple[Absent, ...] = ()
    untold: int = 0


class RollCall:
    """Who of a profile's phones is registered right before they restart."""

    def __init__(self, run: Run, stop: Stop) -> None:
        self._run = run
        self._stop = stop
        self._registered: frozenset[str] | None = None
        self._calls = 0

    @property
    def made(self) -> bool:
        """Whether that is known as far as it can be."""
        return self._registered is not None

    def forget(self) -> None:
        """What was known is old: time has passed, or another profile begins."""
        self._registered, self._calls = None, 0

    def make(self, seen: ProfileSeen) -> None:
        """Ask RIS, which may take minutes; what was seen of the profile is old then. Raises LscctlError where the cluster will not
        serve anything."""
        self._calls += 1
        sightings: dict[str, Sighting] = {}
        names = [phone.name for phone in seen.phones]
        for first in range(0, len(names), MOST_ASKED):
            if self._stop.why:
                return
            sightings |= sightings_of(self._run, names[first : first + MOST_ASKED])
        if names and not any(told(one) for one in sightings.values()) and self._calls < _ROLL_CALLS:
            return
        self._registered = frozenset(
            name for name, one in sightings.items() if one.registration is Registration.REGISTERED
        )
        if names and not any(told(one) for one in sightings.values()):
            note_nobody_tells(self._run)

    def of(self, seen: ProfileSeen) -> tuple[str, ...]:
        """The phones that use the profile and were registered, by name."""
        return tuple(sorted(phone.name for phone in seen.phones if phone.name in (self._registered or ())))


@dataclass(slots=True)
class _Wait:
    """Phones that are not known to be back, how many are, and what became of the others."""

    absent: dict[str, Sighting | None]
    began: float
    heard: dict[str, float] = field(default_factory=dict)
    back: int = 0
    lost: list[Absent] = field(default_factory=list)
    untold: int = 0


class ProfileReturn:
    """Waits for the phones of a profile that was applied."""

    def __init__(self, run: Run, stop: Stop, waiting: ProfileWaiting) -> None:
        self._run = run
        self._stop = stop
        self._waiting = waiting

    def awaited(self, change: ProfileChange, standing: ProfileStanding) -> Returned:
        """Wait until each that was registered is so again, or lost. Raises LscctlError where the cluster serves nothing."""
        now = self._run.now()
        wait = _Wait(dict.fromkeys(standing.restarting), now)
        applied_at = now if standing.applied_at is None else min(now, standing.applied_at)
        pause = FIRST_PAUSE
        self._tell(change, standing, wait)
        if wait.absent and now - applied_at < FIRST_PAUSE:
            self._waiting.nap(FIRST_PAUSE)
        while wait.absent:
            if why := self._cut_short():
                return Returned(why)
            before = len(wait.absent)
            self._look(wait, applied_at)
            if len(wait.absent) < before:
                self._tell(change, standing, wait)
            if wait.absent and not self._run.options.wait:
                return Returned(NOT_WAITED)
            if wait.absent:
                self._waiting.nap(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
        if wait.untold:
            note_nobody_tells(self._run)
        return Returned("", tuple(sorted(wait.lost, key=lambda one: one.name)), wait.untold)

    def _cut_short(self) -> str:
        failure = self._run.announcer.failure
        return self._stop.why or (str(failure) if failure else "")

    def _look(self, wait: _Wait, applied_at: float) -> None:
        """Ask for all that are absent, one request after the other."""
        names = list(wait.absent)
        for first in range(0, len(names), MOST_ASKED):
            if self._cut_short():
                return
            asked = names[first : first + MOST_ASKED]
            sightings = sightings_of(self._run, asked)
            for name in asked:
                self._judge(wait, name, sightings.get(name), applied_at)

    def _judge(self, wait: _Wait, name: str, sighting: Sighting | None, applied_at: float) -> None:
        now = self._run.now()
        if told(sighting):
            wait.heard[name] = now
        found = presence(
            sighting,
            anew=registered_since(sighting, applied_at, self._run),
            passed=now - min(now, applied_at),
            untold=now - min(now, wait.heard.get(name, wait.began)),
            options=self._run.options,
        )
        if found is Presence.AWAITED:
            return
        del wait.absent[name]
        match found:
            case Presence.BACK:
                wait.back += 1
            case Presence.LOST if sighting is not None:
                wait.lost.append(Absent(name, f"RIS says {sighting.registration}"))
            case _:
                wait.untold += 1

    def _tell(self, change: ProfileChange, standing: ProfileStanding, wait: _Wait) -> None:
        phones = len(standing.restarting)
        event = ProfileAwaited(self._run.now(), change.profile.name, wait.back, phones, len(wait.absent))
        self._run.announcer.tell(event)
