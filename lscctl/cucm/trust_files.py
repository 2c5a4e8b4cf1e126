"""Trust lists from a TFTP server as phones get them: HTTP on 6970, else TFTP on 69 [field guide 5]."""

import http.client
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from lscctl.cucm import tftp
from lscctl.cucm.faults import WireFault
from lscctl.cucm.routes import Routes

HTTP_PORT: Final = 6970
TFTP_PORT: Final = 69
MOST_BYTES: Final = 16 * 1024 * 1024


class TrustFileUnreachable(WireFault):
    """No door of the TFTP server let us in."""


class TrustFileMissing(WireFault):
    """The TFTP server answers, and has no such file."""


@dataclass(frozen=True, slots=True)
class TrustFile:
    """A file's bytes, and by which door they came: "HTTP" or "TFTP"."""

    content: bytes
    door: str


def fetch(host: str, name: str, *, routes: Routes, timeout: float) -> TrustFile:
    """Fetch a file (`ITLFile.tlv`); at most `timeout` seconds for each door. Raises TrustFileMissing, TrustFileUnreachable."""
    try:
        return TrustFile(_over_http(host, name, routes, timeout), "HTTP")
    except TrustFileUnreachable as unreachable:
        try:
            return TrustFile(_over_tftp(host, name, routes, timeout), "TFTP")
        except TrustFileUnreachable as neither:
            raise TrustFileUnreachable(
                f"{host} gives no {name}: {unreachable.message}; {neither.message}",
                hint="Is Cisco Tftp running there, and does a firewall let HTTP 6970 or TFTP 69 pass?",
            ) from neither


def _over_http(host: str, name: str, routes: Routes, timeout: float) -> bytes:
    address, port = routes.to(host, HTTP_PORT)
    give_up = time.monotonic() + timeout
    try:
        with closing(http.client.HTTPConnection(address, port, timeout=timeout)) as door, _hung_up(door, timeout):
            content = _content(door, host, name)
        if time.monotonic() >= give_up:
            raise TimeoutError
    except (http.client.HTTPException, OSError, UnicodeError) as error:
        why = "no answer in time" if time.monotonic() >= give_up else _why(error)
        raise TrustFileUnreachable(f"HTTP port {port}: {why}") from error
    return content


@contextmanager
def _hung_up(door: http.client.HTTPConnection, timeout: float) -> Iterator[None]:
    """Hang up after `timeout` seconds: a socket's own time begins anew with every byte that comes."""

    def hang_up() -> None:
        with suppress(OSError):
            door.sock.shutdown(socket.SHUT_RDWR)

    door.connect()
    timer = threading.Timer(timeout, hang_up)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _content(door: http.client.HTTPConnection, host: str, name: str) -> bytes:
    door.request("GET", f"/{quote(name)}", headers={"Accept-Encoding": "identity"})
    answer = door.getresponse()
    if answer.status == http.HTTPStatus.NOT_FOUND:
        raise _missing(host, name)
    if answer.status != http.HTTPStatus.OK:
        raise TrustFileUnreachable(f"HTTP port {door.port} answers {answer.status}")
    content = answer.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise TrustFileUnreachable(f"HTTP port {door.port} sends more than {MOST_BYTES:,} bytes")
    if answer.length:
        raise http.client.IncompleteRead(content, answer.length)
    return content


def _over_tftp(host: str, name: str, routes: Routes, timeout: float) -> bytes:
    address, port = routes.to(host, TFTP_PORT)
    try:
        return tftp.read(address, port, name, timeout=timeout, most=MOST_BYTES)
    except tftp.TftpMissing as error:
        raise _missing(host, name) from error
    except tftp.TftpFailed as error:
        raise TrustFileUnreachable(f"TFTP port {port}: {error}") from error


def _missing(host: str, name: str) -> TrustFileMissing:
    if name.startswith("CTL"):
        return TrustFileMissing(f"{host} has no {name}", hint="Only a cluster in mixed mode has CTL files.")
    return TrustFileMissing(f"{host} has no {name}", hint="Restart Cisco Tftp on the node: it writes the file.")


def _why(error: Exception) -> str:
    match error:
        case TimeoutError():
            return "no answer in time"
        case ConnectionRefusedError():
            return "connection refused"
        case socket.gaierror() | UnicodeError():
            return "the name is not known here"
        case http.client.IncompleteRead():
            return "it hangs up before the end"
        case http.client.HTTPException():
            return "what answers does not speak HTTP"
    return "no connection"
