"""What the outputs of nodes tell together: whose each is, which of a node's is the latest, and what follows of it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from pathlib import PurePath
from typing import Final, NamedTuple

from lscctl.diagnosis.pieces import Piece
from lscctl.diagnosis.reading.network_tools import NetworkTools
from lscctl.diagnosis.reading.server_output import CAPF_PORT, Said, ServerOutput, digits
from lscctl.finding import Place

_BEFORE: Final = re.compile(r"(?:\b|_)(?:before|old|prior|first|vorher|avant)(?:\b|_|\d)", re.IGNORECASE)
_AFTER: Final = re.compile(r"(?:\b|_)(?:after|new|now|later|last|today|nachher|apres)(?:\b|_|\d)", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_NUMBER: Final = re.compile(r"\d{1,14}")
_OF_NODE: Final = re.compile(
    r"(?<![a-z])(?:cucm|ccm|cm|node|sub|subscriber|srv|server|host)[-_]?\d{1,3}(?!\d)", re.IGNORECASE
)
"""`cucm2`, `sub-1`: which node it is, and not which of its outputs."""

_PUBLISHER: Final = re.compile(r"(?<![a-z])pub(?!lic(?!h))|publisher|primary", re.IGNORECASE)
_SUBSCRIBER: Final = re.compile(r"(?<![a-z])sub(?!ject|net)|subscriber|secondary", re.IGNORECASE)
_OF_CUCM: Final = re.compile(r"cucm|\bu?cm\d|ccm|ucm|publisher|\bpub", re.IGNORECASE)
_CAPF: Final = "capf-service"
_TVS: Final = "tvs-service"
_TFTP: Final = "tftp-service"
_OFF: Final = ("stopped", "not-activated")


class NodeOutput(NamedTuple):
    """The output that one file holds, and where."""

    place: Place
    said: ServerOutput

    @property
    def name(self) -> str:
        """The file's name, which often says of which node it is, and when it was made."""
        return PurePath(self.place.file).name

    @property
    def of_publisher(self) -> bool | None:
        """Whether it is the publisher's, None where nothing tells."""
        if self.said.primary is not None:
            return self.said.primary
        if _PUBLISHER.search(self.name):
            return True
        return False if _SUBSCRIBER.search(self.name) else None

    @property
    def node(self) -> str:
        """What tells the node from others: a cluster has one publisher."""
        if self.of_publisher:
            return "publisher"
        address = _ADDRESS.search(self.name) or _OF_NODE.search(self.name)
        return address[0].casefold() if address else _NUMBER.sub("", _AFTER.sub("", _BEFORE.sub("", self.name)))

    @property
    def age(self) -> tuple[int, list[int]]:
        """A later output of the same node has a higher one, as far as names tell: `before_0900`, `after_0930`; `2`, `10`."""
        return _rank(self.name), [int(one) for one in _NUMBER.findall(_OF_NODE.sub("", _ADDRESS.sub("", self.name)))]


def _rank(name: str) -> int:
    return -1 if _BEFORE.search(name) else 1 if _AFTER.search(name) else 0


def of_now(pieces: Sequence[Piece]) -> list[Piece]:
    """Those whose names do not say that they are of before, if there are any others."""
    latest = [piece for piece in pieces if _rank(PurePath(piece.place.file).name) >= 0]
    return latest or list(pieces)


def names_one(file: str, addresses: Set[str]) -> bool:
    """Whether a file is called after one of these addresses."""
    return not addresses.isdisjoint(_ADDRESS.findall(PurePath(file).name))


class Concluded(NamedTuple):
    """A fact, and what tells it."""

    fact: str
    value: str
    place: Place
    text: str
    about: str = ""


def conclusions(outputs: Sequence[NodeOutput], tftp: Set[str]) -> Iterator[Concluded]:
    """What the outputs of the nodes of one cluster tell: CAPF of the publisher only, TVS and TFTP of all that are there.

    `tftp` are the phone's TFTP servers, where known: others need not have TFTP activated.
    """
    yield from _capf(outputs)
    yield from _elsewhere(outputs, _TVS)
    yield from _elsewhere([one for one in outputs if not tftp or names_one(one.name, tftp)], _TFTP)
    for fact, told in (("capf-handshake", "stalled"), ("itl", "itl_file")):
        for one in outputs:
            said: Said | None = getattr(one.said, told)
            if said is not None and said.value != "present":
                yield _concluded(fact, one, said)
    today = max((one.said.today for one in outputs if one.said.today is not None), default=None)
    for one in outputs:
        until = one.said.pending_until
        if until is not None and today is not None and today.date() > until[0].date():
            text = f"the operation had to be done by {until[0]:%Y-%m-%d %H:00}, and it is {today:%Y-%m-%d}"
            yield Concluded("operation-late", "yes", Place(one.place.source, one.place.file, until[1]), text)
        for own in one.said.own:
            if own.unit == "CAPF" and today is not None and own.ends is not None and own.ends < today:
                text = f"{own.subject or 'CAPF'} ended on {own.ends:%Y-%m-%d}, and it is {today:%Y-%m-%d}"
                place = Place(one.place.source, one.place.file, own.line)
                yield Concluded("capf-certificate", "expired", place, text)


