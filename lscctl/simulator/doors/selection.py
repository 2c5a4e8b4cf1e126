"""What a RISPort70 request asks for: the CmSelectionCriteria, read and checked [field guide 5, the RISPort70 WSDL]."""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from lxml import etree

from lscctl.simulator.doors.soap import children
from lscctl.simulator.registrations import Registration

NAMESPACE = "http://schemas.cisco.com/ast/soap"
ANY_MODEL = 255
UNSAID = {
    "MaxReturnedDevices": "1000",
    "DeviceClass": "Any",
    "Model": str(ANY_MODEL),
    "Status": "Any",
    "NodeName": "",
    "SelectBy": "Name",
    "SelectItems": "",
    "Protocol": "Any",
    "DownloadStatus": "Any",
}
"""The parts of CmSelectionCriteria in their order, and what each is where a request leaves it out or empty: scripts do."""
CLASSES = ("Any", "Phone", "Gateway", "H323", "Cti", "VoiceMail", "MediaResources", "HuntList", "SIPTrunk", "Unknown")
STATUSES = ("Any", "Registered", "UnRegistered", "Rejected", "PartiallyRegistered", "Unknown")
SELECT_BY = ("Name", "IPV4Address", "IPV6Address", "DirNumber", "Description", "SIPStatus")
PROTOCOLS = ("Any", "SCCP", "SIP", "Unknown")
DOWNLOADS = ("Any", "Upgrading", "Successful", "Failed", "Unknown")


class SelectionError(Exception):
    """The request is not as the WSDL has it; the message says where."""


@dataclass(frozen=True, slots=True)
class Selection:
    """One request: `state` tells by node how many of its devices the client already has."""

    exact: bool
    most: int
    device_class: str
    model: int
    status: str
    node: str
    by: str
    items: tuple[str, ...]
    protocol: str
    download: str
    state: dict[str, int]

    def names(self) -> Collection[str] | None:
        """The exact names asked for, or None when every phone must be looked at."""
        return set(self.items) if self.exact and self.by == "Name" else None

    def pick(self, registrations: Iterable[Registration]) -> list[Registration]:
        """Those that fit, in their order."""
        if self.device_class not in ("Any", "Phone") or self.download not in ("Any", "Unknown"):
            return []
        wanted = self._item_test()
        return [entry for entry in registrations if self._fits(entry) and wanted(_selected(entry, self.by))]

    def _fits(self, entry: Registration) -> bool:
        return (
            not (self.exact and entry.stale)
            and self.model in (ANY_MODEL, entry.model)
            and self.status in ("Any", entry.status)
            and self.protocol in ("Any", entry.protocol)
        )

    def _item_test(self) -> Callable[[str], bool]:
        items = [item for item in self.items if item]
        if not items:
            return lambda _text: True
        if self.exact:
            exact = {item.lower() for item in items}
            return lambda text: text.lower() in exact
        literal = {item.lower() for item in items if "*" not in item}
        patterns = [re.escape(item).replace(r"\*", ".*") for item in items if "*" in item]
        wildcard = re.compile("|".join(patterns) or r"(?!)", re.IGNORECASE | re.DOTALL)
        return lambda text: text.lower() in literal or wildcard.fullmatch(text) is not None


def _selected(entry: Registration, by: str) -> str:
    if by == "Name":
        return entry.name
    if by in ("IPV4Address", "IPV6Address"):
        return entry.ip if (":" in entry.ip) is (by == "IPV6Address") else ""
    if by == "DirNumber":
        return entry.line
    return entry.description if by == "Description" else ""


def read_selection(call: etree._Element, *, exact: bool, limit: int) -> Selection:
    """Read `selectCmDevice` or `selectCmDeviceExt` (exact); raises `SelectionError`.

    More than `limit` items are refused, and no answer holds more than `limit` devices.
    """
    parts = _parts(call, ("StateInfo", "CmSelectionCriteria"))
    if "CmSelectionCriteria" not in parts:
        raise SelectionError("CmSelectionCriteria is missing")
    criteria = _parts(parts["CmSelectionCriteria"], tuple(UNSAID))
    said = {name: (part.text or "").strip() for name, part in criteria.items()}
    texts = UNSAID | {name: text for name, text in said.items() if text}
    by = _one_of(texts, "SelectBy", SELECT_BY)
    items = _read_items(criteria["SelectItems"], by) if "SelectItems" in criteria else ()
    if len(items) > limit:
        raise SelectionError(f"SelectItems holds {len(items)} items; at most {limit} are allowed")
    return Selection(
        exact=exact,
        most=min(_number(texts, "MaxReturnedDevices"), limit),
        device_class=_one_of(texts, "DeviceClass", CLASSES),
        model=_number(texts, "Model"),
        status=_one_of(texts, "Status", STATUSES),
        node=texts["NodeName"],
        by=by,
        items=items,
        protocol=_one_of(texts, "Protocol", PROTOCOLS),
        download=_one_of(texts, "DownloadStatus", DOWNLOADS),
        state=_read_state((parts["StateInfo"].text or "") if "StateInfo" in parts else ""),
    )


def _read_items(parent: etree._Element, by: str) -> tuple[str, ...]:
    """One text an Item, or several with commas between them; a description may hold commas of its own (*assumed*)."""
    texts = [item.text or "" for _, entry in _qualified(parent, "item") for _, item in _qualified(entry, "Item")]
    if by != "Description":
        texts = [part for text in texts for part in text.split(",")]
    return tuple(text.strip() for text in texts)


def _parts(parent: etree._Element, order: tuple[str, ...]) -> dict[str, etree._Element]:
    """The children by name; any may be missing, the others have this order."""
    found = [(etree.QName(child).namespace, name, child) for name, child in children(parent)]
    names = [name for _, name, _ in found]
    if names != [name for name in order if name in names]:
        raise SelectionError(f"{etree.QName(parent).localname} holds {names}, not some of {list(order)} in this order")
    for namespace, name, _ in found:
        if namespace != NAMESPACE:
            raise SelectionError(f"{name} must be in the namespace {NAMESPACE}")
    return {name: child for _, name, child in found}


def _qualified(parent: etree._Element, name: str) -> list[tuple[str, etree._Element]]:
    found = list(children(parent))
    for _, child in found:
        if child.tag != f"{{{NAMESPACE}}}{name}":
            raise SelectionError(f"{etree.QName(parent).localname} holds {child.tag}, not {name}")
    return found


def _number(texts: dict[str, str], name: str) -> int:
    if not (texts[name].isascii() and texts[name].isdigit()):
        raise SelectionError(f"{name} is {texts[name]!r}, not a number")
    return int(texts[name])


def _one_of(texts: dict[str, str], name: str, allowed: tuple[str, ...]) -> str:
    for value in allowed:
        if value.lower() == texts[name].lower():
            return value
    raise SelectionError(f"{name} is {texts[name]!r}, not one of {', '.join(allowed)}")


def _read_state(text: str) -> dict[str, int]:
    if not text.strip():
        return {}
    try:
        root = etree.fromstring(text.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        raise SelectionError("StateInfo is not what an answer gave") from None
    nodes = [(node.get("Name", ""), node.get("TotalItemsReturned", "")) for node in root.iter("Node")]
    return {name: int(returned) for name, returned in nodes if returned.isdigit()}
