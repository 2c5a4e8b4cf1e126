"""What the files of a bundle tell together: which are superseded by later ones, and what follows of nodes' outputs and lists."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from lscctl.diagnosis.later import Told, superseded
from lscctl.diagnosis.nodes_told import NodeOutput, conclusions, names_one, of_capf_record, of_issuer, of_network
from lscctl.diagnosis.pieces import SHARED, Piece
from lscctl.finding import Source

if TYPE_CHECKING:
    from lscctl.diagnosis.mailed import Reading


def tell_together(reading: Reading) -> None:
    """Leave what is superseded, and show the pieces what follows of all that is there."""
    _leave_superseded(reading)
    _leave_lists(reading)
    _compare_lists(reading)
    _tell_of_nodes(reading)


def _leave_superseded(reading: Reading) -> None:
    """Forget what pages, screens and lists tell of which a later one of the same phone is there."""
    telling = [piece for piece in reading.pieces if piece.topics]
    several = len({piece.phone for piece in telling if piece.phone}) > 1
    together: dict[str, list[Piece]] = defaultdict(list)
    for piece in telling:
        together[(piece.phone or piece.bundle) if several else ""].append(piece)
    gone = {
        (whose, file)
        for whose, pieces in together.items()
        for file in superseded([_told(piece, piece.topics) for piece in pieces])
    }
    left = [piece for whose, pieces in together.items() for piece in pieces if (whose, piece.place.file) in gone]
    for piece in left:
        piece.sightings.forget()
        reading.opened.pass_over(f"{piece.place.file}: a later one that tells the same is there")
    files = {piece.place.file for piece in left if not piece.of_many}
    reading.pieces = [one for one in reading.pieces if one.place.file not in files or one.place.source not in SHARED]
    reading.issuers = [one for one in reading.issuers if one[0].place.file not in files]
    for piece, output in reading.nodes:
        if piece.place.file in files:
            output.said.pending_until = None
    _forget_lists(reading, {piece.place.file for piece in left if piece.place.source is Source.SHOW_ITL})


def _told(piece: Piece, topics: frozenset[str]) -> Told:
    return Told(piece.place.file, topics, piece.at, of_a_node=piece.place.source is Source.SHOW_ITL)


def _leave_lists(reading: Reading) -> None:
    """Leave lists of other TFTP servers than the phone's, as far as names tell."""
    lists = [piece for piece in reading.pieces if piece.place.source is Source.SHOW_ITL]
    if not any(names_one(piece.place.file, reading.tftp) for piece in lists):
        return
    left = {piece.place.file for piece in lists if not names_one(piece.place.file, reading.tftp)}
    for file in left:
        reading.opened.pass_over(f"{file}: the list of the phone's own server is there")
    reading.pieces = [
        one for one in reading.pieces if one.place.file not in left or one.place.source is not Source.SHOW_ITL
    ]
    _forget_lists(reading, left)


def _forget_lists(reading: Reading, files: set[str]) -> None:
    reading.capf_of_lists = [one for one in reading.capf_of_lists if one[0].file not in files]
    reading.capf_records = [one for one in reading.capf_records if one[0].place.file not in files]


def _compare_lists(reading: Reading) -> None:
    """Whether all ITLs name the same CAPF certificate: every server has its own list, but CAPF there is one."""
    if len(reading.capf_of_lists) < 2:
        return
    alike = len({certificates for _, certificates in reading.capf_of_lists}) == 1
    for piece in reading.pieces:
        if piece.place.source is Source.SHOW_ITL:
            place = reading.capf_of_lists[-1][0]
            piece.sightings.fact("itls-alike", "yes" if alike else "no", place)


def _tell_of_nodes(reading: Reading) -> None:
    """What outputs of nodes tell together: of those that came with the same phone, or all where there are not several phones."""
    several = len({piece.phone for piece in reading.pieces if piece.phone and piece.place.source not in SHARED}) > 1
    together: dict[str, list[tuple[Piece, NodeOutput]]] = defaultdict(list)
    for piece, output in reading.nodes:
        together[piece.bundle if several else ""].append((piece, output))
    gone = superseded([_told(piece, tools.topics) for piece, tools in reading.tools if tools.topics])
    asked = [(piece, tools) for piece, tools in reading.tools if piece.place.file not in gone]
    resolved = {name for _, tools in asked for name in tools.resolved}
    for piece, tools in asked:
        for one in of_network(piece.place, tools, reading.servers, reading.addresses, resolved):
            piece.sightings.fact(one.fact, one.value, one.place, text=one.text)
    for piece, issuer in reading.issuers:
        trusted = of_issuer(issuer, [output for _, output in reading.nodes]) if issuer else None
        if trusted is not None:
            text = f"the LSC is of {issuer}, which is {'' if trusted else 'not '}among the certificates in CAPF-trust"
            piece.sightings.fact("lsc-issuer-trusted", "yes" if trusted else "no", piece.place, text=text)
    for piece, record in reading.capf_records:
        told = of_capf_record(record.subject, record.serial, [output for _, output in reading.nodes])
        if told is not None:
            piece.sightings.fact(told.fact, told.value, told.place, text=told.text)
    for found in together.values():
        of_file = {output.place.file: piece for piece, output in found}
        for one in conclusions([output for _, output in found], reading.tftp):
            of_file[one.place.file].sightings.fact(one.fact, one.value, one.place, text=one.text, about=one.about)
