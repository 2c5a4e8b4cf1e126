"""What is really wrong with a phone: what benchmarks and tests hold a diagnosis against."""

import sqlite3
from typing import Final

from lscctl.simulator import enumerations as enums
from lscctl.simulator.handset import Handset, Handsets
from lscctl.simulator.links import Broken, Link

_NO_OPERATION: Final = enums.number(enums.OPERATIONS, "No Pending Operation")
_ORDER: Final = tuple(Link)


class Truth:
    """Knows every phone's first broken link; use it under the cluster's lock."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._handsets = Handsets(connection)

    def first_broken(self, pkid: str) -> Broken | None:
        """The first link of the chain that is broken for a phone, None where none is. Raises UnknownPhoneError.

        A link is broken by what stood in the way when the phone last tried; one that was asked for nothing has none.
        """
        found = [Broken.by(fault) for fault in _faults(self._handsets.get(pkid))]
        return min(found, key=lambda one: _ORDER.index(one.link), default=None)


def _faults(handset: Handset) -> list[str]:
    pending = handset.operation != _NO_OPERATION
    standing = {
        "mode-mismatch": pending and "mode-mismatch" in handset.failures,
        "not-registered": pending and not handset.powered,
        handset.broken: bool(handset.broken),
    }
    return [fault for fault, stands in standing.items() if stands]
