"""The clocks of cluster, nodes and this computer."""

from collections.abc import Iterator
from itertools import chain

from lscctl.cucm.faults import WireFault
from lscctl.cucm.nodes import ClusterNode
from lscctl.cucm.side_by_side import side_by_side
from lscctl.deadline import ClusterClock
from lscctl.preflight.ground import Ground
from lscctl.preflight.interface import result, skip, warn
from lscctl.verdict import CheckResult, Fault

_OURS = 300.0
"""Seconds by which the cluster's clock may differ from ours: certificates are compared by both."""

_NODES = 60.0
"""Seconds by which nodes may differ: NTP keeps them within one."""

_NTP = "Look at NTP on the node: utils ntp status."


class ClocksCheck:
    """The cluster's clock is ours, and that of its nodes."""

    name = "clocks"
    title = "Clocks"
    looked_at = "the publisher's clock against ours, each node's against the publisher's, and the cluster's zone"

    def run(self, ground: Ground) -> CheckResult:
        """Compare them."""
        clock = ground.cluster.clock
        faults = [*_against_ours(clock.ahead), *_nodes(ground)]
        faults += unknown_zone(clock)
        return result(self, f"the cluster's clock is {_told(clock.ahead)}, zone {clock.zone}", faults)


def unknown_zone(clock: ClusterClock) -> Iterator[Fault]:
    """Where only the offset of today is known."""
    if not clock.zone_known:
        yield warn(
            "zone-unknown",
            "the cluster's time zone is not known, only its offset of today",
            "Set `zone` of the cluster in the configuration: deadlines across a change of the clocks need it.",
        )


def _against_ours(ahead: float) -> Iterator[Fault]:
    if abs(ahead) > _OURS:
        yield warn(
            "clock-differs",
            f"the cluster's clock is {_told(ahead)}",
            "Set the clock that is wrong by NTP. Deadlines go by the cluster's clock, certificates by both.",
        )


def _nodes(ground: Ground) -> Iterator[Fault]:
    others = [node for node in ground.nodes if not node.publisher]
    return chain.from_iterable(side_by_side(lambda node: _on(ground, node), others))


def _on(ground: Ground, node: ClusterNode) -> list[Fault]:
    try:
        told = ground.clock_of(node)
    except WireFault as error:
        return [skip("node-clock-unseen", error.message, error.hint or _NTP, node.name)]
    if told is None:
        return [skip("node-clock-unseen", "its web server does not tell the time", _NTP, node.name)]
    ahead = told - ground.now
    if abs(ahead) <= _NODES:
        return []
    return [warn("node-clock-differs", f"its clock is {_told(ahead, 'the publisher')}", _NTP, node.name)]


def _told(ahead: float, of: str = "ours") -> str:
    if abs(ahead) < 2:
        return f"that of {of}" if of != "ours" else "ours"
    return f"{abs(ahead):,.0f} s {'ahead of' if ahead > 0 else 'behind'} {of}"
