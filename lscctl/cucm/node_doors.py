"""The doors of a cluster's single nodes: Control Center, the web server's clock, TFTP and TVS."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from lscctl.config import ClusterConfig
from lscctl.cucm.clock import Query
from lscctl.cucm.control_center import ControlCenter, ServiceState
from lscctl.cucm.handshake import Handshake, shake
from lscctl.cucm.nodes import ClusterNode, read_nodes
from lscctl.cucm.routes import Routes
from lscctl.cucm.transport import Transport
from lscctl.cucm.trust_files import TrustFile, fetch

WEB_PORT: Final = 8443
TVS_PORT: Final = 2445
"""TVS' port [field guide 7]."""


class NodeDoors:
    """Every node's doors, by the ways that the configuration gives to them (`routes`). All methods raise WireFault.

    `transport` is the one to the publisher: other nodes are asked by another of its kind.
    """

    def __init__(self, config: ClusterConfig, query: Query, transport: Transport) -> None:
        self.routes = Routes(config.connect_to)
        self._config = config
        self._query = query
        self._transport = transport

    def all(self) -> tuple[ClusterNode, ...]:
        """The cluster's nodes as its database has them, the publisher first."""
        return read_nodes(self._query)

    def services(self, node: ClusterNode, names: Sequence[str]) -> tuple[ServiceState, ...]:
        """What these services do on a node, as its Control Center says. RoleMissing without the role."""
        with self._control_center(node) as control_center:
            return control_center.status(names)

    def activate(self, node: ClusterNode, service: str) -> None:
        """Activate a service on a node, which also starts it."""
        with self._control_center(node) as control_center:
            control_center.activate(node.name, service)

    def start(self, node: ClusterNode, service: str) -> None:
        """Start a service on a node."""
        with self._control_center(node) as control_center:
            control_center.start(node.name, service)

    def trust_file(self, host: str, name: str) -> TrustFile:
        """A trust list from a TFTP server, over HTTP or else TFTP. Raises TrustFileMissing, TrustFileUnreachable."""
        return fetch(host, name, routes=self.routes, timeout=self._config.connect_timeout)

    def tvs(self, node: ClusterNode) -> Handshake:
        """What a node's TVS says on its port: the same kind of handshake as CAPF's."""
        host, port = self.routes.to(node.name, TVS_PORT)
        return shake(host, port, timeout=self._config.connect_timeout, direct=self._config.proxy is None)

    def clock_of(self, node: ClusterNode) -> float | None:
        """A node's clock in epoch seconds, as its web server tells it to the second; None where it does not."""
        with self._web_of(node) as transport:
            return transport.date("/cucm-uds/version")

    @contextmanager
    def _control_center(self, node: ClusterNode) -> Iterator[ControlCenter]:
        with self._web_of(node) as transport:
            yield ControlCenter(transport.call)

    @contextmanager
    def _web_of(self, node: ClusterNode) -> Iterator[Transport]:
        """A node's web services: the publisher is the host that we talk to already."""
        publisher = (self._config.host, self._config.port)
        transport = self._transport.another(*(publisher if node.publisher else self.routes.to(node.name, WEB_PORT)))
        try:
            yield transport
        finally:
            transport.close()
