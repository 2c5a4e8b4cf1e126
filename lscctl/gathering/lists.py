"""The trust lists that TFTP servers hand out: whether they are sound, and whether they name the CAPF of now."""

from dataclasses import dataclass
from typing import Final

from lscctl.cucm.faults import WireFault
from lscctl.cucm.nodes import ClusterNode
from lscctl.cucm.trust_files import TrustFileMissing
from lscctl.finding import Place
from lscctl.gathering.doors import Told
from lscctl.preflight.ground import Ground
from lscctl.trustlist.certificate import Certificate
from lscctl.trustlist.comparison import Match, capf_record_is
from lscctl.trustlist.format import Function
from lscctl.trustlist.values import TrustList, TrustListError
from lscctl.trustlist.verification import Verdict, verify

ITL: Final = "ITLFile.tlv"
CTL: Final = "CTLFile.tlv"

_SIGNATURES: Final = {Verdict.GOOD: "sound", Verdict.BAD: "bad-signature", Verdict.UNKNOWN: "unverified"}


@dataclass(frozen=True, slots=True)
class Looked:
    """What a server's lists are like, and its ITL, None where it cannot be read."""

    told: Told
    itl: TrustList | None


def look_at_list(ground: Ground, node: ClusterNode, live: Certificate | None) -> Looked:
    """Look at a server's ITL, and at its CTL in mixed mode; `live` is the certificate that CAPF presents, None for unknown."""
    told = Told()
    itl = _itl(ground, node, live, told)
    if ground.mixed:
        _ctl(ground, node, told)
    return Looked(told, itl)


def _itl(ground: Ground, node: ClusterNode, live: Certificate | None, told: Told) -> TrustList | None:
    place, about = told.look(f"ITL of {node.name}"), f"the ITL of {node.name}"
    try:
        itl = ground.trust_list(node, ITL)
    except TrustFileMissing as error:
        told.state("itl", "missing", place, error.message, about)
        return None
    except TrustListError as error:
        told.state("itl", "unreadable", place, f"{about} cannot be read: {error.message}", about)
        return None
    except WireFault as error:
        told.missing.append(f"{about}: {error.message}")
        return None
    found = verify(itl)
    told.state("itl", _SIGNATURES[found.verdict], place, f"{about}: {found.why}", about)
    _capf_record(itl, live, place, about, told)
    return itl


def _capf_record(itl: TrustList, live: Certificate | None, place: Place, about: str, told: Told) -> None:
    if not itl.of_function(Function.CAPF):
        told.state("itl-capf", "missing", place, f"{about} has no CAPF record", about)
        return
    told.state("itl-capf", "present", place, f"{about} has a CAPF record", about)
    if live is None:
        return
    found = capf_record_is(itl, live)
    said = f"{about}, held against the certificate that CAPF presents: {found.why}"
    if found.match is Match.UNKNOWN:
        told.missing.append(said)
    else:
        told.state("itl-capf-certificate", "same" if found.match is Match.SAME else "other", place, said, about)


def _ctl(ground: Ground, node: ClusterNode, told: Told) -> None:
    place, about = told.look(f"CTL of {node.name}"), f"the CTL of {node.name}"
    try:
        ctl = ground.trust_list(node, CTL)
    except (WireFault, TrustListError) as error:
        told.missing.append(f"{about}: {error.message}")
        return
    there = "present" if ctl.of_function(Function.CAPF) else "missing"
    told.state("ctl-capf", there, place, f"{about} has {'a' if there == 'present' else 'no'} CAPF record", about)
