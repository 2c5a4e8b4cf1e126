"""SOAP over HTTPS to one cluster: one login, its session, the pool of connections, and what each HTTP answer means.

Every way to fail has its class in `lscctl.cucm.faults`; for a write it says whether the cluster may have acted. Nothing is
repeated here but the one thing that HTTP itself asks for: a request that an expired session refused.
"""

import base64
import email.utils
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

import requests
import urllib3
from lxml import etree

from lscctl.cucm import connection
from lscctl.cucm.connection import Adapter, Trust
from lscctl.cucm.faults import (
    LEAST_ROLES,
    AnswerLost,
    BadAnswer,
    ConnectionLost,
    LoginRefused,
    NotAnAxlServer,
    RoleMissing,
    Throttled,
    TlsNotTrusted,
    VersionRefused,
    WireFault,
)
from lscctl.cucm.secrets import masked, without
from lscctl.errors import UsageError

_ENVELOPES: Final = ("{http://schemas.xmlsoap.org/soap/envelope/}", "{http://www.w3.org/2003/05/soap-envelope}")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a cluster is and how to log in. Timeouts are in seconds.

    `proxy` is the URL of the proxy to use, None for none: the environment is never asked here. `workers` is the number of
    threads that will share the connection pool. Neither the password nor the proxy, which may hold one, shows in a repr.
    Raises UsageError for what is no host name.
    """

    host: str
    user: str
    password: str = field(repr=False)
    port: int = 8443
    trust: Trust = field(default_factory=Trust)
    proxy: str | None = field(default=None, repr=False)
    connect_timeout: float = 10.0
    read_timeout: float = 120.0
    workers: int = 8

    def __post_init__(self) -> None:
        try:
            asked = requests.Request("GET", f"https://{self.where}/").prepare().url
        except requests.RequestException:
            asked = None
        if not self.host or asked is None or urlsplit(asked)[2:] != ("/", "", "") or "@" in self.host:
            raise UsageError(
                f"{self.host!r} is not a host name",
                hint="Give the name or address only, without https://, port and brackets. Another port than 8443 goes into "
                "`port` of the cluster's configuration.",
            )

    @property
    def where(self) -> str:
        """`host:port`, as messages name the cluster."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Request:
    """One SOAP request.

    `operation` is its name in messages; `write`: it changes the cluster; `version`: of its schema; `roles`: what it takes;
    `secrets`: texts in it that no trace shows, wherever they stand.
    """

    path: str
    action: str
    body: bytes = field(repr=False)
    operation: str
    write: bool = False
    version: str = ""
    roles: tuple[str, ...] = LEAST_ROLES
    secrets: frozenset[str] = field(default=frozenset(), repr=False)


