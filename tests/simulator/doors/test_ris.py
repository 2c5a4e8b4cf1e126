import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import zeep
from lxml import etree

from lscctl.simulator.assumptions import Assumptions
from lscctl.simulator.clock import ManualClock
from lscctl.simulator.cluster import Cluster
from lscctl.simulator.doors.accounts import AXL_ACCESS, CCM_ADMIN_USERS, Account
from lscctl.simulator.server import SimulatorServer
from tests.simulator.doors.client import SOAP, Client, envelope, fault_of

NS = "{http://schemas.cisco.com/ast/soap}"
PATH = "/realtimeservice2/services/RISService70"
DEFAULTS = {
    "MaxReturnedDevices": "1000",
    "DeviceClass": "Phone",
    "Model": "255",
    "Status": "Any",
    "NodeName": "",
    "SelectBy": "Name",
    "SelectItems": "*",
    "Protocol": "Any",
    "DownloadStatus": "Any",
}
Ask = Callable[..., requests.Response]


@pytest.fixture(scope="module")
def cluster(clock: ManualClock) -> Iterator[Cluster]:
    made = Cluster.create(phones=150, seed=3, clock=clock, assumptions=Assumptions.parse(["ris-rate=1000"]))
    yield made
    made.close()


@pytest.fixture(scope="module")
def ask(axl: Client) -> Ask:
    return lambda operation="selectCmDevice", state="", **changed: post(axl, operation, state, **changed)


def post(axl: Client, operation: str = "selectCmDevice", state: str = "", **changed: str) -> requests.Response:
    values = DEFAULTS | changed
    items = "".join(f"<ns:item><ns:Item>{item}</ns:Item></ns:item>" for item in values["SelectItems"].split("|"))
    criteria = "".join(
        f"<ns:{name}>{items if name == 'SelectItems' else value}</ns:{name}>" for name, value in values.items()
    )
    body = envelope(
        f"<ns:StateInfo>{state}</ns:StateInfo><ns:CmSelectionCriteria>{criteria}</ns:CmSelectionCriteria>",
        namespace=NS.strip("{}"),
        operation=operation,
    )
    return axl.post(body, PATH, SOAPAction=operation)


def result(response: requests.Response) -> etree._Element:
    assert response.status_code == 200, response.text
    found = etree.fromstring(response.content).find(
        f"{{{SOAP}}}Body/{NS}selectCmDeviceResponse/{NS}selectCmDeviceReturn"
    )
    assert found is not None
    return found


def devices(response: requests.Response) -> list[dict[str, str]]:
    found = result(response).iterfind(f"{NS}SelectCmDeviceResult/{NS}CmNodes/{NS}item/{NS}CmDevices/{NS}item")
    return [{etree.QName(part).localname: part.text or "" for part in device} for device in found]


def test_a_wildcard_finds_phones_on_several_nodes(ask: Ask, axl: Client) -> None:
    answer = ask(SelectItems="SEP*")
    nodes = [name.text for name in result(answer).iterfind(f"{NS}SelectCmDeviceResult/{NS}CmNodes/{NS}item/{NS}Name")]
    assert len(nodes) > 1
    known = {row["name"] for row in axl.sql("select name from processnode where name <> 'EnterpriseWideData'")}
    assert set(nodes) == known
    found = devices(answer)
    assert all(device["Name"].startswith("SEP") for device in found)
    total = result(answer).findtext(f"{NS}SelectCmDeviceResult/{NS}TotalDevicesFound")
    assert int(total or 0) == len(found) > 50


def test_a_device_tells_everything_in_ciscos_order(ask: Ask, axl: Client) -> None:
    phone = axl.sql(
        "select first 1 d.name, d.description, d.tkmodel, d.tkproduct from device d, registrationdynamic r "
        "where r.fkdevice = d.pkid and r.lastseen = 0 and d.tkmodel = 36224"
    )[0]
    device = devices(ask("selectCmDeviceExt", SelectItems=phone["name"]))[0]
    assert list(device) == [
        "Name", "DirNumber", "DeviceClass", "Model", "Product", "BoxProduct", "Httpd", "RegistrationAttempts",
        "IsCtiControllable", "LoginUserId", "Status", "StatusReason", "PerfMonObject", "DChannel", "Description",
        "H323Trunk", "TimeStamp", "Protocol", "NumOfLines", "LinesStatus", "ActiveLoadID", "InactiveLoadID",
        "DownloadStatus", "DownloadFailureReason", "DownloadServer", "IPAddress",
    ]  # fmt: skip
    assert device["Status"] == "Registered"
    assert device["Description"] == phone["description"]
    assert (device["Model"], device["Product"]) == (phone["tkmodel"], phone["tkproduct"])


