"""Name servers as phones have them: asked once, never instead of them our own, and bounded however they misbehave."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import dns.message
import dns.rcode
import dns.rrset
import pytest

from lscctl.cucm.name_servers import NameServers, Outcome
from lscctl.cucm.routes import Routes

SERVER = "10.11.0.53"
NAME = "cucm-pub.example.com"

Reply = Callable[[dns.message.Message], bytes | None]


@contextmanager
def name_server(reply: Reply) -> Iterator[tuple[NameServers, list[str]]]:
    """A server on loopback that is met as 10.11.0.53, and the questions that it was asked."""
    questions: list[str] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind(("127.0.0.1", 0))
        closing = threading.Event()

        def serve() -> None:
            while True:
                content, client = door.recvfrom(4096)
                if closing.is_set():
                    return
                question = dns.message.from_wire(content)
                questions.append(question.question[0].to_text())
                found = reply(question)
                if found is not None:
                    door.sendto(found, client)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        port = door.getsockname()[1]
        try:
            yield NameServers(Routes({f"{SERVER}:53": f"127.0.0.1:{port}"}), patience=0.4), questions
        finally:
            closing.set()
            door.sendto(b"", door.getsockname())
            thread.join()


def records(*texts: str, rcode: int = dns.rcode.NOERROR) -> Reply:
    """An answer with these records."""

    def reply(question: dns.message.Message) -> bytes:
        found = dns.message.make_response(question)
        found.set_rcode(dns.rcode.Rcode(rcode))
        for text in texts:
            owner, kind, value = text.split()
            if kind in ("CNAME", dns.rdatatype.to_text(question.question[0].rdtype)):
                found.answer.append(dns.rrset.from_text(owner, 60, "IN", kind, value))
        return found.to_wire()

    return reply


def test_a_name_that_is_known_has_its_addresses_and_is_asked_for_once() -> None:
    with name_server(records(f"{NAME}. A 10.10.0.11")) as (servers, questions):
        for name in (NAME, NAME.upper(), f"{NAME}."):
            found = servers.ask(SERVER, name)
            assert (found.outcome, found.addresses, found.resolved) == (Outcome.KNOWN, ("10.10.0.11",), True)
        assert len(questions) == 1


def test_an_alias_counts_by_where_it_leads() -> None:
    reply = records(f"{NAME}. CNAME pub.example.com.", "pub.example.com. A 10.10.0.11")
    with name_server(reply) as (servers, _):
        assert servers.ask(SERVER, NAME).addresses == ("10.10.0.11",)


def test_a_name_with_an_ipv6_address_alone_is_known() -> None:
    with name_server(records(f"{NAME}. AAAA 2001:db8::1")) as (servers, _):
        assert servers.ask(SERVER, NAME).addresses == ("2001:db8::1",)


@pytest.mark.parametrize(
    ("reply", "outcome", "resolved"),
    [
        (records(rcode=dns.rcode.NXDOMAIN), Outcome.NO_SUCH_NAME, False),
        (records(), Outcome.NO_ADDRESS, False),
        (records(rcode=dns.rcode.REFUSED), Outcome.REFUSED, None),
        (records(rcode=dns.rcode.SERVFAIL), Outcome.REFUSED, None),
        (lambda _: b"no answer of DNS at all", Outcome.SILENT, None),
    ],
)
def test_only_what_the_server_says_of_the_name_tells_anything_of_it(
    reply: Reply, outcome: Outcome, resolved: bool | None
) -> None:
    with name_server(reply) as (servers, _):
        found = servers.ask(SERVER, NAME)
    assert (found.outcome, found.resolved, found.addresses) == (outcome, resolved, ())
    assert SERVER in found.said


def test_a_server_that_is_silent_is_asked_twice_for_one_name_and_never_again() -> None:
    with name_server(lambda _: None) as (servers, questions):
        assert servers.ask(SERVER, NAME).outcome is Outcome.SILENT
        assert servers.ask(SERVER, "other.example.com").outcome is Outcome.SILENT
        assert len(questions) == 2


@pytest.mark.parametrize("name", ["a" * 64 + ".example.com", "..", "x" * 300])
def test_what_can_be_no_host_s_name_is_not_asked_for(name: str) -> None:
    with name_server(records()) as (servers, questions):
        assert servers.ask(SERVER, name).outcome is Outcome.NO_SUCH_NAME
        assert not questions
