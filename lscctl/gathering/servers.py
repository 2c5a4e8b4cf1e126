"""Which of the cluster's servers a phone asks, and what is known of those."""

from collections.abc import Iterable, Iterator, Mapping

from lscctl.diagnosis.case import Case
from lscctl.gathering.cluster_wide import ClusterWide
from lscctl.gathering.doors import Stated, Told, state
from lscctl.gathering.network import Network


def add_servers(case: Case, network: Network | None, addresses: Mapping[str, str], wide: ClusterWide) -> str:
    """State what is known of the TFTP server and of the TVS that the phone asks; the TFTP server's name, '' for unknown.

    `addresses` says which of the cluster's nodes has an address. Where nothing tells which server it is, only that is stated in
    which all of them are alike.
    """
    told_tftp = network.tftp[:1] if network else []
    server = next(iter(_nodes(told_tftp, addresses, wide.servers)), "")
    if server:
        state(case, wide.servers[server].facts)
    else:
        _of_all_alike(case, wide.servers.values(), "which TFTP server it asks")
    asked = [*network.tvs, *network.call_managers] if network else []
    nodes = _nodes(asked, addresses, wide.nodes) or list(wide.nodes)
    state(case, _of_any_tvs([fact for node in nodes for fact in wide.nodes[node].facts]))
    return server


def _nodes(told: Iterable[str], addresses: Mapping[str, str], known: Iterable[str]) -> list[str]:
    """The cluster's names for servers that a phone has by a name, short or full, or by an address."""
    found = []
    for one in told:
        name = addresses.get(one, one).lower().rstrip(".")
        alike = [node for node in known if _same_host(node, name)]
        found += alike[:1] if len(alike) == 1 else [node for node in alike if node.lower() == name]
    return list(dict.fromkeys(found))


def _same_host(node: str, name: str) -> bool:
    """Whether a node's name and another are the same, or one is the short form of the other."""
    node = node.lower().rstrip(".")
    return node == name or node.startswith(f"{name}.") or name.startswith(f"{node}.")


def _of_all_alike(case: Case, each: Iterable[Told], what: str) -> None:
    values = [{(one.fact, one.value) for one in told.facts} for told in each]
    if not values:
        return
    everywhere = set.intersection(*values)
    for told in each:
        state(case, (one for one in told.facts if (one.fact, one.value) in everywhere))
    if set.union(*values) - everywhere:
        case.missing.append(f"{what}: they differ, and no page of the phone's tells")


def _of_any_tvs(facts: Iterable[Stated]) -> Iterator[Stated]:
    """Phones ask the next node where one's TVS does not answer: it is missed only where it runs on none of them."""
    facts = list(facts)
    running = [one for one in facts if one.value not in ("stopped", "not-activated")]
    yield from running or facts
