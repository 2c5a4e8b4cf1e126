"""CAPF's and TVS' TCP ports: a TLS handshake that shows a certificate; nothing is said over it [field guide 5]."""

import contextlib
import socket
import ssl
import tempfile
import threading
from functools import lru_cache
from pathlib import Path
from typing import Literal

from lscctl.simulator.sockets import listen

HANDSHAKE_SECONDS = 10
PortState = Literal["running", "stopped", "frozen", "unreachable"]


class IdentityPort:
    """Takes connections on a socket that is bound already, with a service's certificate and key, both PEM, until closed."""

    def __init__(self, listener: socket.socket, certificate_pem: str, key_pem: str, state: PortState) -> None:
        self._identity = certificate_pem, key_pem
        self._listener = listener
        self._open: set[ssl.SSLSocket] = set()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self.follow(state)

    @property
    def port(self) -> int:
        """The port it is bound to."""
        return int(self._listener.getsockname()[1])

    def show(self, certificate_pem: str, key_pem: str) -> None:
        """Show another certificate from now on."""
        self._identity = certificate_pem, key_pem

    def follow(self, state: PortState) -> None:
        """Do as the service does from now on: running it shakes hands, frozen it takes connections and never answers, else it
        refuses them."""
        self._frozen = state == "frozen"
        if state not in ("running", "frozen"):
            self._refuse()
        elif self._thread is None:
            listen(self._listener, 16)
            self._thread = threading.Thread(target=self._accept, name="identity-port", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Stop listening and hang up on everyone."""
        self._refuse()
        self._listener.close()

    def _refuse(self) -> None:
        """Stop listening, but keep the port from others, and hang up on everyone."""
        if self._thread is None:
            return
        address = self._listener.getsockname()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._thread = None
        self._listener.close()
        self._listener = socket.socket(self._listener.family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind(address)
        with self._lock:
            for session in self._open:
                with contextlib.suppress(OSError):
                    session.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            session = _context(*self._identity).wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
            with self._lock:
                self._open.add(session)
            serve = self._say_nothing if self._frozen else self._serve
            threading.Thread(target=serve, args=(session,), name="identity-session", daemon=True).start()

    def _say_nothing(self, session: ssl.SSLSocket) -> None:
        with contextlib.suppress(OSError), session:
            while socket.socket.recv(session, 4096):  # below TLS, which would answer
                pass
        with self._lock:
            self._open.discard(session)

    def _serve(self, session: ssl.SSLSocket) -> None:
        session.settimeout(HANDSHAKE_SECONDS)
        # A peer that hangs up, says nothing or speaks no TLS is its own affair: the service just drops it.
        with contextlib.suppress(OSError), session:
            session.do_handshake()
            while session.recv(4096):
                pass
        with self._lock:
            self._open.discard(session)


@lru_cache(maxsize=16)
def _context(certificate_pem: str, key_pem: str) -> ssl.SSLContext:
    """What shakes hands with this identity, made when somebody first asks for it: few ports of a cluster are ever asked."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")  # a certificate too weak for today's OpenSSL is shown all the same
    with tempfile.TemporaryDirectory(prefix="identity-") as folder:
        chain = Path(folder, "identity.pem")
        chain.touch(mode=0o600)
        chain.write_text(key_pem + certificate_pem, encoding="ascii")
        context.load_cert_chain(chain)
    return context
