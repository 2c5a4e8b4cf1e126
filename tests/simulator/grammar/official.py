"""Cisco's own schemas, as the yardstick: found in the installed ciscoaxl, parsed and compiled once per run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib import resources

from lxml import etree

XSD = "{http://www.w3.org/2001/XMLSchema}"
VERSIONS = ("8.5", "9.1", "10.0", "10.5", "11.0", "11.5", "12.0", "12.5")
OPERATIONS = (
    "getCCMVersion",
    "listPhone",
    "getPhone",
    "updatePhone",
    "applyPhone",
    "resetPhone",
    "restartPhone",
    "doDeviceReset",
    "listPhoneSecurityProfile",
    "getPhoneSecurityProfile",
    "addPhoneSecurityProfile",
    "updatePhoneSecurityProfile",
    "applyPhoneSecurityProfile",
    "resetPhoneSecurityProfile",
    "executeSQLQuery",
    "executeSQLUpdate",
)


def _content(version: str, name: str) -> bytes:
    return resources.files("ciscoaxl").joinpath("schema", version, name).read_bytes()


@cache
def document(version: str) -> etree._Element:
    return etree.fromstring(_content(version, "AXLSoap.xsd"), etree.XMLParser(remove_comments=True))


@cache
def schema(version: str) -> etree.XMLSchema:
    return etree.XMLSchema(document(version))


@cache
def operations(version: str) -> frozenset[str]:
    """Those of the operations named above that the WSDL of this version has."""
    found = re.findall(rb'operation name="(\w+)"', _content(version, "AXLAPI.wsdl"))
    return frozenset(name.decode() for name in found) & frozenset(OPERATIONS)


@cache
def types(version: str) -> dict[str, etree._Element]:
    """The types that messages of these operations can hold, by name."""
    known = {
        node.get("name", ""): node
        for node in document(version)
        if node.tag in (f"{XSD}complexType", f"{XSD}simpleType")
    }
    messages = {f"{name}{suffix}" for name in operations(version) for suffix in ("", "Response")}
    found: dict[str, etree._Element] = {}
    open_ = [node for node in document(version).iterchildren(f"{XSD}element") if node.get("name") in messages]
    while open_:
        for name in _references(open_.pop()):
            if name in known and name not in found:
                found[name] = known[name]
                open_.append(known[name])
    return found


def _references(node: etree._Element) -> Iterator[str]:
    for part in node.iter(etree.Element):
        for attribute in ("type", "base", "memberTypes"):
            for reference in part.get(attribute, "").split():
                if not reference.startswith("xsd:"):
                    yield reference.rpartition(":")[2]


def enumerations(version: str) -> dict[str, tuple[str, ...]]:
    """The values of every enumeration, in order."""
    found = {
        name: tuple(value.get("value", "") for value in node.iter(f"{XSD}enumeration"))
        for name, node in types(version).items()
    }
    return {name: values for name, values in found.items() if values}
