"""What the changes of profiles wait for: windows, and a cluster that is away or too busy. Each wait ends at a wish to stop.

All of it happens in the engine's thread, when no other call is under way.
"""

from collections.abc import Callable

from lscctl.cucm.faults import WireFault
from lscctl.errors import LscctlError
from lscctl.lsc_first import ProfileSeen
from lscctl.profile_change import ProfileChange
from lscctl.rollout.events import Limit, Limited, Paused, Resumed, WindowClosed, WindowOpened
from lscctl.rollout.hours import Hours
from lscctl.rollout.pace import Patience, Timer
from lscctl.rollout.parts import Run
from lscctl.rollout.stop import Stop

_NAP = 0.5
_BLINK = 0.001


class ProfileWaiting:
    """The waits of one run. `reads` counts looks at profiles; `left` says why a run that does not wait left some for later."""

    def __init__(self, run: Run, stop: Stop, sleep: Callable[[float], None]) -> None:
        self._run = run
        self._stop = stop
        self._sleep = sleep
        self._hours = Hours(run.options.rules.windows, lambda: run.target.clock)
        self._changing = self._patience()
        self.left: str | None = None
        self.reads = 0

    def nap(self, seconds: float) -> None:
        """Let so many seconds pass, fewer where somebody wants to stop."""
        timer = Timer(self._run.now)
        timer.start(max(_BLINK, seconds))
        while timer.left and not self._stop.why:
            self._sleep(max(_BLINK, min(_NAP, timer.left)))

    # the cluster

    def look(self, change: ProfileChange) -> ProfileSeen:
        """The profile and all of its phones as they are now. Raises LscctlError where patience has run out, or is no use."""
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

    def bear(self, error: LscctlError) -> None:
        """Wait for a cluster that refused a change and did nothing; whoever calls looks again then, since meanwhile anything may
        have changed. Raises the error where patience has run out, or is no use."""
        self._wait_out(error, self._changing, changes=True)

    def well(self) -> None:
        """A change was made, or another profile begins: what comes next has all patience again."""
        if self._changing.troubled:
            self._run.announcer.tell(Resumed(self._run.now(), True))
        self._changing = self._patience()

    def _patience(self) -> Patience:
        return Patience(self._run.options.patience, self._run.now, self._run.chance)

    def _wait_out(self, error: LscctlError, patience: Patience, *, changes: bool) -> None:
        """Wait as long as patience has it for a cluster that is away or too busy to do anything; raises any other error."""
        seconds = patience.trouble() if isinstance(error, WireFault) and error.repeatable else None
        if seconds is None or self._stop.why:
            raise error
        self._run.announcer.tell(Paused(self._run.now(), str(error), seconds, changes))
        self.nap(seconds)

    # windows

    def is_open(self, seen: ProfileSeen) -> bool:
        """Whether the windows of all sites that have such phones are open: they all restart."""
        return all(self._hours.may_write(site) for site in self._sites(seen))

    def opens(self, seen: ProfileSeen) -> float | None:
        """When they all are, now or later, in epoch seconds of the cluster's clock; None where that is never so."""
        return self._hours.opens_together(self._sites(seen))

    def for_window(self, seen: ProfileSeen, opens: float) -> str:
        """Wait until they all are, or tell why not: the run does not wait, or is to stop. Nothing where they are."""
        why = f"outside the window until {self._hours.told(opens)}"
        self._run.announcer.tell(WindowClosed(self._run.now(), opens))
        if not self._run.options.wait:
            self.left = why
            return why
        self._run.announcer.tell(Limited(self._run.now(), Limit.WINDOW, why, 0.0))
        while not self.is_open(seen):
            if self._stop.why or self._run.announcer.failure is not None:
                return self._stop.why or "the run failed"
            self.nap(opens - self._hours.now)
        self._run.announcer.tell(WindowOpened(self._run.now()))
        self.well()
        return ""

    def _sites(self, seen: ProfileSeen) -> set[str]:
        if not self._run.options.rules.windows.per_site:
            return {""}
        return {phone.zone for phone in seen.phones} or {""}
