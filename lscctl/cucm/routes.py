"""The way to a node's door, where its name or port is not the one to connect to: NAT, tunnels, names that do not resolve."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Routes:
    """`connect_to` maps `host:port`, or `host` for all its ports, to the `host:port` or `host` to connect to instead."""

    connect_to: Mapping[str, str] = field(default_factory=dict)

    def to(self, host: str, port: int) -> tuple[str, int]:
        """Where to connect for this door."""
        exact = self.connect_to.get(f"{host}:{port}")
        if exact is None:
            return self.connect_to.get(host, host), port
        address, _, other = exact.rpartition(":")
        return address.strip("[]"), int(other)

    def knows(self, host: str) -> bool:
        """Whether a way to the host is given, so that its name need not resolve here."""
        return any(key == host or key.startswith(f"{host}:") for key in self.connect_to)
