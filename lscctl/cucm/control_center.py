"""Control Center: which services run on a node, and starting or activating them [field guide 5]."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from xml.sax.saxutils import escape

from lxml import etree

from lscctl.cucm.faults import AxlFault, BadAnswer
from lscctl.cucm.transport import Request

PATH: Final = "/controlcenterservice2/services/ControlCenterServices"
ROLES: Final = ("Standard CCM Admin Users", "Standard Serviceability")
_NAMESPACE: Final = "http://schemas.cisco.com/ast/soap"
_ENVELOPE: Final = (
    '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">'
    '<soapenv:Body><s:{operation} xmlns:s="{namespace}">{content}</s:{operation}></soapenv:Body></soapenv:Envelope>'
)
_NOT_ACTIVATED: Final = re.compile(r"not\s+(?:been\s+)?activated|deactivated|not\s+deployed", re.IGNORECASE)
_NOT_ACTIVATED_CODE: Final = "-1068"


class Running(StrEnum):
    """What a service does."""

    STARTED = "started"
    STOPPED = "stopped"
    NOT_ACTIVATED = "not activated"
    CHANGING = "starting or stopping"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ServiceState:
    """A service on a node with the node's own words about it."""

    name: str
    running: Running
    said: str


class ControlCenter:
    """Control Center of one node. `call` carries a request to it."""

    def __init__(self, call: Callable[[Request], etree._Element]) -> None:
        self._call = call

    def status(self, services: Sequence[str]) -> tuple[ServiceState, ...]:
        """What these services do. Raises WireFault, RoleMissing among them."""
        content = "".join(f"<s:ServiceStatus>{escape(name)}</s:ServiceStatus>" for name in services)
        return self._ask("soapGetServiceStatus", content, write=False)

    def activate(self, node: str, service: str) -> tuple[ServiceState, ...]:
        """Activate a service on this node, which also starts it. Raises WireFault, AnswerLost among them."""
        return self._ask(
            "soapDoServiceDeployment", _request("Deployment", node, "Deploy", "Deploy", service), write=True
        )

    def start(self, node: str, service: str) -> tuple[ServiceState, ...]:
        """Start a service that is activated. Raises WireFault, AnswerLost among them."""
        return self._ask("soapDoControlServices", _request("Control", node, "Control", "Start", service), write=True)

    def _ask(self, operation: str, content: str, *, write: bool) -> tuple[ServiceState, ...]:
        body = _ENVELOPE.format(operation=operation, namespace=_NAMESPACE, content=content).encode()
        answer = self._call(Request(PATH, operation, body, operation, write=write, roles=ROLES))
        name = etree.QName(answer).localname
        if name == "Fault":
            text = " ".join(answer.findtext("faultstring", "").split()) or "no reason given"
            raise AxlFault(None, text, operation)
        if name != f"{operation}Response":
            raise BadAnswer(f"the answer to {operation} is {name}", hint="Is this CUCM's Control Center?")
        items = [element for element in answer.iter() if _local(element) == "item"]
        if not items and (code := _text(answer, "ReturnCode")) not in ("0", ""):
            raise AxlFault(None, _text(answer, "ReasonString") or f"return code {code}", operation)
        return tuple(_state(item) for item in items)


def _request(kind: str, node: str, action: str, value: str, service: str) -> str:
    return (
        f"<s:{kind}ServiceRequest><s:NodeName>{escape(node)}</s:NodeName><s:{action}Type>{value}</s:{action}Type>"
        f"<s:ServiceList><s:item>{escape(service)}</s:item></s:ServiceList></s:{kind}ServiceRequest>"
    )


def _state(item: etree._Element) -> ServiceState:
    status, code, reason = (_text(item, name) for name in ("ServiceStatus", "ReasonCode", "ReasonCodeString"))
    said = f"{status}{f' ({reason})' if reason else ''}"
    running = {
        "started": Running.STARTED,
        "starting": Running.CHANGING,
        "stopping": Running.CHANGING,
        "stopped": Running.STOPPED,
    }.get(status.casefold(), Running.UNKNOWN)
    if running is Running.STOPPED and (code == _NOT_ACTIVATED_CODE or _NOT_ACTIVATED.search(reason)):
        running = Running.NOT_ACTIVATED
    return ServiceState(_text(item, "ServiceName"), running, said)


def _text(parent: etree._Element, name: str) -> str:
    return next((" ".join((one.text or "").split()) for one in parent.iter() if _local(one) == name), "")


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
