"""What a phone's certificates are worth to CAPF: the one that it shows on HTTPS, and the LSC of which CUCM knows the issuer."""

from collections.abc import Iterator, Sequence
from typing import Final

from lscctl.cucm.trust_stores import CAPF_TRUST
from lscctl.finding import Place
from lscctl.gathering.cluster_wide import DATABASE, ClusterWide
from lscctl.gathering.doors import Stated
from lscctl.gathering.visits import HTTPS
from lscctl.inspection import Authorities, Flaw, Kind, Sight, inspect
from lscctl.phone import Phone
from lscctl.trustlist.certificate import Certificate
from lscctl.trustlist.names import common_name

_OWN: Final = "CAPF"
"""The store with CAPF's own certificate."""


def certificate_facts(sight: Sight, phone: Phone, wide: ClusterWide) -> Iterator[Stated]:
    """What was seen, beside the certificates that the cluster holds; without those no more than what it is."""
    certificate = sight.certificate
    if certificate is None:
        return
    authorities = Authorities(None, wide.certificates)
    found = inspect(sight, phone, authorities, wide.ground.now)
    holders = authorities.named(certificate.issuer)
    named = common_name(certificate.issuer)
    if any(one.flaw is Flaw.OTHER_PHONE for one in found.findings):
        return
    if found.kind is Kind.MIC:
        yield from _trusted("mic-issuer-trusted", f"its MIC was issued by {named}", holders, wide, HTTPS)
    elif found.kind is Kind.LSC:
        state = "expired" if certificate.valid_until < wide.ground.now else "unknown"
        yield Stated("lsc", state, HTTPS, f"it shows an LSC, issued by {named}")
        yield from _trusted("lsc-issuer-trusted", f"its LSC was issued by {named}", holders, wide, HTTPS)


def believed_facts(phone: Phone, wide: ClusterWide) -> Iterator[Stated]:
    """Whether CAPF can know the issuer of the LSC that CUCM believes the phone to have."""
    if phone.lsc.issuer:
        holders = [one for one in wide.certificates if common_name(one.subject) == phone.lsc.issuer]
        said = f"CUCM has its LSC as issued by {phone.lsc.issuer}"
        yield from _trusted("lsc-issuer-trusted", said, holders, wide, DATABASE)


def _trusted(fact: str, said: str, holders: Sequence[Certificate], wide: ClusterWide, place: Place) -> Iterator[Stated]:
    """Whether CAPF-trust holds one of an issuer's certificates; `holders` are all that the cluster has of it.

    Where it has none at all, CAPF-trust lacks it, too; which store the others are in not every database tells.
    """
    if not wide.certificates:
        return
    if not holders:
        yield Stated(fact, "no", place, f"{said}, of which the cluster holds no certificate")
    elif wide.stores is not None:
        held = any(wide.stores.hold(one, store) for one in holders for store in (CAPF_TRUST, _OWN))
        told = f"{said}, which is {'' if held else 'not '}in CAPF-trust"
        yield Stated(fact, "yes" if held else "no", place, told)
