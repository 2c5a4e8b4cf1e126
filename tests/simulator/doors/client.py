"""A client as a stranger would write one: text in, requests in between, nothing of the simulator's own code."""

from dataclasses import dataclass, field
from xml.sax.saxutils import escape

import requests
from lxml import etree

from lscctl.simulator.server import SimulatorServer

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"


def envelope(inner: str, *, namespace: str, operation: str, attributes: str = "") -> bytes:
    return (
        f'<soapenv:Envelope xmlns:soapenv="{SOAP}" xmlns:ns="{namespace}"><soapenv:Header/><soapenv:Body>'
        f"<ns:{operation}{attributes}>{inner}</ns:{operation}></soapenv:Body></soapenv:Envelope>"
    ).encode()


@dataclass(frozen=True)
class Fault:
    status: int
    faultcode: str
    faultstring: str
    axlcode: str
    axlmessage: str
    request: str


@dataclass
class Client:
    address: str
    user: str
    password: str
    ca_file: str
    version: str = "12.5"
    session: requests.Session = field(default_factory=requests.Session)

    @classmethod
    def of(cls, server: SimulatorServer, version: str = "12.5") -> "Client":
        return cls(server.address, server.user, server.password, str(server.ca_file), version)

    def __post_init__(self) -> None:
        self.session.trust_env = False
        self.session.verify = self.ca_file
        self.session.auth = (self.user, self.password)

    def post(self, body: bytes, path: str = "/axl/", **headers: str) -> requests.Response:
        sent = {"Content-Type": "text/xml; charset=utf-8"} | headers
        return self.session.post(self.address + path, data=body, headers=sent, timeout=60)

    def raw(
        self, operation: str, inner: str = "", *, version: str = "", action: str | None = None, attributes: str = ""
    ) -> requests.Response:
        spoken = version or self.version
        body = envelope(
            inner, namespace=f"http://www.cisco.com/AXL/API/{spoken}", operation=operation, attributes=attributes
        )
        return self.post(body, SOAPAction=f'"CUCM:DB ver={spoken} {operation}"' if action is None else action)

    def call(self, operation: str, inner: str = "", *, version: str = "", attributes: str = "") -> etree._Element:
        """The `<operationResponse>` of a call that must succeed."""
        response = self.raw(operation, inner, version=version, attributes=attributes)
        assert response.status_code == 200, response.text
        body = etree.fromstring(response.content)[0]
        assert body.tag == f"{{{SOAP}}}Body"
        answer = body[0]
        assert answer.tag == f"{{http://www.cisco.com/AXL/API/{version or self.version}}}{operation}Response"
        return answer

    def fault(self, operation: str, inner: str = "", *, version: str = "") -> Fault:
        """The fault of a call that must fail."""
        return fault_of(self.raw(operation, inner, version=version))

    def sql(self, statement: str) -> list[dict[str, str]]:
        """The rows of a query."""
        answer = self.call("executeSQLQuery", f"<sql>{escape(statement)}</sql>")
        return [{column.tag: column.text or "" for column in row} for row in answer.iter("row")]

    def phone(self, name: str, *tags: str) -> dict[str, str]:
        """The direct children of a phone."""
        wanted = f"<returnedTags>{''.join(f'<{tag}/>' for tag in tags)}</returnedTags>" if tags else ""
        phone = self.call("getPhone", f"<name>{name}</name>{wanted}").find("return/phone")
        assert phone is not None
        return {child.tag: child.text or "" for child in phone}


def fault_of(response: requests.Response) -> Fault:
    assert response.status_code == 500, response.text
    fault = etree.fromstring(response.content).find(f"{{{SOAP}}}Body/{{{SOAP}}}Fault")
    assert fault is not None
    return Fault(
        response.status_code,
        *(
            fault.findtext(path) or ""
            for path in (
                "faultcode",
                "faultstring",
                "detail/axlError/axlcode",
                "detail/axlError/axlmessage",
                "detail/axlError/request",
            )
        ),
    )