class Transport:
    """Carries SOAP requests to one cluster; safe to share by threads.

    `trace` is given every request and answer as text, secrets masked. The password is sent by one thread at a time, and
    after a 401 (`refused`) never again, so a wrong one is offered once; where the cluster opens a session, that serves all
    threads.
    `login_proved` says whether AXL has answered this login.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        trace: Callable[[str], None] | None = None,
        refused: threading.Event | None = None,
    ) -> None:
        self.endpoint = endpoint
        self._trace = trace
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = endpoint.trust.verify
        self._session.proxies = {"https": endpoint.proxy} if endpoint.proxy else {}
        self._session.mount("https://", Adapter(endpoint.trust, endpoint.workers))
        pair = f"{endpoint.user}:{endpoint.password}".encode()
        self._authorization = f"Basic {base64.b64encode(pair).decode()}"
        self._login = threading.Lock()
        self._refused = refused or threading.Event()
        self._cookie_refused = False  # a cookie is no login to this cluster, if the password still is one
        self._password_each_time = False
        self.login_proved = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def another(self, host: str = "", port: int = 0) -> Self:
        """A transport for another service of this cluster: its own connection and session, so that neither holds up the other.

        `host` and `port` are another node's, where given. A password that one of them was refused is offered by neither again.
        """
        endpoint = replace(self.endpoint, host=host or self.endpoint.host, port=port or self.endpoint.port, workers=1)
        return type(self)(endpoint, trace=self._trace, refused=self._refused)

    def call(self, request: Request) -> etree._Element:
        """Send a SOAP request; returns what stands in the answer's Body: the answer's element or a SOAP fault.

        Raises a WireFault for everything else; AnswerLost for a write that may have been done.
        """
        prepared, response = self._attempt(request)
        if not _brings_password(prepared) and response.status_code in (401, 404):
            self._forget_session(prepared, response.status_code)
            prepared, response = self._attempt(request)
        return self._judge(response, request)

    def get_anonymously(self, path: str) -> bytes:
        """Fetch a page without credentials, before any login; raises a WireFault, NotAnAxlServer unless it answers 200."""
        prepared = self._session.prepare_request(requests.Request("GET", self._url(path)))
        response = self._send(prepared, Request(path, "", b"", f"GET {path}"), self.endpoint.connect_timeout)
        self._session.cookies.clear()  # a stranger's session must not pass for a login
        if response.status_code != 200:
            raise NotAnAxlServer(f"{self.endpoint.where}{path} answers HTTP {response.status_code}")
        return response.content

    def date(self, path: str) -> float | None:
        """The server's clock, epoch seconds, as the Date header of a page tells it; None where there is none. Raises WireFault."""
        prepared = self._session.prepare_request(requests.Request("GET", self._url(path)))
        response = self._send(prepared, Request(path, "", b"", f"GET {path}"), self.endpoint.connect_timeout)
        self._session.cookies.clear()
        try:
            return email.utils.parsedate_to_datetime(response.headers["Date"]).timestamp()
        except (KeyError, ValueError):
            return None

    def _attempt(self, request: Request) -> tuple[requests.PreparedRequest, requests.Response]:
        """Send the request once: with the session if there is one, else with the password, one thread at a time."""
        prepared = self._prepare(request)
        if not _brings_password(prepared):
            return prepared, self._send(prepared, request, self.endpoint.read_timeout)
        with self._login:
            prepared = self._prepare(request)
            if _brings_password(prepared):
                response = self._send(prepared, request, self.endpoint.read_timeout)
                if response.status_code in (200, 500):
                    self._password_each_time = self._cookie_refused or not _has_session(self._prepare(request))
                return prepared, response
        # Another thread has logged in meanwhile.
        return prepared, self._send(prepared, request, self.endpoint.read_timeout)

    def _forget_session(self, prepared: requests.PreparedRequest, status: int) -> None:
        """Drop the session that the cluster no longer knows, unless another thread has logged in anew meanwhile."""
        with self._login:
            self._cookie_refused = self._cookie_refused or status == 401
            now = self._session.prepare_request(requests.Request("POST", prepared.url))
            if now.headers.get("Cookie") == prepared.headers.get("Cookie"):
                self._session.cookies.clear()

    def _prepare(self, request: Request) -> requests.PreparedRequest:
        if self._refused.is_set():
            raise LoginRefused(self.endpoint.user, self.endpoint.where)
        headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{request.action}"', "Accept": "text/xml"}
        prepared = self._session.prepare_request(
            requests.Request("POST", self._url(request.path), data=request.body, headers=headers)
        )
        if self._password_each_time or not _has_session(prepared):
            prepared.headers["Authorization"] = self._authorization
        return prepared

    def _url(self, path: str) -> str:
        return f"https://{self.endpoint.where}{path}"

    def _send(self, prepared: requests.PreparedRequest, request: Request, read_timeout: float) -> requests.Response:
        self._note(f"> {request.operation} {prepared.method} {prepared.url}", request.body, request.secrets)
        began = time.monotonic()
        connection.start_of_request()
        try:
            response = self._session.send(
                prepared, timeout=(self.endpoint.connect_timeout, read_timeout), allow_redirects=False
            )
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            self._note(f"! {request.operation} {type(error).__name__} after {time.monotonic() - began:.3f} s")
            if connection.nothing_was_sent():
                raise connection.why(error, self.endpoint.host, self.endpoint.port) from error
            raise self._lost(request, error) from error
        except OSError as error:  # requests looks for the file of the CA before each request, and sends nothing without
            raise TlsNotTrusted(
                f"{self.endpoint.where} cannot be trusted any more: {self.endpoint.trust.ca_bundle} is gone ({error})",
                hint="Put the file of --ca-bundle back, and leave it there while lscctl runs.",
            ) from error
        took = f"after {time.monotonic() - began:.3f} s"
        self._note(f"< {request.operation} HTTP {response.status_code} {took}", response.content, request.secrets)
        if response.status_code == 401 and _brings_password(prepared):
            self._refused.set()
        return response

    def _lost(self, request: Request, error: Exception) -> WireFault:
        where = self.endpoint.where
        late = isinstance(error, requests.Timeout)
        seen = f"none came within {self.endpoint.read_timeout:g} s" if late else "the connection broke"
        if request.write:
            return AnswerLost(request.operation, where, seen)
        if late:
            return BadAnswer(
                f"{where} did not answer {request.operation} within {self.endpoint.read_timeout:g} s",
                hint="Allow more time, ask for less at once, or look at the publisher's load.",
            )
        return ConnectionLost(
            f"{where} broke off before its answer to {request.operation} was complete",
            hint="Try again; if it stays so, look at what stands between here and the cluster.",
        )

    def _judge(self, response: requests.Response, request: Request) -> etree._Element:
        where, status = self.endpoint.where, response.status_code
        match status:
            case 200 | 500:
                answer = self._body(response, request)
                self.login_proved = True
                return answer
            case 401:
                raise LoginRefused(self.endpoint.user, where)
            case 403:
                raise RoleMissing(self.endpoint.user, where, request.roles)
            case 503:
                raise Throttled(where, _retry_after(response))
            case 599:
                raise VersionRefused(where, request.version, _versions(response.text), response.text)
            case _ if 300 <= status < 400:
                target = response.headers.get("Location", "elsewhere")
                raise NotAnAxlServer(
                    f"{where}{request.path} redirects to {target}", hint="Give the publisher's own name and port 8443."
                )
            case _ if status < 500:
                raise NotAnAxlServer(
                    f"{where} has no {request.path}: HTTP {status}, {_seen(response)}",
                    hint="Is this the publisher, and is the Cisco AXL Web Service activated there (Serviceability > Service "
                    "Activation)?",
                )
            case _:
                raise self._unusable(request, f"HTTP {status}, {_seen(response)}")

    def _body(self, response: requests.Response, request: Request) -> etree._Element:
        try:
            envelope = etree.fromstring(response.content, etree.XMLParser(resolve_entities=False, no_network=True))
        except (etree.XMLSyntaxError, ValueError):
            raise self._unusable(request, f"HTTP {response.status_code}, {_seen(response)}") from None
        for namespace in _ENVELOPES:
            body = envelope.find(f"{namespace}Body") if envelope.tag == f"{namespace}Envelope" else None
            if body is not None and len(body):
                return body[0]
        raise self._unusable(request, f"HTTP {response.status_code}, {_seen(response)}")

    def _unusable(self, request: Request, seen: str) -> WireFault:
        if request.write:
            return AnswerLost(request.operation, self.endpoint.where, seen)
        message = f"{self.endpoint.where} did not answer {request.operation} in AXL's way: {seen}"
        if self.login_proved:
            return BadAnswer(
                message, hint="Try again; if it stays so, look at what stands between here and the cluster."
            )
        return NotAnAxlServer(message, hint="Is this a CUCM publisher? AXL is on its port 8443.")

    def _note(self, title: str, body: bytes = b"", secrets: frozenset[str] = frozenset()) -> None:
        if self._trace is not None:
            self._trace(f"{title}\n{without(masked(body.decode('utf-8', errors='replace')), secrets)}")


