"""The name servers of the phones' networks, asked by a library of others and by bytes."""

from collections.abc import Iterator

import dns.message
import dns.query
import dns.rcode
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lscctl.simulator.doors.name_servers import answer, name_servers
from tests.simulator.lab import Lab

NODE = "cucm-pub.example.com"
KNOWN = {NODE: "10.10.0.11", "six.example.com": "2001:db8::1"}


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with name_servers(Lab().cluster, 0) as port:
        yield port


def asked(port: int, server: str, name: str, kind: str = "A") -> dns.message.Message:
    return dns.query.udp(dns.message.make_query(name, kind), server, port=port, timeout=3)


def test_the_server_of_a_site_knows_the_nodes_in_any_case_and_answers_from_where_it_was_asked(port: int) -> None:
    found = asked(port, "127.11.0.53", "CUCM-Pub.Example.COM.")
    assert found.rcode() == dns.rcode.NOERROR
    assert [record.to_text() for records in found.answer for record in records] == ["10.10.0.11"]
    assert not asked(port, "127.11.0.53", NODE, "AAAA").answer


def test_it_knows_nobody_else_and_the_other_server_of_the_site_knows_no_node(port: int) -> None:
    assert asked(port, "127.11.0.53", "www.example.com").rcode() == dns.rcode.NXDOMAIN
    assert asked(port, "127.11.0.54", NODE).rcode() == dns.rcode.NXDOMAIN


def test_where_no_name_server_is_nobody_answers(port: int) -> None:
    with pytest.raises(dns.exception.Timeout):
        dns.query.udp(dns.message.make_query(NODE, "A"), "127.11.0.99", port=port, timeout=0.3)


def test_ipv6_is_answered_where_that_is_what_is_asked_for() -> None:
    question = dns.message.make_query("six.example.com", "AAAA")
    found = dns.message.from_wire(answer(question.to_wire(), KNOWN))
    assert [record.to_text() for records in found.answer for record in records] == ["2001:db8::1"]


def test_what_ends_in_invalid_resolves_nowhere() -> None:
    question = dns.message.make_query("branch.invalid", "A")
    found = dns.message.from_wire(answer(question.to_wire(), {"branch.invalid": "10.1.1.1"}))
    assert found.rcode() == dns.rcode.NXDOMAIN


@given(st.binary(max_size=64))
def test_whatever_comes_is_answered_as_a_bad_question_or_not_at_all(noise: bytes) -> None:
    found = answer(noise, KNOWN)
    assert found == b"" or (found[:2] == noise[:2] and found[2] & 0x80)
