import logging
from collections.abc import Iterator

import pytest
import requests

from lscctl.simulator.assumptions import Assumptions
from lscctl.simulator.clock import ManualClock
from lscctl.simulator.cluster import Cluster
from lscctl.simulator.doors.accounts import AXL_ACCESS, AXL_READ_ONLY, CCM_ADMIN_USERS, Account
from lscctl.simulator.server import SimulatorServer
from tests.simulator.doors.client import SOAP, Client, envelope, fault_of

QUERY = "<sql>select first 1 name from device</sql>"


@pytest.fixture(scope="module")
def server(cluster: Cluster) -> Iterator[SimulatorServer]:
    accounts = [
        Account("reader", "r", frozenset({AXL_READ_ONLY, CCM_ADMIN_USERS})),
        Account("axlonly", "a", frozenset({AXL_ACCESS})),
        Account("writer", "w", frozenset({AXL_ACCESS, CCM_ADMIN_USERS})),
    ]
    with SimulatorServer(cluster, accounts=accounts) as running:
        yield running


def as_user(server: SimulatorServer, user: str, password: str) -> Client:
    return Client(server.address, user, password, str(server.ca_file))


def test_get_welcomes_who_is_logged_in_and_asks_others_to(server: SimulatorServer) -> None:
    axl = Client.of(server)
    welcome = axl.session.get(f"{server.address}/axl/")
    assert welcome.status_code == 200
    assert "The AXL Web Service is working and accepting requests" in welcome.text
    stranger = requests.get(f"{server.address}/axl/", verify=axl.ca_file, timeout=5)
    assert stranger.status_code == 401
    assert stranger.headers["WWW-Authenticate"].startswith("Basic realm=")
    assert as_user(server, "axlonly", "a").session.get(f"{server.address}/axl/").status_code == 403
    assert axl.session.get(f"{server.address}/axl", allow_redirects=False).status_code == 302
    missing = axl.session.get(f"{server.address}/ccmadmin/%3Cscript%3E")
    assert missing.status_code == 404
    assert "<script>" not in missing.text


def test_wrong_credentials_are_401_and_missing_roles_403(server: SimulatorServer) -> None:
    assert as_user(server, "administrator", "wrong").raw("executeSQLQuery", QUERY).status_code == 401
    assert as_user(server, "axlonly", "a").raw("executeSQLQuery", QUERY).status_code == 403
    reader = as_user(server, "reader", "r")
    assert reader.raw("executeSQLQuery", QUERY).status_code == 200
    name = reader.sql("select first 1 name from device where tkclass = 1")[0]["name"]
    assert reader.raw("updatePhone", f"<name>{name}</name><description>x</description>").status_code == 403
    assert as_user(server, "writer", "w").raw("updatePhone", f"<name>{name}</name>").status_code == 200


def test_a_session_cookie_serves_without_authorization_until_it_was_idle(
    server: SimulatorServer, clock: ManualClock
) -> None:
    axl = Client.of(server)
    assert axl.raw("executeSQLQuery", QUERY).status_code == 200
    assert {"JSESSIONIDSSO", "JSESSIONID"} <= set(axl.session.cookies.keys())
    axl.session.auth = None
    clock.forward(minutes=29)
    again = axl.raw("executeSQLQuery", QUERY)
    assert again.status_code == 200
    assert "Set-Cookie" not in again.headers
    clock.forward(minutes=31)
    assert axl.raw("executeSQLQuery", QUERY).status_code == 404
    axl.session.cookies.clear()
    assert axl.raw("executeSQLQuery", QUERY).status_code == 401


@pytest.mark.parametrize("version", ["7.1", "11.5", "16.0", "nonsense"])
def test_a_version_that_is_not_spoken_is_599_with_a_page(server: SimulatorServer, version: str) -> None:
    axl = Client.of(server)
    page = axl.raw("getCCMVersion", version=version)
    assert page.status_code == 599
    assert page.headers["Content-Type"].startswith("text/html")
    assert "Incorrect axl version. Supported axl versions are 12.x, 14.0 and 15.0" in page.text
    only_action = axl.raw("getCCMVersion", version="12.5", action=f'"CUCM:DB ver={version} getCCMVersion"')
    assert only_action.status_code == (200 if version == "nonsense" else 599)


