"""All lists that a command means, files first, then servers; with the cluster where one is asked."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from lscctl.cli import connection as connections
from lscctl.cli.connection import Connection
from lscctl.cli.screen import Notices
from lscctl.cli.trust_list.sources import Servers, fetched, read_all, servers_of
from lscctl.errors import LscctlError, UsageError

if TYPE_CHECKING:
    from lscctl.cucm.cluster import Cluster
    from lscctl.cucm.routes import Routes
    from lscctl.report.list_from import ListFrom


@dataclass(frozen=True, slots=True)
class Gathered:
    """The lists, the cluster that was asked, and the exit code for servers that gave none: 0 if all of them did."""

    lists: list["ListFrom"]
    cluster: "Cluster | None"
    exit_code: int = 0


@contextmanager
def gathered(files: Sequence[str], servers: Servers, connection: Connection, notices: Notices) -> Iterator[Gathered]:
    """All lists, while the block lasts: a cluster is asked for --all, or where one is named with servers or files.

    Of several servers each is asked, whatever the others answer. Raises UsageError, WireFault and TrustListError.
    """
    servers.check(files)
    asks = servers.all_servers or connection.cluster or connection.host
    if not asks and (connection.all_clusters or connection.settings):
        raise UsageError(
            "options say how to reach a cluster, and none is asked",
            hint="Name it with --cluster, or leave these options away.",
        )
    with ExitStack() as open_things:
        cluster = None
        if asks:
            cluster = open_things.enter_context(connections.connect(connection, notices)).cluster
        hosts = [*(servers.from_tftp or ()), *(servers_of(cluster) if servers.all_servers and cluster else ())]
        lists = read_all(files)
        routes = cluster.nodes.routes if cluster else None
        fetches = [partial(fetched, host, servers.file, routes) for host in hosts]
        given, exit_code = _all_that_come(fetches, notices, alone=not lists)
        yield Gathered([*lists, *given], cluster, exit_code)


@contextmanager
def ways_to_servers(connection: Connection, notices: Notices) -> Iterator["Routes | None"]:
    """The ways to nodes that the configuration of the cluster knows, while the block lasts; None where no cluster is named."""
    if not (connection.cluster or connection.host):
        yield None
        return
    with connections.connect(connection, notices) as session:
        yield session.cluster.nodes.routes


def _all_that_come(
    fetches: Sequence[Callable[[], "ListFrom"]], notices: Notices, *, alone: bool
) -> tuple[list["ListFrom"], int]:
    """What servers give, and the exit code for those that fail, which are warned of; the failure itself where nothing came."""
    lists: list[ListFrom] = []
    failures: list[LscctlError] = []
    for fetch in fetches:
        try:
            lists.append(fetch())
        except LscctlError as error:
            failures.append(error)
    if failures and alone and not lists:
        raise failures[0]
    for failure in failures:
        notices.warn(failure.message)
    return lists, max((failure.exit_code for failure in failures), default=0)
