import socket
import ssl

import pytest

from lscctl.simulator.assumptions import Assumptions
from lscctl.simulator.capf import CapfState
from lscctl.simulator.cluster import Cluster
from lscctl.simulator.server import SimulatorServer
from tests.simulator.doors.client import Client


def test_the_handshake_shows_the_live_capf_certificate(server: SimulatorServer, cluster: Cluster, axl: Client) -> None:
    shown = ssl.get_server_certificate(("127.0.0.1", server.capf_port), timeout=5)
    assert ssl.PEM_cert_to_DER_cert(shown) == ssl.PEM_cert_to_DER_cert(cluster.authority.certificate_pem)
    certificates = axl.sql("select certificate from certificate where subjectname like '%CN=CAPF-%'")
    assert "".join(shown.split()) in ["".join(row["certificate"].split()) for row in certificates]


def test_its_port_stands_where_clients_look_for_it(server: SimulatorServer, axl: Client) -> None:
    rows = axl.sql("select paramvalue from processconfig where paramname = 'CAPF Phone Port' and tkservice = 11")
    assert rows == [{"paramvalue": str(server.capf_port)}]


def test_its_port_stands_there_in_whichever_way_parameters_are_named() -> None:
    cluster = Cluster.create(phones=0, assumptions=Assumptions.parse(["parameter-names=compact"]))
    with SimulatorServer(cluster) as server:
        rows = Client.of(server).sql("select paramvalue from processconfig where paramname = 'CAPFPhonePort'")
        assert rows == [{"paramvalue": str(server.capf_port)}]
    cluster.close()


@pytest.mark.parametrize("down", ["stopped", "unreachable"])
def test_a_capf_that_is_down_refuses_connections_and_a_frozen_one_takes_them_and_is_silent(
    server: SimulatorServer, cluster: Cluster, down: CapfState
) -> None:
    where = ("127.0.0.1", server.capf_port)
    with socket.create_connection(where, timeout=5) as before:
        assert ssl.get_server_certificate(where, timeout=5)  # and so the one before it has been taken, too
        for _ in range(2):
            cluster.capf.state = down
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(where, timeout=5)
            cluster.capf.state = "frozen"
            with pytest.raises(TimeoutError):
                ssl.get_server_certificate(where, timeout=0.2)
            cluster.capf.state = "running"
            assert ssl.get_server_certificate(where, timeout=5)
        assert before.recv(1) == b""


def test_a_capf_that_was_stopped_is_so_still_when_the_cluster_comes_up_again(
    server: SimulatorServer, cluster: Cluster
) -> None:
    where = ("127.0.0.1", server.capf_port)
    cluster.capf.state = "stopped"
    server.go_down()
    server.come_up()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(where, timeout=5)
    cluster.capf.state = "running"
    assert ssl.get_server_certificate(where, timeout=5)


def test_peers_that_speak_no_tls_or_hang_up_do_not_hurt(server: SimulatorServer) -> None:
    for said in (b"", b"GET / HTTP/1.0\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", server.capf_port), timeout=5) as peer:
            peer.sendall(said)
    assert ssl.get_server_certificate(("127.0.0.1", server.capf_port), timeout=5)


def test_everything_is_closed_after_stop(cluster: Cluster) -> None:
    server = SimulatorServer(cluster)
    axl = Client.of(server)
    axl.raw("getCCMVersion")
    ports = server.port, server.capf_port
    with socket.create_connection(("127.0.0.1", server.capf_port), timeout=5):
        server.stop()
    for port in ports:
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.1", port), timeout=5)
    server.stop()


def test_a_port_in_use_is_an_os_error(server: SimulatorServer, cluster: Cluster) -> None:
    with pytest.raises(OSError, match="in use"):
        SimulatorServer(cluster, port=server.port)
    with pytest.raises(OSError, match="in use"):
        SimulatorServer(cluster, capf_port=server.capf_port)
