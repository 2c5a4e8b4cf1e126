"""Pages of a phone's web server, HTML and XML of all generations: labels with values, and lists of messages.

They are taken apart token by token: no tree is built, no entity of the page's own expanded and nothing followed, so a page can be
as deep and as broken as it likes. Python's own parser of HTML takes minutes for some pages that are made for it.
"""

import ipaddress
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape
from itertools import zip_longest
from typing import Final, NamedTuple

from lscctl.diagnosis.later import MESSAGES
from lscctl.diagnosis.reading.phone_screen import Shown, tell_lists
from lscctl.diagnosis.reading.status_messages import read_status_messages
from lscctl.diagnosis.sightings import Line, Sightings
from lscctl.finding import Place, Source

_MOST_CELLS: Final = 5_000
_LONGEST: Final = 500
_MOST_LETTERS: Final = 4_000
_BETWEEN_WORDS: Final = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=\d)|[_\W]+")
_NAME: Final = re.compile(r"(?=.{3,253}$)[A-Za-z][\w-]{0,62}(?:\.[\w-]{1,63}){0,8}\.?$")
_PHONE: Final = re.compile(r"^(?:SEP)?([0-9A-F]{12})$", re.IGNORECASE)
_MODEL: Final = re.compile(r"(?:CP-|Cisco (?:IP Phone )?)?(\d{4}[A-Z]{0,3})", re.IGNORECASE)
_MODES: Final = {"non secure": "Non Secure", "authenticated": "Authenticated", "encrypted": "Encrypted"}
_ABSENT: Final = ("no", "not installed", "none", "n/a", "")
_TIMED: Final = re.compile(r"^\W{0,3}\d{1,2}:\d\d(?::\d\d)?\s?(?:[ap]m?)?\b", re.IGNORECASE)
_ONLY_TIME: Final = re.compile(
    r"\W{0,3}\d{1,2}:\d\d(?::\d\d)?\s?(?:[ap]m?)?(?:[ ,]{1,3}\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4})?\W{0,3}", re.IGNORECASE
)
_ADDRESSING: Final = {"ipv4 only": "ipv4-only", "ipv6 only": "ipv6-only", "both": "both", "dual stack": "both"}
_MODES_IN_FILES: Final = {"1": "Non Secure", "2": "Authenticated", "3": "Encrypted"}
"""How a phone's configuration file writes the device security mode."""


@dataclass(slots=True)
class PageRead:
    """What a page says of the phone: '' where it does not."""

    phone: str = ""
    model: str = ""
    servers: list[str] = field(default_factory=list)
    dns: list[str] = field(default_factory=list)
    tftp: list[str] = field(default_factory=list)
    address: str = ""
    topics: frozenset[str] = frozenset()


_TOKEN: Final = re.compile(
    r"<(?P<end>/?)(?P<name>[A-Za-z][\w.:-]{0,63})[^<>]{0,4000}>|<[!?/][^<>]{0,4000}>|(?P<text>[^<]+)|<"
)
_HTML: Final = frozenset(
    "td th tr p div li h1 h2 h3 title a body html table dd dt pre".split()  # noqa: SIM905 - they read as one list
)
_WITHIN_A_LINE: Final = frozenset({"b", "i", "font", "strong", "span", "br", "em", "u"})
_UNSEEN: Final = frozenset({"script", "style"})

_SERVER: Final = re.compile(
    r"(?:call manager|cucm server|unified cm|cisco unified cm|tvs|(?:capf|capf ca|ca)(?: server)?|tftp server) ?\d?"
)


class Cell(NamedTuple):
    """A text of a page: the element that it stands in, the text, its line, and which row of the page's tables it is in."""

    element: str
    text: str
    line: int
    row: int


def cells_of(text: str) -> list[Cell]:
    """The page's texts in their order."""
    cells: list[Cell] = []
    element, unseen, line, row = "", "", 1, 0
    for token in _TOKEN.finditer(text.replace("<![CDATA[", "").replace("]]>", "")):
        name = (token["name"] or "").lower()
        if name in _UNSEEN:
            unseen = "" if token["end"] else name
        elif name and not token["end"] and name not in _WITHIN_A_LINE:
            element = token["name"]
            row += name == "tr"
        elif token["text"] and not unseen:
            said = " ".join(unescape(token["text"][:_MOST_LETTERS]).split())[:_LONGEST]
            if said:
                cells.append(Cell(element, said, line, row))
                if len(cells) == _MOST_CELLS:
                    break
        line += token[0].count("\n")
    return cells


