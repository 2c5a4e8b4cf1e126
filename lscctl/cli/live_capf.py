"""The certificate that CAPF presents now, where a command cannot do without it."""

from typing import TYPE_CHECKING

from lscctl.errors import ClusterError
from lscctl.preflight.ground import readable

if TYPE_CHECKING:
    from lscctl.cucm.cluster import Cluster
    from lscctl.trustlist.certificate import Certificate


def live_capf(cluster: "Cluster") -> "Certificate":
    """CAPF's certificate. Raises ClusterError where its port shows none that can be read."""
    answer = cluster.capf()
    live = readable(answer.certificate)
    if live is None:
        raise ClusterError(
            f"CAPF of {cluster.name} shows no certificate: {answer.why or 'none that can be read'}",
            hint=f"Let this computer reach port {cluster.capf_port()} of the publisher, and see that CAPF runs.",
        )
    return live
