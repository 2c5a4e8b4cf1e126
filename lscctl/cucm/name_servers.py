"""Name servers of phones, asked as the phones ask them: what they answer is proof of nothing else [RFC 1035].

Our own resolver is never asked: it may know names that phones do not, and the other way round.
"""

import threading
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import dns.exception
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdatatype

from lscctl.cucm.routes import Routes

PORT: Final = 53
PATIENCE: Final = 1.5
"""Seconds that one question waits; a question that is lost is asked once more."""

_TRIES: Final = 2


class Outcome(StrEnum):
    """What became of a name at a name server."""

    KNOWN = "known"
    NO_SUCH_NAME = "no such name"
    NO_ADDRESS = "no address"
    REFUSED = "refused"
    """The server answers, and does not say: it need not treat a phone alike."""
    SILENT = "silent"


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

    `routes` are the ways that the configuration gives. Safe to share by threads.
    """

    def __init__(self, routes: Routes, *, patience: float = PATIENCE) -> None:
        self._routes = routes
        self._patience = patience
        self._found: dict[tuple[str, str], NameAnswer] = {}
        self._silent: dict[str, NameAnswer] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def ask(self, server: str, name: str) -> NameAnswer:
        """What the server at an address says of a host name."""
        with self._lock:
            lock = self._locks.setdefault(server, threading.Lock())
        with lock:
            if server in self._silent:
                return self._silent[server]
            key = (server, name.lower().rstrip("."))
            if key not in self._found:
                found = self._asked(*key)
                if found.outcome is Outcome.SILENT:
                    self._silent[server] = found
                self._found[key] = found
            return self._found[key]

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
                    question, address, timeout=self._patience, port=port, ignore_unexpected=True
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
    addresses = tuple(
        record.to_text()
        for records in answer.answer
        if records.rdtype in (dns.rdatatype.A, dns.rdatatype.AAAA)
        for record in records
    )
    if not addresses:
        return NameAnswer(Outcome.NO_ADDRESS, f"{where} knows no address of {name}")
    return NameAnswer(Outcome.KNOWN, f"{where} says that {name} is {', '.join(addresses)}", addresses)