def test_the_older_wording_of_the_version_page(clock: ManualClock) -> None:
    cluster = Cluster.create(
        phones=0,
        version="8.5",
        clock=clock,
        assumptions=Assumptions.parse(["version-refusal=available", "schema-8-0=unknown"]),
    )
    with SimulatorServer(cluster) as server:
        axl = Client.of(server)
        page = axl.raw("getCCMVersion", version="15.0")
        assert page.status_code == 599
        assert "The specified version is not available. Available versions are 8.5" in page.text
        assert axl.raw("getCCMVersion", version="8.0").status_code == 599
        assert axl.raw("getCCMVersion", version="8.5").status_code == 200
    cluster.close()


@pytest.mark.parametrize(
    "action",
    [
        "",
        '""',
        "CUCM:DB ver=12.5 getCCMVersion",
        '"CUCM:DB ver=12.5"',
        "SOAPAction: CUCM:DB ver=8.5",  # a script whose header's value repeats its name
        "http://www.cisco.com/AXL/API/12.5#getCCMVersion",  # PHP without a WSDL
    ],
)
def test_the_soap_action_may_lack_quotes_operation_or_everything(server: SimulatorServer, action: str) -> None:
    assert Client.of(server).raw("getCCMVersion", action=action).status_code == 200


@pytest.mark.parametrize("named", ["CUCM:DB ver=14.0 getCCMVersion", "CUCM:DB ver=12.5 getPhone", "CUCM:DB ver=14.0"])
def test_a_soap_action_that_names_another_operation_or_version_is_refused(server: SimulatorServer, named: str) -> None:
    fault = fault_of(Client.of(server).raw("getCCMVersion", action=f'"{named}"'))
    text = f"SOAPAction '{named}' does not match request getCCMVersion ver=12.5"
    assert (fault.axlcode, fault.axlmessage, fault.request) == ("5003", text, "getCCMVersion")


def test_sql_goes_with_the_soap_action_of_another_version_but_not_of_another_operation(server: SimulatorServer) -> None:
    axl = Client.of(server)
    assert axl.raw("executeSQLQuery", QUERY, action='"CUCM:DB ver=14.0 executeSQLQuery"').status_code == 200
    assert fault_of(axl.raw("executeSQLQuery", QUERY, action='"CUCM:DB ver=12.5 listPhone"')).axlcode == "5003"


def test_soap_actions_can_be_ignored_or_insisted_on(clock: ManualClock) -> None:
    for assume, action, status in (
        ("soap-action-mismatch=ignored", '"CUCM:DB ver=14.0 getPhone"', 200),
        ("soap-action-missing=refused", "", 500),
        ("soap-action-missing=refused", "selectCmDevice", 500),
        ("soap-action-missing=refused", '"CUCM:DB ver=12.5"', 200),
    ):
        cluster = Cluster.create(phones=2, clock=clock, assumptions=Assumptions.parse([assume]))
        with SimulatorServer(cluster) as server:
            assert Client.of(server).raw("getCCMVersion", action=action).status_code == status
        cluster.close()


@pytest.mark.parametrize("version", ["8.5", "9.1", "11.5", "12.5"])
def test_sql_is_taken_in_any_namespace_version(server: SimulatorServer, version: str) -> None:
    axl = Client.of(server)
    body = envelope(
        QUERY,
        namespace=f"http://www.cisco.com/AXL/API/{version}",
        operation="executeSQLQuery",
        attributes=' sequence="1"',
    )
    for action in ('"CUCM:DB ver=12.5 executeSQLQuery"', ""):
        answer = axl.post(body, SOAPAction=action)
        assert answer.status_code == 200
        assert f'xmlns:ns="http://www.cisco.com/AXL/API/{version}" sequence="1"' in answer.text


