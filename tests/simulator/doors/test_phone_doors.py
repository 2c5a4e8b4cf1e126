"""The phones' own doors, as any client meets them: curl's ways, with nothing of lscctl's."""

import contextlib
import http.client
import ssl
from collections.abc import Iterator

import pytest
from cryptography import x509

from lscctl.simulator.cluster import Cluster
from lscctl.simulator.models import BY_NUMBER
from lscctl.simulator.server import SimulatorServer

PATIENCE = 60.0
"""Seconds for who answers: a busy machine takes its time."""


@pytest.fixture(scope="module")
def server() -> Iterator[SimulatorServer]:
    cluster = Cluster.create(phones=150)
    with SimulatorServer(cluster) as served:
        yield served
    cluster.close()


def phones(server: SimulatorServer, condition: str) -> list[tuple[str, str, int]]:
    """Names, addresses and models of phones that are on the network."""
    with server.cluster.lock:
        rows = server.cluster.connection.execute(
            "SELECT d.name, p.ip, d.tkmodel FROM sim_phone p JOIN device d ON d.pkid = p.fkdevice"
            f" LEFT JOIN sim_lsc l ON l.fkdevice = d.pkid WHERE p.expressway = 'f' AND {condition} ORDER BY d.ctiid"
        ).fetchall()
    return [(name, "127." + str(ip).removeprefix("10."), model) for name, ip, model in rows]


def port(server: SimulatorServer, usual: int) -> int:
    return int(server.doors()[f"10.0.0.0/8:{usual}"].rpartition(":")[2])


def shown(server: SimulatorServer, address: str, newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> x509.Certificate:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.maximum_version = newest
    context.set_ciphers("ALL:@SECLEVEL=0")
    door = http.client.HTTPSConnection(address, port(server, 443), context=context, timeout=PATIENCE)
    door.connect()
    der = door.sock.getpeercert(binary_form=True) or b""
    door.request("GET", "/NoSuchPage")
    assert door.getresponse().status == 404
    door.close()
    return x509.load_der_x509_certificate(der)


def asked(address: str, where: int, timeout: float = PATIENCE) -> int:
    """The status that a GET over HTTP gets."""
    with contextlib.closing(http.client.HTTPConnection(address, where, timeout=timeout)) as door:
        door.request("GET", "/")
        return door.getresponse().status


def test_a_phone_with_an_lsc_shows_it_and_it_is_capf_s(server: SimulatorServer) -> None:
    found = phones(server, "p.powered = 't' AND p.web = 'on' AND l.issuer = '0'")
    assert found
    for name, address, _ in found:
        with server.cluster.lock:
            lsc = server.cluster.authority.lsc_of(name)
        assert lsc
        assert shown(server, address) == x509.load_pem_x509_certificate(lsc.encode())


def test_a_phone_without_shows_its_mic_of_the_ca_that_makes_its_generation(server: SimulatorServer) -> None:
    found = phones(server, "p.powered = 't' AND p.web = 'on' AND l.issuer IS NULL AND p.mic IS NOT NULL")
    seen = set()
    for name, address, model in found[:25]:
        if not BY_NUMBER[model].https:
            continue
        mic = shown(server, address)
        assert mic.subject.rfc4514_string().startswith(f"CN=CP-{BY_NUMBER[model].short}-{name},")
        issuer = BY_NUMBER[model].mic
        assert issuer
        assert f"CN={issuer}," in mic.issuer.rfc4514_string()
        (ca, *_) = server.cluster.web.manufacturing.chain(issuer)
        mic.verify_directly_issued_by(ca)
        seen.add(issuer)
    assert len(seen) > 1


def test_old_generations_speak_tls_1_0_only(server: SimulatorServer) -> None:
    old = [one for one in phones(server, "p.powered = 't' AND p.web <> 'off'") if BY_NUMBER[one[2]].oldest_tls]
    old = [one for one in old if BY_NUMBER[one[2]].https]
    assert old
    _, address, _ = old[0]
    assert shown(server, address, ssl.TLSVersion.TLSv1_2)
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    door = http.client.HTTPSConnection(address, port(server, 443), context=context, timeout=PATIENCE)
    with pytest.raises(ssl.SSLError):
        door.connect()


@pytest.mark.parametrize("usual", [80, 443])
def test_where_web_access_is_off_the_phone_hangs_up(server: SimulatorServer, usual: int) -> None:
    _, address, _ = phones(server, "p.powered = 't' AND p.web = 'off'")[0]
    with pytest.raises(ConnectionError):
        asked(address, port(server, usual))


def test_with_https_only_http_is_shut(server: SimulatorServer) -> None:
    _, address, _ = phones(server, "p.powered = 't' AND p.web = 'https'")[0]
    assert shown(server, address)
    with pytest.raises(ConnectionError):
        asked(address, port(server, 80))


@pytest.mark.parametrize("address", ["127.11.255.254", "127.99.0.21"], ids=["nobody", "an Expressway"])
def test_an_address_that_no_phone_has_is_silent(server: SimulatorServer, address: str) -> None:
    with pytest.raises(TimeoutError):
        asked(address, port(server, 80), timeout=0.2)


def test_a_phone_that_restarts_is_away_until_it_has_its_configuration(server: SimulatorServer) -> None:
    name, address, _ = phones(server, "p.powered = 't' AND p.web = 'on'")[-1]
    with server.cluster.lock:
        (pkid,) = server.cluster.connection.execute("SELECT pkid FROM device WHERE name = ?", (name,)).fetchone()
        server.cluster.reset(pkid, hard=True)
        assert server.cluster.web.at("10." + address.removeprefix("127.")) is None


def test_phones_are_there_while_the_cluster_is_down() -> None:
    cluster = Cluster.create(phones=30)
    with SimulatorServer(cluster) as server:
        _, address, _ = phones(server, "p.powered = 't' AND p.web = 'on' AND p.mic IS NOT NULL")[0]
        server.go_down()
        assert shown(server, address)
    cluster.close()


def test_pages_come_over_http_and_https_alike(server: SimulatorServer) -> None:
    found = [one for one in phones(server, "p.powered = 't' AND p.web = 'on'") if BY_NUMBER[one[2]].capf == 3]
    name, address, _ = next(one for one in found if BY_NUMBER[one[2]].https)
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    for door in (
        http.client.HTTPConnection(address, port(server, 80), timeout=PATIENCE),
        http.client.HTTPSConnection(address, port(server, 443), context=context, timeout=PATIENCE),
    ):
        with contextlib.closing(door):
            door.request("GET", "/DeviceInformationX")
            answer = door.getresponse()
            assert answer.status == 200
            assert answer.headers["Content-Type"] == "text/xml"
            assert f"<HostName>{name}</HostName>".encode() in answer.read()
