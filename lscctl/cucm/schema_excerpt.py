"""What lscctl needs of an AXL schema: Cisco's files without the operations and types that it never uses.

Cisco's schema has about a thousand operations. zeep takes seconds to read them all, and a moment for a dozen.
"""

from collections.abc import Collection, Iterator
from typing import Final

from lxml import etree

_XS: Final = "{http://www.w3.org/2001/XMLSchema}"
_WS: Final = "{http://schemas.xmlsoap.org/wsdl/}"
_FROM_ELSEWHERE: Final = tuple(f"{_XS}{part}" for part in ("include", "import", "redefine", "override"))
_NAMES: Final = ("type", "ref", "base", "itemType", "memberTypes", "substitutionGroup", "refer")
"""The attributes of XML Schema that name another component [XML Schema 1.0, 3]."""


def stands_alone(wsdl: etree._Element, xsd: etree._Element) -> bool:
    """Whether the two say everything themselves: only then an excerpt of them can be made."""
    more = [*wsdl.findall(f"{_WS}import")[1:], *wsdl.findall(f"{_WS}types"), *xsd.iterchildren(*_FROM_ELSEWHERE)]
    return not more


def reduce(wsdl: etree._Element, xsd: etree._Element, operations: Collection[str]) -> None:
    """Take out of both, which stand alone, what none of these operations needs; all else stays as it is, in its order."""
    for operation in list(wsdl.iter(f"{_WS}operation")):
        if operation.get("name") not in operations:
            _remove(operation)
    messages = {_local(part.get("message", "")) for operation in wsdl.iter(f"{_WS}operation") for part in operation}
    for message in wsdl.findall(f"{_WS}message"):
        if message.get("name") not in messages:
            _remove(message)
    needed = _needed(xsd, {_local(part.get("element", "")) for part in wsdl.iter(f"{_WS}part")})
    for component in list(xsd.iterchildren("{*}*")):
        if component.get("name") not in needed:
            _remove(component)


def _needed(xsd: etree._Element, names: set[str]) -> set[str]:
    """The names of all components that these name, directly or by others; of any kind, since kinds may share a name."""
    components: dict[str, list[etree._Element]] = {}
    for component in xsd.iterchildren("{*}*"):
        components.setdefault(component.get("name", ""), []).append(component)
    found, ahead = set(names), list(names)
    while ahead:
        new = {name for one in components.get(ahead.pop(), ()) for name in _named_in(one)} - found
        found |= new
        ahead += new
    return found


def _named_in(component: etree._Element) -> Iterator[str]:
    for part in component.iter("{*}*"):
        for by in _NAMES:
            yield from map(_local, part.get(by, "").split())


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _remove(part: etree._Element) -> None:
    parent = part.getparent()
    if parent is not None:
        parent.remove(part)
