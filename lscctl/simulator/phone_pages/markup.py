"""The HTML and XML in which phones write their pages."""

from collections.abc import Iterable
from typing import Final
from xml.sax.saxutils import escape

from lscctl.simulator.phone_pages.facts import Row
from lscctl.simulator.phone_pages.portrait import Generation, Portrait

_LINKS: Final = {
    Generation.LINUX: (
        ("/", "Device information"),
        ("/CGI/Java/Serviceability?adapter=device.statistics.configuration", "Network setup"),
        ("/CGI/Java/Serviceability?adapter=device.statistics.ethernet", "Ethernet information"),
        ("/CGI/Java/Serviceability?adapter=device.statistics.port.access", "Access"),
        ("/CGI/Java/Serviceability?adapter=device.statistics.port.network", "Network"),
        ("/CGI/Java/Serviceability?adapter=device.statistics.consolelog", "Console logs"),
        ("/CGI/Java/Serviceability?adapter=device.statistics.coredumps", "Core dumps"),
        ("/CGI/Java/Serviceability?adapter=device.settings.status.messages", "Status messages"),
        ("/CGI/Java/Serviceability?adapter=device.trace.display.alarm", "Debug display"),
        ("/CGI/Java/Serviceability?adapter=device.statistics.streaming.0", "Stream 1"),
    ),
    Generation.CLASSIC: (
        ("/DeviceInformation", "Device Information"),
        ("/NetworkConfiguration", "Network Configuration"),
        ("/EthernetInformation", "Ethernet Information"),
        ("/PortInformation?1", "Port 1 (Network)"),
        ("/DeviceLog?0", "Debug Display"),
        ("/DeviceLog?1", "Stack Statistics"),
        ("/DeviceLog?2", "Status Messages"),
        ("/StreamingStatistics?1", "Stream 1"),
    ),
}


def table(rows: Iterable[tuple[str, str]]) -> str:
    """Labels and values, side by side."""
    return "\n".join(
        f"<TR><TD><B> {_text(label)}</B></TD><td width=20></TD><TD><B>{_text(value)}</B></TD></TR>"
        for label, value in rows
    )


def labelled(portrait: Portrait, rows: Iterable[Row]) -> list[tuple[str, str]]:
    """Rows with the labels of the phone's generation: older ones have capitals everywhere."""
    if portrait.generation is Generation.LINUX:
        return [(row.label, row.value) for row in rows]
    return [(" ".join(word[:1].upper() + word[1:] for word in row.label.split()), row.value) for row in rows]


def html_page(portrait: Portrait, title: str, content: str) -> str:
    """A page of the phone's with its title, its links and a table that holds `content`."""
    name = f"Cisco IP Phone {portrait.product} ( {portrait.name} )"
    kind = Generation.CLASSIC if portrait.generation is Generation.CLASSIC else Generation.LINUX
    links = "\n".join(f'<TR><TD><A HREF="{escape(path)}">{label}</A></TD></TR>' for path, label in _LINKS[kind])
    return (
        '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN">\n'
        f'<HTML><HEAD><meta http-equiv="Content-Type" content="text/html; charset=UTF-8"><TITLE>{name}</TITLE></HEAD>\n'
        f'<BODY bgcolor="#ffffff"><TABLE BORDER="0" WIDTH="100%"><TR><TD COLSPAN=2><B>{_text(title)}</B><BR>{name}</TD></TR>\n'
        f"<TR><TD VALIGN=TOP><TABLE>{links}</TABLE></TD>\n"
        f"<TD VALIGN=TOP><DIV ALIGN=CENTER><TABLE BORDER=0>\n{content}\n</TABLE></DIV></TD></TR></TABLE></BODY></HTML>\n"
    )


def log_links(paths: Iterable[str]) -> str:
    """Links to log files."""
    return "\n".join(f'<TR><TD><A HREF="{path}"><B>{path.rpartition("/")[2]}</B></A></TD></TR>' for path in paths)


def xml_document(root: str, elements: Iterable[tuple[str, str]]) -> str:
    """An XML document of one level."""
    inner = "\n".join(f"<{name}>{escape(value)}</{name}>" for name, value in elements)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root}>\n{inner}\n</{root}>\n'


def _text(value: str) -> str:
    """Text as the phones write it in HTML: each character that is no letter or digit by its number."""
    return "".join(
        one if one.isalnum() or one in " .,:/()[]" else "<BR>" if one == "\n" else f"&#x{ord(one):X};" for one in value
    )
