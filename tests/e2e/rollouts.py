"""What the tests of rollouts share: the command line that they vary, and the truth of the simulated cluster."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from lscctl.simulator.history import Write
from tests.e2e.conftest import Ran, Site

BULK = ("bulk-install", "--cluster", "lab", "--model", "8845", "--yes", "--format", "json")
ONE_WAVE = ("--canary", "0", "--waves", "rest")
CLUSTER_ZONE = ZoneInfo("Europe/Berlin")

WRITES = {"updatePhone", "applyPhone", "doDeviceReset", "resetPhone", "executeSQLUpdate"}


def phones_of(ran: Ran) -> dict[str, dict[str, Any]]:
    """`{name: record}` of a run told as JSON."""
    return {phone["name"]: phone for phone in json.loads(ran.out)["phones"]}


def names_by_state(ran: Ran) -> dict[str, set[str]]:
    """The phones of a run told as JSON, by state."""
    states: dict[str, set[str]] = {}
    for name, phone in phones_of(ran).items():
        states.setdefault(phone["state"], set()).add(name)
    return states


def waves_of(ran: Ran) -> dict[int, set[str]]:
    """The phones of a run told as JSON, by wave; those left out by the plan are in none."""
    waves: dict[int, set[str]] = {}
    for name, phone in phones_of(ran).items():
        if phone["wave"] is not None:
            waves.setdefault(phone["wave"], set()).add(name)
    return waves


def history(site: Site, *operations: str) -> list[Write]:
    """Every write that the cluster accepted, of these operations only if any are named."""
    with site.cluster.lock:
        return [write for write in site.cluster.history.writes() if not operations or write.operation in operations]


def written(site: Site) -> list[str]:
    """The phones that updatePhone wrote, in order; one that was written twice stands there twice."""
    return [write.phone for write in history(site, "updatePhone")]


def assert_untouched(site: Site) -> None:
    """No write was even tried."""
    tried = {operation for operation, _ in site.server.requests}
    assert not tried & WRITES


def explains(ran: Ran, exit_code: int, *words: str) -> None:
    """The command ended with the code, and says on stderr what happened (all the words) and what to do next."""
    assert ran.exit_code == exit_code, (ran.exit_code, ran.out, ran.err)
    for word in words:
        assert word.casefold() in ran.err.casefold(), (word, ran.err)
    assert "error:" in ran.err
    assert "hint:" in ran.err


def hours(opens_in: float, closes_in: float) -> str:
    """A window by the cluster's clock that opens and closes so many hours from now."""
    now = datetime.now(CLUSTER_ZONE)
    opens, closes = (now + timedelta(hours=ahead) for ahead in (opens_in, closes_in))
    return f"{opens:%H:%M}-{closes:%H:%M}"


def call_when(site: Site, operation: str, number: int, action: Callable[[], object]) -> None:
    """Do something when the request of this operation with this number (from 1) arrives, in the server's thread."""
    seen = 0

    def follow(arrived: str) -> None:
        nonlocal seen
        seen += arrived == operation
        if arrived == operation and seen == number:
            action()

    site.server.follow(follow)
