"""The phones' own doors: HTTP and HTTPS of every phone of the cluster, thousands of them, behind two listeners.

A phone with the address 10.a.b.c is met at 127.a.b.c, so that each has an address of its own on the loopback, and all have the same
two ports. Where a loopback address cannot do as a phone does, it does the nearest: a phone that is not there takes the
connection and says nothing, and one whose web access is off hangs up at once, where a real one refuses.
"""

import contextlib
import http.server
import socket
import ssl
import struct
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from lscctl.simulator.cluster import Cluster
from lscctl.simulator.models import Model
from lscctl.simulator.phone_web import Scheme, WebPhone
from lscctl.simulator.sockets import listen, port_of

NETWORK: Final = "10.0.0.0/8"
"""Where the phones are, for the cluster."""
LOOPBACK: Final = "127.0.0.0/8"
"""Where they are met instead."""

_PATIENCE: Final = 30
_SILENCE: Final = 60
"""For how many seconds the connection to a phone that is not there stays open."""
_BACKLOG: Final = 1024
_KEPT_CONTEXTS: Final = 256
_USUAL_PORTS: Final[dict[int, Scheme]] = {80: "http", 443: "https"}


@dataclass(frozen=True, slots=True)
class PhonePorts:
    """The ports of all phones, and of the name servers that they ask; 0 takes a free one."""

    http: int = 0
    https: int = 0
    names: int = 0


@contextlib.contextmanager
def phone_doors(cluster: Cluster, ports: PhonePorts) -> Iterator[dict[int, int]]:
    """Serve the phones' doors until the block ends; gives `{port of a real phone: port here}`. Raises OSError."""
    with contextlib.ExitStack() as open_doors:
        places = {}
        for usual, scheme in _USUAL_PORTS.items():
            listener = _listener(getattr(ports, scheme))
            open_doors.callback(listener.close)
            places[usual] = port_of(listener)
            open_doors.callback(_Door(cluster, listener, scheme).close)
        yield places


def _listener(port: int) -> socket.socket:
    """A socket on every loopback address. It is bound to all addresses, for want of another way; where the system can, it hears
    the loopback interface only."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    with contextlib.suppress(AttributeError, OSError):
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo\0")
    try:
        if port:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("", port))
        listen(listener, _BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


class _Door:
    """One listener: takes connections until closed, each in a thread of its own."""

    def __init__(self, cluster: Cluster, listener: socket.socket, scheme: Scheme) -> None:
        self._cluster = cluster
        self._listener = listener
        self._scheme = scheme
        self._contexts: OrderedDict[str, ssl.SSLContext] = OrderedDict()
        self._lock = threading.Lock()
        self._met: dict[threading.Thread, socket.socket] = {}
        self._thread = threading.Thread(target=self._accept, name=f"phones-{scheme}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening and hang up on everyone."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        with self._lock:
            met = dict(self._met)
        for thread, connection in met.items():
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            thread.join()

    def _accept(self) -> None:
        while True:
            try:
                connection, client = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._meet, args=(connection, client), name="phone", daemon=True)
            with self._lock:
                self._met[thread] = connection
            thread.start()

    def _meet(self, connection: socket.socket, client: tuple[str, int]) -> None:
        # A client that goes away is its own affair.
        with contextlib.suppress(OSError), connection:
            local = str(connection.getsockname()[0])
            if not local.startswith("127."):
                return  # it came from outside, where no phone of the simulator is
            with self._cluster.lock:
                self._cluster.advance()
                phone = self._cluster.web.at("10." + local.removeprefix("127."))
            if phone is None:
                _say_nothing(connection)
            elif not phone.serves(self._scheme):
                _hang_up(connection)
            elif self._scheme == "http":
                _answer(self._cluster, phone, connection, client)
            else:
                self._over_tls(phone, connection, client)
        with self._lock:
            del self._met[threading.current_thread()]

    def _over_tls(self, phone: WebPhone, connection: socket.socket, client: tuple[str, int]) -> None:
        with self._cluster.lock:
            identity = self._cluster.web.identity(phone)
        if identity is None:
            _hang_up(connection)
            return
        connection.settimeout(_PATIENCE)
        context = self._context(phone.model, *identity)
        with context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False) as session:
            with self._lock:
                self._met[threading.current_thread()] = session
            session.do_handshake()
            _answer(self._cluster, phone, session, client)

    def _context(self, model: Model, certificate_pem: str, key_pem: Callable[[], str]) -> ssl.SSLContext:
        """A server context for the certificate; making one goes through a file, so the last ones are kept."""
        with self._lock:
            context = self._contexts.pop(certificate_pem, None) or _made_context(model, certificate_pem, key_pem())
            self._contexts[certificate_pem] = context
            if len(self._contexts) > _KEPT_CONTEXTS:
                self._contexts.popitem(last=False)
        return context


def _made_context(model: Model, certificate_pem: str, key_pem: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:@SECLEVEL=0")  # old phones have keys that today's OpenSSL calls too weak
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    if model.oldest_tls:
        context.maximum_version = ssl.TLSVersion.MINIMUM_SUPPORTED  # TLS 1.0: it knows no older one
    with tempfile.TemporaryDirectory(prefix="phone-") as folder:
        chain = Path(folder, "identity.pem")
        chain.touch(mode=0o600)
        chain.write_text(key_pem + certificate_pem, encoding="ascii")
        context.load_cert_chain(chain)
    return context


def _say_nothing(connection: socket.socket) -> None:
    connection.settimeout(_SILENCE)
    while connection.recv(4096):
        pass


def _hang_up(connection: socket.socket) -> None:
    """Reset the connection instead of ending it."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def _answer(cluster: Cluster, phone: WebPhone, connection: socket.socket, client: tuple[str, int]) -> None:
    """Serve the requests of one connection."""
    connection.settimeout(_PATIENCE)
    _Handler(connection, client, cluster, phone)


class _Handler(http.server.BaseHTTPRequestHandler):
    timeout = _PATIENCE

    def __init__(self, connection: Any, client: tuple[str, int], cluster: Cluster, phone: WebPhone) -> None:
        self._cluster = cluster
        self._phone = phone
        super().__init__(connection, client, None)  # type: ignore[arg-type]  # it is asked for nothing

    def do_GET(self) -> None:  # the name that http.server calls
        """Answer with a page of the phone's."""
        with self._cluster.lock:
            self._cluster.advance()
            page = self._cluster.web.page(self._phone, self.path)
        if page is None:
            self.send_error(404, "Not Found")
            return
        content = page.text.encode()
        self.send_response(200)
        self.send_header("Content-Type", page.media_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def version_string(self) -> str:
        """What the header Server says."""
        return "Cisco"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's own name
        """The simulator has a log of its own."""
