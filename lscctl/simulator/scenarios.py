"""Clusters that are wrong in one way each, by name: what field guides tell of, and one that is well."""

import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric import rsa

from lscctl.simulator.authority import DAY
from lscctl.simulator.capf_certificate import CapfShape
from lscctl.simulator.cluster import Cluster
from lscctl.simulator.database import transaction
from lscctl.simulator.nodes import Node, self_signed
from lscctl.simulator.services import CAPF, TFTP, TVS
from lscctl.simulator.trust_lists import Signer
from lscctl.trustlist.format import Function


class UnknownScenarioError(ValueError):
    """There is no such scenario; the text names the nearest."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One way to be wrong: what a person would say of it, and what makes a healthy cluster so."""

    name: str
    says: str
    happen: Callable[[Cluster], None]


def scenario(name: str) -> Scenario:
    """The scenario of this name. Raises UnknownScenarioError."""
    if name not in SCENARIOS:
        nearest = difflib.get_close_matches(name, SCENARIOS, n=1)
        hint = f"did you mean {nearest[0]}?" if nearest else "`sim scenarios` lists them"
        raise UnknownScenarioError(f"no scenario {name!r}: {hint}")
    return SCENARIOS[name]


def play(cluster: Cluster, names: Iterable[str]) -> None:
    """Let scenarios happen to a cluster, one after the other. Raises UnknownScenarioError before any does."""
    wanted = [scenario(name) for name in names]
    with cluster.lock, transaction(cluster.connection):
        for one in wanted:
            one.happen(cluster)


def _publisher(cluster: Cluster) -> Node:
    return cluster.nodes.all()[0]


def _subscriber(cluster: Cluster) -> Node:
    return cluster.nodes.all()[-1]


def _nothing(_cluster: Cluster) -> None:
    """A healthy cluster stays as it is."""


def _mixed(cluster: Cluster) -> None:
    cluster.set_parameter("ClusterSecurityMode", "1")
    for node in cluster.nodes.all():
        if cluster.nodes.file(node, "CTLFile.tlv") is None:
            cluster.nodes.set_file(node, "CTL", cluster.nodes.made(node, "CTL"))


def _capf_not_activated(cluster: Cluster) -> None:
    """The lists were written while it was, so they still name CAPF."""
    cluster.activate_service(_publisher(cluster), CAPF, active=False)


def _capf_stopped(cluster: Cluster) -> None:
    cluster.control_service(_publisher(cluster), CAPF, "Stop")


def _capf_frozen(cluster: Cluster) -> None:
    cluster.capf_state = "frozen"


def _capf_elsewhere(cluster: Cluster) -> None:
    cluster.nodes.activate(_subscriber(cluster), CAPF, active=True)


def _capf_ages(days_left: int) -> Callable[[Cluster], None]:
    def happen(cluster: Cluster) -> None:
        now = int(cluster.clock.utc())
        cluster.replace_capf(CapfShape(valid=(now - 1_700 * DAY, now + days_left * DAY)), write_lists=True)

    return happen


def _capf_no_ca(cluster: Cluster) -> None:
    cluster.replace_capf(CapfShape(ca=False), write_lists=True)


def _capf_regenerated(cluster: Cluster) -> None:
    cluster.replace_capf(write_lists=False)


def _capf_not_restarted(cluster: Cluster) -> None:
    """The database has a new certificate, CAPF and the lists the old one, which is gone from the database."""
    cluster.replace_stored_capf()


def _capf_from_a_ca(cluster: Cluster) -> None:
    cluster.replace_capf(CapfShape(issuer="Example Corp Root CA"), write_lists=True)


def _offline_ca(cluster: Cluster) -> None:
    cluster.set_parameter("Certificate Issuer to Endpoint", "Offline CA")


def _online_ca(cluster: Cluster) -> None:
    cluster.set_parameter("Certificate Issuer to Endpoint", "Online CA")


def _tftp_stopped(cluster: Cluster) -> None:
    cluster.control_service(_subscriber(cluster), TFTP, "Stop")


def _list(kind: str, change: Callable[[Cluster, Node], bytes | None]) -> Callable[[Cluster], None]:
    """A list of one TFTP server is another one than it should be; a CTL makes the cluster one in mixed mode."""

    def happen(cluster: Cluster) -> None:
        if kind == "CTL":
            _mixed(cluster)
        node = _subscriber(cluster)
        cluster.nodes.set_file(node, kind, change(cluster, node))

    return happen


def _cut(kind: str) -> Callable[[Cluster, Node], bytes]:
    return lambda cluster, node: cluster.nodes.made(node, kind)[:-40]


