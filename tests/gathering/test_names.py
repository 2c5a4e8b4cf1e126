"""Names as phones resolve them: what several servers, and a domain, make of one name."""

from collections.abc import Mapping

import pytest

from lscctl.cucm.name_servers import NameAnswer, NameServers, Outcome
from lscctl.cucm.routes import Routes
from lscctl.finding import Place, Source
from lscctl.gathering.names import Names, Resolver
from lscctl.gathering.network import Network

KNOWN, UNKNOWN, REFUSED, SILENT = Outcome.KNOWN, Outcome.NO_SUCH_NAME, Outcome.REFUSED, Outcome.SILENT


class Told(NameServers):
    """Servers that say what they are told to say."""

    def __init__(self, answers: Mapping[tuple[str, str], Outcome]) -> None:
        super().__init__(Routes())
        self.answers = answers

    def ask(self, server: str, name: str) -> NameAnswer:
        """What it was told to say."""
        return NameAnswer(self.answers[server, name], f"{server} of {name}")


@pytest.mark.parametrize(
    ("full", "short", "resolved"),
    [
        (KNOWN, UNKNOWN, True),
        (UNKNOWN, KNOWN, True),
        (UNKNOWN, UNKNOWN, False),
        (REFUSED, UNKNOWN, None),
        (UNKNOWN, REFUSED, None),
        (SILENT, SILENT, None),
    ],
)
def test_a_short_name_is_unknown_only_where_the_server_says_so_with_the_domain_and_without(
    full: Outcome, short: Outcome, resolved: bool | None
) -> None:
    servers = Told({("10.0.0.1", "pub.example.com"): full, ("10.0.0.1", "pub"): short})
    answer = Resolver(("10.0.0.1",), "example.com").resolve("pub", servers)
    assert answer is not None
    assert answer.resolved is resolved


def test_the_next_server_is_asked_where_one_does_not_say_and_only_there() -> None:
    name, two = "pub.example.com", Resolver(("10.0.0.1", "10.0.0.2"), "")
    for first, second, resolved in ((REFUSED, KNOWN, True), (SILENT, UNKNOWN, False), (UNKNOWN, KNOWN, False)):
        answer = two.resolve(name, Told({("10.0.0.1", name): first, ("10.0.0.2", name): second}))
        assert answer is not None
        assert answer.resolved is resolved


class Sites(NameServers):
    """Servers that each know addresses of nodes; one that is not named knows none."""

    def __init__(self, known: Mapping[str, Mapping[str, str]]) -> None:
        super().__init__(Routes())
        self.known = known

    def ask(self, server: str, name: str) -> NameAnswer:
        """The address that this server knows."""
        address = self.known.get(server, {}).get(name)
        if address is None:
            return NameAnswer(UNKNOWN, f"{server} does not know {name}")
        return NameAnswer(KNOWN, f"{server} says {address}", (address,))


def test_a_node_of_which_a_phones_own_servers_know_nothing_is_known_by_what_the_others_agree_on() -> None:
    servers = Sites(
        {
            "10.1.0.1": {"pub": "10.0.0.1", "sub": "10.0.0.2", "far": "10.0.0.9"},
            "10.2.0.1": {"pub": "10.0.0.1", "sub": "10.0.0.9"},
        }
    )
    networks = [Network(Place(Source.PHONE_PAGE, "/"), dns=[dns]) for dns in ("10.1.0.1", "10.2.0.1", "10.3.0.1")]
    names = Names(servers, ("pub", "sub", "far"), "pub")
    names.prepare(networks)
    assert names.addresses(networks[0]) == {"10.0.0.1": "pub", "10.0.0.2": "sub", "10.0.0.9": "far"}
    assert names.addresses(networks[1])["10.0.0.9"] == "sub"
    assert names.addresses(networks[2]) == {"10.0.0.1": "pub", "10.0.0.2": "sub"}
