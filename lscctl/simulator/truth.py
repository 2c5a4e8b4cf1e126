"""What is really wrong with a phone: what benchmarks and tests hold a diagnosis against."""

import sqlite3
from typing import Final

from lscctl.simulator.enrolment import Enrolment
from lscctl.simulator.handset import NO_OPERATION, Handset, Handsets
from lscctl.simulator.links import Broken, Link
from lscctl.simulator.profiles import Profiles

_ORDER: Final = tuple(Link)


class Truth:
    """Knows every phone's first broken link; use it under the cluster's lock."""

    def __init__(self, connection: sqlite3.Connection, profiles: Profiles, enrolment: Enrolment) -> None:
        self._handsets = Handsets(connection)
        self._profiles = profiles
        self._enrolment = enrolment

    def first_broken(self, pkid: str) -> Broken | None:
        """The first link of the chain that is broken for a phone, None where none is. Raises UnknownPhoneError.

        A link is broken by what stood in the way when the phone last tried, and by what can be seen to be wrong with it until it
        succeeds; a phone that was asked for nothing has none.
        """
        found = [Broken.by(fault) for fault in self._faults(self._handsets.get(pkid))]
        return min(found, key=lambda one: _ORDER.index(one.link), default=None)

    def _faults(self, handset: Handset) -> list[str]:
        pending = handset.operation != NO_OPERATION
        if not pending and not handset.broken:
            return []
        faults = [handset.broken] if handset.broken else []
        if handset.broken != "lost":
            faults += self._enrolment.standing(handset, self._profiles.of_phone(handset.pkid))
        return [*faults, "not-registered"] if pending and not handset.powered else faults
