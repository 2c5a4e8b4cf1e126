"""The connection below HTTP: whom we trust, whether anything of a request has left us, and why no connection came about."""

import re
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util.ssl_ import create_urllib3_context

from lscctl.cucm.faults import TlsNotTrusted, Unreachable, WireFault
from lscctl.errors import UsageError


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom to take for the cluster; by default a certificate of the right name that a public CA or one of the system's signed.

    `ca_bundle` is a PEM file with the CA (or the server's own certificate). `fingerprint` is the SHA-256 of the server's
    certificate, 64 hex digits with or without colons; it stands in for chain and name. `insecure` trusts anyone. Raises
    UsageError for a fingerprint that is none, or a file that cannot be read.
    """

    ca_bundle: Path | None = None
    fingerprint: str | None = None
    insecure: bool = False

    def __post_init__(self) -> None:
        if self.fingerprint is not None:
            digits = re.sub(r"[:\s]", "", self.fingerprint).lower()
            if not re.fullmatch(r"[0-9a-f]{64}", digits):
                raise UsageError(
                    f"{self.fingerprint!r} is not a SHA-256 fingerprint",
                    hint="It has 64 hex digits, with or without colons.",
                )
            object.__setattr__(self, "fingerprint", digits)
        if self.ca_bundle is not None:
            try:
                ssl.create_default_context(cafile=str(self.ca_bundle))
            except (OSError, ssl.SSLError) as error:
                raise UsageError(
                    f"{self.ca_bundle} holds no certificates that can be read: {error}",
                    hint="--ca-bundle wants a file of PEM certificates (-----BEGIN CERTIFICATE-----).",
                ) from error

    @property
    def verify(self) -> bool | str:
        """What requests calls `verify`."""
        if self.insecure or self.fingerprint:
            return False
        return str(self.ca_bundle) if self.ca_bundle else True


class _Progress(threading.local):
    """Whether a byte of this thread's request may have left us. True until a fresh connection proves otherwise."""

    begun = True


_progress: Final = _Progress()


class _Connection(HTTPSConnection):
    """A connection that notes when the request begins; handshake and what a proxy is told before do not count."""

    def connect(self) -> None:
        try:
            super().connect()
        finally:
            _progress.begun = False

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        _progress.begun = True
        super().send(data)


class _Pool(HTTPSConnectionPool):
    ConnectionCls = _Connection


class Adapter(HTTPAdapter):
    """requests' adapter with a pool for `workers` threads, our trust, and the note of what was sent; it repeats nothing."""

    def __init__(self, trust: Trust, workers: int) -> None:
        self._trust = trust
        super().__init__(pool_connections=4, pool_maxsize=workers, max_retries=0, pool_block=True)
        if trust.insecure:
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pools of direct connections."""
        super().init_poolmanager(*args, **(kwargs | self._tls()))
        self.poolmanager.pool_classes_by_scheme = {"https": _Pool}

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        """Make the pools of connections through a proxy: what is pinned is the cluster, not the proxy."""
        manager = super().proxy_manager_for(proxy, **kwargs, **self._tls())
        manager.pool_classes_by_scheme = {"http": HTTPConnectionPool, "https": _Pool}
        return manager

    def _tls(self) -> dict[str, Any]:
        if self._trust.fingerprint:
            return {"assert_fingerprint": self._trust.fingerprint}
        if self._trust.verify is not True:
            return {}
        context = create_urllib3_context()
        context.load_default_certs()  # a company's own CA stands in the system's store, not among requests' public ones
        return {"ssl_context": context}


def start_of_request() -> None:
    """Say that this thread begins a request."""
    _progress.begun = True


def nothing_was_sent() -> bool:
    """Whether it is sure that no byte of this thread's last request has left us. False where unsure."""
    return not _progress.begun


def why(error: Exception, host: str, port: int) -> WireFault:
    """What a failed request means to a person, as long as nothing of it was sent."""
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _not_trusted(cause, host, port)
        if isinstance(cause, urllib3.exceptions.SSLError) and "Fingerprints did not match" in str(cause):
            return _other_fingerprint(str(cause), host, port)
    message, hint = _no_connection(error, causes, host, port)
    return Unreachable(message, hint=hint)


def _no_connection(error: Exception, causes: list[BaseException], host: str, port: int) -> tuple[str, str]:
    where, last = _place(host, port), causes[-1]

    def among(kind: type[BaseException]) -> bool:
        return any(isinstance(cause, kind) for cause in causes)

    if isinstance(error, requests.exceptions.ProxyError):
        return f"{where} cannot be reached through the proxy: {last}", "Check the proxy settings."
    if among(urllib3.exceptions.NameResolutionError) or among(UnicodeError):
        return f"the host name {host} is not known", "Check the name and this machine's DNS."
    if among(ConnectionRefusedError):
        return f"{where} refuses connections", "Check host and port (AXL is on the publisher's 8443)."
    if isinstance(error, requests.exceptions.Timeout):
        return f"{where} does not answer in time", "Check host, port and the firewalls on the way."
    if among(ssl.SSLError):
        old = "Check the port. A very old cluster may speak only TLS 1.0, which today's Python refuses."
        return f"{where} does not speak TLS as we do: {last}", old
    return f"{where} cannot be reached: {last}", "Check host, port and the network between."


def _place(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


_HOW_TO_SEE: Final = (
    "See it with: openssl s_client -connect {where} </dev/null | openssl x509 -noout -fingerprint -sha256"
)


def _not_trusted(error: ssl.SSLCertVerificationError, host: str, port: int) -> TlsNotTrusted:
    where = _place(host, port)
    see = _HOW_TO_SEE.format(where=where)
    match error.verify_code:
        case 62 | 64:
            return TlsNotTrusted(
                f"the certificate of {where} is for another name ({error.verify_message})",
                hint=f"Use the name that stands in the certificate, or pin it with --fingerprint. {see}",
            )
        case 9 | 10:
            return TlsNotTrusted(
                f"the certificate of {where} is expired or not yet valid ({error.verify_message})",
                hint=f"Renew the cluster's tomcat certificate, or pin it with --fingerprint; check this machine's clock. {see}",
            )
        case _:
            return TlsNotTrusted(
                f"the certificate of {where} is not trusted ({error.verify_message})",
                hint="Give its CA, or the certificate itself if it is self-signed, with --ca-bundle FILE "
                "(Cisco Unified OS Administration > Security > Certificate Management: tomcat), "
                f"or pin it with --fingerprint. {see}",
            )


def _other_fingerprint(text: str, host: str, port: int) -> TlsNotTrusted:
    seen = re.search(r'got "([0-9a-f]+)"', text)
    digits = seen[1] if seen else ""
    return TlsNotTrusted(
        f"{_place(host, port)} shows another certificate than the pinned one: its SHA-256 fingerprint is {digits or 'unknown'}",
        hint="If the cluster's tomcat certificate was renewed, compare with Certificate Management and pin the new one; "
        "if not, someone stands between.",
        fingerprint=digits,
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what it wraps, outermost first."""
    seen: set[int] = set()
    queue: list[BaseException] = [error]
    while queue:
        current = queue.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        wrapped = [getattr(current, "reason", None), *current.args, current.__cause__, current.__context__]
        queue += [inner for inner in wrapped if isinstance(inner, BaseException)]
