"""All lists that a command means, files first, then servers; with the cluster where one is asked."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from lscctl.cli import connection as connections
from lscctl.cli.connection import Connection
from lscctl.cli.screen import Notices
from lscctl.cli.trust_list.sources import Servers, fetched, of_cluster, read_all

if TYPE_CHECKING:
    from lscctl.cucm.cluster import Cluster
    from lscctl.report.trust_lists import ListFrom


@contextmanager
def gathered(
    files: Sequence[str], servers: Servers, connection: Connection, notices: Notices
) -> Iterator[tuple[list["ListFrom"], "Cluster | None"]]:
    """The lists, and the cluster while the block lasts: it is asked for --all, or where one is named with servers or files.

    Raises UsageError, WireFault and TrustListError.
    """
    servers.check(files)
    with ExitStack() as open_things:
        cluster = None
        if servers.all_servers or connection.cluster or connection.host:
            cluster = open_things.enter_context(connections.connect(connection, notices)).cluster
        lists = read_all(files)
        lists += [fetched(host, servers.file, cluster.routes if cluster else None) for host in servers.from_tftp or ()]
        if servers.all_servers and cluster is not None:
            lists += of_cluster(cluster, servers.file)
        yield lists, cluster
