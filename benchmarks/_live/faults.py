"""Every way to be wrong that the simulator has, as something that happens to a phone, to the node that it belongs to, or to all."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from benchmarks._live.bench import Bench
from lscctl.simulator import enumerations as enums
from lscctl.simulator.authority import DAY, Issuer
from lscctl.simulator.cluster import Cluster
from lscctl.simulator.infrastructure import EXPRESSWAYS
from lscctl.simulator.key_pairs import KeyName
from lscctl.simulator.nodes import Node
from lscctl.simulator.parameters import FIPS_MODE
from lscctl.simulator.profiles import Settings
from lscctl.simulator.scenarios import play
from lscctl.simulator.services import CAPF, ENROLMENT, TFTP, TVS
from lscctl.trustlist.format import Function

_STRING, _NULL, _LSC_FIRST, _MIC_FIRST = enums.MODES
_KEY: Final = KeyName("rsa", 2048, 0)
SBD: Final = ("Cisco 8845", "Cisco 7841", "Cisco 7965", "Cisco 6945")
"""Of each generation one: the last has no console log on its pages."""
OLD: Final = ("Cisco 7940", "Cisco 7960")


@dataclass(frozen=True, slots=True)
class PhoneFault:
    """What is wrong with one phone. `truth` is what the simulator calls it, `before` happens before the phone is asked for an LSC,
    `after` ten minutes later; two that spoil the same thing cannot be at once. `hours` is the time that the operation is given.
    """

    name: str
    truth: str
    before: Callable[[Bench, str], None]
    spoils: frozenset[str] = frozenset()
    after: Callable[[Bench, str], None] | None = None
    models: tuple[str, ...] = SBD
    hours: int = 12


@dataclass(frozen=True, slots=True)
class NodeFault:
    """What is wrong with a node, and with a phone that belongs to it."""

    name: str
    truth: str
    happen: Callable[[Cluster, Node], None]
    phone: Callable[[Bench, str], None] | None = None


@dataclass(frozen=True, slots=True)
class ClusterFault:
    """What is wrong with the cluster."""

    name: str
    truth: str
    happen: Callable[[Bench], None]
    spoils: frozenset[str] = frozenset()


# of phones


def _failure(name: str) -> Callable[[Bench, str], None]:
    return lambda bench, pkid: bench.execute("INSERT OR IGNORE INTO sim_failure VALUES (?, ?)", pkid, name)


def _nothing(_bench: Bench, _pkid: str) -> None:
    return None


def _off(bench: Bench, pkid: str) -> None:
    bench.execute(
        "UPDATE sim_phone SET powered = 'f', status = 'UnRegistered', statusreason = 13 WHERE fkdevice = ?", pkid
    )


def _over_expressway(bench: Bench, pkid: str) -> None:
    bench.execute("UPDATE sim_phone SET ip = ?, expressway = 't' WHERE fkdevice = ?", EXPRESSWAYS[0][0], pkid)


def _by_ipv6(bench: Bench, pkid: str) -> None:
    address = f"2001:db8:11::{int(pkid[:4], 16):x}"
    bench.execute("UPDATE sim_phone SET ip = ? WHERE fkdevice = ?", address, pkid)
    bench.execute("UPDATE registrationdynamic SET lastknownipaddress = ? WHERE fkdevice = ?", address, pkid)


def _of_another_cluster(bench: Bench, pkid: str) -> None:
    bench.cluster.held_lists.hand_out(pkid, bench.strange_list())


def _settings(
    mode: str = _NULL, order: str = "RSA Only", rsa: int = 2048, *, secure: bool = False
) -> Callable[[Bench, str], None]:
    def happen(bench: Bench, pkid: str) -> None:
        settings = Settings(mode, order, rsa)
        bench.give_profile(pkid, settings, security_mode="Authenticated" if secure else "Non Secure")
        if mode == _STRING:
            bench.execute("UPDATE device SET authenticationstring = '471142' WHERE pkid = ?", pkid)

    return happen


def _string_missing(bench: Bench, pkid: str) -> None:
    bench.give_profile(pkid, Settings(_STRING))


def _typed(times: int) -> Callable[[Bench, str], None]:
    def happen(bench: Bench, pkid: str) -> None:
        for _ in range(times):
            bench.cluster.type_string(pkid, "0000")

    return happen


def _with_lsc(issuer: Issuer, days_left: int) -> Callable[[Bench, str], None]:
    def happen(bench: Bench, pkid: str) -> None:
        bench.give_profile(pkid, Settings(_LSC_FIRST))
        start = bench.clock.utc() - (1_825 - days_left) * DAY
        bench.cluster.give_lsc(pkid, key=_KEY, issuer=issuer, at=start, days=1_825)

    return happen


def _untrusted_mic(bench: Bench, pkid: str) -> None:
    bench.give_profile(pkid, Settings(_MIC_FIRST))
    _failure("invalid-mic")(bench, pkid)


def _keys_fail(bench: Bench, pkid: str) -> None:
    _failure("key-generation")(bench, pkid)


_PROFILE, _LIST, _ADDRESS, _LSC = (frozenset({one}) for one in ("profile", "list", "address", "lsc"))

PHONE_FAULTS: Final = (
    PhoneFault("mode-differs", "mode-mismatch", _failure("mode-mismatch")),
    PhoneFault("late", "late", _nothing, hours=-2),
    PhoneFault("off", "not-registered", _off, frozenset({"power"})),
    PhoneFault("over-expressway", "over-expressway", _over_expressway, _ADDRESS),
    PhoneFault("ipv6-only", "capf-refuses-ipv6", _by_ipv6, _ADDRESS),
    PhoneFault("no-configuration", "no-configuration", _failure("no-configuration")),
    PhoneFault("itl-of-another-cluster", "itl-mismatch", _of_another_cluster, _LIST),
    PhoneFault("dns", "dns", _failure("dns")),
    PhoneFault("capf-port-blocked", "capf-unreachable", _failure("capf-unreachable"), frozenset({"capf"})),
    PhoneFault("capf-silent-at-times", "capf-frozen", _failure("capf-frozen"), frozenset({"capf"})),
    PhoneFault("connection-breaks", "phone-communication", _failure("phone-communication"), frozenset({"capf"})),
    PhoneFault("string-not-typed", "string-not-typed", _settings(_STRING), _PROFILE),
    PhoneFault("string-missing", "string-missing", _string_missing, _PROFILE),
    PhoneFault("string-wrong", "invalid-string", _settings(_STRING), _PROFILE, _typed(3)),
    PhoneFault("string-locked", "string-locked", _settings(_STRING), _PROFILE, _typed(10)),
    PhoneFault("string-in-secure-profile", "string-in-secure-profile", _settings(_STRING, secure=True), _PROFILE),
    PhoneFault("lsc-untrusted", "invalid-lsc", _with_lsc(Issuer.FOREIGN, 400), _PROFILE | _LSC),
    PhoneFault("lsc-expired", "invalid-lsc", _with_lsc(Issuer.LIVE, -10), _PROFILE | _LSC),
    PhoneFault("mic-untrusted", "invalid-mic", _untrusted_mic, _PROFILE),
    PhoneFault("credentials", "invalid-credentials", _failure("invalid-credentials")),
    PhoneFault("mic-only", "mic-only", _settings(_LSC_FIRST), _PROFILE | _LSC),
    PhoneFault("rsa-4096", "key-unsupported", _settings(rsa=4096), _PROFILE, models=("Cisco 7965", "Cisco 6945")),
    PhoneFault("ec-only", "ec-only", _settings(order="EC Only"), _PROFILE),
    PhoneFault(
        "ec-preferred",
        "ec-preferred",
        _settings(order="EC Preferred, RSA Backup"),
        _PROFILE,
        models=("Cisco 8845", "Cisco 7841"),
    ),
    PhoneFault("key-generation", "key-generation", _keys_fail),
    PhoneFault("ca-unreachable", "ca-communication", _failure("ca-communication"), frozenset({"ca"})),
    PhoneFault("ca-rejects", "ca-rejected", _failure("ca-rejected"), frozenset({"ca"})),
    PhoneFault("tvs", "tvs", _failure("tvs"), frozenset({"tvs"})),
    PhoneFault("fails-without-a-cause", "failed", _failure("failed")),
    PhoneFault("lost", "lost", _failure("lost")),
    PhoneFault("no-sbd", "no-security-by-default", _settings(rsa=1024), _LIST | _PROFILE, models=OLD),
)


# of nodes


def _list_without_capf(cluster: Cluster, node: Node) -> None:
    cluster.nodes.set_file(node, "ITL", cluster.nodes.made(node, "ITL", without=[Function.CAPF]))


def _list_with_old_capf(cluster: Cluster, node: Node) -> None:
    cluster.nodes.set_file(node, "ITL", cluster.nodes.made(node, "ITL", capf=cluster.capf.retired_certificate))


def _list_cut(cluster: Cluster, node: Node) -> None:
    cluster.nodes.set_file(node, "ITL", cluster.nodes.made(node, "ITL")[:-40])


def _list_changed(cluster: Cluster, node: Node) -> None:
    content = bytearray(cluster.nodes.made(node, "ITL"))
    content[-1] ^= 1
    cluster.nodes.set_file(node, "ITL", bytes(content))


def _no_list(cluster: Cluster, node: Node) -> None:
    cluster.nodes.set_file(node, "ITL", None)


def _without_list(bench: Bench, pkid: str) -> None:
    bench.execute("UPDATE sim_phone SET itl = NULL WHERE fkdevice = ?", pkid)


NODE_FAULTS: Final = (
    NodeFault("itl-without-capf", "no-capf-in-itl", _list_without_capf),
    NodeFault("itl-old-capf", "capf-certificate", _list_with_old_capf),
    NodeFault("itl-cut", "itl-corrupt", _list_cut),
    NodeFault("itl-bad-signature", "itl-corrupt", _list_changed),
    NodeFault("itl-missing", "itl-missing", _no_list, _without_list),
)


# of the cluster


def _everywhere(service: str, *, stop: bool) -> Callable[[Bench], None]:
    def happen(bench: Bench) -> None:
        for node in bench.cluster.nodes.all():
            if stop:
                bench.cluster.control_service(node, service, "Stop")
            else:
                bench.cluster.activate_service(node, service, active=False)

    return happen


def _capf(stop: bool) -> Callable[[Bench], None]:
    def happen(bench: Bench) -> None:
        publisher = bench.cluster.nodes.publisher
        if stop:
            bench.cluster.control_service(publisher, CAPF, "Stop")
        else:
            bench.cluster.activate_service(publisher, CAPF, active=False)

    return happen


def _frozen(bench: Bench) -> None:
    bench.cluster.capf.state = "frozen"


def _closed(bench: Bench) -> None:
    bench.cluster.capf.state = "unreachable"


def _regenerated(bench: Bench) -> None:
    bench.cluster.capf.replace()


def _scenario(name: str) -> Callable[[Bench], None]:
    return lambda bench: play(bench.cluster, [name])


def _issuer(who: str, *, enrolment: bool = False, fips: bool = False) -> Callable[[Bench], None]:
    def happen(bench: Bench) -> None:
        bench.cluster.parameters.set("Certificate Issuer to Endpoint", who)
        bench.cluster.parameters.set(FIPS_MODE, "1" if fips else "0")
        bench.cluster.activate_service(bench.cluster.nodes.publisher, ENROLMENT, active=enrolment)

    return happen


CLUSTER_FAULTS: Final = (
    ClusterFault("capf-stopped", "capf-stopped", _capf(stop=True), frozenset({"capf"})),
    ClusterFault("capf-not-activated", "capf-stopped", _capf(stop=False), frozenset({"capf"})),
    ClusterFault("capf-frozen", "capf-frozen", _frozen, frozenset({"capf"})),
    ClusterFault("capf-port-closed", "capf-unreachable", _closed, frozenset({"capf"})),
    ClusterFault("capf-regenerated", "capf-certificate", _regenerated, frozenset({"certificate"})),
    ClusterFault("capf-no-ca", "capf-certificate-unfit", _scenario("capf-no-ca"), frozenset({"certificate"})),
    ClusterFault("tftp-stopped", "tftp-stopped", _everywhere(TFTP, stop=True), frozenset({"tftp"})),
    ClusterFault("tftp-not-activated", "tftp-stopped", _everywhere(TFTP, stop=False), frozenset({"tftp"})),
    ClusterFault("tvs-stopped", "tvs-stopped", _everywhere(TVS, stop=True), frozenset({"tvs"})),
    ClusterFault("offline-ca", "offline-ca", _issuer("Offline CA"), frozenset({"ca"})),
    ClusterFault("online-ca-down", "ca-communication", _scenario("online-ca-down"), frozenset({"ca"})),
    ClusterFault("online-ca-untrusted", "ca-communication", _scenario("online-ca-untrusted"), frozenset({"ca"})),
    ClusterFault("online-ca-rejects", "ca-rejected", _scenario("online-ca-rejects"), frozenset({"ca"})),
    ClusterFault("online-ca-without-enrolment", "ca-communication", _issuer("Online CA"), frozenset({"ca"})),
    ClusterFault(
        "fips-online-ca", "ca-communication", _issuer("Online CA", enrolment=True, fips=True), frozenset({"ca"})
    ),
)
