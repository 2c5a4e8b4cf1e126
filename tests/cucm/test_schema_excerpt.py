"""Cisco's files without what lscctl never uses: what is left says the same, and misses nothing."""

import re
from pathlib import Path

import pytest
from lxml import etree

from lscctl.cucm import schema
from lscctl.cucm.schema import Schema
from lscctl.cucm.schema_excerpt import reduce, stands_alone
from tests.cucm import cisco

OPERATIONS = ("getCCMVersion", "updatePhone", "doDeviceReset")
XS = "{http://www.w3.org/2001/XMLSchema}"
WS = "{http://schemas.xmlsoap.org/wsdl/}"


def files(version: str) -> tuple[etree._Element, etree._Element]:
    wsdl = cisco.wsdl(version)
    return etree.parse(wsdl).getroot(), etree.parse(wsdl.with_name("AXLSoap.xsd")).getroot()


@pytest.mark.parametrize("version", cisco.VERSIONS)
def test_what_is_left_is_as_it_was_and_nothing_that_it_names_is_missing(version: str) -> None:
    wsdl, xsd = files(version)
    before = [etree.tostring(part) for part in xsd]
    assert stands_alone(wsdl, xsd)
    reduce(wsdl, xsd, OPERATIONS)
    left = [etree.tostring(part) for part in xsd]
    assert left == [part for part in before if part in set(left)]
    assert len(left) < len(before) / 20
    known = {part.get("name") for part in xsd}
    etree.strip_elements(xsd, etree.Comment, with_tail=False)  # some hold elements of former times
    assert set(re.findall(r'"axlapi:(\w+)"', etree.tostring(xsd, encoding="unicode"))) <= known
    assert {"updatePhone", "updatePhoneResponse"} <= known
    etree.XMLSchema(xsd)


def test_the_wsdl_has_these_operations_and_their_messages_only() -> None:
    wsdl, xsd = files("12.5")
    reduce(wsdl, xsd, OPERATIONS)
    for place in ("portType", "binding"):
        part = wsdl.find(f"{WS}{place}")
        assert part is not None
        assert {one.get("name") for one in part.iter(f"{WS}operation")} == set(OPERATIONS)
    messages = {message.get("name") for message in wsdl.iter(f"{WS}message")}
    assert messages == {"AXLError", *(f"{name}{way}" for name in OPERATIONS for way in ("In", "Out"))}


def test_a_schema_that_needs_another_file_is_used_as_it_is(tmp_path: Path) -> None:
    source = Path(schema.__file__).parents[2] / "wsdl"
    (tmp_path / "AXLAPI.wsdl").write_text((source / "AXLAPI.wsdl").read_text())
    xsd = etree.parse(source / "AXLSoap.xsd").getroot()
    other = etree.Element(
        xsd.tag, dict(xsd.attrib), nsmap={"xsd": XS[1:-1], "axl": "http://www.cisco.com/AXL/API/15.0"}
    )
    for part in xsd.findall(f"{XS}simpleType"):
        other.append(part)
    assert len(other) > 5
    xsd.insert(0, etree.Element(f"{XS}include", schemaLocation="Other.xsd"))
    (tmp_path / "AXLSoap.xsd").write_bytes(etree.tostring(xsd))
    (tmp_path / "Other.xsd").write_bytes(etree.tostring(other))
    made, ours = Schema.from_file(tmp_path / "AXLAPI.wsdl"), Schema.bundled("15.0")
    assert made.fields("updatePhone") == ours.fields("updatePhone") != ()
    assert made.message("getCCMVersion", {}) == ours.message("getCCMVersion", {})
