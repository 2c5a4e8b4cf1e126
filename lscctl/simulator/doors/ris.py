"""RISPort70: which phone is registered where, asked by wildcard or by exact name [field guide 5]."""

import re
from collections import defaultdict
from importlib.resources import files
from itertools import islice
from xml.sax.saxutils import escape, quoteattr

from lscctl.simulator.cluster import Cluster
from lscctl.simulator.doors.accounts import Gate
from lscctl.simulator.doors.exchange import XML, Ask, Reply, page
from lscctl.simulator.doors.limits import RequestRate
from lscctl.simulator.doors.refusals import admitted
from lscctl.simulator.doors.selection import NAMESPACE, Selection, SelectionError, read_selection
from lscctl.simulator.doors.soap import SoapError, envelope, fault, printable, read_call
from lscctl.simulator.registrations import Registration

OPERATIONS = {"selectCmDevice": False, "selectCmDeviceExt": True}
"""Operation name, and whether it takes exact names."""
NIL = ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="1"'
TRUNK = "".join(
    f"<ns1:{name}{NIL}/>"
    for name in (
        "ConfigName",
        "TechPrefix",
        "Zone",
        "RemoteCmServer1",
        "RemoteCmServer2",
        "RemoteCmServer3",
        "AltGkList",
        "ActiveGk",
        "CallSignalAddr",
        "RasAddr",
    )
)


class RisService:
    """Answers POSTs with registrations and GETs with the WSDL."""

    def __init__(self, cluster: Cluster, gate: Gate) -> None:
        self._cluster = cluster
        self._gate = gate
        self._rate = RequestRate(cluster.clock.true_utc, cluster.assumptions.ris_rate)
        self._started = int(cluster.clock.utc())

    def operation_of(self, ask: Ask) -> str:
        """The operation's name, cheaply: for disturbances and the log, before anything is checked."""
        if ask.method == "GET":
            return "GET"
        named = re.search(rb"<(?:\w+:)?(selectCmDevice(?:Ext)?)\b", ask.body)
        return named[1].decode() if named else "-"

    def answer(self, ask: Ask) -> Reply:
        """Answer one request, whoever it is from."""
        entry, refusal = admitted(self._gate, ask, self._cluster.clock.utc(), "Cisco RIS")
        if entry is None:
            return refusal
        account = entry.account
        reply = self._answer(ask) if account.may_use_ris() else page(403, "Forbidden", "Access is denied.")
        reply.user = account.user
        reply.headers += [("Set-Cookie", cookie) for cookie in entry.cookies]
        return reply

    def _answer(self, ask: Ask) -> Reply:
        if ask.method == "GET":
            wsdl = files(__package__).joinpath("ris.wsdl").read_text(encoding="utf-8")
            return Reply(200, wsdl.replace("https://localhost:8443", ask.address).encode(), XML)
        if not self._rate.admits():
            return self._rate_fault()
        try:
            call = read_call(ask.body, ask.charset)
            if call.namespace != NAMESPACE or call.operation not in OPERATIONS:
                raise SelectionError(f"The endpoint reference (EPR) for the Operation not found is {ask.path}")
            selection = read_selection(
                call.element, exact=OPERATIONS[call.operation], limit=self._cluster.assumptions.ris_limit
            )
        except (SoapError, SelectionError) as error:
            return Reply(500, fault("soapenv:Client", str(error)), outcome="fault")
        return self._select(selection)

    def _rate_fault(self) -> Reply:
        text = (
            "AxisFault: Exceeded allowed rate for Reatime information. Current allowed rate for realtime information "
            f"is {self._rate.per_minute} requests per minute."
            "SelectCmDevice::Exceeded allowed rate for Reatime information"
        )
        return Reply(500, fault("ns1:Server.RateControl", text), outcome="fault RateControl")

    def _select(self, selection: Selection) -> Reply:
        with self._cluster.lock:
            self._cluster.advance()
            registrations = self._cluster.registrations(selection.names())
            nodes = [
                str(row[0])
                for row in self._cluster.connection.execute(
                    "SELECT name FROM processnode WHERE name <> 'EnterpriseWideData' ORDER BY tknodeusage, name"
                )
            ]
        found: dict[str, list[Registration]] = defaultdict(list)
        for entry in selection.pick(registrations):
            found[entry.node].append(entry)
        asked = [node for node in nodes if not selection.node or node.lower() == selection.node.lower()]
        total = sum(len(found[node]) for node in asked)
        room = selection.most
        items: list[str] = []
        states: list[str] = []
        for node in asked:
            past = selection.state.get(node, 0)
            devices = list(islice(found[node], past, past + room))
            room -= len(devices)
            items.append(_node(node, "Ok" if found[node] else "NotFound", devices))
            states.append(self._state(node, len(found[node]), past + len(devices)))
        if selection.node and not asked:
            items.append(_node(selection.node, "InvalidNodeName", []))
        cm_nodes = f"<ns1:CmNodes>{''.join(items)}</ns1:CmNodes>" if total or not asked else f"<ns1:CmNodes{NIL}/>"
        state = f'<StateInfo ClusterId="">{"".join(states)}</StateInfo>'
        body = envelope(
            f'<ns1:selectCmDeviceResponse xmlns:ns1="{NAMESPACE}"><ns1:selectCmDeviceReturn>'
            f"<ns1:SelectCmDeviceResult><ns1:TotalDevicesFound>{total}</ns1:TotalDevicesFound>{cm_nodes}"
            f"</ns1:SelectCmDeviceResult><ns1:StateInfo>{escape(state)}</ns1:StateInfo>"
            "</ns1:selectCmDeviceReturn></ns1:selectCmDeviceResponse>"
        )
        return Reply(200, body, subject=f"{len(selection.items)} items", outcome="ok")

    def _state(self, node: str, found: int, returned: int) -> str:
        return (
            f'<Node Name={quoteattr(node)} SubsystemStartTime="{self._started}" StateId="1" '
            f'TotalItemsFound="{found}" TotalItemsReturned="{returned}"/>'
        )


