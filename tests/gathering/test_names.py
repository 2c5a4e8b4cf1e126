"""Names as phones resolve them: what several servers, and a domain, make of one name."""

from collections.abc import Mapping

import pytest

from lscctl.cucm.name_servers import NameAnswer, NameServers, Outcome
from lscctl.cucm.routes import Routes
from lscctl.gathering.names import Resolver

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
