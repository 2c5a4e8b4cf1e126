import socket
import ssl
import threading
import time

import pytest
import requests

from lscctl.simulator.cluster import Cluster
from lscctl.simulator.doors.disturbances import Disturbance, Disturbances
from lscctl.simulator.server import SimulatorServer
from tests.simulator.doors.client import Client


def test_a_cluster_that_is_down_refuses_connections_and_comes_up_as_it_was(cluster: Cluster) -> None:
    with SimulatorServer(cluster) as server:
        axl = Client.of(server)
        name = axl.sql("select first 1 name from device where tkclass = 1")[0]["name"]
        axl.call("updatePhone", f"<name>{name}</name><description>before the restart</description>")
        before = (server.address, server.capf_port, server.password, server.fingerprint)
        server.go_down()
        for port in (server.port, server.capf_port):
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", port), timeout=5)
        server.come_up()
        assert (server.address, server.capf_port, server.password, server.fingerprint) == before
        assert Client.of(server).phone(name, "description") == {"description": "before the restart"}
        assert "BEGIN CERTIFICATE" in ssl.get_server_certificate(("127.0.0.1", server.capf_port), timeout=5)


def test_a_restart_forgets_every_session(cluster: Cluster) -> None:
    with SimulatorServer(cluster) as server:
        axl = Client.of(server)
        axl.call("getCCMVersion")
        axl.session.auth = None
        assert axl.raw("getCCMVersion").status_code == 200
        server.go_down()
        server.come_up()
        assert axl.raw("getCCMVersion").status_code == 404


def test_a_restart_cuts_what_is_under_way(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    arrived = threading.Event()
    due = Disturbances.due

    def told(disturbances: Disturbances, operation: str) -> list[Disturbance]:
        arrived.set()
        return due(disturbances, operation)

    with SimulatorServer(cluster) as server:
        axl = Client.of(server)
        axl.call("getCCMVersion")
        server.disturb("delay=30:getCCMVersion")
        met: list[Exception] = []

        def wait() -> None:
            try:
                axl.raw("getCCMVersion")
            except requests.ConnectionError as error:
                met.append(error)

        monkeypatch.setattr(Disturbances, "due", told)
        waiting = threading.Thread(target=wait)
        waiting.start()
        assert arrived.wait(10)
        server.go_down()
        waiting.join(10)
        assert len(met) == 1
        server.calm()
        server.come_up()
        assert Client.of(server).raw("getCCMVersion").status_code == 200


def test_a_cluster_that_comes_up_can_be_unavailable_at_first(cluster: Cluster) -> None:
    with SimulatorServer(cluster) as server:
        server.go_down()
        server.come_up(unavailable=0.5)
        axl = Client.of(server)
        answers = [axl.raw("getCCMVersion").status_code]
        until = time.monotonic() + 10
        while answers[-1] == 503 and time.monotonic() < until:
            time.sleep(0.05)
            answers.append(axl.raw("getCCMVersion").status_code)
        assert (answers[0], answers[-1]) == (503, 200)
        assert server.requests["getCCMVersion", "503 starting"] == len(answers) - 1


def test_requests_are_counted_across_restarts(cluster: Cluster) -> None:
    with SimulatorServer(cluster) as server:
        for _ in range(2):
            Client.of(server).call("getCCMVersion")
            server.go_down()
            server.come_up()
        assert server.requests["getCCMVersion", "ok"] == 2


def test_the_ports_of_a_cluster_that_is_down_stay_its_own_and_stop_gives_them_back(cluster: Cluster) -> None:
    server = SimulatorServer(cluster)
    port = server.port
    server.go_down()
    other = socket.socket()
    with other, pytest.raises(OSError, match="in use"):
        other.bind(("127.0.0.1", port))
    server.stop()
    with SimulatorServer(cluster, port=port) as later:
        assert later.port == port
