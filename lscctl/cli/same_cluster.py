"""What was planned for a cluster, a run or a plan in a file, is carried out on that cluster and on no other."""

from dataclasses import replace

from lscctl.cli import connection
from lscctl.errors import Refused, UsageError
from lscctl.identity import ClusterIdentity


def at_cluster_of(planned: ClusterIdentity, options: connection.Connection) -> connection.Connection:
    """The connection's options, with the cluster that was planned for where they name none. UsageError where they name several."""
    if (options.cluster or options.all_clusters) and connection.each(options):
        raise UsageError(
            "several clusters are named, and what was planned is for one",
            hint=f"Leave the option away: then {planned.name} is meant.",
        )
    if options.cluster is not None or options.host is not None:
        return options
    if planned.name == planned.host:
        return replace(options, host=planned.host)
    return replace(options, cluster=planned.name)


def require_same(what: str, planned: ClusterIdentity, here: ClusterIdentity) -> None:
    """Refuse to carry `what` out on another cluster than it was planned for. Raises Refused, which names both."""
    if planned.is_other_than(here):
        raise Refused(
            f"{what} is for the cluster {planned.name} ({planned.host}), and {here.name} ({here.host}) is another one: its "
            "publisher or its CAPF certificate differs",
            hint="Name its own cluster with --cluster. If its CAPF certificate was regenerated since, plan the phones anew.",
        )
