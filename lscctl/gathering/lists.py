"""The trust lists that TFTP servers hand out: whether they are sound, and whether they name the CAPF of now."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lscctl.cucm.faults import WireFault
from lscctl.cucm.nodes import ClusterNode
from lscctl.cucm.trust_files import TrustFileMissing
from lscctl.finding import Place, Source
from lscctl.gathering.doors import Told, not_had
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
    if _is_mixed(ground):
        _ctl(ground, node, told)
    return Looked(told, itl)


def _is_mixed(ground: Ground) -> bool:
    """Whether the cluster says that it is in mixed mode: only then must there be a CTL."""
    try:
        return bool(ground.mixed)
    except WireFault:
        return False  # the door of the parameters names them as missing


def _itl(ground: Ground, node: ClusterNode, live: Certificate | None, told: Told) -> TrustList | None:
    about = f"the ITL of {node.name}"
    place = Place(Source.CLUSTER, f"ITL of {node.name}")
    try:
        itl = ground.trust_list(node, ITL)
    except WireFault as error:
        if isinstance(error, TrustFileMissing):
            told.looked_at.append(place)
            told.state("itl", "missing", place, error.message, about)
        else:
            told.missing.append(not_had(about, error))
        return None
    except TrustListError as error:
        told.looked_at.append(place)
        told.state("itl", "unreadable", place, f"it cannot be read: {error.message}", about)
        return None
    told.looked_at.append(place)
    found = verify(itl)
    told.state("itl", _SIGNATURES[found.verdict], place, found.why, about)
    _capf_record(itl, live, place, about, told)
    return itl


def _capf_record(itl: TrustList, live: Certificate | None, place: Place, about: str, told: Told) -> None:
    if not itl.of_function(Function.CAPF):
        told.state("itl-capf", "missing", place, "it has no CAPF record", about)
        return
    told.state("itl-capf", "present", place, "it has a CAPF record", about)
    if live is None:
        return
    found = capf_record_is(itl, live)
    said = f"beside the certificate that CAPF presents: {found.why}"
    if found.match is Match.UNKNOWN:
        told.missing.append(f"{about}, {said}")
    else:
        told.state("itl-capf-certificate", "same" if found.match is Match.SAME else "other", place, said, about)


def _ctl(ground: Ground, node: ClusterNode, told: Told) -> None:
    about = f"the CTL of {node.name}"
    try:
        ctl = ground.trust_list(node, CTL)
    except (WireFault, TrustListError) as error:
        told.missing.append(not_had(about, error))
        return
    place = told.look(f"CTL of {node.name}")
    there = "present" if ctl.of_function(Function.CAPF) else "missing"
    told.state("ctl-capf", there, place, f"it has {'a' if there == 'present' else 'no'} CAPF record", about)


def held_list(digest: str, server: str, lists: Mapping[str, TrustList]) -> tuple[bool, str] | None:
    """Whether a phone whose ITL has this digest (MD5 or SHA-1, hex digits) holds that of a server, or of one of them where the
    `server` is not known, with the reason in words. None where that cannot be told."""
    contents = {name: one.content for name, one in lists.items() if one.content is not None}
    algorithm = {32: "md5", 40: "sha1"}[len(digest)]
    like = [
        name
        for name, content in contents.items()
        if hashlib.new(algorithm, content, usedforsecurity=False).hexdigest() == digest
    ]
    if server in contents:
        said = f"the phone's ITL has the {algorithm.upper()} {digest}, {'as' if server in like else 'unlike'} that of {server}"
        return server in like, said
    if like:
        return True, f"the phone's ITL has the {algorithm.upper()} {digest}, as that of {like[0]}"
    return None