def _capf(outputs: Sequence[NodeOutput]) -> Iterator[Concluded]:
    """Whether CAPF runs: as the publisher's list says, or a list of which nobody knows the node; else its sockets."""
    lists = [one for one in outputs if _CAPF in one.said.services and one.of_publisher is not False]
    latest = _latest([one for one in lists if one.of_publisher] or lists)
    if len({one.said.services[_CAPF].value for one in latest}) == 1:
        yield _concluded(_CAPF, latest[0], latest[0].said.services[_CAPF])
        return
    for one in outputs:
        said = one.said.listening
        if said is not None and (said.value == "yes" or one.of_publisher):
            running = "started" if said.value == "yes" else "stopped"
            yield _concluded(_CAPF, one, Said(running, said.text, said.line))
            return


def _elsewhere(outputs: Sequence[NodeOutput], fact: str) -> Iterator[Concluded]:
    """Whether a service runs on any of the nodes whose lists are there."""
    of_node: dict[str, list[NodeOutput]] = defaultdict(list)
    for one in outputs:
        if fact in one.said.services:
            of_node[one.node].append(one)
    latest = [one for found in of_node.values() for one in _latest(found)]
    running = [one for one in latest if one.said.services[fact].value == "started"]
    off = [one for one in latest if one.said.services[fact].value in _OFF]
    if running:
        yield _concluded(fact, running[0], running[0].said.services[fact])
    elif len(off) == len(latest):
        if fact == _TVS and off:
            yield _concluded(fact, off[0], off[0].said.services[fact])._replace(fact="tvs-listed", value="no")
        for one in off:
            yield _concluded(fact, one, one.said.services[fact])._replace(about=f"the service of {one.name}")


def of_capf_record(subject: str, serial: str, outputs: Iterable[NodeOutput]) -> Concluded | None:
    """Whether the CAPF record of a list is of the certificate that the publisher shows as CAPF's own; None where nothing tells."""
    shown = [(one, own) for one in outputs for own in one.said.own if own.unit == "CAPF" and own.serial]
    if not shown or not digits(serial):
        return None
    output, own = shown[-1]
    same = digits(serial) == own.serial
    text = (
        f"CAPF's own certificate is {own.subject}, serial {own.serial}; the list has {subject}, serial {digits(serial)}"
    )
    place = Place(output.place.source, output.place.file, own.line)
    return Concluded("itl-capf-certificate", "same" if same else "other", place, text)


def of_network(place: Place, tools: NetworkTools, servers: Set[str], addresses: Set[str]) -> Iterator[Concluded]:
    """What the network's tools tell a phone that is told these `servers` by name, and has one of these `addresses`, where known."""
    told = {name.partition(".")[0].lower() for name in servers}
    for name, line in tools.unknown:
        if name.partition(".")[0].lower() in told or (not told and _OF_CUCM.search(name)):
            yield Concluded(
                "name-resolved", "no", Place(place.source, place.file, line), f"no name server knows {name}"
            )
    if tools.capf_port is not None:
        said = tools.capf_port
        yield Concluded("capf-port", said.value, Place(place.source, place.file, said.line), said.text)
    for one in tools.dropped:
        if not addresses or one.source in addresses:
            fact = "capf-port" if one.port == CAPF_PORT else "tvs-port"
            yield Concluded(fact, "silent", Place(place.source, place.file, one.line), one.text)


def of_issuer(issuer: str, outputs: Iterable[NodeOutput]) -> bool | None:
    """Whether a certificate's issuer is among those in CAPF-trust, None where that was not listed."""
    stores = [one.said.stores["capf-trust"] for one in outputs if "capf-trust" in one.said.stores]
    return issuer.lower() in set().union(*stores) if stores else None


def _latest(outputs: Iterable[NodeOutput]) -> list[NodeOutput]:
    """Those of which none is known to be older than another."""
    found = sorted(outputs, key=lambda one: one.age)
    return [one for one in found if one.age == found[-1].age]


def _concluded(fact: str, output: NodeOutput, said: Said) -> Concluded:
    return Concluded(fact, said.value, Place(output.place.source, output.place.file, said.line), said.text)
