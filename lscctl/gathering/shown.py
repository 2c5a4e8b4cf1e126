"""What the certificate that a phone shows on HTTPS tells: its LSC, or the MIC, and whether CAPF can know who issued it."""

from collections.abc import Iterator

from lscctl.gathering.cluster_wide import ClusterWide
from lscctl.gathering.doors import Stated
from lscctl.gathering.visits import HTTPS
from lscctl.inspection import Authorities, Flaw, Kind, Sight, inspect
from lscctl.phone import Phone
from lscctl.trustlist.certificate import Certificate
from lscctl.trustlist.names import common_name


def certificate_facts(sight: Sight, phone: Phone, wide: ClusterWide) -> Iterator[Stated]:
    """What was seen, beside the certificates that the cluster holds; without those no more than what it is."""
    certificate = sight.certificate
    if certificate is None:
        return
    authorities = Authorities(None, wide.certificates)
    found = inspect(sight, phone, authorities, wide.ground.now)
    named = common_name(certificate.issuer)
    if found.kind is Kind.MIC:
        yield from _issuer("mic-issuer-trusted", "its MIC", certificate, authorities)
    elif found.kind is Kind.LSC and not any(one.flaw is Flaw.OTHER_PHONE for one in found.findings):
        state = "expired" if certificate.valid_until < wide.ground.now else "unknown"
        yield Stated("lsc", state, HTTPS, f"it shows an LSC, issued by {named}")
        yield from _issuer("lsc-issuer-trusted", "its LSC", certificate, authorities)


def _issuer(fact: str, whose: str, certificate: Certificate, authorities: Authorities) -> Iterator[Stated]:
    """Where the cluster holds no certificate of the issuer's at all, CAPF-trust lacks it, too; else nobody can tell from here in
    which of the trust stores it is."""
    if authorities.known and not authorities.named(certificate.issuer):
        said = f"{whose} was issued by {common_name(certificate.issuer)}, of which the cluster holds no certificate"
        yield Stated(fact, "no", HTTPS, said)