def labelled(cells: Sequence[Cell]) -> Iterator[tuple[str, str, int]]:
    """Labels in small letters, with the values behind them: an XML element and its text, or two cells of a table.

    A value is '' where the row of a table ends with its label; that of a server may have the next row to itself.
    """
    alone = Counter(cell.row for cell in cells)
    for cell, following in zip_longest(cells, cells[1:]):
        if cell.element.lower() not in _HTML:
            yield _label(cell.element), cell.text, cell.line
        elif following is not None and following.element.lower() in _HTML:
            alike = following.row == cell.row or (
                alone[cell.row] == alone[following.row] == 1 and _SERVER.fullmatch(_label(cell.text)) is not None
            )
            yield _label(cell.text), following.text if alike else "", following.line if alike else cell.line


def _label(text: str) -> str:
    return " ".join(_BETWEEN_WORDS.split(text.strip())).lower().strip()


def read_phone_page(text: str, place: Place, sightings: Sightings) -> PageRead:
    """Show facts, labels with values, and the page's status messages."""
    cells = cells_of(text)
    read = PageRead()
    shown: list[Shown] = []
    for label, value, line in labelled(cells):
        shown.append(Shown(label, value, line))
        where = Place(place.source, place.file, line)
        sightings.line(Line(where, f"{label}: {value}"))
        if value:
            _take(label, value, where, sightings, read)
    messages = _timed(cells)
    from_messages = read_status_messages(
        messages or _under_status(cells), Place(Source.STATUS_MESSAGES, place.file), sightings
    )
    read.phone = read.phone or from_messages
    read.topics = tell_lists(shown, place, sightings) | (MESSAGES if messages or _under_status(cells) else frozenset())
    _configured(cells, place, sightings, read)
    if any(label.startswith("dns server") for label, _, _ in labelled(cells)):
        sightings.fact("dns-servers", ", ".join(read.dns) or "none", place)
    return read


def _timed(cells: Sequence[Cell]) -> list[tuple[int, str]]:
    """The messages that have times; where a time has a column of its own, what stands behind it in its row belongs to it."""
    messages: list[tuple[int, str]] = []
    for cell, following in zip_longest(cells, cells[1:]):
        if _TIMED.match(cell.text):
            alone = following is not None and _ONLY_TIME.fullmatch(cell.text) and following.row == cell.row
            messages.append((cell.line, f"{cell.text} {following.text}" if alone and following else cell.text))
    return messages


def _under_status(cells: Sequence[Cell]) -> list[tuple[int, str]]:
    """The texts of a page of status messages that have no times."""
    titles = " ".join(cell.text for cell in cells[:12]).lower()
    return [(cell.line, cell.text) for cell in cells] if "status messages" in titles or "device log" in titles else []


def _take(label: str, value: str, where: Place, sightings: Sightings, read: PageRead) -> None:
    """The facts that one label with its value states."""
    if label in ("host name", "phone name", "device name", "mac address"):
        found = _PHONE.match(value.replace(":", ""))
        read.phone = read.phone or (f"SEP{found[1].upper()}" if found else "")
    elif label in ("model number", "model", "product id") and (model := _MODEL.match(value)):
        read.model = read.model or model[1].upper()
        sightings.fact("model", model[1].upper(), where)
    elif label in ("tftp server", "tftp server 1") and _is_address(value):
        read.tftp.append(value)
    elif label in ("ip address", "ipv4 address"):
        read.address = value
    elif label == "ip addressing mode":
        kind = _ADDRESSING.get(value.lower().replace("ipv4 and ipv6", "both"))
        if kind:
            sightings.fact("ip-addressing", kind, where)
    elif re.match(r"dns server ?\d?$", label) and _is_address(value):
        read.dns.append(value)
    elif _SERVER.fullmatch(label):
        _server(value, where, sightings, read)
    elif label in ("lsc", "locally significant certificate", "lsc certificate"):
        sightings.fact("lsc", "none" if value.lower() in _ABSENT else "unknown", where)
    elif label in ("security mode", "device security mode") and value.lower() in _MODES:
        sightings.fact("security-mode", _MODES[value.lower()], where)


def _configured(cells: Sequence[Cell], place: Place, sightings: Sightings, read: PageRead) -> None:
    """What a phone's configuration file, SEP....cnf.xml, tells: security mode, and the name of CAPF's server."""
    elements = [cell.element for cell in cells]
    for cell, before in zip(cells, ["", *elements], strict=False):
        where = Place(place.source, place.file, cell.line)
        if cell.element == "deviceSecurityMode" and cell.text in _MODES_IN_FILES:
            sightings.fact("security-mode", _MODES_IN_FILES[cell.text], where)
        elif cell.element == "processNodeName" and before == "phonePort":
            _server(cell.text, where, sightings, read)


def _server(value: str, where: Place, sightings: Sightings, read: PageRead) -> None:
    name = value.split(maxsplit=1)[0]
    if re.search(r"\bactive\b", value, re.IGNORECASE):
        sightings.fact("registration", "registered", where)
    if not _is_address(name) and _NAME.match(name):
        sightings.fact("server-name", name, where)
        read.servers.append(name)


def _is_address(text: str) -> bool:
    try:
        return not ipaddress.ip_address(text).is_unspecified
    except ValueError:
        return False
