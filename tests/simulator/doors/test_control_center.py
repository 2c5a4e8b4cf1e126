"""Control Center, as strangers use it: zeep with the WSDL that the node serves, and XML written by hand."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
import zeep
from lxml import etree

from lscctl.simulator.assumptions import Assumptions
from lscctl.simulator.clock import ManualClock
from lscctl.simulator.cluster import Cluster
from lscctl.simulator.doors.accounts import ROLES, Account
from lscctl.simulator.server import SimulatorServer
from lscctl.simulator.services import CALL_MANAGER, CAPF, ENROLMENT, SERVICES, TFTP
from tests.simulator.doors.client import SOAP, Client
from tests.simulator.doors.conftest import NOON

PATH = "/controlcenterservice2/services/ControlCenterServices"
AST = "http://schemas.cisco.com/ast/soap"
PUBLISHER, SUBSCRIBER = "cucm-pub.example.com", "cucm-sub1.example.com"


@pytest.fixture(scope="module")
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture(scope="module")
def server(clock: ManualClock) -> Iterator[SimulatorServer]:
    assumptions = Assumptions.parse(["control-center-rate=1000"])
    cluster = Cluster.create(phones=12, clock=clock, assumptions=assumptions)
    looker = Account("looker", "s3cret", frozenset({ROLES["axl"]}))
    with SimulatorServer(cluster, accounts=[looker]) as served:
        yield served
    cluster.close()


def service_of(server: SimulatorServer, node: str) -> Any:
    session = requests.Session()
    session.trust_env = False
    session.verify = str(server.ca_file)
    session.auth = (server.user, server.password)
    where = f"https://127.0.0.1:{server.places[node].web[1]}{PATH}?wsdl"
    client: Any = zeep.Client(where, transport=zeep.Transport(session=session))  # type: ignore[no-untyped-call]
    return client.create_service(f"{{{AST}}}ControlCenterServicesBinding", where.removesuffix("?wsdl"))


@pytest.fixture(scope="module")
def publisher(server: SimulatorServer) -> Any:
    return service_of(server, PUBLISHER)


def states(answer: Any) -> dict[str, tuple[str, int]]:
    return {item.ServiceName: (item.ServiceStatus, int(item.ReasonCode)) for item in answer.ServiceInfoList.item}


def control(service: Any, action: str, *names: str, node: str = PUBLISHER) -> Any:
    return service.soapDoControlServices(
        ControlServiceRequest={"NodeName": node, "ControlType": action, "ServiceList": {"item": list(names)}}
    )


def deploy(service: Any, action: str, *names: str, node: str = PUBLISHER) -> Any:
    return service.soapDoServiceDeployment(
        DeploymentServiceRequest={"NodeName": node, "DeployType": action, "ServiceList": {"item": list(names)}}
    )


@pytest.mark.parametrize("ask", [(), ("",)])
def test_without_names_every_service_is_told(publisher: Any, ask: tuple[str, ...]) -> None:
    told = states(publisher.soapGetServiceStatus(*ask))
    assert set(told) == {service.name for service in SERVICES}
    assert told["A Cisco DB"] == told["Cisco Tomcat"] == told[CALL_MANAGER] == ("Started", -1)
    assert told[ENROLMENT] == told["Cisco DHCP Monitor Service"] == ("Stopped", -1068)


def test_named_services_are_told_alone_and_one_that_is_none_is_unknown(publisher: Any) -> None:
    told = states(publisher.soapGetServiceStatus([TFTP, "Cisco Teapot", CAPF]))
    assert told == {TFTP: ("Started", -1), CAPF: ("Started", -1), "Cisco Teapot": ("Unknown", -1010)}
    assert states(publisher.soapGetServiceStatus(CALL_MANAGER)) == {CALL_MANAGER: ("Started", -1)}


def test_a_restart_shows_a_new_start_time_and_a_small_up_time(publisher: Any, clock: ManualClock) -> None:
    (before,) = publisher.soapGetServiceStatus(TFTP).ServiceInfoList.item
    assert before.UpTime == 30 * 86_400 + int(clock.utc() - NOON)
    clock.forward(seconds=5)
    (after,) = control(publisher, "Restart", TFTP).ServiceInfoList.item
    clock.forward(seconds=7)
    (later,) = publisher.soapGetServiceStatus(TFTP).ServiceInfoList.item
    assert (after.UpTime, later.UpTime) == (0, 7)
    assert after.StartTime == later.StartTime == f"{clock.local_at(clock.utc() - 7):%a %b %d %H:%M:%S %Y}"
    assert before.StartTime != after.StartTime


def test_a_service_that_was_stopped_is_commanded_out_of_service(publisher: Any) -> None:
    stopped = control(publisher, "Stop", "Cisco CTIManager", "Cisco AXL Web Service")
    assert stopped.ReturnCode == "0"
    assert set(states(stopped).values()) == {("Stopped", -1069)}
    assert stopped.ServiceInfoList.item[0].ReasonCodeString == "Commanded Out of Service"
    started = control(publisher, "Start", "Cisco CTIManager", "Cisco AXL Web Service")
    assert set(states(started).values()) == {("Started", -1)}


def test_starting_what_runs_changes_nothing(publisher: Any, clock: ManualClock) -> None:
    clock.forward(seconds=3)
    (told,) = control(publisher, "Start", CALL_MANAGER).ServiceInfoList.item
    assert told.UpTime > 30 * 86_400


def test_a_service_is_deployed_and_starts_and_one_that_is_not_does_not(publisher: Any) -> None:
    name = "Cisco DHCP Monitor Service"
    assert states(control(publisher, "Start", name)) == {name: ("Stopped", -1068)}
    assert states(deploy(publisher, "Deploy", name)) == {name: ("Started", -1)}
    undeployed = deploy(publisher, "UnDeploy", name)
    assert states(undeployed) == {name: ("Stopped", -1068)}
    assert "Not Activated" in undeployed.ServiceInfoList.item[0].ReasonCodeString


@pytest.mark.parametrize(
    ("call", "action", "name", "code"),
    [
        (control, "Stop", "Cisco Teapot", -1010),
        (control, "Restart", "Cisco Tomcat", -1011),
        (control, "Stop", "A Cisco DB", -1011),
        (deploy, "UnDeploy", "Cisco Syslog Agent", -1045),
    ],
)
def test_what_cannot_be_done_is_refused_and_nothing_is_done(
    publisher: Any, call: Any, action: str, name: str, code: int
) -> None:
    refused = call(publisher, action, TFTP, name)
    assert (refused.ReturnCode, int(refused.ReasonCode)) == ("1", code)
    assert refused.ReasonString
    assert states(publisher.soapGetServiceStatus(TFTP)) == {TFTP: ("Started", -1)}


@pytest.mark.parametrize("node", [PUBLISHER, "cucm-pub", "10.10.0.11", None])
def test_the_node_is_known_by_each_of_its_names(publisher: Any, node: str | None) -> None:
    told = publisher.soapDoControlServices(
        ControlServiceRequest={"NodeName": node, "ControlType": "Start", "ServiceList": {"item": [TFTP]}}
    )
    assert told.ReturnCode == "0"


@pytest.mark.parametrize("node", [SUBSCRIBER, "nobody.example.com"])
def test_another_node_is_not_controlled_from_here(publisher: Any, node: str) -> None:
    refused = control(publisher, "Stop", TFTP, node=node)
    assert refused.ReturnCode == "1"
    assert "not this node" in refused.ReasonString


def test_what_there_is_is_told_with_kind_group_and_needs(publisher: Any) -> None:
    listed = {item.ServiceName: item for item in publisher.soapGetStaticServiceList("").item}
    assert (listed[TFTP].Deployable, listed[TFTP].GroupName) == (True, "CM Services")
    assert (listed["Cisco Tomcat"].Deployable, listed["Cisco Tomcat"].ServiceType) == (False, "Service")
    assert listed["A Cisco DB Replicator"].DependentServices.Service == ["A Cisco DB"]


def test_the_product_is_told_with_its_version_and_the_publisher(server: SimulatorServer) -> None:
    told = service_of(server, SUBSCRIBER).getProductInformationList("")
    assert (told.ActiveServerVersion, told.PrimaryNode) == ("15.0.1.11900-4", PUBLISHER)
    assert {item.ShortName for item in told.Products.item} == {"CCM", "SYS"}
    assert {item.ProductID for item in told.Services.item} == {"CallManager", "Common"}


BY_HAND = {
    "with a prefix of its own": f'<e:Envelope xmlns:e="{SOAP}"><e:Header/><e:Body><x:soapGetServiceStatus xmlns:x="{AST}">'
    f"<x:ServiceStatus>{TFTP}</x:ServiceStatus></x:soapGetServiceStatus></e:Body></e:Envelope>",
    "with a default namespace": f'<Envelope xmlns="{SOAP}"><Body><soapGetServiceStatus xmlns="{AST}"><ServiceStatus>{TFTP}'
    "</ServiceStatus></soapGetServiceStatus></Body></Envelope>",
    "printed prettily": f"""<?xml version="1.0" encoding="utf-8"?>