def _brings_password(prepared: requests.PreparedRequest) -> bool:
    return "Authorization" in prepared.headers


def _has_session(prepared: requests.PreparedRequest) -> bool:
    return "JSESSIONID" in (prepared.headers.get("Cookie") or "")


def _seen(response: requests.Response) -> str:
    """What came instead of an answer, in a few words."""
    text = response.content.strip()
    if not text:
        return "an empty answer"
    if re.match(rb"(?i)<!doctype html|<html", text) or "html" in response.headers.get("Content-Type", "").lower():
        title = re.search(r"(?is)<title>\s*(.*?)\s*</title>", response.text)
        return f"a web page{f' ({title[1][:80]!r})' if title else ''}"
    if text.startswith(b"<") and re.search(rb"(?i)<(?:[\w-]+:)?envelope\b", text):
        return "a SOAP answer that is cut off or broken" if not text.endswith(b">") else "a SOAP answer that is broken"
    return f"{response.headers.get('Content-Type') or 'bytes'} that is no SOAP"


def _retry_after(response: requests.Response) -> float | None:
    """Seconds to wait as the server tells them, in either of HTTP's forms."""
    value = response.headers.get("Retry-After", "").strip()
    if value.isdigit():
        return float(value)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except ValueError:
        return None


def _versions(page: str) -> tuple[str, ...]:
    """The schema versions that a page of status 599 names, in either of its wordings [field guide 3]."""
    text = re.sub(r"<[^>]*>", " ", page)
    named = re.search(
        r"(?i)(?:supported|available)\s+(?:axl\s+)?versions\s+are:?\s*((?:\d+\.(?:\d+|x)|and|,|\s)+)", text
    )
    return tuple(dict.fromkeys(re.findall(r"\d+\.(?:\d+|x)", named[1]))) if named else ()
