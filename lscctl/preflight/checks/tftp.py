"""The TFTP servers and the trust lists that they hand out."""

from collections.abc import Iterator
from itertools import chain

from lscctl.cucm.control_center import Running
from lscctl.cucm.faults import WireFault
from lscctl.cucm.nodes import CAPF, TFTP, ClusterNode
from lscctl.cucm.side_by_side import side_by_side
from lscctl.cucm.trust_files import TrustFileMissing
from lscctl.preflight.ground import Ground, names
from lscctl.preflight.interface import fail, result, skip, warn
from lscctl.trustlist.certificate import Certificate
from lscctl.trustlist.comparison import Match, capf_record_is
from lscctl.trustlist.format import Function
from lscctl.trustlist.values import TrustList, TrustListError
from lscctl.trustlist.verification import Verdict as Signature
from lscctl.trustlist.verification import date_warnings, verify
from lscctl.verdict import CheckResult, Fault, Verdict

_RESTART = "Restart Cisco Tftp on the node, look again with `lscctl trust-list verify --all`, then reset phones."
_RESIGN = (
    "Re-sign the lists on the publisher: {command}. It resets every phone, so after hours; then reset phones, restart Cisco "
    "Tftp, and reset again. Where that fails see CSCus33755."
)
_UPDATE_CTL = (
    "Update the CTL on the publisher (utils ctl update CTLFile), restart Cisco Tftp and CallManager, and reset phones."
)

_REACH_CAPF = "Let this computer reach CAPF's port on the publisher, so that the live certificate can be compared."


class TftpCheck:
    """Every TFTP server runs and hands out a sound list, with the CAPF certificate of now."""

    name = "tftp"
    title = "TFTP and trust lists"
    looked_at = "each TFTP server's service, its ITL and, in mixed mode, its CTL"

    def run(self, ground: Ground) -> CheckResult:
        """Fetch and verify each list."""
        servers = [node for node in ground.nodes if node.has(TFTP)]
        if not servers:
            remedy = "Activate Cisco Tftp on at least one node (Serviceability > Service Activation)."
            return result(
                self, "no node has it", [fail("tftp-not-activated", "Cisco Tftp is activated on no node", remedy)]
            )
        faults = list(chain.from_iterable(side_by_side(lambda node: list(_on(ground, node)), servers)))
        if not any(fault.verdict in (Verdict.FAIL, Verdict.SKIP) for fault in faults):
            faults += _disagreement(ground, servers)
        kinds = "ITL and CTL" if ground.mixed else "ITL"
        compared = (
            "CAPF's live certificate"
            if ground.live_capf
            else "the database's newest CAPF certificate, as CAPF shows none"
        )
        return result(self, f"{kinds} of {names(servers)}, with {compared}", faults)


def _on(ground: Ground, node: ClusterNode) -> Iterator[Fault]:
    running = _running(ground, node)
    if running in (Running.STOPPED, Running.NOT_ACTIVATED):
        remedy = "Start it (Serviceability > Control Center)."
        yield fail("tftp-stopped", f"Cisco Tftp is {running}", remedy, node.name)
        return
    yield from _list(ground, node, "ITL")
    if ground.mixed is not False:
        yield from _list(ground, node, "CTL")


def _running(ground: Ground, node: ClusterNode) -> Running:
    """What Control Center says. Where it cannot be asked the list itself is looked for: who hands it out, runs."""
    try:
        return ground.state(node, TFTP).running
    except WireFault:
        return Running.UNKNOWN


def _list(ground: Ground, node: ClusterNode, kind: str) -> Iterator[Fault]:
    code = kind.lower()
    try:
        trust_list = ground.trust_list(node, f"{kind}File.tlv")
    except TrustFileMissing:
        if kind == "ITL" or ground.mixed:  # a cluster that does not say its mode may well have no CTL
            remedy = _RESTART if kind == "ITL" else _UPDATE_CTL
            yield fail(f"{code}-missing", f"the server has no {kind}", remedy, node.name)
        return
    except WireFault as error:
        yield skip(f"{code}-unseen", error.message, error.hint or "", node.name)
        return
    except TrustListError as error:
        yield fail(
            f"{code}-corrupt",
            f"the {kind} cannot be read: {error.message}",
            _resign(ground),
            node.name,
            cluster_wide=True,
        )
        return
    yield from _sound(ground, node, kind, trust_list)
    yield from _capf(ground, node, kind, trust_list)


