"""CAPF's own port: a TLS handshake shows whether CAPF answers, and the certificate with which it signs [field guide 5].

Nothing is sent over it but the handshake.
"""

import hashlib
import re
import socket
import ssl
from dataclasses import dataclass, field
from typing import Final

from lscctl.cucm.clock import Query
from lscctl.cucm.sql import Sql

USUAL_PORT: Final = 3804

_PARAMETER: Final = Sql(
    "select paramname, paramvalue from processconfig where lower(paramname) matches '*capf*' and lower(paramname) matches '*port*'"
)
"""The GUI calls it `CAPF Phone Port`; how the database spells it no public source says, so its words decide (*assumed*)."""

_LEGACY_SERVER: Final = 0x4
"""OpenSSL's SSL_OP_LEGACY_SERVER_CONNECT, which Python names from 3.12 on: servers from before RFC 5746 are let in."""


@dataclass(frozen=True, slots=True)
class CapfAnswer:
    """What CAPF's port said.

    `answers`: True after a handshake; False where the connection is refused or nobody answers in time; None where that cannot
    be told: the handshake failed, which old ones do for reasons of their own, or there is no way from here to the port.
    `certificate` is the live one in DER, b'' without a handshake; `fingerprint` its SHA-256 in lower-case hex digits. `why` says
    what went wrong.
    """

    answers: bool | None
    certificate: bytes = b""
    why: str = field(default="", compare=False)

    @property
    def fingerprint(self) -> str:
        """'' without a handshake."""
        return hashlib.sha256(self.certificate).hexdigest() if self.certificate else ""


def read_port(query: Query) -> int:
    """The TCP port on which this cluster's CAPF takes phones (enterprise parameter `CAPF Phone Port`). Raises WireFault."""
    for row in query(_PARAMETER):
        words = re.sub(r"[\W_]", "", row["paramname"]).lower()
        if words == "capfphoneport" and row["paramvalue"].strip().isdigit():
            return int(row["paramvalue"])
    return USUAL_PORT


def probe(host: str, port: int, *, timeout: float, direct: bool = True) -> CapfAnswer:
    """Shake hands with CAPF, waiting at most `timeout` seconds for the connection, and as long again for each part of the
    handshake. Where the way is not `direct` (there is a proxy between), no answer means nothing."""
    answers = False if direct else None
    try:
        with (
            socket.create_connection((host, port), timeout=timeout) as connection,
            _context().wrap_socket(connection, server_hostname=None) as session,
        ):
            certificate = session.getpeercert(binary_form=True)
    except ConnectionRefusedError:
        return CapfAnswer(answers, why="the connection is refused")
    except TimeoutError:
        return CapfAnswer(answers, why=f"nobody answers within {timeout:g} s")
    except (OSError, UnicodeError) as error:  # UnicodeError: what is no host name
        return CapfAnswer(None, why=f"the handshake failed: {error}")
    return CapfAnswer(True, certificate or b"")


def _context() -> ssl.SSLContext:
    """Takes whatever CAPF speaks, from TLS 1.0 with static RSA on, and whoever it is: to see that is what the probe is for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.options |= _LEGACY_SERVER
    return context
