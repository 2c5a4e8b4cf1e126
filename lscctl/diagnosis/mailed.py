"""Evidence out of files: what each is, which phone it is of, and what it tells. They were mailed, or a phone gave them itself."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

from lscctl.diagnosis.case import Case
from lscctl.diagnosis.in_vain import tell_in_vain
from lscctl.diagnosis.knowledge import Knowledge
from lscctl.diagnosis.later import MESSAGES, own_time
from lscctl.diagnosis.nodes_told import NodeOutput
from lscctl.diagnosis.pieces import PHONE, SHARED, Piece, bundle_of, cases_of
from lscctl.diagnosis.reading.admin_page import AdminPage, is_of_a_page, own_address, read_admin_page, status_of
from lscctl.diagnosis.reading.capf_trace import CapfTraceReader
from lscctl.diagnosis.reading.console_log import ConsoleLogReader
from lscctl.diagnosis.reading.kinds import BEGINNING, begins_at, kind_of
from lscctl.diagnosis.reading.letters import is_own
from lscctl.diagnosis.reading.lines import text_of
from lscctl.diagnosis.reading.network_tools import read_network_tools
from lscctl.diagnosis.reading.opening import Entry
from lscctl.diagnosis.reading.order import part_of
from lscctl.diagnosis.reading.phone_page import read_phone_page
from lscctl.diagnosis.reading.phone_screen import is_listing, lsc_issuer, shown_on, tell_listing, tell_shown
from lscctl.diagnosis.reading.phone_tables import latest_rows, read_phones
from lscctl.diagnosis.reading.prompts import only_latest
from lscctl.diagnosis.reading.saved_page import as_copied
from lscctl.diagnosis.reading.sections import sections
from lscctl.diagnosis.reading.senders import Senders
from lscctl.diagnosis.reading.server_output import is_of_a_list, is_server_output, read_nodes_outputs
from lscctl.diagnosis.reading.status_messages import read_status_messages
from lscctl.diagnosis.reading.trust_lists import capf_certificates, read_trust_lists
from lscctl.diagnosis.reading.whole_text import bytes_of, lines_of
from lscctl.diagnosis.sightings import Questions, Sightings
from lscctl.diagnosis.told_together import Gathered, tell_together
from lscctl.errors import UsageError
from lscctl.finding import Place, Source
from lscctl.trustlist.format import Function
from lscctl.trustlist.values import NoTrustList

_MOST_NAMED: Final = 3
"""So many senders that are no phones are named, and addresses that were those of several."""


@dataclass(frozen=True, slots=True)
class Given:
    """One file, folder or archive, or `-`; `source` says what it is, None: found out from how it begins."""

    path: str
    source: Source | None = None


@dataclass(slots=True)
class Reading(Gathered):
    """Reads file after file."""

    given_parts: int = 0
    many: bool = False
    """Whether any log is of many."""

    def take(self, entry: Entry, source: Source | None) -> None:
        """Read one file as what it is. UsageError for one that was named to be something else."""
        beginning = entry.content.peek(BEGINNING)
        kind = source or kind_of(entry.name, beginning)
        if kind is None:
            if beginning.strip():
                self.opened.pass_over(f"{entry.name}: it is nothing that a diagnosis can read")
            return
        place = Place(kind, entry.name)
        bundle = "" if source else bundle_of(entry.bundle, entry.name, entry.within)
        piece = Piece(place, bundle, Sightings(self.questions), within=entry.within)
        match kind:
            case Source.CONSOLE_LOG:
                self._console_log(entry, piece, named=source is not None)
                return
            case Source.CAPF_TRACE:
                self._capf_trace(entry, piece)
                return
            case Source.SHOW_ITL:
                try:
                    self._lists(entry, piece)
                except NoTrustList:
                    self.opened.pass_over(f"{entry.name}: it is no trust list, and nothing that `show itl` prints")
                    return
            case Source.PHONE_PAGE:
                self._page(entry, piece)
            case Source.NODE_OUTPUT:
                self._node(entry, piece)
                return
            case _:
                messages = lines_of(entry.content)
                if parts := sections(messages):
                    self._sections(entry, piece, messages, parts)
                    return
                piece.phone = read_status_messages(list(enumerate(messages, 1)), place, piece.sightings)
                piece.written = any(map(is_own, messages))
                piece.topics = frozenset() if piece.written else MESSAGES
        self._add(entry, piece)

    def _node(self, entry: Entry, piece: Piece) -> None:
        """What a node printed; the rest of its lines may be anybody's words."""
        lines = lines_of(entry.content)
        lines = as_copied("\n".join(lines)) or only_latest("\n".join(lines)).split("\n")
        piece.at = own_time("\n".join(lines))
        for output in read_nodes_outputs("\n".join(lines)):
            self.nodes.append((piece, NodeOutput(piece.place, output, piece.at, piece.within)))
        tools = read_network_tools("\n".join(lines))
        self.tools.append((piece, tools))
        told = tools.lines
        if phones := read_phones(lines):
            for page in latest_rows(phones):
                row = replace(piece, sightings=Sightings(self.questions), phone=page.phone, of_many=True)
                self._admin_page(page, row)
                self.pieces.append(row)
            return
        if (shown := read_admin_page(lines)) is not None:
            self._admin_page(shown, piece)
        rest = [
            (number, status_of(line))
            for number, line in enumerate(lines, 1)
            if number not in told and not is_of_a_list(line) and not is_of_a_page(line)
        ]
        read_status_messages(rest, Place(Source.STATUS_MESSAGES, entry.name), piece.sightings)
        self.pieces.append(piece)

    def _admin_page(self, page: AdminPage, piece: Piece) -> None:
        piece.phone, piece.address = page.phone, page.address
        piece.topics = frozenset(one.fact for one in page.stated)
        self.settings.append((piece, page))
        for one in page.stated:
            where = Place(piece.place.source, piece.place.file, one.line)
            piece.sightings.fact(one.fact, one.value, where, text=one.text)

    def _page(self, entry: Entry, piece: Piece) -> None:
        """A page of a phone, or what somebody copied of its screen or of its flash."""
        lines = lines_of(entry.content)
        text = "\n".join(lines)
        piece.at = own_time(text)
        if is_listing(text):
            piece.topics = tell_listing(text, piece.place, piece.sightings)
        elif shown := shown_on(lines):
            piece.topics = tell_shown(shown, piece.place, piece.sightings)
            self.issuers.append((piece, lsc_issuer(shown)))
            piece.address = own_address((one.label, one.value) for one in shown)
        else:
            read = read_phone_page(text, piece.place, piece.sightings)
            piece.phone, piece.model, piece.topics = read.phone, read.model, read.topics
            self.servers.update(read.servers)
            self.tftp.update(read.tftp)
            piece.address = read.address

    def _add(self, entry: Entry, piece: Piece) -> None:
        named_by_path = PHONE.findall(
            entry.name
        )  # the nearest counts: the folder of a case may be called after its first phone
        piece.phone = named_by_path[-1].upper() if named_by_path else piece.phone
        self.pieces.append(piece)

    def _sections(
        self, entry: Entry, piece: Piece, messages: Sequence[str], parts: Sequence[tuple[str, int, int]]
    ) -> None:
        """Status messages of several phones in one file."""
        self.many = True
        for name, begin, end in parts:
            found = replace(piece, sightings=Sightings(self.questions), sender=name, of_many=True)
            numbered = [(at + 1, messages[at]) for at in range(begin, end)]
            said = read_status_messages(numbered, piece.place, found.sightings)
            found.phone = name if PHONE.fullmatch(name) else said
            if name:
                self.pieces.append(found)
            elif found.sightings:
                self.opened.pass_over(f"{entry.name}: what stands before its first heading, which is of no phone")

    def _console_log(self, entry: Entry, piece: Piece, *, named: bool) -> None:
        clock, piece.part = part_of(entry.name, entry.content.peek(BEGINNING))
        if named:  # whoever names the files one by one knows their order
            self.given_parts += 1
            clock, piece.part = "console-log", self.given_parts
        reader = ConsoleLogReader(self.questions, clock, piece.part, self.capf_port)
        logs = reader.read(entry.content, piece.place, begins_at(entry.content.peek(BEGINNING)))
        self._tell_of_cut(entry, reader.cut)
        self._tell_of_others(entry, reader.senders)
        self.many = self.many or reader.senders.many
        for one in logs:
            found = replace(piece, sightings=one.sightings, phone=one.phone, sender=one.sender, model=one.model)
            found.attempts, found.attempts_in_all = one.attempts, one.attempts_in_all
            found.of_many = reader.senders.many
            if reader.senders.many:
                self.pieces.append(found)
            else:
                self._add(entry, found)

    def _capf_trace(self, entry: Entry, piece: Piece) -> None:
        of_phone: dict[str, Sightings] = {}

        def sightings(phone: str) -> Sightings:
            return of_phone.setdefault(phone, Sightings(self.questions))

        reader = CapfTraceReader(sightings)
        reader.read(entry.content, piece.place, begins_at(entry.content.peek(BEGINNING)))
        self._tell_of_cut(entry, reader.cut)
        phones = [phone for phone in of_phone if PHONE.fullmatch(phone)]
        self._tell_of_untold(entry, reader.untold, len(phones))
        for phone, found in of_phone.items():
            if PHONE.fullmatch(phone) or not phone:
                self.pieces.append(Piece(piece.place, piece.bundle, found, phone))
            elif found:
                self.pieces.append(Piece(piece.place, piece.bundle, found, came_from=phone))

    def _tell_of_cut(self, entry: Entry, messages: int) -> None:
        if messages:
            self.opened.pass_over(
                f"{entry.name}: the ends of {messages:,} messages, which say the same words again and again"
            )

    def _tell_of_others(self, entry: Entry, senders: Senders[Any]) -> None:
        if others := senders.others():
            named = ", ".join(others[:_MOST_NAMED])
            least = "at least " if senders.more_others else ""
            more = f" and {least}{len(others) - _MOST_NAMED:,} more" if len(others) > _MOST_NAMED else ""
            self.opened.pass_over(f"{entry.name}: what senders wrote that are no phones: {named}{more}")
        for address, names in list(senders.called.items())[:_MOST_NAMED]:
            phones = " and ".join(sorted(names))
            self.opened.pass_over(
                f"{entry.name}: which of {phones} wrote what at {address}, which was the address of all of them: each"
                " has the lines from where it named itself on"
            )
        self._tell_of_untold(entry, senders.untold, len(senders.phones()))

    def _tell_of_untold(self, entry: Entry, lines: int, apart: int) -> None:
        if lines:
            self.opened.pass_over(f"{entry.name}: {lines:,} lines of phones beyond the first {apart:,} in it")

    def _lists(self, entry: Entry, piece: Piece) -> None:
        content = bytes_of(entry.content)
        text = text_of(content)
        piece.at = own_time(text)
        if is_server_output(text):
            self.nodes += [(piece, NodeOutput(piece.place, output, piece.at)) for output in read_nodes_outputs(text)]
            content = only_latest(text).encode()
        lists = read_trust_lists(content, piece.place, piece.sightings)
        piece.topics = frozenset({"itl"})
        for one in lists:
            self.capf_records += [(piece, record) for record in one.of_function(Function.CAPF)]
            certificates = capf_certificates(one)
            if certificates:
                self.capf_of_lists.append((piece.place, certificates))


