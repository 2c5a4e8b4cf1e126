"""What of the cluster stands behind every LSC - parameters, services, CAPF, trust lists -, asked once, side by side."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from lscctl.capf import CertificateOperation
from lscctl.cucm.cluster import Cluster
from lscctl.cucm.control_center import Running
from lscctl.cucm.itl_status import ItlStatus
from lscctl.cucm.nodes import CAPF, TFTP, TVS, ClusterNode
from lscctl.cucm.side_by_side import side_by_side
from lscctl.cucm.trust_stores import TrustStores
from lscctl.deadline import DEFAULT_DEADLINE
from lscctl.errors import LscctlError
from lscctl.finding import Door, Place, Source
from lscctl.gathering.doors import Stated, Told, left_alone, not_had
from lscctl.gathering.lists import look_at_list
from lscctl.plan import CapfRequest, ClusterFacts, Issuer, Plan
from lscctl.preflight.ground import Ground
from lscctl.trustlist.certificate import Certificate
from lscctl.trustlist.values import TrustList

DATABASE: Final = Place(Source.CLUSTER, "certificates of the database")

_NOTHING: Final = Plan(CertificateOperation.NONE, DEFAULT_DEADLINE, (), ())
_RUNNING: Final = {
    Running.STARTED: "started",
    Running.STOPPED: "stopped",
    Running.NOT_ACTIVATED: "not-activated",
}
_ISSUERS: Final = {
    Issuer.CAPF: "cisco-capf",
    Issuer.ONLINE_CA: "online-ca",
    Issuer.OFFLINE_CA: "offline-ca",
}
_STRICT: Final = (14, 0)
"""From 14SU2 on CAPF's certificate must be a CA's; the SU is not told, so 14.0 counts [SG12.5]."""


@dataclass(slots=True)
class ClusterWide:
    """What the cluster told. `told` concerns every phone; `servers` and `nodes` only those that ask this TFTP server, or this
    node's TVS, by its name. `lists` are the ITLs by their server. None of what was not asked for, or could not be had."""

    ground: Ground
    capf_is_asked: bool = True
    told: Told = field(default_factory=Told)
    servers: dict[str, Told] = field(default_factory=dict)
    nodes: dict[str, Told] = field(default_factory=dict)
    lists: dict[str, TrustList] = field(default_factory=dict)
    facts: ClusterFacts | None = None
    ipv6_enabled: bool | None = None
    itl_status: Mapping[str, ItlStatus] | None = None
    certificates: Sequence[Certificate] = ()
    stores: TrustStores | None = None

    @property
    def addresses(self) -> dict[str, str]:
        """`{address: name}` of servers, as the ITLs' own records have both."""
        return {
            record.ip_address: record.dns_name
            for one in self.lists.values()
            for record in one.records
            if record.ip_address and record.dns_name
        }


def ask_cluster(cluster: Cluster, without: Collection[Door]) -> ClusterWide:
    """Ask everything that is not to be left alone, in whatever time the slowest takes; what cannot be had is named."""
    found = ClusterWide(Ground(cluster, _NOTHING, CapfRequest()), capf_is_asked=Door.CAPF_PORT not in without)

    def ask_one(door: Door) -> Told:
        if door in without:
            return Told(missing=[left_alone(door)])
        try:
            return _ASKED[door](found)
        except LscctlError as error:
            return Told(missing=[not_had(door.tells, error)])

    for told in side_by_side(ask_one, _ASKED):
        found.told.join(told)
    return found


def _parameters(found: ClusterWide) -> Told:
    ground, told = found.ground, Told()
    place = told.look("enterprise and service parameters")
    facts = found.facts = ground.facts
    if facts.issuer in _ISSUERS:
        told.state("capf-issuer", _ISSUERS[facts.issuer], place, f"LSCs are issued by {facts.issuer}")
    if facts.advanced_encryption is not None:
        on = facts.advanced_encryption
        said = f"Endpoint Advanced Encryption Algorithms Support is {'on' if on else 'off'}"
        told.state("ec-allowed", "yes" if on else "no", place, said)
    found.ipv6_enabled = ground.switched("enable", "ipv6")
    return told


