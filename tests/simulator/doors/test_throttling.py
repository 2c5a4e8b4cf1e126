import re
import socket
import ssl
from collections.abc import Iterator

import pytest
import requests

from lscctl.simulator.assumptions import Assumptions
from lscctl.simulator.clock import ManualClock
from lscctl.simulator.cluster import Cluster
from lscctl.simulator.doors.limits import MEGABYTE
from lscctl.simulator.server import SimulatorServer
from tests.simulator.doors.client import Client

EVERYTHING = "<sql>select d.name, c.certificate a, c.certificate b, c.certificate c from device d, certificate c</sql>"


@pytest.fixture(scope="module")
def cluster(clock: ManualClock) -> Iterator[Cluster]:
    assumed = Assumptions.parse(["notification-limit=10", "notification-drain=2"])
    made = Cluster.create(phones=250, clock=clock, assumptions=assumed)
    yield made
    made.close()


def test_writes_are_refused_while_too_many_notifications_are_outstanding(
    server: SimulatorServer, axl: Client, clock: ManualClock
) -> None:
    name = axl.sql("select first 1 name from device where tkclass = 1")[0]["name"]
    write = f"<name>{name}</name><description>again</description>"
    answers = [axl.raw("updatePhone", write).status_code for _ in range(12)]
    assert answers == [200] * 11 + [503]
    refused = axl.raw("updatePhone", write)
    assert "Retry-After" not in refused.headers
    assert axl.raw("executeSQLUpdate", f"<sql>update device set name='{name}' where 1=0</sql>").status_code == 503
    assert axl.raw("getPhone", f"<name>{name}</name>").status_code == 200
    clock.forward(seconds=1)
    assert axl.raw("updatePhone", write).status_code == 200


def test_other_clients_fill_the_same_queue(server: SimulatorServer, axl: Client, clock: ManualClock) -> None:
    clock.forward(minutes=1)
    name = axl.sql("select first 1 name from device where tkclass = 1")[0]["name"]
    server.notifications.add(100)
    server.notifications.retry_after = 7
    refused = axl.raw("applyPhone", f"<name>{name}</name>")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "7")
    clock.forward(minutes=1)
    assert axl.raw("applyPhone", f"<name>{name}</name>").status_code == 200


def test_every_accepted_write_adds_a_notification_and_no_other_request_does(
    server: SimulatorServer, axl: Client, clock: ManualClock
) -> None:
    clock.forward(minutes=1)
    phone, profile = axl.sql(
        "select first 1 d.name phone, s.name profile from device d, securityprofile s"
        " where d.tkclass = 1 and d.fksecurityprofile = s.pkid"
    )[0].values()
    before = server.notifications.outstanding
    writes = {
        "updatePhone": f"<name>{phone}</name><description>one more</description>",
        "applyPhone": f"<name>{phone}</name>",
        "resetPhone": f"<name>{phone}</name>",
        "restartPhone": f"<name>{phone}</name>",
        "doDeviceReset": f"<deviceName>{phone}</deviceName><isHardReset>true</isHardReset>",
        "applyPhoneSecurityProfile": f"<name>{profile}</name>",
        "resetPhoneSecurityProfile": f"<name>{profile}</name>",
        "executeSQLUpdate": f"<sql>update device set description='x' where name='{phone}'</sql>",
    }
    for number, (operation, inside) in enumerate(writes.items(), 1):
        assert axl.raw(operation, inside).status_code == 200, operation
        assert server.notifications.outstanding == before + number, operation
    assert axl.raw("getPhone", f"<name>{phone}</name>").status_code == 200
    assert axl.raw("applyPhone", "<name>SEPnobody</name>").status_code == 500
    assert server.notifications.outstanding == before + len(writes)


def test_a_read_over_8_mb_is_refused_with_a_page_size_that_fits(axl: Client) -> None:
    fault = axl.fault("executeSQLQuery", EVERYTHING)
    said = re.fullmatch(
        r"Query request too large\. Total rows matched: (\d+) rows\. Suggestive Row Fetch: less than (\d+) rows",
        fault.axlmessage,
    )
    assert said is not None
    assert fault.axlcode == "-1"
    matched, fits = int(said[1]), int(said[2])
    assert 0 < fits < matched
    paged = EVERYTHING.replace("select", f"select first {fits - 1}")
    answer = axl.raw("executeSQLQuery", paged)
    assert answer.status_code == 200
    assert 7 * MEGABYTE < len(answer.content) <= 8 * MEGABYTE


def test_the_hint_has_another_spelling_too(clock: ManualClock) -> None:
    cluster = Cluster.create(phones=60, clock=clock, assumptions=Assumptions.parse(["row-limit-hint=suggested"]))
    with SimulatorServer(cluster) as server:
        server.answers.one = 1000
        fault = Client.of(server).fault("executeSQLQuery", "<sql>select name from device</sql>")
        assert "Suggested row fetch: less than " in fault.axlmessage
    cluster.close()


def test_all_answers_under_way_may_hold_16_mb(server: SimulatorServer, axl: Client) -> None:
    query = "<sql>select name from device where tkclass = 1</sql>"
    assert server.answers.hold(16 * MEGABYTE - 100)
    fault = axl.fault("executeSQLQuery", query)
    assert fault.axlcode == "-1"
    assert fault.axlmessage == (
        "Maximum AXL Memory Allocation Consumed. Please retry once requests in progress have completed"
    )
    assert server.requests["executeSQLQuery", "fault -1"] >= 1
    assert axl.raw("executeSQLUpdate", "<sql>update device set description = '' where 1 = 0</sql>").status_code == 200
    server.answers.release(16 * MEGABYTE - 100)
    assert axl.raw("executeSQLQuery", query).status_code == 200


def test_an_answer_that_nobody_reads_stays_under_way(server: SimulatorServer, axl: Client) -> None:
    hundred = axl.raw("executeSQLQuery", EVERYTHING.replace("select", "select first 100"))
    fits = 7 * MEGABYTE * 100 // len(hundred.content)
    request = axl.session.prepare_request(
        requests.Request(
            "POST",
            f"{axl.address}/axl/",
            data=(
                '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><a:executeSQLQuery '
                'xmlns:a="http://www.cisco.com/AXL/API/12.5">'
                f"{EVERYTHING.replace('select', f'select first {fits}')}</a:executeSQLQuery></e:Body></e:Envelope>"
            ),
        )
    )
    context = ssl.create_default_context(cafile=axl.ca_file)
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.connect(("127.0.0.1", server.port))
    with context.wrap_socket(raw, server_hostname="127.0.0.1") as lazy:
        head = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
        assert isinstance(request.body, str)
        lazy.sendall(f"POST /axl/ HTTP/1.1\r\nHost: sim\r\n{head}\r\n{request.body}".encode())
        assert lazy.recv(12) == b"HTTP/1.1 200"
        assert not server.answers.hold(10 * MEGABYTE)
    for _ in range(500):
        if server.answers.hold(16 * MEGABYTE):
            break
        axl.raw("getCCMVersion")
    else:
        pytest.fail("the answer is still under way though its reader has gone")
    server.answers.release(16 * MEGABYTE)
