"""A certificate with those above it, made with bare cryptography."""

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from lscctl.trustlist.certificate import Certificate

_BEGINS = datetime(2026, 1, 1, tzinfo=UTC)


def issued_by_a_ca() -> tuple[Certificate, Certificate, Certificate]:
    """CAPF's certificate, the CA that issued it, and the root above; new keys each time, the same names."""
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(3)]
    names = [_name(text) for text in ("CAPF-0a1b2c3d", "Issuing CA", "Root CA")]
    made = [_made(keys[at], names[at], keys[min(at + 1, 2)], names[min(at + 1, 2)]) for at in range(3)]
    return made[0], made[1], made[2]


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _made(
    key: ec.EllipticCurvePrivateKey, name: x509.Name, by: ec.EllipticCurvePrivateKey, issuer: x509.Name
) -> Certificate:
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_BEGINS)
        .not_valid_after(_BEGINS + timedelta(days=3_650))
        .sign(by, hashes.SHA256())
    )
    return Certificate.read(made.public_bytes(Encoding.DER))
