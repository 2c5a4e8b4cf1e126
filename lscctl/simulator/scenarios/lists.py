"""TFTP servers, the trust lists that they hand out, and TVS."""

import random
from collections.abc import Callable
from typing import Final

from cryptography.hazmat.primitives.asymmetric import rsa

from lscctl.simulator.authority import DAY, common_name
from lscctl.simulator.capf_certificate import SOUND, make
from lscctl.simulator.cluster import Cluster
from lscctl.simulator.nodes import Node, self_signed
from lscctl.simulator.scenarios.interface import Scenario, last_node, some_phones
from lscctl.simulator.services import TFTP, TVS
from lscctl.simulator.trust_lists import Entry, Signer, build
from lscctl.trustlist.format import Function

_Change = Callable[[Cluster, Node, str], bytes | None]
"""What becomes of one server's list of a kind, ITL or CTL."""

_SERIAL: Final = 4_711


def mixed_mode(cluster: Cluster) -> None:
    """Mixed mode, with a CTL on every TFTP server."""
    cluster.parameters.set("ClusterSecurityMode", "1")
    for node in cluster.nodes.all():
        if cluster.nodes.file(node, "CTLFile.tlv") is None:
            cluster.nodes.set_file(node, "CTL", cluster.nodes.made(node, "CTL"))
    cluster.held_lists.settle()


def _list(kind: str, change: _Change) -> Callable[[Cluster], None]:
    """A list of one TFTP server is another one than it should be; a CTL makes the cluster one in mixed mode."""

    def happen(cluster: Cluster) -> None:
        if kind == "CTL":
            mixed_mode(cluster)
        node = last_node(cluster)
        cluster.nodes.set_file(node, kind, change(cluster, node, kind))
        cluster.held_lists.settle()

    return happen


def _cut(cluster: Cluster, node: Node, kind: str) -> bytes:
    return cluster.nodes.made(node, kind)[:-40]


def _changed(cluster: Cluster, node: Node, kind: str) -> bytes:
    content = bytearray(cluster.nodes.made(node, kind))
    content[-1] ^= 1  # the last octet of an address
    return bytes(content)


def _without_capf(cluster: Cluster, node: Node, kind: str) -> bytes:
    return cluster.nodes.made(node, kind, without=[Function.CAPF])


def _with_old_capf(cluster: Cluster, node: Node, kind: str) -> bytes:
    return cluster.nodes.made(node, kind, capf=cluster.capf.retired_certificate)


def _with_a_node_that_is_gone(cluster: Cluster, node: Node, kind: str) -> bytes:
    gone = "cucm-sub99.example.com"
    return cluster.nodes.made(node, kind, besides=[Entry(Function.TVS, _identity(cluster, gone).certificate, gone)])


def _missing(_cluster: Cluster, _node: Node, _kind: str) -> None:
    return None


def _identity(cluster: Cluster, name: str) -> Signer:
    """A certificate since yesterday, with a key of its own."""
    key = rsa.generate_private_key(65537, 2048)
    return Signer(self_signed(name, key, _SERIAL, int(cluster.clock.utc()) - DAY), key)


def _signer_expired(cluster: Cluster) -> None:
    """The key that signs the lists is still the same, so phones take them."""
    purpose, node = cluster.nodes.signs_lists
    old = cluster.nodes.identity(purpose, node)
    six_years_ago = int(cluster.clock.utc()) - 6 * 365 * DAY
    name, serial = common_name(old.certificate.subject), old.certificate.serial_number
    expired = self_signed(name, old.key, serial, six_years_ago)
    cluster.nodes.set_identity(purpose, node, Signer(expired, old.key))
    cluster.renew_lists()


def _all_renewed(cluster: Cluster) -> None:
    """Nothing that phones hold has signed the lists of now, so they take none of them [field guide 2, What bites]."""
    nodes = cluster.nodes
    each = [(purpose, node) for node in nodes.all() for purpose in ("callmanager", "tvs")]
    for purpose, node in dict.fromkeys([*each, nodes.signs_lists]):
        name = common_name(nodes.identity(purpose, node).certificate.subject)
        nodes.set_identity(purpose, node, _identity(cluster, name))
    cluster.renew_lists()


