"""A node's doors: files over HTTP and TFTP, Control Center as strangers use it, and what restarts do."""

import socket
import struct
from collections.abc import Iterator

import pytest
import requests
import zeep
from cryptography.hazmat.primitives import serialization

from lscctl.cucm import tftp
from lscctl.cucm.handshake import shake
from lscctl.cucm.routes import Routes
from lscctl.cucm.trust_files import TrustFileMissing, TrustFileUnreachable, fetch
from lscctl.simulator.cluster import Cluster
from lscctl.simulator.server import SimulatorServer
from lscctl.simulator.services import CAPF, TFTP, TVS
from lscctl.trustlist import binary
from lscctl.trustlist.certificate import Certificate
from lscctl.trustlist.comparison import Match, capf_record_is
from lscctl.trustlist.verification import Verdict, verify


@pytest.fixture
def server() -> Iterator[SimulatorServer]:
    cluster = Cluster.create(phones=0)
    with SimulatorServer(cluster) as served:
        yield served
    cluster.close()


def routes(server: SimulatorServer) -> Routes:
    return Routes(server.doors())


def control_center(server: SimulatorServer, node: int) -> zeep.Client:
    session = requests.Session()
    session.trust_env = False
    session.verify = str(server.ca_file)
    session.auth = (server.user, server.password)
    host, port = list(server.places.values())[node].web
    where = f"https://{host}:{port}/controlcenterservice2/services/ControlCenterServices?wsdl"
    return zeep.Client(where, transport=zeep.Transport(session=session))  # type: ignore[no-untyped-call]


def test_every_node_signs_a_list_of_its_own(server: SimulatorServer) -> None:
    lists = [
        binary.parse(fetch(node.name, "ITLFile.tlv", routes=routes(server), timeout=5).content)
        for node in server.cluster.nodes.all()
    ]
    assert {verify(one).verdict for one in lists} == {Verdict.GOOD}
    assert len({one.records[1].subject for one in lists}) == 3


@pytest.mark.parametrize("name", ["ITLFile.tlv", "ITLSEP001122334455.tlv"])
def test_tftp_gives_the_same_bytes_as_http(server: SimulatorServer, name: str) -> None:
    place = server.places["cucm-pub.example.com"]
    over_tftp = tftp.read(*place.tftp, name, timeout=5, most=1_000_000)
    over_http = fetch("cucm-pub.example.com", name, routes=routes(server), timeout=5)
    assert over_http.door == "HTTP"
    assert over_http.content == over_tftp


def test_a_plain_tftp_client_of_1981_is_served_in_blocks_of_512(server: SimulatorServer) -> None:
    place = server.places["cucm-pub.example.com"]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.settimeout(5)
        line.sendto(b"\0\1ITLFile.tlv\0octet\0", place.tftp)
        content = b""
        while True:
            packet, peer = line.recvfrom(2048)
            code, number = struct.unpack(">HH", packet[:4])
            assert code == 3
            content += packet[4:]
            line.sendto(struct.pack(">HH", 4, number), peer)
            if len(packet) < 516:
                break
    assert verify(binary.parse(content)).verdict is Verdict.GOOD


def test_a_file_that_is_not_there_is_missing_by_both_doors(server: SimulatorServer) -> None:
    place = server.places["cucm-pub.example.com"]
    with pytest.raises(TrustFileMissing, match=r"has no CTLFile\.tlv"):
        fetch("cucm-pub.example.com", "CTLFile.tlv", routes=routes(server), timeout=5)
    with pytest.raises(tftp.TftpMissing):
        tftp.read(*place.tftp, "CTLFile.tlv", timeout=5, most=1_000_000)


def test_where_http_is_shut_tftp_serves(server: SimulatorServer) -> None:
    ways = {key: place for key, place in server.doors().items() if not key.endswith(":6970")}
    with socket.socket() as shut:
        shut.bind(("127.0.0.1", 0))
        ways["cucm-pub.example.com:6970"] = f"127.0.0.1:{shut.getsockname()[1]}"
        found = fetch("cucm-pub.example.com", "ITLFile.tlv", routes=Routes(ways), timeout=5)
    assert found.door == "TFTP"


