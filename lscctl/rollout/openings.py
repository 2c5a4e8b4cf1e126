"""Each time a window opens, preflight looks again before a phone is touched: much may have changed since the last one closed."""

from collections.abc import Iterable

from lscctl.rollout.hours import Hours
from lscctl.rollout.looking import Look
from lscctl.rollout.parts import Run, Task


class Openings:
    """What is known of the windows that are open now at these sites. Whoever begins the run has looked, so they are known then.

    A window is known until it closes. One look serves for all windows that are open when it ends.
    """

    def __init__(self, run: Run, hours: Hours, sites: Iterable[str]) -> None:
        self._hours = hours
        self._sites = frozenset(sites)
        self._look = Look(run, run.options.recheck or _nothing_against)
        self._known_until: dict[str, float] = {}
        self.all_known()

    @property
    def under_way(self) -> bool:
        """Whether preflight is looking now."""
        return self._look.under_way

    @property
    def pause(self) -> float:
        """Seconds until it is tried again, after trouble."""
        return self._look.pause

    @property
    def unknown(self) -> bool:
        """Whether a window is open that nobody has looked into."""
        return any(not self.is_known(site) and self._hours.may_apply(site) for site in self._sites)

    def is_known(self, site: str) -> bool:
        """Whether phones of the site may be touched, as far as preflight goes."""
        return self._hours.always or self._hours.now < self._known_until.get(site, 0.0)

    def all_known(self) -> None:
        """Nothing more need be known of the windows that are open now."""
        self._look.forget()
        for site in self._sites:
            if self._hours.may_apply(site):
                self._known_until[site] = self._hours.closes_at(site)

    def task(self) -> Task | None:
        """The look, where it is to be made now."""
        return self._look.task()

    def found(self) -> str | None:
        """Why no phone is to be touched, '' where nothing is against it; None while nobody knows. It is told once."""
        found = self._look.found
        if found == "":
            self.all_known()
        elif found is not None:
            self._look.forget()
        return found


def _nothing_against() -> str:
    return ""
