"""One page asked of a server that nobody trusts: so many bytes, so many seconds, and nothing that leads elsewhere."""

import http.client
import io
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_HEAD_BYTES: Final = 64 * 1024
"""So many bytes an answer may have besides what it carries: its head, and the sizes of its chunks."""


class Refused(Exception):
    """An answer was not taken; the text says why, for a sentence that begins with the page."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered. `location`: where it sends us, '' nowhere. `cut`: there is more than was wanted."""

    status: int
    content: bytes
    location: str = ""
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a server may be silent, and when it has had its time: seconds, the latter as `now` counts them."""

    silence: float
    until: float
    now: Callable[[], float] = time.monotonic

    def left(self) -> float:
        """For how many seconds to wait for the next bytes. Raises Refused when the time is up."""
        left = self.until - self.now()
        if left <= 0:
            raise Refused("took too long")
        return min(left, self.silence)


def get(connection: socket.socket, host: str, path: str, *, most: int, limits: Limits) -> Answer:
    """Ask for a page over an open connection, which is of no use afterwards; `most`: the bytes of it that are taken.

    Raises Refused for what is no HTTP, is packed, or takes too long; OSError where the connection breaks, of which TimeoutError
    for a silence.
    """
    stream = _Bounded(connection, most + _HEAD_BYTES, limits)
    try:
        connection.settimeout(limits.left())
        connection.sendall(_request(host, path))
        with http.client.HTTPResponse(cast("socket.socket", stream)) as response:
            response.begin()
            if response.headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity"):
                raise Refused("is packed, which nobody asked for")
            content = response.read(most + 1)
            if response.length and len(content) <= most:
                raise Refused("breaks off")
            return Answer(response.status, content[:most], response.headers.get("Location", ""), len(content) > most)
    except (http.client.HTTPException, ValueError) as error:
        raise Refused(f"is no HTTP ({type(error).__name__})") from error


def _request(host: str, path: str) -> bytes:
    lines = (
        f"GET {path} HTTP/1.1",
        f"Host: {host}",
        "User-Agent: lscctl",
        "Accept-Encoding: identity",
        "Connection: close",
    )
    return "\r\n".join((*lines, "", "")).encode("ascii")


class _Bounded(io.RawIOBase):
    """A connection of which no more than so many bytes are read, and until a time; it looks like a socket to http.client."""

    def __init__(self, connection: socket.socket, most: int, limits: Limits) -> None:
        self._connection = connection
        self._left = most
        self._limits = limits

    def makefile(self, *_: Any) -> io.BufferedReader:
        """What http.client asks of a socket."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        """As files say."""
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Read what has come."""
        if self._left <= 0:
            raise Refused("is larger than any page of a phone's")
        self._connection.settimeout(self._limits.left())
        try:
            with memoryview(buffer) as view:
                count = self._connection.recv_into(view[: self._left])
        except TimeoutError:
            self._limits.left()  # whether it was silent, or had its time
            raise
        self._left -= count
        return count
