"""The names that phones are given for CAPF, TFTP and TVS."""

import ipaddress
from collections.abc import Iterator

from lscctl.cucm.names import Resolution
from lscctl.cucm.nodes import TFTP, ClusterNode
from lscctl.preflight.ground import Ground
from lscctl.preflight.interface import result, skip, warn
from lscctl.verdict import CheckResult, Fault


class NamesCheck:
    """What phones are given as names resolves, at least here."""

    name = "names"
    title = "Names"
    looked_at = "the names of the publisher, the TFTP servers and the TVS nodes, as this computer resolves them"

    def run(self, ground: Ground) -> CheckResult:
        """Resolve each that is no address."""
        hosts = [node for node in ground.nodes if node.publisher or node.serves_phones or node.has(TFTP)]
        addresses = sum(_is_address(node.name) for node in hosts)
        routed = sum(ground.cluster.nodes.routes.knows(node.name) for node in hosts)
        told = f"phones are given names: {len(hosts) - addresses}, addresses: {addresses}"
        if routed:
            told += f"; not resolved, as `connect-to` gives the way: {routed}"
        return result(self, told, [fault for node in hosts for fault in _on(ground, node)])


def _on(ground: Ground, node: ClusterNode) -> Iterator[Fault]:
    match ground.resolved[node.name]:
        case Resolution.UNKNOWN:
            yield warn(
                "name-unresolved",
                f"{node.name} does not resolve here",
                "See that the phones' DNS knows it: a phone that cannot resolve it finds no CAPF. Or set `connect-to` for lscctl.",
                node.name,
            )
        case Resolution.NO_ANSWER:
            yield skip(
                "name-unseen",
                f"no DNS server said within {ground.cluster.config.connect_timeout:g} s whether {node.name} is known",
                "Let this computer reach a DNS server, and see that the phones can.",
                node.name,
            )


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
