"""The names that phones are given for CAPF, TFTP and TVS."""

import ipaddress
import socket

from lscctl.cucm.nodes import TFTP
from lscctl.preflight.ground import Ground
from lscctl.preflight.interface import result, warn
from lscctl.verdict import CheckResult


class NamesCheck:
    """What phones are given as names resolves, at least here."""

    name = "names"
    title = "Names"
    looked_at = "the names of the publisher, the TFTP servers and the TVS nodes, as this computer resolves them"

    def run(self, ground: Ground) -> CheckResult:
        """Resolve each that is no address."""
        hosts = [node.name for node in ground.nodes if node.publisher or node.serves_phones or node.has(TFTP)]
        lost = [
            host
            for host in hosts
            if not _is_address(host) and not ground.cluster.routes.knows(host) and not _resolves(host)
        ]
        faults = [
            warn(
                "name-unresolved",
                f"{host} does not resolve here",
                "See that the phones' DNS knows it: a phone that cannot resolve it finds no CAPF. Or set `connect-to` for lscctl.",
                host,
            )
            for host in lost
        ]
        kinds = "addresses" if all(map(_is_address, hosts)) else "names"
        return result(self, f"{len(hosts)} hosts are given as {kinds}", faults)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _resolves(host: str) -> bool:
    try:
        socket.getaddrinfo(host, None)
    except (OSError, UnicodeError):
        return False
    return True
