"""Cisco's own schemas, as the package `ciscoaxl` brings them: what our messages are held against."""

from functools import cache
from importlib.resources import files
from pathlib import Path

from lxml import etree

VERSIONS = ("8.5", "9.1", "10.0", "10.5", "11.0", "11.5", "12.0", "12.5")
NEWER = ("14.0", "15.0")
"""Versions that have no schema here and equal 12.5 in what lscctl uses."""


def wsdl(version: str) -> Path:
    """Cisco's AXLAPI.wsdl of a version, with its XSDs beside it."""
    return Path(str(files("ciscoaxl"))) / "schema" / version / "AXLAPI.wsdl"


@cache
def xsd(version: str) -> etree.XMLSchema:
    """Cisco's schema of a version; for those newer than 12.5 that one under the newer namespace."""
    own = "12.5" if version in NEWER else version
    text = wsdl(own).with_name("AXLSoap.xsd").read_text(encoding="utf-8")
    text = text.replace(f"http://www.cisco.com/AXL/API/{own}", f"http://www.cisco.com/AXL/API/{version}")
    return etree.XMLSchema(etree.fromstring(text.encode()))


def complaints(version: str, envelope: bytes) -> list[str]:
    """What Cisco's schema of the version has against a message; nothing, as it should be."""
    checker = xsd(version)
    checker.validate(etree.fromstring(envelope)[-1][0])
    return [entry.message for entry in checker.error_log]  # type: ignore[attr-defined]
