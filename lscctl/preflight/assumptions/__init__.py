"""What lscctl assumes of clusters, and which of it holds on a given one, as far as reading tells."""

from collections.abc import Mapping

from lscctl.cucm.cluster import Cluster
from lscctl.cucm.faults import LoginRefused, WireFault
from lscctl.preflight.assumptions.catalogue import ALL
from lscctl.preflight.assumptions.interface import Assumption, Finding, Look, Site

__all__ = ["ALL", "Assumption", "Finding", "find_out"]


def find_out(cluster: Cluster, written: Mapping[str, str]) -> dict[str, Finding]:
    """What the cluster shows of each assumption that reading can find out, `{key: Finding}`. Only reads.

    `written` are the finish times that lscctl wrote last, `{phone name: text}`. Raises LoginRefused only: what else goes wrong is
    evidence of nothing.
    """
    site = Site(cluster, written)
    return {one.key: _looked(one.look, site) for one in ALL if one.look is not None}


def _looked(look: Look, site: Site) -> Finding:
    try:
        return look(site)
    except LoginRefused:
        raise
    except WireFault as error:
        return Finding(None, f"it could not be asked ({type(error).__name__})")
