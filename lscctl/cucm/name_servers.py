"""Name servers of phones, asked as the phones ask them: what they answer is proof of nothing else [RFC 1035].

Our own resolver is never asked: it may know names that phones do not, and the other way round. Which servers there are a phone's
own page says, and anybody may have written that: what is no address of a name server of a network gets no packet of ours, and
neither the number of servers nor the time that one takes is theirs to choose.
"""

import ipaddress
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdatatype

from lscctl.cucm.routes import Routes

PORT: Final = 53
PATIENCE: Final = 1.5
"""Seconds that one question waits; a question that is lost is asked once more."""

SECONDS_A_SERVER: Final = 8.0
"""So long one server is waited for, all its questions together."""

MOST_SERVERS: Final = 500
"""So many servers are asked, whatever phones name."""

_TRIES: Final = 2


class Outcome(StrEnum):
    """What became of a name at a name server."""

    KNOWN = "known"
    NO_SUCH_NAME = "no such name"
    NO_ADDRESS = "no address"
    REFUSED = "refused"
    """The server answers, and does not say: it need not treat a phone alike."""
    SILENT = "silent"
    NOT_ASKED = "not asked"
    """It is no address that is asked, or enough was asked already."""


@dataclass(frozen=True, slots=True)
class NameAnswer:
    """What a name server says of a name: its addresses where it is known, and in words how it answered."""

    outcome: Outcome
    said: str
    addresses: tuple[str, ...] = field(default=())

    @property
    def resolved(self) -> bool | None:
        """Whether a phone that asks this server learns an address; None where that cannot be told from here."""
        return {Outcome.KNOWN: True, Outcome.NO_SUCH_NAME: False, Outcome.NO_ADDRESS: False}.get(self.outcome)


class NameServers:
    """Asks each server for each name once, whoever wants to know; a server that was silent once is not asked again.

    `routes` are the ways that the configuration gives; `patience` is in seconds, as `clock` counts them. Safe to share by threads.
    """

    def __init__(
        self, routes: Routes, *, patience: float = PATIENCE, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._routes = routes
        self._patience = patience
        self._clock = clock
        self._spent: dict[str, float] = {}
        self._found: dict[tuple[str, str], NameAnswer] = {}
        self._silent: dict[str, NameAnswer] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def ask(self, server: str, name: str) -> NameAnswer:
        """What the server at an address says of a host name."""
        if (why := no_server_at(server)) is not None:
            return NameAnswer(Outcome.NOT_ASKED, f"the name server {server} is not asked: {why}")
        with self._lock:
            if server not in self._locks and len(self._locks) >= MOST_SERVERS:
                said = f"the name server at {server} is not asked: {MOST_SERVERS} others were, and that is enough"
                return NameAnswer(Outcome.NOT_ASKED, said)
            lock = self._locks.setdefault(server, threading.Lock())
        with lock:
            if server in self._silent:
                return self._silent[server]
            key = (server, name.lower().rstrip("."))
            if key not in self._found:
                self._found[key] = self._timed(*key)
            return self._found[key]

    def _timed(self, server: str, name: str) -> NameAnswer:
        """Ask, as long as the server has time left."""
        spent = self._spent.get(server, 0.0)
        if spent >= SECONDS_A_SERVER:
            said = f"the name server at {server} is so slow that it was not asked for {name}"
            return NameAnswer(Outcome.NOT_ASKED, said)
        start = self._clock()
        found = self._asked(server, name)
        self._spent[server] = spent + self._clock() - start
        if found.outcome is Outcome.SILENT:
            self._silent[server] = found
        return found

    def _asked(self, server: str, name: str) -> NameAnswer:
        try:
            host = dns.name.from_text(f"{name}." if name else "..")
        except (dns.exception.DNSException, UnicodeError):
            return NameAnswer(Outcome.NO_SUCH_NAME, f"{name!r} can be no host's name")
        found = self._answer(server, host, dns.rdatatype.A)
        return self._answer(server, host, dns.rdatatype.AAAA) if found.outcome is Outcome.NO_ADDRESS else found

    def _answer(self, server: str, host: dns.name.Name, kind: dns.rdatatype.RdataType) -> NameAnswer:
        name = host.to_text(omit_final_dot=True)
        address, port = self._routes.to(server, PORT)
        where = f"the name server at {server}"
        for _ in range(_TRIES):
            question = dns.message.make_query(host, kind)
            try:
                answer, _ = dns.query.udp_with_fallback(
                    question, address, timeout=self._patience, port=port, ignore_unexpected=True, ignore_errors=True
                )
            except dns.exception.Timeout:
                continue
            except (dns.exception.DNSException, OSError, ValueError) as error:
                return NameAnswer(Outcome.SILENT, f"{where} cannot be asked: {error or type(error).__name__}")
            return _judged(answer, name, where)
        return NameAnswer(Outcome.SILENT, f"{where} does not answer within {self._patience:g} s")


def _judged(answer: dns.message.Message, name: str, where: str) -> NameAnswer:
    """What an answer means. An alias counts by where it leads."""
    code = answer.rcode()
    if code == dns.rcode.NXDOMAIN:
        return NameAnswer(Outcome.NO_SUCH_NAME, f"{where} says that there is no {name} (NXDOMAIN)")
    if code != dns.rcode.NOERROR:
        return NameAnswer(
            Outcome.REFUSED, f"{where} does not say whether there is a {name} ({dns.rcode.to_text(code)})"
        )
    try:
        found = answer.resolve_chaining() if isinstance(answer, dns.message.QueryMessage) else None
    except dns.exception.DNSException:
        return NameAnswer(Outcome.NO_ADDRESS, f"{where} has aliases of {name} that lead nowhere")
    addresses = tuple(record.to_text() for record in (found.answer if found and found.answer else ()))
    if addresses:
        return NameAnswer(Outcome.KNOWN, f"{where} says that {name} is {', '.join(addresses)}", addresses)
    if not answer.flags & dns.flags.RA and any(records.rdtype is dns.rdatatype.NS for records in answer.authority):
        return NameAnswer(Outcome.REFUSED, f"{where} does not look for {name} for us, and sends elsewhere")
    return NameAnswer(Outcome.NO_ADDRESS, f"{where} knows no address of {name}")


def no_server_at(address: str) -> str | None:
    """Why nobody is asked for names at an address that a phone names; None where a name server may be."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "it is no address"
    if isinstance(found, ipaddress.IPv6Address):
        if found.scope_id is not None:
            return "it is an address of one link"
        found = found.ipv4_mapped or found
    kinds = (
        (found.is_unspecified, "it is the address of nobody"),
        (found.is_loopback, "it is the phone's own, or ours"),
        (found.is_multicast, "it is an address of many"),
        (found.is_link_local, "it is an address of one link"),
        (found.is_reserved, "the address is reserved"),
    )
    return next((why for is_so, why in kinds if is_so), None)
