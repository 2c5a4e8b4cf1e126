"""Control Center: which services run on a node, and starting, stopping and activating them [field guide 5].

As Cisco's WSDL has it; all operations work on the node that is asked, and `NodeName` must be its name.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from lxml import etree

from lscctl.simulator.cluster import Cluster
from lscctl.simulator.doors import service_sheet
from lscctl.simulator.doors.accounts import Gate
from lscctl.simulator.doors.exchange import XML, Ask, Reply, page
from lscctl.simulator.doors.limits import RequestRate
from lscctl.simulator.doors.refusals import admitted
from lscctl.simulator.doors.service_sheet import NAMESPACE
from lscctl.simulator.doors.soap import Call, SoapError, children, envelope, fault, read_call
from lscctl.simulator.nodes import Node, Service, UnknownNodeError
from lscctl.simulator.services import BY_NAME

OPERATIONS: Final = (
    "soapGetServiceStatus",
    "soapDoControlServices",
    "soapDoServiceDeployment",
    "soapGetStaticServiceList",
    "getProductInformationList",
)
_ACTIONS: Final = ("Start", "Stop", "Restart")
_DEPLOYMENTS: Final = ("Deploy", "UnDeploy")
_NEVER_STOPS: Final = ("A Cisco DB", "Cisco Tomcat")
"""Services that this interface itself runs on: it does not stop them."""


class _Refused(Exception):
    """The request is none that the WSDL knows; the text says why."""


class ControlCenterService:
    """Answers POSTs about one node's services and GETs with the WSDL. `node_of` tells which node an Ask was sent to."""

    def __init__(self, cluster: Cluster, gate: Gate, node_of: Callable[[Ask], str]) -> None:
        self._cluster = cluster
        self._gate = gate
        self._node_of = node_of
        self._rates: dict[str, RequestRate] = {}
        """Of each node: one knows nothing of what the others are asked."""

    def operation_of(self, ask: Ask) -> str:
        """The operation's name, cheaply."""
        if ask.method == "GET":
            return "GET"
        named = re.search(rb"<(?:[\w.-]+:)?((?:soapGet|soapDo|getProduct)\w+)", ask.body)
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
        asked = self._node_of(ask)
        most = self._cluster.assumptions.control_center_rate
        if not self._rates.setdefault(asked, RequestRate(self._cluster.clock.true_utc, most)).admits():
            text = f"Exceeded allowed rate for Serviceability requests: {most} requests per minute."
            return Reply(500, fault("ns1:Server.RateControl", text), outcome="fault RateControl")
        try:
            call = read_call(ask.body, ask.charset)
            if call.namespace != NAMESPACE or call.operation not in OPERATIONS:
                raise _Refused(f"The endpoint reference (EPR) for the Operation not found is {ask.path}")
            with self._cluster.lock:
                self._cluster.advance()
                node = self._cluster.nodes.find(asked)
                return Reply(200, envelope(self._carry_out(call, node)), subject=node.name)
        except (SoapError, _Refused) as error:
            return Reply(500, fault("soapenv:Client", str(error)), outcome="fault")

    def _carry_out(self, call: Call, node: Node) -> str:
        services = self._cluster.nodes.services(node)
        match call.operation:
            case "soapGetStaticServiceList":
                return service_sheet.static_list(call.operation, services)
            case "getProductInformationList":
                version = self._cluster.ccm_version.replace("(", "-").rstrip(")")
                primary = self._cluster.nodes.publisher.name
                return service_sheet.products(call.operation, services, version=version, primary=primary)
            case "soapGetServiceStatus":
                return self._status(
                    call.operation, node, [name for name in _texts(call.element, "ServiceStatus") if name]
                )
        request = _Request.read(call)
        refusal = self._refusal(request, node)
        if refusal is not None:
            reason, text = refusal
            return service_sheet.information(call.operation, (), reason=reason, text=text)
        for name in request.services:
            self._act(request.action, node, self._cluster.nodes.service(node, name))
        return self._status(call.operation, node, request.services)

    def _refusal(self, request: "_Request", node: Node) -> tuple[tuple[int, str], str] | None:
        """Why nothing is done, by reason and words; the words are *assumed*."""
        try:
            asked = self._cluster.nodes.find(request.node) if request.node else node
        except UnknownNodeError:
            asked = None
        if asked != node:
            return service_sheet.NOT_SUPPORTED, f"{request.node} is not this node"
        for name in request.services:
            kind = BY_NAME.get(name.casefold())
            if kind is None:
                return service_sheet.NO_SUCH_SERVICE, f"{name}: No such service"
            if kind.network and request.action in _DEPLOYMENTS:
                return service_sheet.NOT_SUPPORTED, f"{name} is a network service: it is always activated"
            if kind.name in _NEVER_STOPS and request.action != "Start":
                return service_sheet.PLATFORM, f"{name} cannot be stopped here"
        return None

    def _act(self, action: str, node: Node, service: Service) -> None:
        if action in _DEPLOYMENTS:
            if service.activated is not (action == "Deploy"):
                self._cluster.activate_service(node, service.name, active=not service.activated)
        elif service.activated and not (action == "Start" and service.running):
            self._cluster.control_service(node, service.name, action)

    def _status(self, operation: str, node: Node, names: Sequence[str]) -> str:
        known = {service.name.casefold(): service for service in self._cluster.nodes.services(node)}
        wanted = [known.get(name.casefold()) for name in names] if names else list(known.values())
        missing = [name for name in names if name.casefold() not in known]
        clock = self._cluster.clock
        items = [
            service_sheet.state(one, since=clock.local_at(one.since), up=int(clock.utc()) - one.since)
            for one in wanted
            if one is not None
        ]
        return service_sheet.information(operation, (*items, *map(service_sheet.unknown, missing)))


@dataclass(frozen=True, slots=True)
class _Request:
    """What soapDoControlServices and soapDoServiceDeployment carry, in Cisco's order; some leave NodeName away ("" then)."""

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
        if list(inner) not in (["NodeName", action_name, "ServiceList"], [action_name, "ServiceList"]):
            raise _Refused(f"{outer} holds NodeName, {action_name} and ServiceList, in this order")
        action = (inner[action_name].text or "").strip()
        allowed = _DEPLOYMENTS if deployment else _ACTIONS
        if action not in allowed:
            raise _Refused(f"{action_name} is one of {', '.join(allowed)}, not {action!r}")
        services = [(item.text or "").strip() for name, item in children(inner["ServiceList"]) if name == "item"]
        if not services:
            raise _Refused("ServiceList holds at least one item")
        node = (inner["NodeName"].text or "").strip() if "NodeName" in inner else ""
        return cls(node, action, services)


def _texts(parent: etree._Element, name: str) -> list[str]:
    return [(child.text or "").strip() for found, child in children(parent) if found == name]
