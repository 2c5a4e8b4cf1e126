"""Who signs LSCs where Cisco's CAPF does not do it by itself: the three kinds of third-party CA [field guide 1]."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from lscctl.errors import UsageError
from lscctl.plan import Issuer
from lscctl.trustlist.certificate import Certificate
from lscctl.trustlist.names import common_name


class ThirdParty(StrEnum):
    """What the CA does: SIGNED issues CAPF's own certificate, and CAPF signs on; ONLINE and OFFLINE sign each LSC themselves."""

    SIGNED = "signed"
    ONLINE = "online"
    OFFLINE = "offline"

    @property
    def issuer(self) -> Issuer:
        """What the service parameter `Certificate Issuer to Endpoint` has to say."""
        return {ThirdParty.ONLINE: Issuer.ONLINE_CA, ThirdParty.OFFLINE: Issuer.OFFLINE_CA}.get(self, Issuer.CAPF)

    @property
    def words(self) -> str:
        """In words: `an Online CA`."""
        return {
            ThirdParty.SIGNED: "another CA above CAPF",
            ThirdParty.ONLINE: "an Online CA",
            ThirdParty.OFFLINE: "an Offline CA",
        }[self]


@dataclass(frozen=True)
class GivenCa:
    """The CA's certificates as a user gave them, in any order; empty where nobody did."""

    certificates: Sequence[Certificate] = field(default=())

    @property
    def lowest(self) -> tuple[Certificate, ...]:
        """Those that issued no other CA's: the one that signs, where the file holds one CA with those above it. Of several
        certificates of one CA, renewed or cross-signed, it is the one that ends last."""
        found: dict[str, Certificate] = {}
        for one in self.certificates:
            if any(other.issuer == one.subject != other.subject for other in self.certificates):
                continue
            if one.subject not in found or found[one.subject].valid_until < one.valid_until:
                found[one.subject] = one
        return tuple(found.values())

    @property
    def names(self) -> frozenset[str]:
        """The common names of those that may sign."""
        return frozenset(common_name(one.subject) for one in self.lowest)


def parse_ca(content: bytes, where: str) -> GivenCa:
    """The certificates in the content of a file, PEM or DER, each once. `where` is what errors call it.

    Raises UsageError where there is none, one that cannot be read, or a private key beside them, which belongs nowhere here.
    """
    if b"PRIVATE KEY-----" in content:
        raise UsageError(
            f"--ca: {where} holds a private key",
            hint="Give a file that holds the CA's certificates only; keep keys where they are.",
        )
    try:
        found = Certificate.read_all(content)
    except ValueError as error:
        raise UsageError(
            f"--ca: {where} holds no certificate that can be read: {error}",
            hint="Give the CA's certificate and those above it, as PEM one after the other, as PKCS #7 (.p7b), or one as DER.",
        ) from None
    return GivenCa(tuple(dict.fromkeys(found)))
