"""Names that resolve, that do not, and a resolver that says nothing."""

import socket
from queue import Empty, SimpleQueue
from threading import Event
from types import SimpleNamespace

import pytest

from lscctl.cucm import names
from lscctl.cucm.names import Resolution, resolve


def test_a_known_name_and_an_address_are_told_from_an_unknown_one() -> None:
    found = resolve(["localhost", "10.1.2.3", "no-such-host.invalid", "a" * 64 + ".example"], timeout=60)
    assert found == {
        "localhost": Resolution.KNOWN,
        "10.1.2.3": Resolution.KNOWN,
        "no-such-host.invalid": Resolution.UNKNOWN,
        "a" * 64 + ".example": Resolution.UNKNOWN,
    }


def test_a_resolver_that_says_nothing_is_waited_for_once_for_all_names(monkeypatch: pytest.MonkeyPatch) -> None:
    over = Event()
    clock, waits = [100.0], list[float]()

    class Answers(SimpleQueue[tuple[str, Resolution]]):
        """Has the one answer that comes, a second later; then nothing comes in time."""

        def get(self, block: bool = True, timeout: float | None = None) -> tuple[str, Resolution]:
            assert timeout is not None
            waits.append(timeout)
            if len(waits) > 1:
                raise Empty
            clock[0] += 1
            return super().get()

    def silent(host: str, _port: object) -> list[object]:
        if host != "quick":
            over.wait()
        return []

    monkeypatch.setattr(socket, "getaddrinfo", silent)
    monkeypatch.setattr(names, "SimpleQueue", Answers)
    monkeypatch.setattr(names, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    found = resolve([*(f"node{number}" for number in range(20)), "quick"], timeout=5)
    over.set()
    assert waits == [5, 4]
    assert {name for name, resolution in found.items() if resolution is Resolution.KNOWN} == {"quick"}
    assert found["node7"] is Resolution.NO_ANSWER
