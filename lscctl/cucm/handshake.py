"""A TLS handshake with whoever is there, to see whether it answers and which certificate it shows: CAPF, TVS, a phone.

Nothing is sent but the handshake [field guide 5].
"""

import hashlib
import socket
import ssl
from dataclasses import dataclass, field
from typing import Final

_LEGACY_SERVER: Final = 0x4
"""OpenSSL's SSL_OP_LEGACY_SERVER_CONNECT, which Python names from 3.12 on: servers from before RFC 5746 are let in."""


@dataclass(frozen=True, slots=True)
class Handshake:
    """What came of it.

    `answers`: True after a handshake; False where the connection is refused or nobody answers in time; None where that cannot
    be told: the handshake failed, which old peers do for reasons of their own, or there is no way from here to the port.
    `connected`: TCP got through, whatever came of it then; `silent`: nothing came within the time. `certificate` is the one that
    was shown in DER, b'' without a handshake; `fingerprint` its SHA-256 in lower-case hex digits. `turned_away`: somebody is
    there and wants no TLS of us: the port is closed, or the peer hangs up at once. `why` says what went wrong.
    """

    answers: bool | None
    certificate: bytes = b""
    why: str = field(default="", compare=False)
    turned_away: bool = field(default=False, compare=False)
    connected: bool = field(default=False, compare=False)
    silent: bool = field(default=False, compare=False)

    @property
    def fingerprint(self) -> str:
        """'' without a handshake."""
        return hashlib.sha256(self.certificate).hexdigest() if self.certificate else ""


def shake(host: str, port: int, *, timeout: float, direct: bool = True) -> Handshake:
    """Shake hands, waiting at most `timeout` seconds for the connection, and as long again for each part of the handshake.

    Where the way is not `direct` (there is a proxy between), no answer means nothing.
    """
    answers = False if direct else None
    connected = False
    try:
        with socket.create_connection((host, port), timeout=timeout) as connection:
            connected = True
            with tolerant_context().wrap_socket(connection, server_hostname=None) as session:
                certificate = session.getpeercert(binary_form=True)
    except ConnectionRefusedError:
        return Handshake(answers, why="the connection is refused", turned_away=True)
    except TimeoutError:
        return Handshake(answers, why=f"nobody answers within {timeout:g} s", connected=connected, silent=True)
    except (OSError, UnicodeError) as error:  # UnicodeError: what is no host name
        hung_up = isinstance(error, ConnectionResetError | ssl.SSLEOFError | ssl.SSLZeroReturnError)
        return Handshake(None, why=f"the handshake failed: {error}", turned_away=hung_up, connected=connected)
    return Handshake(True, certificate or b"", connected=True)


def tolerant_context() -> ssl.SSLContext:
    """Takes whatever the peer speaks, from TLS 1.0 with static RSA on, and whoever it is: to see that is what it is for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.options |= _LEGACY_SERVER
    return context