def gather(given: Sequence[Given], knowledge: Knowledge) -> list[Case]:
    """The cases in what was given, one a phone, by name. Raises UsageError for what cannot be opened, or holds nothing of use."""
    reading = read_given(given, knowledge)
    _leave_others(reading)
    reading.pieces += tell_in_vain(reading.tools, reading.pieces)
    cases = cases_of(reading.pieces, reading.questions)
    for case in cases:
        case.missing += reading.opened.passed_over
    return cases


def read_given(given: Sequence[Given], knowledge: Knowledge) -> Reading:
    """All that was given, read. Raises UsageError as `gather` does."""
    reading = Reading(Questions(knowledge.conditions()))
    for one in given:
        for entry in reading.opened.entries(one.path):
            reading.take(entry, one.source)
    if not reading.pieces:
        why = "; ".join(reading.opened.passed_over[:3]) or "it is empty"
        raise UsageError(f"nothing of what was given can be read: {why}", hint=_READS)
    _name_by_sender(reading)
    tell_together(reading)
    return reading


def join_given(reading: Reading, cases: list[Case], addresses: Mapping[str, str] = MappingProxyType({})) -> None:
    """Add what was given to the cases of phones that were asked themselves, and cases for other phones that it names.

    What does not say whose it is goes to all where it is of no single phone; else to the only phone, if there is but one. Of a file
    that tells of many phones only those are told that were asked. `addresses` are theirs, `{address: name}`.
    """
    asked = {case.phone.upper(): case for case in cases}
    reading.pieces += tell_in_vain(reading.tools, reading.pieces, asked, addresses)
    others: list[Piece] = []
    unasked: dict[str, set[str]] = defaultdict(set)
    for piece in reading.pieces:
        if piece.sender and piece.phone == piece.sender:
            piece.phone = addresses.get(piece.sender, piece.phone)
        if piece.phone.upper() in asked:
            piece.join(asked[piece.phone.upper()])
        elif piece.of_many and piece.phone:
            unasked[piece.place.file].add(piece.phone)
        elif piece.phone or (piece.place.source not in SHARED and len(asked) != 1):
            others.append(piece)
        else:
            for case in asked.values():
                piece.join(case)
    for file, phones in unasked.items():
        others_in_it = f"{len(phones):,} other phone{'s' if len(phones) > 1 else ''}"
        reading.opened.pass_over(f"{file}: what it holds of {others_in_it}, for which nobody asked")
    for case in cases:
        case.missing += reading.opened.passed_over
    if others:
        of_files = cases_of(others, reading.questions)
        for case in of_files:
            case.missing.append("the cluster and the phone itself: only files name this phone, nobody asked for it")
        cases += of_files


