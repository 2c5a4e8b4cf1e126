"""Handshakes with CAPF: a simulated one, and listeners that behave as broken ones do."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from lscctl.cucm.capf_port import read_port
from lscctl.cucm.handshake import Handshake, shake
from lscctl.cucm.sql import Sql
from tests.cucm.bench import Bench, own_bench
from tests.cucm.loopback import identity

PATIENCE = 0.3


@contextlib.contextmanager
def listening(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """A port whose one visitor is served so."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def take() -> None:
            with contextlib.suppress(OSError):
                connection, _ = listener.accept()
                with connection:
                    serve(connection)

        thread = threading.Thread(target=take)
        thread.start()
        try:
            yield int(listener.getsockname()[1])
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def live_fingerprint(bench: Bench) -> str:
    certificate = x509.load_pem_x509_certificate(bench.truth.authority.certificate_pem.encode())
    return certificate.fingerprint(hashes.SHA256()).hex()


@pytest.mark.parametrize("assume", ["parameter-names=displayed", "parameter-names=compact"])
@pytest.mark.parametrize("version", ["8.5", "15.0"])
def test_capf_answers_on_the_port_that_the_cluster_names_and_shows_its_certificate(version: str, assume: str) -> None:
    with own_bench(version, assume, phones=0) as b:
        assert b.cluster.capf_answers() is True
        who = b.cluster.identity()
        assert (who.name, who.host) == ("bench", "127.0.0.1")
        assert who.capf == live_fingerprint(b)
        assert b.rows("select pkid from processnode where description = 'Publisher'") == [(who.publisher,)]


def test_the_port_is_read_once_and_so_can_be_asked_while_axl_is_away() -> None:
    with own_bench(phones=0) as b:
        b.cluster.capf_answers()
        before = b.cluster.reads
        assert b.cluster.capf_answers() is True
        assert b.cluster.reads == before


def test_a_capf_that_is_down_does_not_answer_and_the_database_names_its_newest_certificate() -> None:
    with own_bench(phones=0) as b:
        b.truth.parameters.set("CAPF Phone Port", str(closed_port()))
        assert b.cluster.capf_answers() is False
        assert b.cluster.identity().capf == live_fingerprint(b)
        b.change("delete from certificate where subjectname like '%CAPF-%'")
        assert b.cluster.identity().capf == ""


def test_whether_capf_runs_shows_from_one_call_to_the_next() -> None:
    with own_bench(phones=0) as b, b.connect(connect_timeout=PATIENCE) as cluster:
        for state, answers in (("running", True), ("stopped", False), ("frozen", False), ("running", True)):
            b.truth.capf.state = state  # type: ignore[assignment]  # one of its literals
            assert cluster.capf_answers() is answers


def test_certificates_that_cannot_be_read_are_not_taken_for_capf_s() -> None:
    with own_bench(phones=0) as b:
        b.truth.parameters.set("CAPF Phone Port", str(closed_port()))
        b.change("update certificate set certificate = 'no certificate' where subjectname like '%CAPF-%'")
        assert b.cluster.identity().capf == ""


def test_behind_a_proxy_silence_says_nothing_but_an_answer_does() -> None:
    assert shake("127.0.0.1", closed_port(), timeout=PATIENCE, direct=False) == Handshake(None)
    with own_bench(phones=0) as b:
        answer = shake("127.0.0.1", b.server.capf_port, timeout=5, direct=False)
        assert (answer.answers, answer.fingerprint) == (True, live_fingerprint(b))


def test_a_capf_that_takes_connections_and_never_answers_counts_as_silent() -> None:
    gone = threading.Event()

    def serve(_: socket.socket) -> None:
        gone.wait(10)

    with listening(serve) as port:
        assert shake("127.0.0.1", port, timeout=PATIENCE) == Handshake(False)
        gone.set()


@pytest.mark.parametrize("says", [b"", b"HTTP/1.0 400 Bad Request\r\n\r\n"], ids=["hangs up", "speaks no TLS"])
def test_a_handshake_that_fails_is_no_verdict(says: bytes) -> None:
    def serve(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(says)

    with listening(serve) as port:
        assert shake("127.0.0.1", port, timeout=5) == Handshake(None)


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a" * 70])
def test_where_there_is_no_way_to_the_port_nothing_is_concluded(host: str) -> None:
    assert shake(host, 3804, timeout=PATIENCE) == Handshake(None)


@pytest.mark.parametrize(
    ("version", "ciphers"),
    [
        (ssl.TLSVersion.TLSv1, "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0"),
        (ssl.TLSVersion.TLSv1_1, "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0"),
        (ssl.TLSVersion.TLSv1_2, "ALL:@SECLEVEL=0"),
    ],
)
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1:DeprecationWarning")
def test_an_old_capf_s_tls_is_understood(tmp_path: Path, version: ssl.TLSVersion, ciphers: str) -> None:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own = identity(tmp_path)
    server.load_cert_chain(own.pem)
    server.set_ciphers(ciphers)
    server.minimum_version = server.maximum_version = version

    def serve(connection: socket.socket) -> None:
        with server.wrap_socket(connection, server_side=True) as session:
            session.recv(1)

    with listening(serve) as port:
        answer = shake("127.0.0.1", port, timeout=5)
        assert (answer.answers, answer.fingerprint) == (True, own.fingerprint)


@pytest.mark.parametrize(
    ("name", "value", "port"),
    [
        ("CAPF Phone Port", "3805", 3805),
        ("CAPFPhonePort", "3805", 3805),
        ("capf_phone_port", " 3805 ", 3805),
        ("CAPF Phone Port", "", 3804),
        ("CAPF Report Interval", "5", 3804),
    ],
)
def test_the_port_is_the_parameter_s_however_it_is_spelt(name: str, value: str, port: int) -> None:
    def query(statement: Sql) -> list[dict[str, str]]:
        assert "processconfig" in str(statement)
        return [{"paramname": name, "paramvalue": value}]

    assert read_port(query) == port


def test_a_static_rsa_capf_is_understood(tmp_path: Path) -> None:
    with own_bench(phones=0) as b:
        certificate, key = b.truth.authority.certificate_pem, b.truth.authority.key
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    pem = tmp_path / "capf.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem.write_bytes(private + certificate.encode())
    server.load_cert_chain(pem)
    server.maximum_version = ssl.TLSVersion.TLSv1_2
    server.set_ciphers("AES128-SHA:@SECLEVEL=0")

    def serve(connection: socket.socket) -> None:
        with server.wrap_socket(connection, server_side=True) as session:
            session.recv(1)

    with listening(serve) as port:
        der = ssl.PEM_cert_to_DER_cert(certificate)
        answer = shake("127.0.0.1", port, timeout=5)
        assert (answer.answers, answer.certificate) == (True, der)