def test_a_stranger_sees_and_controls_services_through_ciscos_operations(server: SimulatorServer) -> None:
    stranger = control_center(server, 1).service
    asked = stranger.soapGetServiceStatus(ServiceStatus=[TFTP, CAPF])
    states = {item.ServiceName: (item.ServiceStatus, int(item.ReasonCode)) for item in asked.ServiceInfoList.item}
    assert states == {TFTP: ("Started", -1), CAPF: ("Stopped", -1068)}
    everything = stranger.soapGetServiceStatus()
    assert len(everything.ServiceInfoList.item) >= 6
    request = {"NodeName": "cucm-sub1.example.com", "ControlType": "Stop", "ServiceList": {"item": [TFTP]}}
    stopped = stranger.soapDoControlServices(ControlServiceRequest=request)
    assert stopped.ServiceInfoList.item[0].ServiceStatus == "Stopped"
    with pytest.raises(TrustFileUnreachable):
        fetch("cucm-sub1.example.com", "ITLFile.tlv", routes=routes(server), timeout=0.3)
    stranger.soapDoControlServices(ControlServiceRequest={**request, "ControlType": "Restart"})
    assert fetch("cucm-sub1.example.com", "ITLFile.tlv", routes=routes(server), timeout=5).content


def test_a_node_answers_for_itself_only(server: SimulatorServer) -> None:
    request = {"NodeName": "cucm-sub2.example.com", "ControlType": "Stop", "ServiceList": {"item": [TFTP]}}
    answer = control_center(server, 1).service.soapDoControlServices(ControlServiceRequest=request)
    assert answer.ReturnCode == "1"
    assert "not this node" in answer.ReasonString


def test_what_the_wsdl_does_not_know_is_a_fault(server: SimulatorServer) -> None:
    request = {"NodeName": "cucm-pub.example.com", "ControlType": "Start", "ServiceList": {"item": []}}
    with pytest.raises(zeep.exceptions.Fault, match="at least one item"):
        control_center(server, 0).service.soapDoControlServices(ControlServiceRequest=request)


def test_a_user_without_serviceability_is_refused(server: SimulatorServer) -> None:
    answer = requests.get(
        f"{server.address}/controlcenterservice2/services/ControlCenterServices?wsdl",
        verify=str(server.ca_file),
        timeout=5,
    )
    assert answer.status_code == 401


def test_deactivated_capf_refuses_and_its_record_goes_with_the_next_restart_of_tftp(server: SimulatorServer) -> None:
    publisher = server.cluster.nodes.publisher
    with server.cluster.lock:
        server.cluster.activate_service(publisher, CAPF, active=False)
    assert shake("127.0.0.1", server.capf_port, timeout=1).answers is False
    before = binary.parse(fetch(publisher.name, "ITLFile.tlv", routes=routes(server), timeout=5).content)
    with server.cluster.lock:
        server.cluster.control_service(publisher, TFTP, "Restart")
    after = binary.parse(fetch(publisher.name, "ITLFile.tlv", routes=routes(server), timeout=5).content)
    assert [record.function_name for record in before.records].count("CAPF") == 1
    assert "CAPF" not in [record.function_name for record in after.records]


def test_a_regenerated_capf_shows_at_once_and_in_the_lists_after_a_restart(server: SimulatorServer) -> None:
    publisher = server.cluster.nodes.publisher
    with server.cluster.lock:
        server.cluster.capf.replace()
    live = Certificate.read(shake("127.0.0.1", server.capf_port, timeout=5).certificate)
    assert live.der == server.cluster.authority.certificate(0).public_bytes(serialization.Encoding.DER)  # type: ignore[arg-type]

    def found() -> Match:
        content = fetch(publisher.name, "ITLFile.tlv", routes=routes(server), timeout=5).content
        return capf_record_is(binary.parse(content), live).match

    assert found() is Match.DIFFERENT
    with server.cluster.lock:
        server.cluster.control_service(publisher, TFTP, "Restart")
    assert found() is Match.SAME


def test_tvs_shows_its_certificate_while_it_runs(server: SimulatorServer) -> None:
    node = server.cluster.nodes.all()[1]
    where = server.places[node.name].tvs
    assert shake(*where, timeout=5).certificate == server.cluster.nodes.identity("tvs", node).certificate.public_bytes(
        serialization.Encoding.DER
    )
    with server.cluster.lock:
        server.cluster.control_service(node, TVS, "Stop")
    assert shake(*where, timeout=1).answers is False


def test_after_the_cluster_was_down_every_door_is_where_it_was(server: SimulatorServer) -> None:
    before = server.doors()
    server.go_down()
    with pytest.raises(TrustFileUnreachable):
        fetch("cucm-pub.example.com", "ITLFile.tlv", routes=Routes(before), timeout=0.3)
    server.come_up()
    assert server.doors() == before
    assert fetch("cucm-pub.example.com", "ITLFile.tlv", routes=Routes(before), timeout=5).content
