"""AXL below its schema, for what only the bytes of an answer tell: reads alone, in any version, under any SOAPAction."""

from typing import Final

from lxml import etree

from lscctl.cucm.axl import PATH
from lscctl.cucm.transport import Request, Transport

_READS: Final = ("get", "list", "executeSQLQuery")


class Wire:
    """Asks a cluster by hand-made envelopes. `version` is the schema that its AXL speaks with us."""

    def __init__(self, transport: Transport, version: str) -> None:
        self._transport = transport
        self.version = version

    def ask(
        self, operation: str, inside: str = "", *, version: str | None = None, action: str | None = None
    ) -> etree._Element:
        """The element in the answer's Body, a SOAP fault too.

        `inside` is the request's content as XML, `version` that of its namespace, `action` what SOAPAction says. Raises WireFault,
        and ValueError for an operation that is no read.
        """
        if not operation.startswith(_READS):
            raise ValueError(f"{operation} is no read")
        spoken = self.version if version is None else version
        body = (
            '<?xml version="1.0" encoding="utf-8"?>'
            '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
            f'<a:{operation} xmlns:a="http://www.cisco.com/AXL/API/{spoken}">{inside}</a:{operation}>'
            "</e:Body></e:Envelope>"
        )
        named = f"CUCM:DB ver={spoken} {operation}" if action is None else action
        return self._transport.call(Request(PATH, named, body.encode(), operation, version=spoken))
