"""LSCs with a third-party CA: what must be there before, and whether they are as they were to be; checks as preflight's own."""

from lscctl.preflight.capf_renewal.held_lists import HeldListsCheck
from lscctl.preflight.checks.capf_certificate import CapfCertificateCheck
from lscctl.preflight.checks.capf_service import CapfServiceCheck
from lscctl.preflight.checks.tftp import TftpCheck
from lscctl.preflight.checks.tvs import TvsCheck
from lscctl.preflight.interface import Check, fail, warn
from lscctl.preflight.third_party.authority import AuthorityCheck
from lscctl.preflight.third_party.capf_issuer import CapfIssuerCheck
from lscctl.preflight.third_party.issued import IssuedCheck
from lscctl.preflight.third_party.issuer import IssuerCheck
from lscctl.preflight.third_party.keys import KeysCheck
from lscctl.preflight.third_party.online import EnrolmentServiceCheck, OnlineCaCheck
from lscctl.preflight.third_party.shown import ShownCheck
from lscctl.preflight.third_party.stores import TrustStoresCheck
from lscctl.third_party_ca import GivenCa, ThirdParty


def before(kind: ThirdParty, given: GivenCa) -> tuple[Check, ...]:
    """What must be there before the CA's first LSC; what is yet to be done is told as such."""
    common = (
        IssuerCheck(kind, warn),
        AuthorityCheck(kind, given),
        TrustStoresCheck(kind, given),
        CapfServiceCheck(),
        CapfCertificateCheck(),
        TftpCheck(),
        TvsCheck(),
    )
    if kind is ThirdParty.ONLINE:
        return (*common, EnrolmentServiceCheck(), OnlineCaCheck(), KeysCheck())
    return (*common, CapfIssuerCheck(given, warn)) if kind is ThirdParty.SIGNED else common


def after(kind: ThirdParty, given: GivenCa, sample: int) -> tuple[Check, ...]:
    """What must hold once the CA has signed; of `sample` phones the certificate itself is looked at."""
    of_capf: tuple[Check, ...] = (CapfIssuerCheck(given, fail),) if kind is ThirdParty.SIGNED else ()
    of_ca: tuple[Check, ...] = (EnrolmentServiceCheck(), OnlineCaCheck()) if kind is ThirdParty.ONLINE else ()
    return (
        IssuerCheck(kind, fail),
        AuthorityCheck(kind, given),
        TrustStoresCheck(kind, given),
        CapfServiceCheck(),
        CapfCertificateCheck(),
        *of_capf,
        *of_ca,
        TftpCheck(),
        HeldListsCheck(),
        IssuedCheck(kind, given),
        ShownCheck(kind, given, sample),
    )
