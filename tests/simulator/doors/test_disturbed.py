import time

import pytest
import requests

from lscctl.simulator.cluster import Cluster
from lscctl.simulator.server import SimulatorServer
from tests.simulator.doors.client import Client


@pytest.fixture
def fresh(server: SimulatorServer, axl: Client) -> Client:
    """A client of its own, and nothing disturbed yet."""
    server.calm()
    return Client.of(server)


def a_name(axl: Client) -> str:
    return axl.sql("select first 1 name from device where tkclass = 1")[0]["name"]


def description(axl: Client, name: str) -> str:
    return axl.sql(f"select description from device where name = '{name}'")[0]["description"]


@pytest.mark.parametrize(("harm", "acted"), [("drop-before", False), ("drop-after", True), ("cut", True)])
def test_a_lost_or_cut_answer_leaves_the_client_not_knowing(
    server: SimulatorServer, fresh: Client, harm: str, acted: bool
) -> None:
    name = a_name(fresh)
    server.disturb(f"{harm}:updatePhone@2")
    fresh.call("updatePhone", f"<name>{name}</name><description>before {harm}</description>")
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        fresh.raw("updatePhone", f"<name>{name}</name><description>after {harm}</description>")
    assert description(fresh, name) == (f"after {harm}" if acted else f"before {harm}")
    fresh.call("updatePhone", f"<name>{name}</name><description>then {harm}</description>")


@pytest.mark.parametrize(("harm", "status"), [("http-503", 503), ("http-500", 500), ("html", 200)])
def test_a_page_instead_of_an_answer_and_nothing_done(
    server: SimulatorServer, fresh: Client, harm: str, status: int
) -> None:
    name = a_name(fresh)
    before = description(fresh, name)
    server.disturb(f"{harm}:updatePhone@1")
    answer = fresh.raw("updatePhone", f"<name>{name}</name><description>{harm}</description>")
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith("text/html")
    assert description(fresh, name) == before


def test_a_delay_and_latency(server: SimulatorServer, fresh: Client, cluster: Cluster) -> None:
    fresh.raw("getCCMVersion")
    server.disturb("delay=0.3:getCCMVersion@1")
    started = time.monotonic()
    assert fresh.raw("getCCMVersion").status_code == 200
    assert time.monotonic() - started >= 0.3
    with SimulatorServer(cluster, latency=0.1) as slow:
        client = Client.of(slow)
        client.raw("getCCMVersion")
        started = time.monotonic()
        client.raw("getCCMVersion")
        assert time.monotonic() - started >= 0.1


def test_what_was_disturbed_is_counted_as_such(cluster: Cluster) -> None:
    with SimulatorServer(cluster) as server:
        axl = Client.of(server)
        server.disturb("http-503:getCCMVersion@1")
        assert [axl.raw("getCCMVersion").status_code for _ in range(3)] == [503, 200, 200]
        assert server.requests["getCCMVersion", "ok"] == 2
        assert server.requests["getCCMVersion", "503"] == 1


def test_the_connection_is_kept_between_requests(server: SimulatorServer, fresh: Client) -> None:
    import logging

    said: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: said.append(record.getMessage().split()[0])  # type: ignore[method-assign]
    logger = logging.getLogger("lscctl.simulator")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        for _ in range(3):
            fresh.raw("getCCMVersion")
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
    assert len(said) == 3
    assert len(set(said)) == 1


def test_a_follower_hears_of_each_request_before_it_is_served_and_may_disturb_that_very_one(cluster: Cluster) -> None:
    heard: list[str] = []

    def strike_the_third(operation: str) -> None:
        heard.append(operation)
        if len(heard) == 3:
            server.disturb("http-503:getCCMVersion@1")

    with SimulatorServer(cluster) as server:
        server.follow(strike_the_third)
        client = Client.of(server)
        answers = [client.raw("getCCMVersion", "").status_code for _ in range(4)]
    assert answers == [200, 200, 503, 200]
    assert heard == ["getCCMVersion"] * 4
