"""Clocks, and the names of nodes."""

from typing import Final

from lscctl.simulator.cluster import Cluster
from lscctl.simulator.failures import Failure
from lscctl.simulator.scenarios.interface import Scenario, last_node

_AHEAD: Final = 2 * 3600.0
_UNKNOWN_NAME: Final = "cucm-branch.invalid"
"""A name that never resolves [RFC 6761]."""


def _clock_ahead(cluster: Cluster) -> None:
    cluster.jump_clock(_AHEAD)


def _node_clock(cluster: Cluster) -> None:
    cluster.nodes.set_clock(last_node(cluster), ahead=-_AHEAD)


def _addresses(cluster: Cluster) -> None:
    """Phones are given addresses, so that there is nothing to resolve."""
    for node in cluster.nodes.all():
        cluster.nodes.rename(node, node.address)
    cluster.renew_lists()


def _unresolved(cluster: Cluster) -> None:
    """Neither we nor the phones of that node can resolve its name."""
    cluster.nodes.rename(last_node(cluster), _UNKNOWN_NAME)
    cluster.renew_lists()
    names = [entry.name for entry in cluster.registrations() if entry.node == _UNKNOWN_NAME and not entry.stale]
    for name in names:
        cluster.break_phones(Failure("dns", name))


OF_NODES: Final = (
    Scenario("clock-ahead", "the cluster's clock is two hours ahead", _clock_ahead),
    Scenario("node-clock", "one node's clock is two hours behind", _node_clock),
    Scenario("node-addresses", "nodes go by their addresses, not by names: nothing is wrong", _addresses),
    Scenario("name-unresolved", "one node goes by a name that nobody can resolve", _unresolved),
)
