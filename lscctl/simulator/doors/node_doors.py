"""A node's doors beside HTTPS, open while its services run: the files of TFTP over HTTP and TFTP, and TVS."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from cryptography.hazmat.primitives import serialization

from lscctl.simulator.authority import pem_of
from lscctl.simulator.cluster import Cluster
from lscctl.simulator.doors.identity_port import IdentityPort
from lscctl.simulator.doors.tftp import HttpDoor, UdpDoor
from lscctl.simulator.nodes import Node
from lscctl.simulator.services import TFTP, TVS
from lscctl.simulator.sockets import NodeSockets


@contextlib.contextmanager
def node_doors(cluster: Cluster, sockets: Mapping[str, NodeSockets]) -> Iterator[None]:
    """Serve the nodes' doors on bound sockets until the block ends; they open and shut as services start and stop."""
    with contextlib.ExitStack() as open_doors:
        with cluster.lock:
            follows = [
                open_doors.enter_context(_doors_of(cluster, node, sockets[node.name])) for node in cluster.nodes.all()
            ]

            def follow() -> None:
                for one in follows:
                    one()

            cluster.nodes.followers.append(follow)
        try:
            yield
        finally:
            with cluster.lock:
                cluster.nodes.followers.remove(follow)


@contextlib.contextmanager
def _doors_of(cluster: Cluster, node: Node, sockets: NodeSockets) -> Iterator[Callable[[], None]]:
    files = partial(_file, cluster, node)
    http, udp = HttpDoor(sockets.tftp_http, files), UdpDoor(sockets.tftp, files)
    runs = cluster.nodes.runs
    tvs = IdentityPort(sockets.tvs, *_tvs_identity(cluster, node), "stopped")

    def follow() -> None:
        files_open = runs(node, TFTP)
        http.follow(open_=files_open)
        udp.follow(open_=files_open)
        tvs.show(*_tvs_identity(cluster, node))
        tvs.follow("running" if runs(node, TVS) else "stopped")

    follow()
    try:
        yield follow
    finally:
        http.close()
        udp.close()
        tvs.close()


def _tvs_identity(cluster: Cluster, node: Node) -> tuple[str, str]:
    signer = cluster.nodes.identity("tvs", node)
    key = signer.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return pem_of(signer.certificate), key.decode()


def _file(cluster: Cluster, node: Node, name: str) -> bytes | None:
    """A trust list by its file name, also under a phone's name; the door knows no other files."""
    upper = name.upper()
    if not (upper.endswith(".TLV") and upper.startswith(("ITL", "CTL"))):
        return None
    with cluster.lock:
        return cluster.nodes.file(node, upper)
