"""Connections that did not come about, as firewalls and captures of packets tell them: of which phone each is, by its address."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from lscctl.diagnosis.pieces import SHARED, Piece, name_by_bundle
from lscctl.diagnosis.reading.captures import Vain
from lscctl.diagnosis.reading.network_tools import NetworkTools
from lscctl.diagnosis.reading.server_output import CAPF_PORT
from lscctl.diagnosis.sightings import Sightings
from lscctl.finding import Place

_FACTS: Final = {"no-answer": "capf-handshake", "unknown-ca": "capf-turned-away"}
_ADDRESS: Final = re.compile(r"[0-9a-fA-F]{0,4}[.:][0-9a-fA-F.:]+")


def tell_in_vain(
    tools: Sequence[tuple[Piece, NetworkTools]],
    pieces: Sequence[Piece],
    asked: Iterable[str] = (),
    addresses: Mapping[str, str] = MappingProxyType({}),
) -> list[Piece]:
    """Tell each phone of its own, by the addresses that its pages, a log server's heads or the cluster (`{address: name}`) tell.

    The only phone is told all of them as long as its address is not known. What is of one of several is returned as pieces.
    """
    name_by_bundle(pieces)
    known: dict[str, set[str]] = defaultdict(set)
    own = set(asked)
    named: set[str] = set() if own else {piece.phone.upper() for piece in pieces if piece.phone}
    for piece in pieces:
        if piece.place.source not in SHARED:
            own.add(_whose(piece))
        if piece.phone or piece.place.source not in SHARED:
            known[_whose(piece)].update(one for one in (piece.address, piece.sender) if _ADDRESS.fullmatch(one))
    for address, name in addresses.items():
        known[name.upper()].add(address)
    phones, several = own | named, max(len(own), len(named)) > 1
    more: list[Piece] = []
    for piece, told in tools:
        sources = {one.source for one in (*told.dropped, *told.captured)}
        if not several:
            _tell(piece, told.in_vain(set().union(*(known[one] for one in phones))))
            continue
        for name in sorted(phones):
            if not sources.isdisjoint(known[name]) and (vain := told.in_vain(known[name])):
                more.append(replace(piece, sightings=Sightings(piece.sightings.questions), phone=name))
                _tell(more[-1], vain)
    return more


def _whose(piece: Piece) -> str:
    return piece.phone.upper() or f" {piece.bundle}"


def _tell(piece: Piece, vain: Iterable[Vain]) -> None:
    for one in vain:
        fact = _FACTS.get(one.outcome, "capf-port" if one.port == CAPF_PORT else "tvs-port")
        piece.sightings.fact(fact, one.outcome, Place(piece.place.source, piece.place.file, one.line), text=one.text)
