"""Control Center: which services run on a node, and starting, stopping and activating them [field guide 5].

As Cisco's WSDL has it; all operations work on the node that is asked, and `NodeName` must be its name.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from typing import Final
from xml.sax.saxutils import escape

from lxml import etree

from lscctl.simulator.cluster import Cluster
from lscctl.simulator.doors.accounts import Gate
from lscctl.simulator.doors.exchange import XML, Ask, Reply, page
from lscctl.simulator.doors.limits import RequestRate
from lscctl.simulator.doors.refusals import admitted
from lscctl.simulator.doors.soap import Call, SoapError, children, envelope, fault, read_call
from lscctl.simulator.nodes import Node, Service, UnknownNodeError, UnknownServiceError

NAMESPACE: Final = "http://schemas.cisco.com/ast/soap"
OPERATIONS: Final = (
    "soapGetServiceStatus",
    "soapDoControlServices",
    "soapDoServiceDeployment",
    "soapGetStaticServiceList",
)
NOT_ACTIVATED: Final = -1068
_STOPPED_BY_ADMINISTRATOR: Final = -1019
_NOT_KNOWN: Final = -1062
_ACTIONS: Final = ("Start", "Stop", "Restart")
_DEPLOYMENTS: Final = ("Deploy", "UnDeploy")


class _Refused(Exception):
    """The request is none that the WSDL knows; the text says why."""


class ControlCenterService:
    """Answers POSTs about one node's services and GETs with the WSDL. `node_of` tells which node an Ask was sent to."""

    def __init__(self, cluster: Cluster, gate: Gate, node_of: Callable[[Ask], str]) -> None:
        self._cluster = cluster
        self._gate = gate
        self._node_of = node_of
        self._rate = RequestRate(cluster.clock.true_utc, cluster.assumptions.control_center_rate)

    def operation_of(self, ask: Ask) -> str:
        """The operation's name, cheaply."""
        if ask.method == "GET":
            return "GET"
        named = re.search(rb"<(?:[\w.-]+:)?(soap(?:Get|Do)\w+)\b", ask.body)
        return named[1].decode() if named else "-"

    def answer(self, ask: Ask) -> Reply:
        """Answer one request, whoever it is from."""
        entry, refusal = admitted(self._gate, ask, self._cluster.clock.utc(), "Cisco Control Center")
        if entry is None:
            return refusal
        reply = self._answer(ask) if entry.account.may_use_ris() else page(403, "Forbidden", "Access is denied.")
        reply.user = entry.account.user
        reply.headers += [("Set-Cookie", cookie) for cookie in entry.cookies]
        return reply

    def _answer(self, ask: Ask) -> Reply:
        if ask.method == "GET":
            wsdl = files(__package__).joinpath("control_center.wsdl").read_text(encoding="utf-8")
            return Reply(200, wsdl.replace("https://localhost:8443", ask.address).encode(), XML)
        if not self._rate.admits():
            text = f"Exceeded allowed rate for Serviceability requests: {self._rate.per_minute} requests per minute."
            return Reply(500, fault("ns1:Server.RateControl", text), outcome="fault RateControl")
        try:
            call = read_call(ask.body, ask.charset)
            if call.namespace != NAMESPACE or call.operation not in OPERATIONS:
                raise _Refused(f"The endpoint reference (EPR) for the Operation not found is {ask.path}")
            with self._cluster.lock:
                self._cluster.advance()
                node = self._cluster.nodes.find(self._node_of(ask))
                return Reply(200, envelope(self._carry_out(call, node)), subject=node.name)
        except (SoapError, _Refused) as error:
            return Reply(500, fault("soapenv:Client", str(error)), outcome="fault")

    def _carry_out(self, call: Call, node: Node) -> str:
        nodes = self._cluster.nodes
        match call.operation:
            case "soapGetStaticServiceList":
                return _static(nodes.services(node))
            case "soapGetServiceStatus":
                names = [text for text in _texts(call.element, "ServiceStatus") if text]
                return self._status(call.operation, node, names)
        request = _Request.read(call)
        try:
            asked = nodes.find(request.node)
        except UnknownNodeError:
            asked = None
        if asked is None or asked.name != node.name:
            return _information(call.operation, "1", -1, f"{request.node} is not this node", [])
        for name in request.services:
            try:
                service = nodes.service(node, name)
            except UnknownServiceError:
                return _information(call.operation, "1", _NOT_KNOWN, f"Service {name} is not known", [])
            if call.operation == "soapDoServiceDeployment":
                self._cluster.activate_service(node, service.name, active=request.action == "Deploy")
            elif service.activated:
                self._cluster.control_service(node, service.name, request.action)
        return self._status(call.operation, node, request.services)

    def _status(self, operation: str, node: Node, names: Sequence[str]) -> str:
        known = {service.name.casefold(): service for service in self._cluster.nodes.services(node)}
        wanted = [known.get(name.casefold()) for name in names] if names else list(known.values())
        missing = [name for name in names if name.casefold() not in known]
        items = [_item(service, self._cluster.clock.utc()) for service in wanted if service is not None]
        items += [_unknown_item(name) for name in missing]
        return _information(operation, "0", -1, "", items)