def _node(name: str, code: str, devices: list[Registration]) -> str:
    inside = f"<ns1:CmDevices>{''.join(map(_device, devices))}</ns1:CmDevices>" if devices else f"<ns1:CmDevices{NIL}/>"
    return (
        f"<ns1:item><ns1:ReturnCode>{code}</ns1:ReturnCode><ns1:Name>{escape(name)}</ns1:Name>"
        f"<ns1:NoChange>false</ns1:NoChange>{inside}</ns1:item>"
    )


def _device(entry: Registration) -> str:
    registered = entry.status == "Registered"
    fields: list[tuple[str, str | int | None]] = [
        ("Name", entry.name),
        ("DirNumber", f"{entry.line}-{entry.status}" if entry.line else None),
        ("DeviceClass", "Phone"),
        ("Model", entry.model),
        ("Product", entry.product),
        ("BoxProduct", 0),
        ("Httpd", entry.httpd),
        ("RegistrationAttempts", 0),
        ("IsCtiControllable", "true"),
        ("LoginUserId", entry.login_user or None),
        ("Status", entry.status),
        ("StatusReason", entry.status_reason),
        ("PerfMonObject", 2),
        ("DChannel", 0),
        ("Description", entry.description),
    ]
    lines = (
        f"<ns1:LinesStatus><ns1:item>{_field('DirectoryNumber', entry.line)}{_field('Status', entry.status)}"
        "</ns1:item></ns1:LinesStatus>"
    )
    more: list[tuple[str, str | int | None]] = [
        ("ActiveLoadID", entry.load if registered else None),
        ("InactiveLoadID", None),
        ("DownloadStatus", "Unknown"),
        ("DownloadFailureReason", None),
        ("DownloadServer", None),
    ]
    address = (
        f"<ns1:IPAddress><ns1:item>{_field('IP', entry.ip)}"
        f"<ns1:IPAddrType>{'ipv6' if ':' in (entry.ip or '') else 'ipv4'}</ns1:IPAddrType>"
        "<ns1:Attribute>Unknown</ns1:Attribute></ns1:item></ns1:IPAddress>"
    )
    return "".join(
        (
            "<ns1:item>",
            *(_field(*part) for part in fields),
            f"<ns1:H323Trunk>{TRUNK}</ns1:H323Trunk>",
            _field("TimeStamp", entry.timestamp),
            _field("Protocol", entry.protocol),
            _field("NumOfLines", 1 if entry.line else 0),
            lines if entry.line else f"<ns1:LinesStatus{NIL}/>",
            *(_field(*part) for part in more),
            address if entry.ip else f"<ns1:IPAddress{NIL}/>",
            "</ns1:item>",
        )
    )


def _field(name: str, value: str | int | None) -> str:
    if value is None:
        return f"<ns1:{name}{NIL}/>"
    return f"<ns1:{name}>{escape(printable(str(value)))}</ns1:{name}>"
