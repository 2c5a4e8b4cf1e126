"""What the files of a bundle tell together: which are superseded by later ones, and what follows of nodes' outputs and lists."""

from collections import defaultdict
from dataclasses import dataclass, field

from lscctl.diagnosis.later import Told, superseded, timeless
from lscctl.diagnosis.nodes_told import NodeOutput, conclusions, names_one, of_capf_record, of_issuer, of_network
from lscctl.diagnosis.pieces import SHARED, Piece
from lscctl.diagnosis.reading.admin_page import AdminPage
from lscctl.diagnosis.reading.attempts import CAPF_PORT
from lscctl.diagnosis.reading.network_tools import NetworkTools
from lscctl.diagnosis.reading.opening import Opened
from lscctl.diagnosis.sightings import Questions
from lscctl.finding import Place, Source
from lscctl.trustlist.values import Record


@dataclass(slots=True)
class Gathered:
    """What was read of each file. `capf_port` is CAPF's in the cluster that they are from."""

    questions: Questions
    capf_port: int = CAPF_PORT
    opened: Opened = field(default_factory=Opened)
    pieces: list[Piece] = field(default_factory=list)
    nodes: list[tuple[Piece, NodeOutput]] = field(default_factory=list)
    tools: list[tuple[Piece, NetworkTools]] = field(default_factory=list)
    issuers: list[tuple[Piece, str]] = field(default_factory=list)
    settings: list[tuple[Piece, AdminPage]] = field(default_factory=list)
    servers: set[str] = field(default_factory=set)
    tftp: set[str] = field(default_factory=set)
    """The names by which phones are told servers, and the addresses of TFTP servers."""

    left: list[Piece] = field(default_factory=list)
    """Those of which a later one is there."""

    capf_records: list[tuple[Piece, Record]] = field(default_factory=list)
    capf_of_lists: list[tuple[Place, frozenset[str]]] = field(default_factory=list)


def tell_together(gathered: Gathered) -> None:
    """Leave what is superseded, and show the pieces what follows of all that is there."""
    _leave_addresses(gathered)
    _leave_superseded(gathered)
    _leave_lists(gathered)
    _compare_lists(gathered)
    _tell_of_nodes(gathered)
    _compare_settings(gathered)
    _tell_late(gathered)


def _leave_addresses(gathered: Gathered) -> None:
    """Leave what a trace tells of other addresses than the phone's, where that is known."""
    if own := {piece.address for piece in gathered.pieces if piece.address and not piece.of_many}:
        gathered.pieces = [one for one in gathered.pieces if not one.came_from or one.came_from in own]


def _leave_superseded(gathered: Gathered) -> None:
    """Forget what pages, screens and lists tell of which a later one of the same phone is there."""
    telling = [piece for piece in gathered.pieces if piece.topics]
    phones: dict[str, set[str]] = defaultdict(set)
    for piece in gathered.pieces:
        if piece.phone and piece.place.source not in SHARED:
            phones[timeless(piece.bundle)].add(piece.phone)
    together: dict[str, list[Piece]] = defaultdict(list)
    for piece in telling:
        together[piece.phone or _of_folder(piece, phones[timeless(piece.bundle)])].append(piece)
    gone = {
        (whose, file)
        for whose, pieces in together.items()
        for file in superseded([_told(piece, piece.topics) for piece in pieces])
    }
    left = [piece for whose, pieces in together.items() for piece in pieces if (whose, piece.place.file) in gone]
    gathered.left = left
    for piece in left:
        piece.sightings.forget()
        gathered.opened.pass_over(f"{piece.place.file}: a later one that tells the same is there")
    files = {piece.place.file for piece in left if not piece.of_many}
    lists = {piece.place.file for piece in left if piece.place.source is Source.SHOW_ITL}
    gathered.pieces = [one for one in gathered.pieces if one.place.file not in lists]
    gathered.issuers = [one for one in gathered.issuers if one[0].place.file not in files]
    _forget_lists(gathered, lists)


def _of_folder(piece: Piece, phones: set[str]) -> str:
    """The only phone of what it came in, else its own folder: `desk 12` and `desk 14` are of different phones."""
    return next(iter(phones)) if len(phones) == 1 else timeless(piece.place.file.rpartition("/")[0])


def _told(piece: Piece, topics: frozenset[str]) -> Told:
    return Told(piece.place.file, topics, piece.at, of_a_node=piece.place.source is Source.SHOW_ITL)


def _leave_lists(gathered: Gathered) -> None:
    """Leave lists of other TFTP servers than the phone's, as far as names tell."""
    lists = [piece for piece in gathered.pieces if piece.place.source is Source.SHOW_ITL]
    if not any(names_one(piece.within, gathered.tftp) for piece in lists):
        return
    left = {piece.place.file for piece in lists if not names_one(piece.within, gathered.tftp)}
    for file in left:
        gathered.opened.pass_over(f"{file}: the list of the phone's own server is there")
    gathered.pieces = [
        one for one in gathered.pieces if one.place.file not in left or one.place.source is not Source.SHOW_ITL
    ]
    _forget_lists(gathered, left)


