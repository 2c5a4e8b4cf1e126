"""A server on loopback that answers as a test tells it, over real TLS, and remembers what it was asked."""

import datetime as dt
import ipaddress
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Identity:
    """A self-signed certificate with its key, as PEM file, and its SHA-256 fingerprint."""

    pem: Path
    fingerprint: str


def identity(folder: Path, name: str = "localhost", *, days: int = 2) -> Identity:
    """A certificate for `name`, with 127.0.0.1 beside `localhost`; negative days make one that is expired."""
    key = ec.generate_private_key(ec.SECP256R1())
    now = dt.datetime.now(dt.UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    names: list[x509.GeneralName] = [x509.DNSName(name)]
    if name == "localhost":
        names.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + min(days, 0) * _DAY - _DAY)
        .not_valid_after(now + days * _DAY)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = folder / f"{name}-{days}.pem"
    pem.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return Identity(pem, certificate.fingerprint(hashes.SHA256()).hex())


@dataclass(frozen=True)
class Asked:
    """A request as the server saw it."""

    path: str
    headers: dict[str, str]
    body: str

    @property
    def with_password(self) -> bool:
        return "Authorization" in self.headers


Reply = Callable[[BaseHTTPRequestHandler, Asked], None]


def says(body: str | bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    """Answer with this."""
    content = body.encode() if isinstance(body, str) else body

    def reply(handler: BaseHTTPRequestHandler, asked: Asked) -> None:
        handler.send_response_only(status)
        for name, value in (headers or {}).items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return reply


def hangs_up(handler: BaseHTTPRequestHandler, asked: Asked) -> None:
    """Read the whole request, then close the connection without a word."""
    handler.close_connection = True


def cuts(body: str) -> Reply:
    """Announce the whole answer, send half of it, close."""

    def reply(handler: BaseHTTPRequestHandler, asked: Asked) -> None:
        content = body.encode()
        handler.send_response_only(200)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content[: len(content) // 2])
        handler.close_connection = True

    return reply


def envelope(inner: str) -> str:
    return f'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>{inner}</s:Body></s:Envelope>'


def response(operation: str, returned: str, version: str = "15.0") -> str:
    """An AXL answer."""
    namespace = f"http://www.cisco.com/AXL/API/{version}"
    return envelope(f'<n:{operation}Response xmlns:n="{namespace}"><return>{returned}</return></n:{operation}Response>')


def fault(code: int, message: str) -> str:
    """An AXL fault as CUCM writes it."""
    return envelope(
        f"<s:Fault><faultcode>s:Client</faultcode><faultstring>{message}</faultstring><detail><axlError>"
        f"<axlcode>{code}</axlcode><axlmessage>{message}</axlmessage><request>any</request></axlError></detail></s:Fault>"
    )


UPDATED = response("updatePhone", "{01234567-89AB-CDEF-0123-456789ABCDEF}")
ONE_ROW = response("executeSQLQuery", "<row><name>SEP001122334455</name></row>")


@dataclass
class Loopback:
    """The server; `script` holds the replies in order, the last one repeats."""

    identity: Identity
    script: list[Reply] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    def __post_init__(self) -> None:
        loopback = self
        lock = threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
                asked = Asked(self.path, dict(self.headers.items()), body)
                with lock:
                    loopback.asked.append(asked)
                    reply = loopback.script.pop(0) if len(loopback.script) > 1 else loopback.script[0]
                reply(self, asked)

            do_GET = do_POST  # noqa: N815 - the library's name

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
                """Stay silent."""

        self._server = _Server(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.identity.pem)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def answer(self, *replies: Reply) -> None:
        """From now on, answer so."""
        self.script[:] = replies

    @property
    def logins(self) -> int:
        """How many requests brought the password."""
        return sum(asked.with_password for asked in self.asked)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop listening; connections that are open end with the test."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that turns away from our certificate is what some tests are about."""
