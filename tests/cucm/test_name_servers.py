"""Name servers as phones have them: asked once, never instead of them our own, and bounded however they misbehave."""

import itertools
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from lscctl.cucm.name_servers import MOST_SERVERS, SECONDS_A_SERVER, NameServers, Outcome, no_server_at
from lscctl.cucm.routes import Routes

SERVER = "10.11.0.53"
NAME = "cucm-pub.example.com"

Reply = Callable[[dns.message.Message], bytes | None]


@contextmanager
def name_server(reply: Reply, clock: Callable[[], float] = time.monotonic) -> Iterator[tuple[NameServers, list[str]]]:
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
            routes = Routes({f"{SERVER}:53": f"127.0.0.1:{port}"})
            yield NameServers(routes, patience=0.4, clock=clock), questions
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


@pytest.mark.parametrize(
    "records_of_another",
    [
        ["other.example.com. A 10.10.0.11"],
        [f"{NAME}. CNAME a.example.com.", f"a.example.com. CNAME {NAME}."],
        [f"{NAME}. CNAME pub.example.com.", "other.example.com. A 10.10.0.11"],
    ],
)
def test_addresses_of_other_names_and_aliases_in_a_circle_are_no_address_of_this_one(
    records_of_another: list[str],
) -> None:
    with name_server(records(*records_of_another)) as (servers, _):
        assert servers.ask(SERVER, NAME).outcome is Outcome.NO_ADDRESS


def test_a_server_that_sends_elsewhere_does_not_say_that_there_is_no_address() -> None:
    def refer(question: dns.message.Message) -> bytes:
        found = dns.message.make_response(question)
        found.authority.append(dns.rrset.from_text(".", 60, "IN", "NS", "a.root-servers.net."))
        return found.to_wire()

    with name_server(refer) as (servers, _):
        assert servers.ask(SERVER, NAME).resolved is None


def test_an_answer_to_another_question_is_not_waited_for_as_an_answer_of_the_server() -> None:
    def of_another(question: dns.message.Message) -> bytes:
        question.id ^= 1
        return records(f"{NAME}. A 10.10.0.11")(question) or b""

    with name_server(of_another) as (servers, _):
        found = servers.ask(SERVER, NAME)
    assert (found.outcome, "does not answer" in found.said) == (Outcome.SILENT, True)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "0.0.0.0", "224.0.0.251", "255.255.255.255", "169.254.169.254", "240.0.0.1"),
        *("::1", "::", "ff02::fb", "fe80::1", "fe80::1%1", "::ffff:127.0.0.1", "localhost"),
    ],
)
def test_what_a_phone_s_page_names_gets_no_packet_unless_it_can_be_a_name_server(address: str) -> None:
    assert no_server_at(address) is not None
    with name_server(records(f"{NAME}. A 10.10.0.11")) as (_, questions):
        found = NameServers(Routes({address: SERVER})).ask(address, NAME)
    assert (found.outcome, found.resolved, questions) == (Outcome.NOT_ASKED, None, [])


@pytest.mark.parametrize(
    "address", ["10.11.0.53", "192.168.1.1", "198.51.100.7", "9.9.9.9", "fd00::53", "2001:4860::8"]
)
def test_addresses_of_networks_may_be_name_servers(address: str) -> None:
    assert no_server_at(address) is None


def test_a_server_has_no_more_time_than_its_own_however_many_names_are_asked_for() -> None:
    ticks = itertools.count(step=SECONDS_A_SERVER / 4)  # read twice a question: each takes a quarter of the time
    with name_server(records(), clock=lambda: float(next(ticks))) as (servers, _):
        outcomes = [servers.ask(SERVER, f"{number}.{NAME}").outcome for number in range(6)]
    assert outcomes == [*[Outcome.NO_ADDRESS] * 4, *[Outcome.NOT_ASKED] * 2]


def test_phones_cannot_have_more_servers_asked_than_so_many() -> None:
    with name_server(records(f"{NAME}. A 10.10.0.11")) as (servers, questions):
        addresses = [f"10.12.{number // 250}.{number % 250 + 1}" for number in range(MOST_SERVERS + 3)]
        outcomes = [servers.ask(address, "..").outcome for address in addresses]
        assert outcomes == [*[Outcome.NO_SUCH_NAME] * MOST_SERVERS, *[Outcome.NOT_ASKED] * 3]
        assert servers.ask(addresses[0], "..").outcome is Outcome.NO_SUCH_NAME
        assert not questions