def _compare_settings(gathered: Gathered) -> None:
    """Whether what a phone's operation asks for is what its security profile says, where both are there."""
    several = len({piece.phone for piece, _ in gathered.settings if piece.phone}) > 1
    profiles: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    left = {id(piece) for piece in gathered.left}
    current = [(piece, page) for piece, page in gathered.settings if id(piece) not in left]
    for piece, page in current:
        for one in page.settings if page.of_profile else ():
            profiles[piece.phone if several else ""][one.fact].add(one.value)
    for piece, page in current:
        profile = profiles.get(piece.phone if several else "", {})
        for one in () if page.of_profile else page.settings:
            said = profile.get(one.fact, set())
            if len(said) == 1 and one.value not in said:
                where = Place(piece.place.source, piece.place.file, one.line)
                text = f"{one.text}; its security profile says {next(iter(said))}"
                piece.sightings.fact("settings-differ", "yes", where, text=text)


def _tell_late(gathered: Gathered) -> None:
    """Whether an operation is pending after it had to be done, where a node shows the day: one that came with it, among several."""
    days = [(piece.bundle, output.said.today) for piece, output in gathered.nodes if output.said.today is not None]
    several = len({piece.phone for piece in gathered.pieces if piece.phone and not piece.of_many}) > 1
    left = {id(piece) for piece in gathered.left}
    for piece, page in gathered.settings:
        until = page.pending_until
        today = max((day for bundle, day in days if not several or bundle == piece.bundle), default=None)
        if until is not None and today is not None and today.date() > until[0].date() and id(piece) not in left:
            text = f"the operation had to be done by {until[0]:%Y-%m-%d %H:00}, and it is {today:%Y-%m-%d}"
            where = Place(piece.place.source, piece.place.file, until[1])
            piece.sightings.fact("operation-late", "yes", where, text=text)


def _forget_lists(gathered: Gathered, files: set[str]) -> None:
    gathered.capf_of_lists = [one for one in gathered.capf_of_lists if one[0].file not in files]
    gathered.capf_records = [one for one in gathered.capf_records if one[0].place.file not in files]


def _compare_lists(gathered: Gathered) -> None:
    """Whether all ITLs name the same CAPF certificate: every server has its own list, but CAPF there is one."""
    if len(gathered.capf_of_lists) < 2:
        return
    alike = len({certificates for _, certificates in gathered.capf_of_lists}) == 1
    for piece in gathered.pieces:
        if piece.place.source is Source.SHOW_ITL:
            place = gathered.capf_of_lists[-1][0]
            piece.sightings.fact("itls-alike", "yes" if alike else "no", place)


def _tell_of_nodes(gathered: Gathered) -> None:
    """What outputs of nodes tell together: of those that came with the same phone, or all where there are not several phones."""
    own = [piece for piece in gathered.pieces if piece.phone and piece.place.source not in SHARED]
    several = len({piece.phone for piece in own}) > 1
    of_phones = {piece.bundle for piece in own}
    together: dict[str, list[tuple[Piece, NodeOutput]]] = defaultdict(list)
    for piece, output in gathered.nodes:
        together[piece.bundle if several and piece.bundle in of_phones else ""].append((piece, output))
    gone = superseded([_told(piece, tools.topics) for piece, tools in gathered.tools if tools.topics])
    gathered.tools = [(piece, tools) for piece, tools in gathered.tools if piece.place.file not in gone]
    resolved = {name for _, tools in gathered.tools for name in tools.resolved}
    for piece, tools in gathered.tools:
        for one in of_network(piece.place, tools, gathered.servers, resolved):
            piece.sightings.fact(one.fact, one.value, one.place, text=one.text)
    for piece, issuer in gathered.issuers:
        trusted = of_issuer(issuer, [output for _, output in gathered.nodes]) if issuer else None
        if trusted is not None:
            text = f"the LSC is of {issuer}, which is {'' if trusted else 'not '}among the certificates in CAPF-trust"
            piece.sightings.fact("lsc-issuer-trusted", "yes" if trusted else "no", piece.place, text=text)
    for piece, record in gathered.capf_records:
        told = of_capf_record(record.subject, record.serial, [output for _, output in gathered.nodes])
        if told is not None:
            piece.sightings.fact(told.fact, told.value, told.place, text=told.text)
    for found in together.values():
        of_file = {output.place.file: piece for piece, output in found}
        for one in conclusions([output for _, output in found], gathered.tftp):
            of_file[one.place.file].sightings.fact(one.fact, one.value, one.place, text=one.text, about=one.about)
