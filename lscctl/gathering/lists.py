"""The trust lists that TFTP servers hand out: whether they are sound, and whether they name the CAPF of now."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lscctl.cucm.faults import WireFault
from lscctl.cucm.nodes import ClusterNode
from lscctl.cucm.trust_files import TrustFileMissing
from lscctl.finding import Place, Source
from lscctl.gathering.doors import Stated, Told, not_had
from lscctl.preflight.ground import Ground
from lscctl.trustlist.certificate import Certificate
from lscctl.trustlist.comparison import Match, capf_record_is
from lscctl.trustlist.format import Function
from lscctl.trustlist.values import Kind, TrustList, TrustListError
from lscctl.trustlist.verification import Verdict, verify

_SIGNATURES: Final = {Verdict.GOOD: "sound", Verdict.BAD: "bad-signature", Verdict.UNKNOWN: "unverified"}

_WRONG: Final = ("unreadable", "bad-signature", "missing", "other")


@dataclass(frozen=True, slots=True)
class Looked:
    """What a server's lists are like, and its ITL, None where it cannot be read."""

    told: Told
    itl: TrustList | None


def look_at_list(ground: Ground, node: ClusterNode, live: Certificate | None) -> Looked:
    """Look at a server's ITL, and at its CTL in mixed mode; `live` is the certificate that CAPF presents, None for unknown.

    A phone that has both believes what both say: what is wrong with the CTL takes the place of what is well with the ITL.
    """
    told = Told()
    itl = _fetched(ground, node, Kind.ITL, told)
    facts = _facts_of(itl, live, told)
    if _is_mixed(ground):
        ctl = _fetched(ground, node, Kind.CTL, told)
        wrong = {} if ctl.missing else _facts_of(ctl, live, told)
        facts |= {name: one for name, one in wrong.items() if one.value in _WRONG}
        if ctl.content is not None:
            there = "present" if ctl.content.of_function(Function.CAPF) else "missing"
            said = f"it has {'a' if there == 'present' else 'no'} CAPF record"
            told.state("ctl-capf", there, ctl.place, said, ctl.about)
    told.facts += facts.values()
    return Looked(told, itl.content)


@dataclass(frozen=True, slots=True)
class _Fetched:
    """A list of a server: what it holds, or why that cannot be read; `missing`: the server has none."""

    place: Place
    about: str
    content: TrustList | None = None
    problem: str = ""
    missing: bool = False


def _is_mixed(ground: Ground) -> bool:
    """Whether the cluster says that it is in mixed mode: only then must there be a CTL."""
    try:
        return bool(ground.mixed)
    except WireFault:
        return False  # the door of the parameters names them as missing


def _fetched(ground: Ground, node: ClusterNode, kind: Kind, told: Told) -> _Fetched:
    place, about = Place(Source.CLUSTER, f"{kind} of {node.name}"), f"the {kind} of {node.name}"
    try:
        found = _Fetched(place, about, ground.trust_list(node, f"{kind}File.tlv"))
    except TrustFileMissing as error:
        found = _Fetched(place, about, problem=error.message, missing=True)
    except WireFault as error:
        told.missing.append(not_had(about, error))
        return _Fetched(place, about)
    except TrustListError as error:
        found = _Fetched(place, about, problem=f"it cannot be read: {error.message}")
    told.looked_at.append(place)
    return found


def _facts_of(one: _Fetched, live: Certificate | None, told: Told) -> dict[str, Stated]:
    """What a list is like, by the names of the facts; nothing of one that could not be had."""
    if one.content is None:
        state = "missing" if one.missing else "unreadable"
        return {"itl": Stated("itl", state, one.place, one.problem, one.about)} if one.problem else {}
    found = verify(one.content)
    facts = [Stated("itl", _SIGNATURES[found.verdict], one.place, found.why, one.about)]
    if not one.content.of_function(Function.CAPF):
        facts.append(Stated("itl-capf", "missing", one.place, "it has no CAPF record", one.about))
        return {fact.fact: fact for fact in facts}
    facts.append(Stated("itl-capf", "present", one.place, "it has a CAPF record", one.about))
    if live is not None:
        record = capf_record_is(one.content, live)
        said = f"beside the certificate that CAPF presents: {record.why}"
        if record.match is Match.UNKNOWN:
            told.missing.append(f"{one.about}, {said}")
        else:
            same = "same" if record.match is Match.SAME else "other"
            facts.append(Stated("itl-capf-certificate", same, one.place, said, one.about))
    return {fact.fact: fact for fact in facts}


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
