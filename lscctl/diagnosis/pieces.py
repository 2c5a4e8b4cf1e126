"""What each file of a bundle tells, and whose it is where it does not say so itself."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lscctl.diagnosis.case import Case
from lscctl.diagnosis.sightings import Sightings
from lscctl.finding import Attempt, Place, Source

PHONE: Final = re.compile(r"SEP[0-9A-F]{12}", re.IGNORECASE)
SHARED: Final = (Source.SHOW_ITL, Source.CAPF_TRACE, Source.NODE_OUTPUT)
"""What is of no single phone, unless it says so."""


@dataclass(slots=True)
class Piece:
    """What one file tells of one phone, '' where it does not say of which.

    `sender` is the name or address by which a log of many calls it, `of_many` whether it is one.
    """

    place: Place
    bundle: str
    sightings: Sightings
    phone: str = ""
    sender: str = ""
    of_many: bool = False
    model: str = ""
    part: int = 0
    attempts: tuple[Attempt, ...] = ()
    attempts_in_all: int = 0

    def join(self, case: Case) -> None:
        """Add it to what is known of its phone."""
        case.sightings.join(self.sightings)
        case.model = case.model or self.model
        case.looked_at.append(self.place)
        case.attempts += [(self.part, attempt) for attempt in self.attempts]
        case.attempts_in_all += self.attempts_in_all


def name_by_bundle(pieces: Sequence[Piece]) -> None:
    """A file that does not say whose it is came with others that do: if those are all of one phone, it is of that one, too.

    Those of a folder where nothing says it are of the only phone that is named in all, unless it brought a log of its own.
    """
    phones: dict[str, set[str]] = defaultdict(set)
    logs: dict[str, set[str]] = defaultdict(set)
    own = [one for one in pieces if not one.sender and one.place.source not in SHARED]
    for piece in own:
        if piece.phone:
            phones[piece.bundle].add(piece.phone)
        if piece.place.source is Source.CONSOLE_LOG:
            logs[piece.phone].add(piece.bundle)
    named = set().union(*phones.values())
    for piece in pieces:
        if piece.phone or piece.place.source in SHARED:
            continue
        with_it = phones[piece.bundle] or (named if not logs[""] or not any(logs[one] for one in named) else set())
        if len(with_it) == 1:
            piece.phone = next(iter(with_it))
