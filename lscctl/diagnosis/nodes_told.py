"""What the outputs of nodes tell together: whose each is, which of a node's is the latest, and what follows of it."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from datetime import datetime
from pathlib import PurePath
from typing import Final, NamedTuple

from lscctl.diagnosis.later import Told, named, superseded
from lscctl.diagnosis.reading.network_tools import NetworkTools
from lscctl.diagnosis.reading.server_output import OwnCertificate, Said, ServerOutput, digits
from lscctl.finding import Place

_ADDRESS: Final = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_PUBLISHER: Final = re.compile(r"(?<![a-z])pub(?!lic(?!h))|publisher|primary", re.IGNORECASE)
_SUBSCRIBER: Final = re.compile(r"(?<![a-z])sub(?!ject|net)|subscriber|secondary", re.IGNORECASE)
_NODE_ALONE: Final = re.compile(
    r"(?:(?:cucm|ccm|cm|node|srv|server|host|tftp|pub(?:lisher)?|sub(?:scriber)?|primary|secondary)[-_.]?\d{0,3}[-_.]?){1,3}"
    r"(?:\.[\w.-]{1,80})?|\d{1,3}(?:\.\d{1,3}){3}",
    re.IGNORECASE,
)
"""What is called after a node, and nothing else: `publisher`, `cucm-sub1.example.com`, `cucm-pub.tar.gz`."""

_OF_CUCM: Final = re.compile(r"cucm|\bu?cm\d|ccm|ucm|publisher|\bpub", re.IGNORECASE)
_CAPF: Final = "capf-service"
_TVS: Final = "tvs-service"
_TFTP: Final = "tftp-service"
_OFF: Final = ("stopped", "not-activated")


class NodeOutput(NamedTuple):
    """The output that one file holds, and where; `within` is where that stands in what was given, whose own name comes first."""

    place: Place
    said: ServerOutput
    at: datetime | None = None
    """When it was made, as it says itself."""

    within: str = ""

    @property
    def name(self) -> str:
        """What the file is called, with its folders in what was given: they often say of which node it is, and when it was made."""
        return "/".join(self._below)

    @property
    def of_publisher(self) -> bool | None:
        """Whether it is the publisher's, None where nothing tells; the nearest name counts."""
        if self.said.primary is not None:
            return self.said.primary
        for name in self._names:
            if _PUBLISHER.search(name):
                return True
            if _SUBSCRIBER.search(name):
                return False
        return None

    @property
    def node(self) -> str:
        """What tells the node from others: a cluster has one publisher."""
        if self.of_publisher:
            return "publisher"
        for name in self._names:
            if node := named(name).node:
                return node
        return named(self.name).series

    @property
    def _below(self) -> list[str]:
        """Its name, and before it those of its folders in what was given, but for that itself."""
        within = self.within or PurePath(self.place.file).name
        return within.split("/")[1:] or [within]

    @property
    def _names(self) -> list[str]:
        """What a page names; the same, the nearest first; and what was given, where that is called after a node alone."""
        given, *below = self.within.split("/")
        chosen = [self.said.server] if self.said.server else []
        return [*chosen, *reversed(self._below), *([given] if below and _NODE_ALONE.fullmatch(given) else [])]


def names_one(name: str, addresses: Set[str]) -> bool:
    """Whether a file, or what it is in, is called after one of these addresses."""
    return not addresses.isdisjoint(_ADDRESS.findall(name))


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
    for one in _latest_of_each(outputs, lambda said: said.stalled is not None):
        if one.said.stalled is not None and one.said.stalled.value != "done":
            yield _concluded("capf-handshake", one, one.said.stalled)
    for one in _latest_of_each(outputs, lambda said: said.itl_file is not None):
        if one.said.itl_file is not None and one.said.itl_file.value != "present":
            yield _concluded("itl", one, one.said.itl_file)
    today = max((one.said.today for one in outputs if one.said.today is not None), default=None)
    for one, own in _own_of_capf(outputs):
        if today is not None and own.ends is not None and own.ends < today:
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
    for one in _latest_of_each(outputs, lambda said: said.listening is not None):
        said = one.said.listening
        if said is not None and (said.value == "yes" or one.of_publisher):
            running = "started" if said.value == "yes" else "stopped"
            yield _concluded(_CAPF, one, Said(running, said.text, said.line))
            return