_READS: Final = (
    "It reads console logs, status messages, trust lists, CAPF traces, a phone's pages, what nodes print, folders and archives of"
    " them."
)


def _name_by_sender(reading: Reading) -> None:
    """In logs of many a phone is called as its lines say elsewhere that this sender is called, else as the sender itself."""
    phones: dict[str, set[str]] = defaultdict(set)
    for piece in reading.pieces:
        piece.sender = piece.sender if reading.many else ""
        if piece.sender and piece.phone:
            phones[piece.sender].add(piece.phone)
    for piece in reading.pieces:
        if piece.sender and not piece.phone:
            piece.phone = next(iter(phones[piece.sender])) if len(phones[piece.sender]) == 1 else piece.sender


def _leave_others(reading: Reading) -> None:
    """Leave what traces and lists hold of phones from which nothing else came, where they came with what a phone gave itself."""
    themselves = [piece for piece in reading.pieces if piece.place.source not in SHARED and not piece.written]
    own = {piece.phone for piece in themselves if piece.phone}
    if not own:
        return
    left: dict[str, set[str]] = defaultdict(set)
    for piece in reading.pieces:
        told = piece.place.source in SHARED or piece.written
        if told and piece.bundle and piece.phone and piece.phone not in own:
            left[piece.place.file].add(piece.phone)
    reading.pieces = [one for one in reading.pieces if one.phone not in left.get(one.place.file, ())]
    for file, phones in left.items():
        others = f"{len(phones):,} other phone{'s' if len(phones) > 1 else ''}"
        reading.opened.pass_over(f"{file}: what it holds of {others}; give it by itself, and each is told")