def test_exact_names_know_no_wildcard_and_no_stale_entry(ask: Ask, axl: Client) -> None:
    names = [row["name"] for row in axl.sql("select first 60 name from device where tkclass = 1")]
    exact = devices(ask("selectCmDeviceExt", SelectItems="|".join(names)))
    listed = [device["Name"] for device in exact]
    assert len(listed) == len(set(listed)) > 10
    assert set(listed) <= set(names)
    assert devices(ask("selectCmDeviceExt", SelectItems="SEP*")) == []


def test_nothing_found_is_a_nil_cm_nodes(ask: Ask) -> None:
    answer = ask(SelectItems="NOBODY*")
    nodes = result(answer).find(f"{NS}SelectCmDeviceResult/{NS}CmNodes")
    assert nodes is not None
    assert nodes.get("{http://www.w3.org/2001/XMLSchema-instance}nil") == "1"
    assert len(nodes) == 0


@pytest.mark.parametrize(
    ("changed", "field", "value"),
    [
        ({"Model": "36224"}, "Model", "36224"),
        ({"Status": "UnRegistered"}, "Status", "UnRegistered"),
        ({"Protocol": "SCCP"}, "Protocol", "SCCP"),
    ],
)
def test_criteria_narrow_the_answer(ask: Ask, changed: dict[str, str], field: str, value: str) -> None:
    found = devices(ask(**changed))
    assert {device[field] for device in found} == {value}
    assert len(found) < len(devices(ask()))


def test_other_classes_and_select_by(ask: Ask) -> None:
    assert devices(ask(DeviceClass="Gateway")) == []
    some = devices(ask())[5]
    assert some["Name"] in [
        found["Name"] for found in devices(ask(SelectBy="DirNumber", SelectItems=some["DirNumber"].split("-")[0]))
    ]
    assert devices(ask(SelectBy="Description", SelectItems="no such description")) == []


def test_one_node_may_be_asked_and_an_unknown_one_is_named_invalid(ask: Ask, axl: Client) -> None:
    node = axl.sql("select first 1 name from processnode where tknodeusage = 1 order by name desc")[0]["name"]
    found = result(ask(NodeName=node)).findall(f"{NS}SelectCmDeviceResult/{NS}CmNodes/{NS}item/{NS}Name")
    assert [name.text for name in found] == [node]
    answer = result(ask(NodeName="nowhere"))
    assert answer.findtext(f"{NS}SelectCmDeviceResult/{NS}CmNodes/{NS}item/{NS}ReturnCode") == "InvalidNodeName"


def test_state_info_pages_until_everything_has_been_told(ask: Ask) -> None:
    everyone = sorted(device["Name"] for device in devices(ask()))
    told: list[str] = []
    state = ""
    for _ in range(10):
        answer = ask(state=state, MaxReturnedDevices="40")
        page = devices(answer)
        told += [device["Name"] for device in page]
        state = (result(answer).findtext(f"{NS}StateInfo") or "").replace("<", "&lt;")
        if not page:
            break
    assert sorted(told) == everyone
    last = result(answer)
    assert last.findtext(f"{NS}SelectCmDeviceResult/{NS}TotalDevicesFound") == str(len(everyone))
    assert last.findtext(f"{NS}SelectCmDeviceResult/{NS}CmNodes/{NS}item/{NS}ReturnCode") == "Ok"


@pytest.mark.parametrize("operation", ["selectCmDevice", "selectCmDeviceExt"])
def test_one_item_may_hold_several_names_with_commas_between_them(ask: Ask, operation: str) -> None:
    names = sorted({device["Name"] for device in devices(ask())})[:4]
    found = devices(ask(operation, SelectItems=f"{names[0]},{names[1]}, {names[2].lower()}|{names[3]}"))
    assert sorted({device["Name"] for device in found}) == names


def test_wildcards_may_stand_beside_names_in_one_item(ask: Ask) -> None:
    one = next(device["Name"] for device in devices(ask()) if device["Name"].startswith("ATA"))
    found = {device["Name"] for device in devices(ask(SelectItems=f"SEP*,{one}"))}
    assert found == {device["Name"] for device in devices(ask(SelectItems="SEP*|" + one))}
    assert one in found
    assert devices(ask(SelectItems="*4?")) == []


