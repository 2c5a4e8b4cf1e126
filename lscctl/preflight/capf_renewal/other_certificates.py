"""The other certificates that phones trust: two of them renewed at once, and phones trust nobody [field guide 2]."""

from collections.abc import Iterator
from typing import Final

from lscctl.cucm.faults import WireFault
from lscctl.cucm.nodes import TFTP
from lscctl.preflight.ground import Ground, readable
from lscctl.preflight.interface import result, skip, warn
from lscctl.trustlist.format import Function
from lscctl.trustlist.values import TrustList, TrustListError
from lscctl.verdict import CheckResult, Fault

_DAY: Final = 86_400
_NAMES: Final = {
    Function.CCM_TFTP: "CallManager",
    Function.CCM: "CallManager",
    Function.TFTP: "CallManager",
    Function.TVS: "TVS",
    Function.SAST: "ITLRecovery",
}


class OtherCertificatesCheck:
    """CallManager, TVS and ITLRecovery need not be renewed at the same time."""

    name = "other-certificates"
    title = "Other certificates"
    looked_at = "when the certificates of CallManager, TVS and ITLRecovery end that the ITL names"

    def run(self, ground: Ground) -> CheckResult:
        """Warn of those that end as soon as CAPF's would be warned of."""
        unseen: list[Fault] = []
        for node in (node for node in ground.nodes if node.has(TFTP)):
            try:
                trust_list = ground.trust_list(node, "ITLFile.tlv")
            except (WireFault, TrustListError) as error:
                unseen.append(skip("other-certificates-unseen", error.message, error.hint or "", node.name))
                continue
            return result(
                self, f"none ends within {ground.expiry_warn_days} days", list(_ending(ground, node.name, trust_list))
            )
        return result(self, "", unseen or [_NO_SERVER])


_NO_SERVER: Final = skip(
    "other-certificates-unseen", "no node has Cisco Tftp activated, so there is no ITL to look at", "Activate it."
)


def _ending(ground: Ground, node: str, trust_list: TrustList) -> Iterator[Fault]:
    """One list is enough: each names the certificates of all nodes."""
    told = set()
    for record in trust_list.records:
        certificate = readable(record.certificate or b"")
        name = _NAMES.get(Function(record.function)) if record.function in set(Function) else None
        if certificate is None or name is None or certificate.subject in told:
            continue
        told.add(certificate.subject)
        days = int((certificate.valid_until - ground.now) // _DAY)
        if days <= ground.expiry_warn_days:
            ends = "has expired" if certificate.valid_until <= ground.now else f"ends in {days:,} days"
            yield warn(
                "another-certificate-ends",
                f"the certificate of {name} ({certificate.subject}) {ends}",
                "Renew it in a night of its own, phones reset in between: renewed together with CAPF's, phones trust nobody.",
                node,
                cluster_wide=True,
            )