def test_sql_in_another_namespace_is_refused_where_that_is_assumed(clock: ManualClock) -> None:
    cluster = Cluster.create(phones=5, clock=clock, assumptions=Assumptions.parse(["sql-in-any-namespace=refused"]))
    with SimulatorServer(cluster) as server:
        axl = Client.of(server)
        body = envelope(QUERY, namespace="http://www.cisco.com/AXL/API/12.0", operation="executeSQLQuery")
        assert axl.post(body, SOAPAction='"CUCM:DB ver=12.5 executeSQLQuery"').status_code == 599
    cluster.close()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not well-formed"),
        (b"<html>", "not well-formed"),
        (b"<a/>", "SOAP Message namespace"),
        (f'<e:Envelope xmlns:e="{SOAP}"/>'.encode(), "Body"),
        (f'<e:Envelope xmlns:e="{SOAP}"><e:Body/></e:Envelope>'.encode(), "exactly one"),
        (f'<e:Envelope xmlns:e="{SOAP}"><e:Body><a/><b/></e:Body></e:Envelope>'.encode(), "exactly one"),
        (f'<e:Envelope xmlns:e="{SOAP}"><x/><e:Body><a/></e:Body></e:Envelope>'.encode(), "Header"),
        (b'<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body/></e:Envelope>', "namespace"),
        (
            f'<!DOCTYPE a [<!ENTITY b "c">]><e:Envelope xmlns:e="{SOAP}"><e:Body>&b;</e:Body></e:Envelope>'.encode(),
            "Document Type Declaration",
        ),
        (
            f'<e:Envelope xmlns:e="{SOAP}"><e:Header><s e:mustUnderstand="1"/></e:Header><e:Body><a/></e:Body>'
            "</e:Envelope>".encode(),
            "Must Understand",
        ),
    ],
)
def test_what_is_no_soap_request_is_a_fault(server: SimulatorServer, body: bytes, reason: str) -> None:
    fault = fault_of(Client.of(server).post(body))
    assert reason in fault.faultstring
    assert fault.axlcode == "-1"


def test_soap_1_2_and_unknown_operations_are_faults(server: SimulatorServer) -> None:
    axl = Client.of(server)
    body = envelope("", namespace="http://www.cisco.com/AXL/API/12.5", operation="getCCMVersion")
    assert fault_of(axl.post(body, **{"Content-Type": "application/soap+xml"})).status == 500
    assert "wipePhoneNow" in axl.fault("wipePhoneNow").axlmessage


def test_the_log_says_what_each_request_did_and_no_secret(
    server: SimulatorServer, caplog: pytest.LogCaptureFixture
) -> None:
    axl = Client.of(server)
    name = axl.sql("select first 1 d.name from device d where d.tkmodel = 36224")[0]["name"]
    with caplog.at_level(logging.INFO, logger="lscctl.simulator"):
        axl.raw(
            "updatePhone",
            f"<name>{name}</name><certificateOperation>Install/Upgrade</certificateOperation>"
            "<authenticationMode>By Authentication String</authenticationMode>"
            "<authenticationString>8675309</authenticationString><upgradeFinishTime>2027:01:01:00:00</upgradeFinishTime>",
        )
        axl.raw("executeSQLUpdate", "<sql>update device set authenticationstring='8675309' where name='x'</sql>")
        axl.raw("getPhone", "<name>SEPNOBODY</name>")
        as_user(server, "administrator", "wrong").raw("getPhone", "<name>SEPNOBODY</name>")
    lines = [(record.name, record.getMessage()) for record in caplog.records]
    (written,) = (line for logger, line in lines if logger == "lscctl.simulator.history")
    assert f'"phone": "{name}", "operation": "updatePhone", "certificate_operation": "Install/Upgrade"' in written
    said = [line for logger, line in lines if logger == "lscctl.simulator"]
    assert f"administrator POST updatePhone 12.5 {name}: ok in " in said[0]
    assert "administrator POST executeSQLUpdate 12.5 update device: ok in " in said[1]
    assert "getPhone 12.5 SEPNOBODY: fault 5007 in " in said[2]
    assert " - POST getPhone - -: 401 in " in said[3]
    assert not any("8675309" in line or server.password in line for _, line in lines)
    assert server.requests["getPhone", "fault 5007"] == 1


def test_the_version_is_told_without_login_as_uds_does(server: SimulatorServer) -> None:
    answer = requests.get(f"{server.address}/cucm-uds/version", verify=str(server.ca_file), timeout=5)
    assert answer.status_code == 200
    assert "<version>15.0.1</version>" in answer.text