def _hold(content: Callable[[Cluster, Node], bytes]) -> Callable[[Cluster], None]:
    """Some phones hold another ITL than their server's."""

    def happen(cluster: Cluster) -> None:
        for pkid in some_phones(cluster):
            (name,) = cluster.connection.execute("SELECT node FROM sim_phone WHERE fkdevice = ?", (pkid,)).fetchone()
            cluster.held_lists.hand_out(pkid, content(cluster, cluster.nodes.find(name)))

    return happen


def _of_before(cluster: Cluster, node: Node) -> bytes:
    return cluster.nodes.made(node, "ITL", capf=cluster.capf.retired_certificate)


def _of_another_cluster(cluster: Cluster, _node: Node) -> bytes:
    """Neither its signer nor its CAPF is known here."""
    signer = _identity(cluster, "ITLRECOVERY_cucm.example.org")
    capf = make(SOUND, now=int(cluster.clock.utc()), dice=random.Random(_SERIAL)).certificate  # noqa: S311 - no secret
    entries = [Entry(Function.SAST, signer.certificate), Entry(Function.CAPF, capf, "cucm.example.org")]
    return build(entries, signer, file_name="ITLFile.tlv", timestamp=int(cluster.clock.utc()))


def _tftp_stopped(cluster: Cluster) -> None:
    cluster.control_service(last_node(cluster), TFTP, "Stop")


def _tftp_nowhere(cluster: Cluster) -> None:
    for node in cluster.nodes.all():
        cluster.activate_service(node, TFTP, active=False)


def _tvs_stopped(cluster: Cluster) -> None:
    cluster.control_service(last_node(cluster), TVS, "Stop")


def _tvs_not_activated(cluster: Cluster) -> None:
    cluster.activate_service(last_node(cluster), TVS, active=False)


def _tvs_renewed(cluster: Cluster) -> None:
    """TVS of the last node has a new certificate, and no TFTP server has been restarted since."""
    node = last_node(cluster)
    cluster.nodes.set_identity("tvs", node, _identity(cluster, node.name))


OF_LISTS: Final = (
    Scenario("mixed-mode", "mixed mode, with a sound CTL on every TFTP server", mixed_mode),
    Scenario("tftp-stopped", "Cisco Tftp is stopped on a node", _tftp_stopped),
    Scenario("tftp-not-activated", "Cisco Tftp is activated on no node", _tftp_nowhere),
    Scenario("itl-without-capf", "a TFTP server's ITL has no CAPF record (CSCuj78330)", _list("ITL", _without_capf)),
    Scenario("itl-old-capf", "a TFTP server's ITL names the CAPF of before", _list("ITL", _with_old_capf)),
    Scenario("itl-corrupt", "a TFTP server's ITL is cut off", _list("ITL", _cut)),
    Scenario("itl-bad-signature", "a TFTP server's ITL was changed after it was signed", _list("ITL", _changed)),
    Scenario("itl-missing", "a TFTP server has no ITL", _list("ITL", _missing)),
    Scenario("itl-signer-expired", "the certificate that signs the lists has expired", _signer_expired),
    Scenario("itl-differs", "a TFTP server's ITL names a node that is gone", _list("ITL", _with_a_node_that_is_gone)),
    Scenario("itl-of-before", "some phones hold the ITL of before CAPF was regenerated", _hold(_of_before)),
    Scenario(
        "itl-of-another-cluster",
        "some phones hold another cluster's ITL, and take no other",
        _hold(_of_another_cluster),
    ),
    Scenario(
        "trust-lost",
        "CallManager, TVS and ITLRecovery were renewed at once: phones trust nothing any more",
        _all_renewed,
    ),
    Scenario("ctl-without-capf", "mixed mode, and a CTL has no CAPF record", _list("CTL", _without_capf)),
    Scenario("ctl-old-capf", "mixed mode, and a CTL names the CAPF of before", _list("CTL", _with_old_capf)),
    Scenario("ctl-corrupt", "mixed mode, and a CTL is cut off", _list("CTL", _cut)),
    Scenario("ctl-bad-signature", "mixed mode, and a CTL was changed after it was signed", _list("CTL", _changed)),
    Scenario("ctl-missing", "mixed mode, and a TFTP server has no CTL", _list("CTL", _missing)),
    Scenario("tvs-stopped", "TVS is stopped on a node", _tvs_stopped),
    Scenario("tvs-not-activated", "TVS is not activated on a node", _tvs_not_activated),
    Scenario("tvs-renewed", "TVS of a node has a certificate that no ITL holds", _tvs_renewed),
)
