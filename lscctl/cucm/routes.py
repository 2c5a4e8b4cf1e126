"""The way to a door, where its name or port is not the one to connect to: NAT, tunnels, names that do not resolve."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Routes:
    """`connect_to` maps `host:port`, or `host` for all its ports, to the `host:port` or `host` to connect to instead.

    It maps networks, too, `10.0.0.0/8:443` or `10.0.0.0/8` for all ports, each address to the one at the same place in the other
    network: thousands of phones have one entry. Of those that hold an address the narrowest counts, and one with the port before
    one without.
    """

    connect_to: Mapping[str, str] = field(default_factory=dict)

    def to(self, host: str, port: int) -> tuple[str, int]:
        """Where to connect for this door."""
        exact = self.connect_to.get(f"{host}:{port}")
        if exact is not None:
            address, _, other = exact.rpartition(":")
            return address.strip("[]"), int(other)
        if host in self.connect_to:
            return self.connect_to[host], port
        return self._by_network(host, port)

    def knows(self, host: str) -> bool:
        """Whether a way to the host is given, so that its name need not resolve here."""
        return any(key == host or key.startswith(f"{host}:") for key in self.connect_to)

    def _by_network(self, host: str, port: int) -> tuple[str, int]:
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return host, port
        found = (-1, False, host, port)
        for key, way in self.connect_to.items():
            if "/" not in key:
                continue
            network, of_port = _network(key)
            if address in network and of_port in (port, None):
                there, other = _network(way)
                moved = there[int(address) - int(network[0])]
                found = max(found, (network.prefixlen, of_port is not None, str(moved), other or port))
        return found[2], found[3]


def _network(text: str) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, int | None]:
    """Read `10.0.0.0/8:443` or `10.0.0.0/8`."""
    address, _, rest = text.partition("/")
    length, _, port = rest.partition(":")
    return ipaddress.ip_network(f"{address}/{length}"), int(port) if port else None