<!-- by hand -->
<soapenv:Envelope xmlns:soapenv="{SOAP}" xmlns:soap="{AST}">
   <soapenv:Header/>
   <soapenv:Body>
      <soap:soapGetServiceStatus>
         <soap:ServiceStatus>
            {TFTP}
         </soap:ServiceStatus>
      </soap:soapGetServiceStatus>
   </soapenv:Body>
</soapenv:Envelope>
""",
}


@pytest.mark.parametrize("how", BY_HAND)
@pytest.mark.parametrize("action", [None, "soapGetServiceStatus", '"soapGetServiceStatus"', '""'])
def test_a_request_by_hand_is_understood(server: SimulatorServer, how: str, action: str | None) -> None:
    headers = {} if action is None else {"SOAPAction": action}
    answer = Client.of(server).post(BY_HAND[how].encode(), PATH, **headers)
    assert answer.status_code == 200
    told = etree.fromstring(answer.content)
    assert [name.text for name in told.iter(f"{{{AST}}}ServiceName")] == [TFTP]
    assert [str(child.tag).rpartition("}")[2] for child in next(told.iter(f"{{{AST}}}item"))] == [
        "ServiceName", "ServiceStatus", "ReasonCode", "ReasonCodeString", "StartTime", "UpTime",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("<nonsense", "not well-formed"),
        (f'<e:Envelope xmlns:e="{SOAP}"><e:Body><x:soapMakeTea xmlns:x="{AST}"/></e:Body></e:Envelope>', "not found"),
        (
            f'<e:Envelope xmlns:e="{SOAP}"><e:Body><soapGetServiceStatus xmlns="urn:other"/></e:Body></e:Envelope>',
            "not found",
        ),
        (
            f'<e:Envelope xmlns:e="{SOAP}"><e:Body><soapDoControlServices xmlns="{AST}"><ControlServiceRequest>'
            f"<ControlType>Boil</ControlType><ServiceList><item>{TFTP}</item></ServiceList></ControlServiceRequest>"
            "</soapDoControlServices></e:Body></e:Envelope>",
            "one of Start, Stop, Restart",
        ),
    ],
)
def test_what_is_no_request_is_a_fault(server: SimulatorServer, body: str, why: str) -> None:
    answer = Client.of(server).post(body.encode(), PATH)
    assert answer.status_code == 500
    assert why in (etree.fromstring(answer.content).findtext(".//faultstring") or "")


def test_the_wsdl_names_the_address_that_was_asked(server: SimulatorServer) -> None:
    client = Client.of(server)
    answer = client.session.get(f"{client.address}{PATH}?wsdl", timeout=10)
    assert f'location="{client.address}{PATH}"' in answer.text


def test_who_is_unknown_gets_401_and_who_lacks_the_role_403(server: SimulatorServer) -> None:
    body = BY_HAND["with a prefix of its own"].encode()
    stranger, looker = Client.of(server), Client.of(server)
    stranger.session.auth = (server.user, "wrong")
    assert stranger.post(body, PATH).status_code == 401
    looker.session.auth = ("looker", "s3cret")
    assert looker.post(body, PATH).status_code == 403


def _identity(server: SimulatorServer) -> tuple[str, str, str]:
    return server.user, server.password, str(server.ca_file)


def test_too_many_requests_a_minute_to_one_node_are_a_fault_until_the_minute_is_over() -> None:
    clock = ManualClock(NOON)
    cluster = Cluster.create(phones=0, clock=clock, assumptions=Assumptions.parse(["control-center-rate=2"]))
    with SimulatorServer(cluster) as served:
        client = Client.of(served)
        body = BY_HAND["with a prefix of its own"].encode()
        assert [client.post(body, PATH).status_code for _ in range(3)] == [200, 200, 500]
        assert "Exceeded allowed rate" in client.post(body, PATH).text
        other = Client(f"https://127.0.0.1:{served.places[SUBSCRIBER].web[1]}", *_identity(served))
        assert other.post(body, PATH).status_code == 200
        clock.forward(minutes=1)
        assert client.post(body, PATH).status_code == 200
    cluster.close()


def test_installs_wait_for_tftp_to_be_restarted_after_capf_was_regenerated(
    server: SimulatorServer, clock: ManualClock
) -> None:
    axl = Client.of(server, "15.0")
    cluster = server.cluster
    (name,) = [row["name"] for row in axl.sql(
        "select first 1 d.name from device d inner join registrationdynamic r on r.fkdevice = d.pkid"
        " inner join typemodel m on d.tkmodel = m.enum where m.name = 'Cisco 8845' and r.lastseen = 0 order by d.name"
    )]  # fmt: skip
    with cluster.lock:
        cluster.regenerate_capf()
    clock.forward(minutes=5)
    axl.call("updatePhone", f"<name>{name}</name><certificateOperation>Install/Upgrade</certificateOperation>")
    axl.call("applyPhone", f"<name>{name}</name>")
    clock.forward(minutes=15)
    assert axl.phone(name, "certificateStatus")["certificateStatus"] == "Operation Pending"
    pkid = axl.sql(f"select pkid from device where name = '{name}'")[0]["pkid"]
    with cluster.lock:
        assert cluster.status_message(pkid) == "LSC: Connection failed"
    for node in server.places:
        assert control(service_of(server, node), "Restart", TFTP, node=node).ReturnCode == "0"
    axl.call("resetPhone", f"<name>{name}</name>")
    clock.forward(minutes=15)
    assert axl.phone(name, "certificateStatus")["certificateStatus"] == "Upgrade Success"