def _services(found: ClusterWide) -> Told:
    ground = found.ground
    told = Told()
    for node, (of_node, of_tftp, of_tvs) in zip(
        ground.nodes, side_by_side(lambda node: _services_of(ground, node), ground.nodes), strict=True
    ):
        told.join(of_node)
        if of_tftp is not None:
            found.servers.setdefault(node.name, Told()).join(of_tftp)
        if of_tvs is not None:
            found.nodes.setdefault(node.name, Told()).join(of_tvs)
    if not any(node.has(TFTP) for node in ground.nodes):
        place = told.look("services of the nodes")
        told.state("tftp-service", "not-activated", place, f"{TFTP} is activated on no node")
    return told


def _services_of(ground: Ground, node: ClusterNode) -> tuple[Told, Told | None, Told | None]:
    """What a node's Control Center says: of itself, and of its TFTP and TVS where phones may ask for them."""
    told = Told()
    try:
        ground.state(node, CAPF)
    except LscctlError as error:
        return Told(missing=[not_had(f"the services of {node.name}", error)]), None, None
    place = told.look(f"Control Center of {node.name}")

    def service(name: str, fact: str) -> Stated:
        state = ground.state(node, name)
        said = f"{name}: {state.said}"
        return Stated(fact, _RUNNING.get(state.running, "unknown"), place, said, node.name)

    if node == ground.publisher:
        told.facts.append(service(CAPF, "capf-service"))
    tftp = Told([service(TFTP, "tftp-service")]) if node.has(TFTP) else None
    tvs = Told([service(TVS, "tvs-service")]) if node.serves_phones else None
    return told, tftp, tvs


def _capf_port(found: ClusterWide) -> Told:
    ground, told = found.ground, Told()
    answer, port = ground.capf, ground.cluster.capf_port()
    place = told.look(f"CAPF's port {port}")
    said = answer.why or "it answers, and shows its certificate"
    if answer.connected:
        told.state("capf-port", "open", place, "it takes connections")
        ended = "done" if answer.answers else ("no-answer" if answer.silent else "failed")
        told.state("capf-handshake", ended, place, said)
    elif answer.answers is False:
        told.state("capf-port", "silent" if answer.silent else "refused", place, said)
    else:
        told.state("capf-port", "unknown", place, said)
    live = ground.live_capf
    if live is not None:
        value, said = _fit(ground, live)
        told.state("capf-certificate", value, place, said)
    return told


def _itl_status(found: ClusterWide) -> Told:
    status = found.ground.cluster.itl_status()
    if status is None:
        return Told(missing=[f"{Door.ITL_STATUS.tells}: this cluster does not keep it"])
    found.itl_status = status
    return Told(looked_at=[Place(Source.CLUSTER, "ITL status of phones")])


def _certificates(found: ClusterWide) -> Told:
    found.certificates = found.ground.stored
    told = Told(looked_at=[DATABASE])
    try:
        found.stores = found.ground.cluster.trust_stores()
    except LscctlError as error:
        told.missing.append(not_had("in which trust store each certificate is", error))
    return told


def _fit(ground: Ground, certificate: Certificate) -> tuple[str, str]:
    """What CAPF's certificate is worth by itself, as the fact has it and in words."""
    if certificate.valid_until < ground.now:
        return "expired", "CAPF's certificate has expired"
    if ground.version[:2] >= _STRICT and not (certificate.ca and certificate.signs_certificates):
        return "not-a-ca", "CAPF's certificate lacks CA:TRUE or keyCertSign"
    return "sound", "CAPF's certificate is of today, and may sign"


def _trust_lists(found: ClusterWide) -> Told:
    ground, told = found.ground, Told()
    servers = [node for node in ground.nodes if node.has(TFTP)]
    live = _live(found)
    for node, looked in zip(servers, side_by_side(lambda node: look_at_list(ground, node, live), servers), strict=True):
        found.servers.setdefault(node.name, Told()).facts += looked.told.facts
        told.join(Told(looked_at=looked.told.looked_at, missing=looked.told.missing))
        if looked.itl is not None:
            found.lists[node.name] = looked.itl
    return told


def _live(found: ClusterWide) -> Certificate | None:
    """The certificate that CAPF presents; None where that is not to be asked, or could not be seen."""
    try:
        return found.ground.live_capf if found.capf_is_asked else None
    except LscctlError:
        return None  # its own door names it as missing


_ASKED: Final[Mapping[Door, Callable[[ClusterWide], Told]]] = {
    Door.PARAMETERS: _parameters,
    Door.SERVICES: _services,
    Door.CAPF_PORT: _capf_port,
    Door.CERTIFICATES: _certificates,
    Door.TRUST_LISTS: _trust_lists,
    Door.ITL_STATUS: _itl_status,
}
