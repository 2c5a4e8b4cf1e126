"""Clusters that are wrong in one way each, by name: what the field guide tells of, and some that are well."""

import difflib
from collections.abc import Iterable
from typing import Final

from lscctl.simulator.cluster import Cluster
from lscctl.simulator.database import transaction
from lscctl.simulator.scenarios.capf import OF_CAPF
from lscctl.simulator.scenarios.interface import Scenario
from lscctl.simulator.scenarios.lists import OF_LISTS
from lscctl.simulator.scenarios.nodes import OF_NODES
from lscctl.simulator.scenarios.phones import OF_PHONES

__all__ = ["SCENARIOS", "Scenario", "UnknownScenarioError", "play", "scenario"]


class UnknownScenarioError(ValueError):
    """There is no such scenario; the text names the nearest."""


def scenario(name: str) -> Scenario:
    """The scenario of this name. Raises UnknownScenarioError."""
    if name not in SCENARIOS:
        nearest = difflib.get_close_matches(name, SCENARIOS, n=1)
        hint = f"did you mean {nearest[0]}?" if nearest else "`sim scenarios` lists them"
        raise UnknownScenarioError(f"no scenario {name!r}: {hint}")
    return SCENARIOS[name]


def play(cluster: Cluster, names: Iterable[str]) -> None:
    """Let scenarios happen to a cluster, one after the other. Raises UnknownScenarioError before any does."""
    wanted = [scenario(name) for name in names]
    with cluster.lock, transaction(cluster.connection):
        for one in wanted:
            one.happen(cluster)


def _nothing(_cluster: Cluster) -> None:
    """A healthy cluster stays as it is."""


SCENARIOS: Final = {
    one.name: one
    for one in (Scenario("healthy", "nothing is wrong", _nothing), *OF_CAPF, *OF_LISTS, *OF_NODES, *OF_PHONES)
}
"""Every scenario by its name."""