def _elsewhere(outputs: Sequence[NodeOutput], fact: str) -> Iterator[Concluded]:
    """Whether a service runs on any of the nodes whose lists are there."""
    latest = _latest_of_each(outputs, lambda said: fact in said.services)
    running = [one for one in latest if one.said.services[fact].value == "started"]
    off = [one for one in latest if one.said.services[fact].value in _OFF]
    if running:
        yield _concluded(fact, running[0], running[0].said.services[fact])
    elif len(off) == len(latest):
        if fact == _TVS and off:
            yield _concluded(fact, off[0], off[0].said.services[fact])._replace(fact="tvs-listed", value="no")
        for one in off:
            yield _concluded(fact, one, one.said.services[fact])._replace(about=f"the service of {one.name}")


def _own_of_capf(outputs: Sequence[NodeOutput]) -> list[tuple[NodeOutput, OwnCertificate]]:
    """CAPF's own certificates, as the latest outputs show them, in each the last."""
    shown = _latest_of_each(outputs, lambda said: any(own.unit == "CAPF" for own in said.own))
    return [(one, [own for own in one.said.own if own.unit == "CAPF"][-1]) for one in shown]


def of_capf_record(subject: str, serial: str, outputs: Sequence[NodeOutput]) -> Concluded | None:
    """Whether the CAPF record of a list is of the certificate that the publisher shows as CAPF's own; None where nothing tells."""
    shown = [(one, own) for one, own in _own_of_capf(outputs) if own.serial]
    if not shown or not digits(serial):
        return None
    output, own = shown[-1]
    same = digits(serial) == own.serial
    text = (
        f"CAPF's own certificate is {own.subject}, serial {own.serial}; the list has {subject}, serial {digits(serial)}"
    )
    place = Place(output.place.source, output.place.file, own.line)
    return Concluded("itl-capf-certificate", "same" if same else "other", place, text)


def of_network(place: Place, tools: NetworkTools, servers: Set[str], resolved: Set[str]) -> Iterator[Concluded]:
    """What the network's tools tell a phone that is told these `servers` by name.

    `resolved` are the names that name servers know: of a short name that none knows only the full one matters.
    """
    told = {name.partition(".")[0].lower() for name in servers}
    full = {name.partition(".")[0].lower() for name in resolved if "." in name}
    for name, line in tools.unknown:
        first, _, domain = name.lower().partition(".")
        asked = first in told or (not told and _OF_CUCM.search(name) is not None)
        if asked and (domain or first not in full):
            where = Place(place.source, place.file, line)
            yield Concluded("name-resolved", "no", where, f"no name server knows {name}")
    if tools.capf_port is not None and tools.capf_port.value != "open":
        said = tools.capf_port
        yield Concluded("capf-port", said.value, Place(place.source, place.file, said.line), said.text)


def of_issuer(issuer: str, outputs: Sequence[NodeOutput]) -> bool | None:
    """Whether a certificate's issuer is among those in CAPF-trust, None where that was not listed."""
    listing = _latest_of_each(outputs, lambda said: "capf-trust" in said.stores)
    stores = [one.said.stores["capf-trust"] for one in listing]
    return issuer.lower() in set().union(*stores) if stores else None


def _latest_of_each(outputs: Iterable[NodeOutput], tells: Callable[[ServerOutput], bool]) -> list[NodeOutput]:
    """Of each node the latest of its outputs that tell something of it."""
    of_node: dict[str, list[NodeOutput]] = defaultdict(list)
    for one in outputs:
        if tells(one.said):
            of_node[one.node].append(one)
    return [one for found in of_node.values() for one in _latest(found)]


def _latest(outputs: Iterable[NodeOutput]) -> list[NodeOutput]:
    """Those of one node's of which none is known to be older than another."""
    found = list(outputs)
    gone = superseded([Told(one.place.file, _SAME, one.at) for one in found], of_one_node=True)
    return [one for one in found if one.place.file not in gone]


_SAME: Final = frozenset({"the same"})


def _concluded(fact: str, output: NodeOutput, said: Said) -> Concluded:
    return Concluded(fact, said.value, Place(output.place.source, output.place.file, said.line), said.text)
