"""The two doors of a TFTP server: HTTP on 6970 and TFTP on 69 (RFC 1350, with options of RFC 2347 to 2349)."""

import contextlib
import http.server
import socket
import socketserver
import struct
import threading
from collections.abc import Callable
from typing import Any, Final

from lscctl.simulator.sockets import listen

Files = Callable[[str], bytes | None]
"""A file of the server by its name, None where there is none. Called by the doors' own threads."""

_READ, _DATA, _ACK, _ERROR, _OPTIONS = 1, 3, 4, 5, 6
_NOT_FOUND, _ILLEGAL = 1, 4
_BLOCK: Final = 512
_LARGEST_BLOCK: Final = 65_464
_PATIENCE: Final = 1.0
_TRIES: Final = 4


class HttpDoor:
    """Serves files over HTTP on a socket that is bound already, while it is open."""

    def __init__(self, listener: socket.socket, files: Files) -> None:
        self._server = _HttpServer(listener, files)
        self._door = _Serving(self._server)

    def follow(self, *, open_: bool) -> None:
        """Open the door, or shut it: then connections are refused."""
        self._door.follow(open_=open_)

    def close(self) -> None:
        """Shut it for good."""
        self._door.close()


class UdpDoor:
    """Serves files over TFTP on a UDP socket that is bound already, while it is open; else nobody answers."""

    def __init__(self, listener: socket.socket, files: Files) -> None:
        self._listener = listener
        self._files = files
        self._open = False
        self._thread = threading.Thread(target=self._serve, name="tftp", daemon=True)
        self._closed = threading.Event()
        self._thread.start()

    def follow(self, *, open_: bool) -> None:
        """Answer from now on, or be silent."""
        self._open = open_

    def close(self) -> None:
        """End it."""
        self._closed.set()
        with socket.socket(self._listener.family, socket.SOCK_DGRAM) as alarm:
            alarm.sendto(b"", self._listener.getsockname())  # it wakes the thread, which waits for a request
        self._thread.join()
        self._listener.close()

    def _serve(self) -> None:
        while not self._closed.is_set():
            try:
                request, client = self._listener.recvfrom(2048)
            except OSError:
                return
            if self._open and request:
                threading.Thread(target=self._answer, args=(request, client), name="tftp-transfer", daemon=True).start()

    def _answer(self, request: bytes, client: Any) -> None:
        family = self._listener.family
        with socket.socket(family, socket.SOCK_DGRAM) as transfer, contextlib.suppress(OSError):
            transfer.bind((self._listener.getsockname()[0], 0))
            transfer.settimeout(_PATIENCE)
            if request[:2] != struct.pack(">H", _READ):
                transfer.sendto(_error(_ILLEGAL, "Only reading is possible"), client)
                return
            parts = request[2:].split(b"\0")
            content = self._files(parts[0].decode("utf-8", "replace").lstrip("/"))
            if content is None:
                transfer.sendto(_error(_NOT_FOUND, "File not found"), client)
                return
            _Transfer(transfer, client, content, _options(parts[2:])).send()


class _Transfer:
    """One file on its way: each block is sent until it is acknowledged, a few times at most."""

    def __init__(self, transfer: socket.socket, client: Any, content: bytes, options: dict[str, int]) -> None:
        self._transfer = transfer
        self._client = client
        self._content = content
        self._agreed = {
            name: str(len(content) if name == "tsize" else value)
            for name, value in options.items()
            if name in ("blksize", "tsize")
        }
        self._block = min(options.get("blksize", _BLOCK), _LARGEST_BLOCK)

    def send(self) -> None:
        if self._agreed:
            told = b"".join(f"{name}\0{value}\0".encode() for name, value in self._agreed.items())
            if not self._acknowledged(struct.pack(">H", _OPTIONS) + told, 0):
                return
        number = 0
        while True:
            part = self._content[number * self._block : (number + 1) * self._block]
            number += 1
            if not self._acknowledged(struct.pack(">HH", _DATA, number & 0xFFFF) + part, number & 0xFFFF):
                return
            if len(part) < self._block:
                return

    def _acknowledged(self, packet: bytes, number: int) -> bool:
        for _ in range(_TRIES):
            self._transfer.sendto(packet, self._client)
            try:
                answer, sender = self._transfer.recvfrom(1024)
            except TimeoutError:
                continue
            if sender == self._client and answer[:4] == struct.pack(">HH", _ACK, number):
                return True
            if answer[:2] == struct.pack(">H", _ERROR):
                return False
        return False


def _options(parts: list[bytes]) -> dict[str, int]:
    names = [part.decode("ascii", "replace").lower() for part in parts]
    return {name: int(value) for name, value in zip(names[::2], names[1::2], strict=False) if value.isdigit()}


def _error(code: int, text: str) -> bytes:
    return struct.pack(">HH", _ERROR, code) + text.encode() + b"\0"


class _HttpServer(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True

    def __init__(self, listener: socket.socket, files: Files) -> None:
        super().__init__(listener.getsockname()[:2], _Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self.files = files

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is its own affair."""


class _Handler(http.server.BaseHTTPRequestHandler):
    server_version = "Cisco"
    sys_version = ""
    timeout = 30

    def do_GET(self) -> None:  # the name that http.server calls
        server = self.server
        content = server.files(self.path.partition("?")[0].lstrip("/")) if isinstance(server, _HttpServer) else None
        if content is None:
            self.send_error(404, "File Not Found")
            return
        self.send_response(200)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's own name
        """The simulator has a log of its own."""


class _Serving:
    """A socket server that can be shut and opened again on its port."""

    def __init__(self, server: _HttpServer) -> None:
        self._server = server
        self._thread: threading.Thread | None = None

    def follow(self, *, open_: bool) -> None:
        if open_ and self._thread is None:
            listen(self._server.socket, 64)
            self._thread = threading.Thread(target=self._accept, name="tftp-http", daemon=True)
            self._thread.start()
        elif not open_ and self._thread is not None:
            listener = self._server.socket
            address, family = listener.getsockname(), listener.family
            self._stop()
            listener.close()
            self._server.socket = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
            self._server.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._server.socket.bind(address)

    def _accept(self) -> None:
        while True:
            try:
                connection, client = self._server.socket.accept()
            except OSError:
                return
            self._server.process_request(connection, client)

    def close(self) -> None:
        self._stop()
        self._server.server_close()

    def _stop(self) -> None:
        if self._thread is not None:
            with contextlib.suppress(OSError):
                self._server.socket.shutdown(socket.SHUT_RDWR)
            self._thread.join()
            self._thread = None
