"""The ports of a simulated cluster: each node has its own, all bound before anything is served."""

import ipaddress
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Address = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports of every node beside HTTPS and CAPF; 0 takes a free one."""

    tftp_http: int = 0
    tftp: int = 0
    tvs: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """Where one node's doors are, as host and port: HTTPS, the files of TFTP over HTTP and over TFTP, TVS."""

    web: Address
    tftp_http: Address
    tftp: Address
    tvs: Address


@dataclass(frozen=True, slots=True)
class NodeSockets:
    """One node's sockets, bound; `tftp` is a UDP socket."""

    web: socket.socket
    tftp_http: socket.socket
    tftp: socket.socket
    tvs: socket.socket

    def all(self) -> tuple[socket.socket, ...]:
        """Every one."""
        return (self.web, self.tftp_http, self.tftp, self.tvs)


@dataclass(frozen=True, slots=True)
class Sockets:
    """The sockets of all nodes by name, the publisher first, and CAPF's."""

    nodes: Mapping[str, NodeSockets]
    capf: socket.socket

    @classmethod
    def bind(cls, names: Iterable[str], host: str, ports: Ports, *, web: int, capf: int) -> "Sockets":
        """Bind the doors of nodes. Where a port is given, the nodes after the publisher have it on the loopback addresses after
        `host` (127.0.0.2 and so on); HTTPS of theirs is free. Raises OSError."""
        return cls._bound(
            {
                name: Place(
                    web=(host, web if number == 0 else 0),
                    tftp_http=_place(host, number, ports.tftp_http),
                    tftp=_place(host, number, ports.tftp),
                    tvs=_place(host, number, ports.tvs),
                )
                for number, name in enumerate(names)
            },
            (host, capf),
        )

    @classmethod
    def bind_again(cls, places: Mapping[str, Place], host: str, capf: int) -> "Sockets":
        """Bind the same ports once more. Raises OSError."""
        return cls._bound(places, (host, capf))

    @classmethod
    def _bound(cls, places: Mapping[str, Place], capf: Address) -> "Sockets":
        taken: list[socket.socket] = []

        def take(address: Address, kind: int = socket.SOCK_STREAM) -> socket.socket:
            taken.append(bind(*address, kind))
            return taken[-1]

        try:
            nodes = {
                name: NodeSockets(
                    take(place.web), take(place.tftp_http), take(place.tftp, socket.SOCK_DGRAM), take(place.tvs)
                )
                for name, place in places.items()
            }
            return cls(nodes, take(capf))
        except OSError:
            for one in taken:
                one.close()
            raise

    @property
    def publisher(self) -> NodeSockets:
        """The publisher's."""
        return next(iter(self.nodes.values()))

    def places(self) -> dict[str, Place]:
        """Where they are bound."""
        return {name: Place(*(_address(one) for one in node.all())) for name, node in self.nodes.items()}

    def close(self) -> None:
        """Give all ports back."""
        for node in self.nodes.values():
            for one in node.all():
                one.close()
        self.capf.close()


def bind(host: str, port: int, kind: int = socket.SOCK_STREAM) -> socket.socket:
    """Take a port (0: a free one) for a socket that does not listen yet: until it does, connections are refused.

    A free one is for nobody else: two sockets that may reuse addresses could both be given it as long as neither listens.
    """
    # The protocol is named since asyncio switches Nagle's algorithm off (40 ms an answer) only where it is.
    protocol = socket.IPPROTO_TCP if kind == socket.SOCK_STREAM else socket.IPPROTO_UDP
    taken = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, kind, protocol)
    try:
        if kind == socket.SOCK_STREAM and port:
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((host, port))
    except OSError:
        taken.close()
        raise
    return taken


def listen(one: socket.socket, backlog: int) -> None:
    """Take connections from now on. The port can be taken again right after them, while the system still remembers them."""
    one.listen(backlog)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)


def port_of(one: socket.socket) -> int:
    """The port that a socket is bound to."""
    return _address(one)[1]


def _address(one: socket.socket) -> Address:
    found = one.getsockname()
    return str(found[0]), int(found[1])


def _place(host: str, number: int, port: int) -> Address:
    if port == 0 or number == 0:
        return host, port
    first = ipaddress.ip_address(host)
    if not (first.version == 4 and first.is_loopback):
        raise OSError(f"the nodes' ports can be chosen only on an IPv4 loopback address, not on {host}")
    return str(first + number), port