def _changed(kind: str) -> Callable[[Cluster, Node], bytes]:
    def change(cluster: Cluster, node: Node) -> bytes:
        content = bytearray(cluster.nodes.made(node, kind))
        content[-1] ^= 1  # the last octet of an address
        return bytes(content)

    return change


def _without_capf(kind: str) -> Callable[[Cluster, Node], bytes]:
    return lambda cluster, node: cluster.nodes.made(node, kind, without=[Function.CAPF])


def _with_old_capf(kind: str) -> Callable[[Cluster, Node], bytes]:
    return lambda cluster, node: cluster.nodes.made(node, kind, capf=cluster.retired_capf())


def _missing(_cluster: Cluster, _node: Node) -> None:
    return None


def _tvs_stopped(cluster: Cluster) -> None:
    cluster.control_service(_subscriber(cluster), TVS, "Stop")


def _tvs_not_activated(cluster: Cluster) -> None:
    cluster.activate_service(_subscriber(cluster), TVS, active=False)


def _tvs_renewed(cluster: Cluster) -> None:
    """TVS of the last node has a new certificate, and no TFTP server has been restarted since."""
    key = rsa.generate_private_key(65537, 2048)
    node, now = _subscriber(cluster), int(cluster.clock.utc())
    cluster.nodes.set_identity("tvs", node, Signer(self_signed(node.name, key, 4_711, now - DAY), key))


SCENARIOS: Final = {
    one.name: one
    for one in (
        Scenario("healthy", "nothing is wrong", _nothing),
        Scenario("mixed-mode", "mixed mode, with a sound CTL on every TFTP server", _mixed),
        Scenario("capf-not-activated", "CAPF is not activated on the publisher", _capf_not_activated),
        Scenario("capf-stopped", "CAPF is activated and stopped", _capf_stopped),
        Scenario("capf-frozen", "CAPF takes connections and never answers (CSCub62243)", _capf_frozen),
        Scenario("capf-elsewhere", "CAPF is activated on a subscriber, too", _capf_elsewhere),
        Scenario("capf-expired", "CAPF's certificate has expired", _capf_ages(-3)),
        Scenario("capf-expiring", "CAPF's certificate ends in 20 days", _capf_ages(20)),
        Scenario("capf-ageing", "CAPF's certificate ends in 100 days", _capf_ages(100)),
        Scenario("capf-no-ca", "CAPF's certificate lacks CA:TRUE and keyCertSign", _capf_no_ca),
        Scenario("capf-regenerated", "CAPF was regenerated, and no TFTP server restarted since", _capf_regenerated),
        Scenario(
            "capf-not-restarted", "CAPF was regenerated and still presents its old certificate", _capf_not_restarted
        ),
        Scenario("capf-chain-missing", "CAPF's certificate is from a CA that is in no trust store", _capf_from_a_ca),
        Scenario("offline-ca", "LSCs are issued by an Offline CA", _offline_ca),
        Scenario("enrolment-service", "LSCs are issued by an Online CA without the enrolment service", _online_ca),
        Scenario("tftp-stopped", "Cisco Tftp is stopped on a node", _tftp_stopped),
        Scenario(
            "itl-without-capf",
            "a TFTP server's ITL has no CAPF record (CSCuj78330)",
            _list("ITL", _without_capf("ITL")),
        ),
        Scenario("itl-old-capf", "a TFTP server's ITL names the CAPF of before", _list("ITL", _with_old_capf("ITL"))),
        Scenario("itl-corrupt", "a TFTP server's ITL is cut off", _list("ITL", _cut("ITL"))),
        Scenario(
            "itl-bad-signature", "a TFTP server's ITL was changed after it was signed", _list("ITL", _changed("ITL"))
        ),
        Scenario("itl-missing", "a TFTP server has no ITL", _list("ITL", _missing)),
        Scenario("ctl-without-capf", "mixed mode, and a CTL has no CAPF record", _list("CTL", _without_capf("CTL"))),
        Scenario("ctl-old-capf", "mixed mode, and a CTL names the CAPF of before", _list("CTL", _with_old_capf("CTL"))),
        Scenario(
            "ctl-bad-signature", "mixed mode, and a CTL was changed after it was signed", _list("CTL", _changed("CTL"))
        ),
        Scenario("ctl-missing", "mixed mode, and a TFTP server has no CTL", _list("CTL", _missing)),
        Scenario("tvs-stopped", "TVS is stopped on a node", _tvs_stopped),
        Scenario("tvs-not-activated", "TVS is not activated on a node", _tvs_not_activated),
        Scenario("tvs-renewed", "TVS of a node has a certificate that no ITL holds", _tvs_renewed),
    )
}
"""Every scenario by its name."""
