"""Names that resolve, that do not, and a resolver that says nothing."""

import socket
import time
from threading import Event

import pytest

from lscctl.cucm.names import Resolution, resolve


def test_a_known_name_and_an_address_are_told_from_an_unknown_one() -> None:
    found = resolve(["localhost", "10.1.2.3", "no-such-host.invalid", "a" * 64 + ".example"], timeout=10)
    assert found == {
        "localhost": Resolution.KNOWN,
        "10.1.2.3": Resolution.KNOWN,
        "no-such-host.invalid": Resolution.UNKNOWN,
        "a" * 64 + ".example": Resolution.UNKNOWN,
    }


def test_a_resolver_that_says_nothing_is_waited_for_once_for_all_names(monkeypatch: pytest.MonkeyPatch) -> None:
    over = Event()

    def silent(host: str, _port: object) -> list[object]:
        if host != "quick":
            over.wait(30)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", silent)
    started = time.monotonic()
    found = resolve([*(f"node{number}" for number in range(20)), "quick"], timeout=0.3)
    took = time.monotonic() - started
    over.set()
    assert took < 3
    assert {name for name, resolution in found.items() if resolution is Resolution.KNOWN} == {"quick"}
    assert found["node7"] is Resolution.NO_ANSWER
