"""The pages of a phone by their paths, as each generation has them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, urlsplit

from lscctl.simulator.phone_pages.console_logs import console_logs
from lscctl.simulator.phone_pages.facts import Row, device_rows, network_rows, port_rows
from lscctl.simulator.phone_pages.markup import html_page, labelled, log_links, table, xml_document
from lscctl.simulator.phone_pages.portrait import Generation, Portrait
from lscctl.simulator.phone_pages.status_messages import stamp, status_messages

_HTML: Final = "text/html"
_XML: Final = "text/xml"
_SERVICEABILITY: Final = "/CGI/Java/Serviceability"
_ADAPTERS: Final = {
    "device.statistics.device": "DeviceInformation",
    "device.statistics.configuration": "NetworkConfiguration",
    "device.statistics.ethernet": "EthernetInformation",
    "device.statistics.port.access": "PortInformation?2",
    "device.statistics.port.network": "PortInformation?1",
    "device.statistics.consolelog": "DeviceLog?0",
    "device.statistics.coredumps": "DeviceLog?1",
    "device.settings.status.messages": "DeviceLog?2",
    "device.trace.display.alarm": "DeviceLog?3",
    **{f"device.statistics.streaming.{place}": f"StreamingStatistics?{place + 1}" for place in range(5)},
}
_TITLES: Final = {
    "DeviceInformation": "Device information",
    "NetworkConfiguration": "Network setup",
    "EthernetInformation": "Ethernet information",
    "PortInformation": "Port information",
    "StreamingStatistics": "Streaming statistics",
    "DeviceLog?0": "Console logs",
    "DeviceLog?1": "Core dumps",
    "DeviceLog?2": "Status messages",
    "DeviceLog?3": "Debug display",
}
_ROWS: Final[dict[str, Callable[[Portrait, str], list[Row]]]] = {
    "DeviceInformation": lambda portrait, _: list(device_rows(portrait)),
    "NetworkConfiguration": lambda portrait, _: list(network_rows(portrait)),
    "EthernetInformation": lambda portrait, _: list(port_rows(portrait, "ethernet")),
    "PortInformation": lambda portrait, number: list(port_rows(portrait, f"port {number}")),
    "StreamingStatistics": lambda portrait, number: list(port_rows(portrait, f"stream {number}")),
}


@dataclass(frozen=True, slots=True)
class Page:
    """What a phone answers: its media type and the text."""

    media_type: str
    text: str


def page(portrait: Portrait, target: str, *, log_as: str) -> Page | None:
    """What a phone answers to a request for a target (`/DeviceLogX?2`), None where it has no such page.

    log_as: how its XML writes log messages, as the assumption `device-log` says.
    """
    url = urlsplit(target)
    if url.path.startswith("/FS/"):
        return next((Page("text/plain", log.content) for log in console_logs(portrait) if log.path == url.path), None)
    subject, xml = _asked_for(portrait, url.path, url.query)
    name, _, number = subject.partition("?")
    if name in _ROWS:
        rows = _ROWS[name](portrait, number or "1")
        if xml:
            return Page(_XML, xml_document(name, [(row.element, row.value) for row in rows if row.element]))
        return Page(_HTML, html_page(portrait, _TITLES[name], table(labelled(portrait, rows))))
    if subject not in _TITLES:
        return None
    return _xml_log(portrait, number, log_as) if xml else _html_log(portrait, subject)


def _asked_for(portrait: Portrait, path: str, query: str) -> tuple[str, bool]:
    """The subject that a path means, `DeviceLog?2` or nothing, and whether it is wanted as XML."""
    if path in ("", "/", "/localmenus.cgi"):
        return "DeviceInformation", False
    if path == _SERVICEABILITY and portrait.generation is not Generation.CLASSIC:
        asked = parse_qs(query)
        xml = "adapterX" in asked
        (adapter, *_) = asked.get("adapterX" if xml else "adapter", [""])
        return _ADAPTERS.get(adapter, ""), xml
    name = path.removeprefix("/")
    xml = name.endswith("X")
    if not xml and portrait.generation is Generation.LINUX:
        return "", False
    subject = name.removesuffix("X")
    return (subject if subject in _ROWS and not query else f"{subject}?{query or '0'}"), xml


def _html_log(portrait: Portrait, subject: str) -> Page:
    if subject == "DeviceLog?0" and portrait.generation is not Generation.CLASSIC:
        content = log_links(log.path for log in console_logs(portrait))
    elif subject == "DeviceLog?2":
        content = table((f"{stamp(portrait, one.at)} {one.text}", "") for one in status_messages(portrait))
    else:
        content = ""
    return Page(_HTML, html_page(portrait, _TITLES[subject], content))


def _xml_log(portrait: Portrait, number: str, log_as: str) -> Page:
    if number == "2":
        lines = [f"{stamp(portrait, one.at)} {one.text}" for one in status_messages(portrait)]
    else:
        lines = [log.path for log in console_logs(portrait)] if number == "0" else []
    if log_as == "text":
        return Page(_XML, xml_document("DeviceLog", [("status", "\n".join(lines))]))
    return Page(_XML, xml_document("DeviceLog", [("status", line) for line in lines]))