def test_a_description_is_not_cut_at_its_commas(ask: Ask) -> None:
    described = next(device for device in devices(ask()) if "," in device["Description"])
    text = described["Description"].replace("&", "&amp;").replace("<", "&lt;")
    assert described["Name"] in {found["Name"] for found in devices(ask(SelectBy="Description", SelectItems=text))}


@pytest.mark.parametrize("left_out", [*DEFAULTS, "StateInfo"])
def test_a_request_may_leave_out_what_it_does_not_ask_for(axl: Client, ask: Ask, left_out: str) -> None:
    criteria = "".join(
        f"<ns:{name}>{'<ns:item><ns:Item>*</ns:Item></ns:item>' if name == 'SelectItems' else value}</ns:{name}>"
        for name, value in DEFAULTS.items()
        if name != left_out
    )
    state = "" if left_out == "StateInfo" else "<ns:StateInfo/>"
    body = envelope(
        f"{state}<ns:CmSelectionCriteria>{criteria}</ns:CmSelectionCriteria>",
        namespace=NS.strip("{}"),
        operation="selectCmDevice",
    )
    assert devices(axl.post(body, PATH, SOAPAction="selectCmDevice")) == devices(ask())


def test_what_a_request_says_keeps_its_order_and_the_criteria_must_be_there(axl: Client) -> None:
    for inside in (
        "<ns:StateInfo/>",
        "<ns:CmSelectionCriteria><ns:Status>Any</ns:Status><ns:Model>255</ns:Model></ns:CmSelectionCriteria>",
        "<ns:CmSelectionCriteria><ns:Colour>red</ns:Colour></ns:CmSelectionCriteria>",
    ):
        body = envelope(inside, namespace=NS.strip("{}"), operation="selectCmDevice")
        assert fault_of(axl.post(body, PATH)).faultcode == "soapenv:Client"


@pytest.mark.parametrize(
    "changed",
    [
        {"MaxReturnedDevices": "many"},
        {"Status": "Asleep"},
        {"SelectBy": "Colour"},
        {"Protocol": "SMTP"},
        {"state": "garbage"},
        {"SelectItems": "|".join(f"SEP{n:012X}" for n in range(1001))},
        {"SelectItems": ",".join(f"SEP{n:012X}" for n in range(1001))},
    ],
)
def test_a_request_that_is_not_as_the_wsdl_has_it_is_a_fault(ask: Ask, changed: dict[str, str]) -> None:
    assert fault_of(ask(**changed)).faultcode == "soapenv:Client"


def test_the_sixteenth_request_of_a_minute_is_refused(clock: ManualClock) -> None:
    cluster = Cluster.create(phones=3, clock=clock)
    with SimulatorServer(cluster) as server:
        axl = Client.of(server)
        assert {post(axl).status_code for _ in range(15)} == {200}
        fault = fault_of(post(axl))
        assert fault.faultcode == "ns1:Server.RateControl"
        assert fault.faultstring.startswith(
            "AxisFault: Exceeded allowed rate for Reatime information. Current allowed rate for realtime information "
            "is 15 requests per minute."
        )
        clock.forward(seconds=60)
        assert post(axl).status_code == 200
    cluster.close()


def test_ris_wants_its_own_roles(cluster: Cluster) -> None:
    writer = Account("writer", "w", frozenset({AXL_ACCESS, CCM_ADMIN_USERS}))
    with SimulatorServer(cluster, accounts=[writer]) as server:
        assert post(Client(server.address, "writer", "w", str(server.ca_file))).status_code == 403
        assert post(Client(server.address, "writer", "wrong", str(server.ca_file))).status_code == 401


def test_a_strangers_zeep_works_with_the_wsdl_that_it_is_given(server: SimulatorServer, axl: Client) -> None:
    stranger: Any = zeep
    client = stranger.Client(
        f"{server.address}{PATH}?wsdl",
        transport=stranger.Transport(session=axl.session),
        settings=stranger.Settings(strict=True),
    )
    answer = client.service.selectCmDevice(
        StateInfo="",
        CmSelectionCriteria=DEFAULTS | {"SelectItems": {"item": [{"Item": "SEP*"}]}, "MaxReturnedDevices": 5},
    )
    found = [
        device for node in answer.SelectCmDeviceResult.CmNodes.item if node.CmDevices for device in node.CmDevices.item
    ]
    assert len(found) == 5
    assert re.fullmatch(r"[\d.]+", found[0].IPAddress.item[0].IP)
    assert isinstance(found[0].TimeStamp, int)
    assert Path(axl.ca_file).exists()
