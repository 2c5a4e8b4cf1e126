"""A TFTP server after RFC 1350 and an HTTP server that do as a test tells them, on loopback; they know nothing of lscctl."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Address = tuple[str, int]
Reply = Callable[[socket.socket, Address], None]


def data(number: int, block: bytes) -> bytes:
    return struct.pack(">HH", 3, number & 0xFFFF) + block


def error(code: int, told: str) -> bytes:
    return struct.pack(">HH", 5, code) + told.encode() + b"\0"


def options(*pairs: str) -> bytes:
    return b"\0\6" + b"".join(one.encode() + b"\0" for one in pairs)


@contextmanager
def tftp(reply: Reply, asked: list[bytes] | None = None) -> Iterator[int]:
    """Its port. Every request goes to `asked` and is answered by `reply`, from a port of its own, in a thread of its own."""
    door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    door.bind(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                request, client = door.recvfrom(2_000)
            except OSError:
                return
            if not request:
                return
            if asked is not None:
                asked.append(request)
            line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            line.bind(("127.0.0.1", 0))
            line.settimeout(5)
            threading.Thread(target=_answered, args=(reply, line, client), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    port = int(door.getsockname()[1])
    try:
        yield port
    finally:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", ("127.0.0.1", port))
        door.close()


def _answered(reply: Reply, line: socket.socket, client: Address) -> None:
    with line:
        try:
            reply(line, client)
        except TimeoutError:
            return  # the client has gone


def acknowledged(line: socket.socket, number: int) -> None:
    """Wait for the acknowledgement of a block; others do not count."""
    while line.recvfrom(100)[0] != struct.pack(">HH", 4, number & 0xFFFF):
        pass


def file(content: bytes, size: int = 512, *, agreed: bool = False) -> Reply:
    """Sends a file in blocks of `size`, which it tells first where it is `agreed`."""

    def reply(line: socket.socket, client: Address) -> None:
        if agreed:
            line.sendto(options("BlkSize", str(size), "tsize", str(len(content)), "odd", ""), client)
            acknowledged(line, 0)
        for number, start in enumerate(range(0, len(content) + 1, size), start=1):
            line.sendto(data(number, content[start : start + size]), client)
            acknowledged(line, number)

    return reply


@contextmanager
def http(*parts: bytes, pause: float = 0.0) -> Iterator[int]:
    """The port of a server that sends these bytes to whoever asks, with a pause in between, and hangs up."""
    door = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                line, _ = door.accept()
            except OSError:
                return
            with line:
                try:
                    line.recv(4_000)
                    for part in parts:
                        line.sendall(part)
                        if stopped.wait(pause):
                            return
                except OSError:
                    continue

    stopped = threading.Event()
    threading.Thread(target=serve, daemon=True).start()
    try:
        yield int(door.getsockname()[1])
    finally:
        stopped.set()
        door.close()
