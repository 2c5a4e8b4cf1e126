"""The phones' LSCs, and which certificate signed them."""

from collections import Counter
from collections.abc import Callable

from lscctl.phone import Signer
from lscctl.plan import Issuer
from lscctl.preflight.checks.of_the_plan import counted, everyone, phones
from lscctl.preflight.ground import Ground
from lscctl.preflight.interface import fail, result, skip, warn
from lscctl.trustlist.certificate import Certificate
from lscctl.trustlist.names import common_name
from lscctl.verdict import CheckResult, Fault

FaultMaker = Callable[[str, str, str], Fault]
"""`warn` or `fail`."""

NOW, OTHER, UNKNOWN, NONE = "CAPF's certificate of now", "another", "nobody knows which", "no LSC"


class LscsCheck:
    """Every LSC was signed by the certificate with which CAPF signs now; `fault` says how bad it is where not."""

    name = "lscs"
    title = "LSCs"
    looked_at = "the issuer of each phone's LSC, beside the certificate that CAPF presents now"

    def __init__(self, fault: FaultMaker = warn) -> None:
        self._fault = fault

    def run(self, ground: Ground) -> CheckResult:
        """Count LSCs by who signed them, and name phones whose LSC another certificate signed."""
        if ground.facts.issuer in (Issuer.ONLINE_CA, Issuer.OFFLINE_CA):
            return result(self, f"LSCs are issued by an {ground.facts.issuer}, whatever CAPF's own certificate is")
        if ground.live_capf is None:
            unseen = f"CAPF shows no certificate to compare with: {ground.capf.why or 'none that can be read'}"
            return result(self, "", [skip("lscs-unseen", unseen, "Let this computer reach CAPF's port.")])
        signed = signed_phones(ground, ground.live_capf)
        faults: list[Fault] = []
        if signed[OTHER]:
            faults.append(
                self._fault(
                    "lsc-of-another-certificate",
                    f"{phones(signed[OTHER])} have an LSC that another certificate signed",
                    "Renew them in waves: lscctl renew --old-capf. Keep the other certificate in CAPF-trust until then, and "
                    "where 802.1X and VPN look.",
                )
            )
        if signed[UNKNOWN] and self._fault is fail:
            faults.append(
                skip(
                    "lsc-issuer-unknown",
                    f"{phones(signed[UNKNOWN])} have an LSC of which CUCM does not know who signed it",
                    "Ask those whose web access is on: lscctl inspect. CUCM keeps it of LSCs that are issued from 11.5 on.",
                )
            )
        counts = Counter({who: len(names) for who, names in signed.items()})
        told = ", ".join(f"{counts[who]:,} {who}" for who in (OTHER, UNKNOWN) if counts[who])
        return result(self, f"{counted(counts[NOW])} have an LSC of {NOW}{f'; {told}' if told else ''}", faults)


def signed_phones(ground: Ground, live: Certificate) -> dict[str, list[str]]:
    """The names of the phones by who signed their LSC."""
    signer = signer_of(live)
    signed: dict[str, list[str]] = {NOW: [], OTHER: [], UNKNOWN: [], NONE: []}
    for phone, _ in sorted(everyone(ground), key=lambda one: one[0].name):
        if not phone.lsc.present:
            who = NONE
        elif phone.lsc.issuer is None:
            who = UNKNOWN
        else:
            who = NOW if phone.lsc.signed_by(signer) else OTHER
        signed[who].append(phone.name)
    return signed


def signer_of(certificate: Certificate) -> Signer:
    """The certificate as CUCM names it beside an LSC."""
    return Signer(common_name(certificate.subject), certificate.valid_until)
