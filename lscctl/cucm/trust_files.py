"""Trust lists from a TFTP server as phones get them: HTTP on 6970, else TFTP on 69 [field guide 5]."""

from dataclasses import dataclass
from typing import Final

import requests

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
    place = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
    session = requests.Session()
    session.trust_env = False
    try:
        with (
            session,
            session.get(f"http://{place}/{name}", timeout=timeout, stream=True, allow_redirects=False) as answer,
        ):
            if answer.status_code == 404:
                raise TrustFileMissing(
                    f"{host} has no {name}", hint="Restart Cisco Tftp on the node: it writes the file."
                )
            if answer.status_code != 200:
                raise TrustFileUnreachable(f"HTTP port {port} answers {answer.status_code}")
            content = bytearray()
            for part in answer.iter_content(65_536):
                content += part
                if len(content) > MOST_BYTES:
                    raise TrustFileUnreachable(f"HTTP port {port} sends more than {MOST_BYTES:,} bytes")
            return bytes(content)
    except (requests.RequestException, OSError) as error:
        raise TrustFileUnreachable(f"HTTP port {port}: {_why(error)}") from error


def _over_tftp(host: str, name: str, routes: Routes, timeout: float) -> bytes:
    address, port = routes.to(host, TFTP_PORT)
    try:
        return tftp.read(address, port, name, timeout=timeout, most=MOST_BYTES)
    except tftp.TftpMissing as error:
        raise TrustFileMissing(
            f"{host} has no {name}", hint="Restart Cisco Tftp on the node: it writes the file."
        ) from error
    except tftp.TftpFailed as error:
        raise TrustFileUnreachable(f"TFTP port {port}: {error}") from error


def _why(error: Exception) -> str:
    text = str(error)
    if isinstance(error, requests.Timeout):
        return "no answer in time"
    if "refused" in text:
        return "connection refused"
    if "resolve" in text or "Name or service" in text or "getaddrinfo" in text:
        return "the name is not known here"
    return "no connection"
