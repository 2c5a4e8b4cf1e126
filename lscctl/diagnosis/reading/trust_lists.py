"""Trust lists as evidence: binary files, and what `show itl` prints."""

from collections.abc import Iterator
from typing import Final

from lscctl.diagnosis.sightings import Sightings
from lscctl.finding import Place
from lscctl.trustlist.format import Function
from lscctl.trustlist.reading import read
from lscctl.trustlist.values import Kind, NoTrustList, TrustList, TrustListError
from lscctl.trustlist.verification import Verdict, verify

_ABSENT: Final = ("not found", "empty", "missing")


def read_trust_lists(content: bytes, place: Place, sightings: Sightings) -> list[TrustList]:
    """Show what the lists are like; the ITLs among them, to be compared with others. Raises NoTrustList for a text that is none."""
    try:
        lists = read(content, place.file)
    except NoTrustList:
        raise
    except TrustListError:
        sightings.fact("itl", "unreadable", place)
        return []
    for one in lists:
        for name, value in _facts(one):
            sightings.fact(name, value, place)
    return [one for one in lists if one.kind is not Kind.CTL]


def _facts(one: TrustList) -> Iterator[tuple[str, str]]:
    capf = "present" if one.of_function(Function.CAPF) else "missing"
    if one.kind is Kind.CTL:
        if one.records:
            yield "ctl-capf", capf
        return
    state = _state(one)
    yield "itl", state
    if one.records and not (one.printed and one.printed.cut and not _told_to_its_end(one)):
        yield "itl-capf", capf


def _told_to_its_end(one: TrustList) -> bool:
    """Whether a printed list has its records from the first on, those of TFTP and TVS among them, and what stands behind the last.

    Lengths that do not add up are those of lines that somebody shortened.
    """
    numbered = [record.number for record in one.records] == list(range(1, len(one.records) + 1))
    tftp = one.of_function(Function.TFTP) or one.of_function(Function.CCM_TFTP)
    return (
        numbered
        and bool(tftp and one.of_function(Function.TVS))
        and one.printed is not None
        and one.printed.verdict is not None
    )


def _state(one: TrustList) -> str:
    printed = one.printed
    if printed is not None:
        if printed.length == 0 or any(word in printed.problem.lower() for word in _ABSENT):
            return "missing"
        if printed.problem:
            return "unreadable"
        return {True: "sound", False: "bad-signature", None: "unverified"}[printed.verdict]
    return {Verdict.GOOD: "sound", Verdict.BAD: "bad-signature", Verdict.UNKNOWN: "unverified"}[verify(one).verdict]


def capf_certificates(one: TrustList) -> frozenset[str]:
    """Which CAPF certificates a list names: their SHA-1, where the list can tell."""
    return frozenset(
        digest for record in one.of_function(Function.CAPF) if (digest := record.certificate_digest("sha1"))
    )