@dataclass(frozen=True, slots=True)
class _Request:
    """What soapDoControlServices and soapDoServiceDeployment carry: Cisco's order of elements is kept to."""

    node: str
    action: str
    services: list[str]

    @classmethod
    def read(cls, call: Call) -> "_Request":
        deployment = call.operation == "soapDoServiceDeployment"
        outer = "DeploymentServiceRequest" if deployment else "ControlServiceRequest"
        action_name = "DeployType" if deployment else "ControlType"
        parts = dict(children(call.element))
        if list(parts) != [outer]:
            raise _Refused(f"{call.operation} holds one {outer}")
        inner = dict(children(parts[outer]))
        if list(inner) != ["NodeName", action_name, "ServiceList"]:
            raise _Refused(f"{outer} holds NodeName, {action_name} and ServiceList, in this order")
        action = (inner[action_name].text or "").strip()
        allowed = _DEPLOYMENTS if deployment else _ACTIONS
        if action not in allowed:
            raise _Refused(f"{action_name} is one of {', '.join(allowed)}, not {action!r}")
        services = [(item.text or "").strip() for name, item in children(inner["ServiceList"]) if name == "item"]
        if not services:
            raise _Refused("ServiceList holds at least one item")
        return cls((inner["NodeName"].text or "").strip(), action, services)


def _texts(parent: etree._Element, name: str) -> list[str]:
    return [(child.text or "").strip() for found, child in children(parent) if found == name]


def _information(operation: str, code: str, reason: int, text: str, items: Sequence[str]) -> str:
    return (
        f'<ns1:{operation}Response xmlns:ns1="{NAMESPACE}"><ns1:{operation}Return><ns1:ReturnCode>{code}</ns1:ReturnCode>'
        f"<ns1:ReasonCode>{reason}</ns1:ReasonCode><ns1:ReasonString>{escape(text)}</ns1:ReasonString>"
        f"<ns1:ServiceInfoList>{''.join(items)}</ns1:ServiceInfoList></ns1:{operation}Return></ns1:{operation}Response>"
    )


def _item(service: Service, now: float) -> str:
    if service.running:
        started = f"{datetime.fromtimestamp(service.since, UTC):%a %b %d %H:%M:%S %Y}"
        return _told(service.name, "Started", (-1, " "), (started, int(now) - service.since))
    if not service.activated:
        return _told(service.name, "Stopped", (NOT_ACTIVATED, "Service Not Activated "))
    return _told(service.name, "Stopped", (_STOPPED_BY_ADMINISTRATOR, "Component is not running"))


def _unknown_item(name: str) -> str:
    return _told(name, "Unknown", (_NOT_KNOWN, "Service is not known"))


def _told(name: str, status: str, reason: tuple[int, str], up: tuple[str, int] = ("", -1)) -> str:
    return (
        f"<ns1:item><ns1:ServiceName>{escape(name)}</ns1:ServiceName><ns1:ServiceStatus>{status}</ns1:ServiceStatus>"
        f"<ns1:ReasonCode>{reason[0]}</ns1:ReasonCode><ns1:ReasonCodeString>{escape(reason[1])}</ns1:ReasonCodeString>"
        f"<ns1:StartTime>{up[0]}</ns1:StartTime><ns1:UpTime>{up[1]}</ns1:UpTime></ns1:item>"
    )


def _static(services: Sequence[Service]) -> str:
    items = "".join(
        f"<ns1:item><ns1:ServiceName>{escape(service.name)}</ns1:ServiceName><ns1:ServiceType>Service</ns1:ServiceType>"
        "<ns1:Deployable>true</ns1:Deployable><ns1:GroupName>CM Services</ns1:GroupName>"
        "<ns1:DependentServices/></ns1:item>"
        for service in services
    )
    return (
        f'<ns1:soapGetStaticServiceListResponse xmlns:ns1="{NAMESPACE}"><ns1:soapGetStaticServiceListReturn><ns1:Services>'
        f"{items}</ns1:Services></ns1:soapGetStaticServiceListReturn></ns1:soapGetStaticServiceListResponse>"
    )
