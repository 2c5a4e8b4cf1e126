"""Whether a phone that restarts is back, by what RIS says of it: one rule for phones by themselves and for those of a profile."""

from collections.abc import Iterable, Mapping
from enum import Enum

from lscctl.errors import LscctlError
from lscctl.phone import Registration, Sighting
from lscctl.rollout.meaning import Meaning, meaning_of
from lscctl.rollout.options import RunOptions
from lscctl.rollout.parts import Run

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 15.0
"""Seconds between two looks for phones: short while they come back, and longer the longer they are away."""

MOST_ASKED = 1000
"""Phones that one request to RIS asks for [field guide 5]."""

_NOBODY_TELLS = "nobody can say which phones registered again: RIS cannot be asked"

_CLOCKS_DIFFER = 2.0


class Presence(Enum):
    """What is known of a phone that was told to restart."""

    BACK = "it is registered again"
    AWAITED = "it may still come"
    LOST = "it has not come back in time"
    UNTOLD = "nobody has told anything of it for as long"


def told(sighting: Sighting | None) -> bool:
    """Whether somebody could say how the phone is."""
    return sighting is not None and sighting.registration is not Registration.NOT_ASKED


def presence(sighting: Sighting | None, *, anew: bool, passed: float, untold: float, options: RunOptions) -> Presence:
    """Judge a phone as it was just seen; None: it was not.

    `anew`: it has registered since it was told to restart. `passed` is how many seconds ago it began to, `untold` for how many
    nobody has told anything of it. One that is registered and shows no newer registration may not have restarted: it is back once
    it has had time to.
    """
    if sighting is not None and sighting.registration is Registration.REGISTERED:
        return Presence.BACK if anew or passed >= options.settle else Presence.AWAITED
    if told(sighting):
        return Presence.LOST if passed >= options.reregister else Presence.AWAITED
    return Presence.UNTOLD if untold >= options.reregister else Presence.AWAITED


def registered_since(sighting: Sighting | None, applied_at: float | None, run: Run) -> bool:
    """Whether it registered after it was applied, which was at `applied_at` by our clock; RIS tells times by the cluster's."""
    if sighting is None or sighting.since is None or applied_at is None:
        return False
    ahead = run.target.clock.utc().timestamp() - run.now()
    return sighting.since >= applied_at + ahead - _CLOCKS_DIFFER


def sightings_of(run: Run, names: Iterable[str]) -> Mapping[str, Sighting]:
    """What can be told of these phones now, {} where nothing can. Raises LscctlError where the cluster will not serve anything."""
    try:
        return run.target.sightings(list(names))
    except LscctlError as error:
        if meaning_of(error) in (Meaning.NOT_DONE, Meaning.LOST, Meaning.REFUSED):
            return {}
        raise


def note_nobody_tells(run: Run) -> None:
    """Say once that nobody could tell."""
    if _NOBODY_TELLS not in run.announcer.notes:
        run.announcer.notes.append(_NOBODY_TELLS)