def _resign(ground: Ground) -> str:
    return _RESIGN.format(command="utils ctl reset localkey" if ground.mixed else "utils itl reset localkey")


def _sound(ground: Ground, node: ClusterNode, kind: str, trust_list: TrustList) -> Iterator[Fault]:
    code, found = kind.lower(), verify(trust_list)
    if found.verdict is Signature.BAD:
        yield fail(
            f"{code}-bad-signature",
            f"the signature of the {kind} is bad: {found.why}",
            _resign(ground),
            node.name,
            cluster_wide=True,
        )
    elif found.verdict is Signature.UNKNOWN:
        yield skip(f"{code}-signature-unseen", found.why, f"Verify the list on the node: show {code}.", node.name)
    expired = [told for told in date_warnings(trust_list, ground.now) if "(CAPF)" not in told]
    if expired:
        yield warn(
            f"{code}-certificate-expired",
            f"the {kind}: {'; '.join(expired)}",
            "Regenerate one certificate at a time, and let phones reset in between: all at once they lose every trust.",
            node.name,
            cluster_wide=True,
        )


def _capf(ground: Ground, node: ClusterNode, kind: str, trust_list: TrustList) -> Iterator[Fault]:
    code = kind.lower()
    remedy = _RESTART if kind == "ITL" else _UPDATE_CTL
    if not trust_list.of_function(Function.CAPF):
        known = " though CAPF is activated (CSCuj78330)" if ground.publisher.has(CAPF) else ""
        yield fail(
            f"{code}-without-capf", f"the {kind} has no CAPF record{known}", remedy, node.name, cluster_wide=True
        )
        return
    live = ground.live_capf
    against = live or _newest_capf(ground)
    if against is None:
        told = "neither CAPF's port nor the database shows a certificate to compare with"
        yield skip(f"{code}-capf-unseen", f"the CAPF record of the {kind}: {told}", _REACH_CAPF, node.name)
        return
    found = capf_record_is(trust_list, against)
    if found.match is Match.UNKNOWN:
        compare = f"Compare with `show {code}`."
        yield skip(f"{code}-capf-unseen", f"the CAPF record of the {kind}: {found.why}", compare, node.name)
    elif found.match is Match.DIFFERENT and live is None:
        told = f"is not the database's newest CAPF certificate ({found.why}), and CAPF's port shows none: {ground.capf.why}"
        yield skip(f"{code}-capf-unseen", f"the CAPF record of the {kind} {told}", _REACH_CAPF, node.name)
    elif found.match is Match.DIFFERENT:
        yield fail(
            f"{code}-old-capf",
            f"the CAPF record of the {kind} is not the certificate that CAPF presents now: {found.why}",
            remedy,
            node.name,
            cluster_wide=True,
        )


def _newest_capf(ground: Ground) -> Certificate | None:
    """What a list is compared with where CAPF's port shows nothing; None where the database cannot be asked either."""
    try:
        return ground.stored_capf
    except WireFault:
        return None


def _disagreement(ground: Ground, servers: list[ClusterNode]) -> Iterator[Fault]:
    """Lists differ in the server's own record only."""
    told: dict[tuple[str, ...], list[ClusterNode]] = {}
    for node in servers:
        trust_list = ground.trust_list(node, "ITLFile.tlv")
        common = sorted(
            f"{record.function} {record.serial}"
            for record in trust_list.records
            if record.function not in (Function.CCM, Function.CCM_TFTP, Function.TFTP)
        )
        told.setdefault((trust_list.header.serial, *common), []).append(node)
    if len(told) > 1:
        groups = " and ".join(names(nodes) for nodes in told.values())
        yield warn(
            "itl-differs",
            f"the ITLs of {groups} are not alike",
            "Restart Cisco Tftp on those that are older; `lscctl trust-list diff` shows the differences.",
            cluster_wide=True,
        )
