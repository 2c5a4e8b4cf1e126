"""One request and its answer, without anything of the web server's: what passes between HTTP and the services."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from html import escape

XML = "text/xml; charset=utf-8"
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Ask:
    """A request: header names in lower case; `address` is the URL base that the client used,
    `https://host:port`, `port` the one of ours that it came in by."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    client: str
    address: str
    port: int = 0

    @property
    def charset(self) -> str | None:
        """The character set that the Content-Type names."""
        message = Message()
        message["Content-Type"] = self.headers.get("content-type", "")
        return message.get_content_charset()


@dataclass(slots=True)
class Reply:
    """An answer, with what the log and the counters say of it: `subject` names the object, `outcome` says how it went."""

    status: int
    body: bytes
    content_type: str = XML
    headers: list[tuple[str, str]] = field(default_factory=list)
    user: str = "-"
    operation: str = "-"
    version: str = "-"
    subject: str = "-"
    outcome: str = "ok"


def page(status: int, title: str, message: str, *, outcome: str | None = None) -> Reply:
    """The HTML page with which CUCM's web server refuses a request [field guide 3]."""
    title, message = escape(title), escape(message)
    html = (
        "<!-- custom Cisco error page --><html><head><title>Cisco System - Error report</title></head><body>"
        f'<div id="content-header">HTTP Status {status} - {title}</div>'
        f"<p><b>type</b> Status report</p><p><b>Message:</b> {message}</p></body></html>"
    )
    return Reply(status, html.encode(), HTML, outcome=outcome or str(status))
