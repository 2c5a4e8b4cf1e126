"""What each file of a bundle tells, and whose it is where it does not say so itself."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lscctl.diagnosis.case import Case
from lscctl.diagnosis.sightings import Questions, Sightings
from lscctl.finding import Attempt, Place, Source

PHONE: Final = re.compile(r"SEP[0-9A-F]{12}", re.IGNORECASE)
SHARED: Final = (Source.SHOW_ITL, Source.CAPF_TRACE, Source.NODE_OUTPUT)
"""What is of no single phone, unless it says so."""


@dataclass(slots=True)
class Piece:
    """What one file tells of one phone, '' where it does not say of which.

    `within` is where it stands in what was given, `address` what a page of the phone's tells as its own. `sender` is the name or
    address by which a log of many calls it, `of_many` whether it is one.
    """

    place: Place
    bundle: str
    sightings: Sightings
    phone: str = ""
    within: str = ""
    address: str = ""
    sender: str = ""
    of_many: bool = False
    came_from: str = ""
    """From which address the phone came, where only that is told of it."""

    written: bool = False
    """Whether somebody wrote it himself."""

    topics: frozenset[str] = frozenset()
    """What it tells of that a later page, screen or list may tell anew."""

    at: datetime | None = None
    """When it was made, as it says itself."""

    model: str = ""
    part: int = 0
    attempts: tuple[Attempt, ...] = ()
    attempts_in_all: int = 0

    def join(self, case: Case) -> None:
        """Add it to what is known of its phone."""
        case.sightings.join(self.sightings)
        case.model = case.model or self.model
        if self.place not in case.looked_at:
            case.looked_at.append(self.place)
        case.attempts += [(self.part, attempt) for attempt in self.attempts]
        case.attempts_in_all += self.attempts_in_all


def bundle_of(bundle: str, name: str, within: str) -> str:
    """What a file came in: the folder or archive that is called after a phone, where it is in one, else the `bundle` given."""
    _, *folders, _ = ["", *within.split("/")]
    last = max((at for at, folder in enumerate(folders) if at and PHONE.search(folder)), default=None)
    return bundle if last is None else "/".join(name.split("/")[: last - len(folders)])


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


def cases_of(pieces: Sequence[Piece], questions: Questions) -> list[Case]:
    """Pieces of the same phone together; what is of no single phone goes to every phone of its bundle, else to all."""
    name_by_bundle(pieces)
    of_phone: dict[str, list[Piece]] = defaultdict(list)
    shared: list[Piece] = []
    for piece in pieces:
        if piece.phone or piece.place.source not in SHARED:
            of_phone[piece.phone or f" {piece.bundle}"].append(piece)
        else:
            shared.append(piece)
    if not of_phone:
        of_phone[""] = []
    bundles_of_phones = {piece.bundle for found in of_phone.values() for piece in found}
    return [
        _case(name, [*found, *(one for one in shared if _concerns(one, found, bundles_of_phones))], questions)
        for name, found in sorted(of_phone.items())
    ]


def _concerns(shared: Piece, found: Sequence[Piece], bundles_of_phones: set[str]) -> bool:
    """Whether what is of no single phone concerns this one: it came with it, or with no phone at all."""
    return shared.bundle not in bundles_of_phones or shared.bundle in {piece.bundle for piece in found}


def _case(name: str, pieces: Sequence[Piece], questions: Questions) -> Case:
    case = Case(Sightings(questions), phone=name if PHONE.fullmatch(name) or pieces[0].sender == name else "")
    for piece in pieces:
        piece.join(case)
    if case.model:
        case.sightings.fact("model", case.model, Place(Source.PHONE_PAGE, case.phone))
    return case
