"""Certificates as phones show them, and authorities that issue them; keys are few, since making them takes long."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from lscctl.trustlist.certificate import Certificate

NOW = datetime(2026, 11, 23, 19, 30, tzinfo=UTC)
PHONE = "SEP001122334401"


@cache
def key(name: str) -> rsa.RSAPrivateKey:
    """The same key for the same name."""
    return rsa.generate_private_key(65537, 1024)


def named(common: str, organization: str = "Acme") -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


@dataclass(frozen=True)
class Authority:
    """Somebody who issues certificates; `above` issued its own, None for a root. `days` from `NOW` until its certificate ends."""

    common: str
    days: int = 1_000
    key_of: str = ""
    above: "Authority | None" = None

    @property
    def certificate(self) -> Certificate:
        return made(self.common, self.above or self, days=self.days, key_of=self.key_of or self.common)

    @property
    def key(self) -> rsa.RSAPrivateKey:
        return key(self.key_of or self.common)


def made(
    subject: str, issuer: Authority, *, days: int = 400, begins: int = -100, key_of: str = "phone", forged: bool = False
) -> Certificate:
    """A certificate that ends in so many days from `NOW`; a forged one is signed by somebody else than it says."""
    signer = key("somebody else") if forged else issuer.key
    built = (
        x509.CertificateBuilder()
        .subject_name(named(subject))
        .issuer_name(named(issuer.common))
        .public_key(key(key_of).public_key())
        .serial_number(4711)
        .not_valid_before(NOW + timedelta(days=begins if days > begins else days - 1))
        .not_valid_after(NOW + timedelta(days=days))
        .sign(signer, hashes.SHA256())
    )
    return Certificate.read(built.public_bytes(serialization.Encoding.DER))


CAPF = Authority("CAPF-0a1b2c3d")
OLDER = Authority("CAPF-99999999")
ROOT = Authority("Acme Root")
ONLINE = Authority("Acme Issuing CA", above=ROOT)
STRANGER = Authority("CAPF-deadbeef")
CISCO = Authority("Cisco Manufacturing CA SHA2", above=Authority("Cisco Root CA M2"))
CAP_RTP = Authority("CAP-RTP-002", days=-1_000)
