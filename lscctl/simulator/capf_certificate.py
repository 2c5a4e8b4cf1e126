"""CAPF's certificate in the shapes in which it is met: sound, old, weak, not a CA's, from somebody else's CA."""

import random
from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from lscctl.simulator.authority import (
    DAY,
    ca_certificate,
    certificate_builder,
    key_usage,
    named,
    serial_from,
    valid_until_years,
)

_SHA256_WITH_RSA: Final = bytes.fromhex("06092a864886f70d01010b")
_SHA1_WITH_RSA: Final = bytes.fromhex("06092a864886f70d010105")
_YEARS: Final = 5


@dataclass(frozen=True, slots=True)
class CapfShape:
    """How a CAPF certificate is to be.

    valid: from and until, in epoch seconds; five years from now unless given. ca: whether it has CA:TRUE and keyCertSign.
    issuer: the common name of a CA that issued it, in place of itself. bits: of its RSA key. sha1: it is signed with SHA-1.
    """

    valid: tuple[int, int] | None = None
    ca: bool = True
    issuer: str | None = None
    bits: int = 2048
    sha1: bool = False


SOUND: Final = CapfShape()
"""As a healthy cluster has it."""


@dataclass(frozen=True, slots=True)
class CapfCertificate:
    """A certificate with its key, and with that of its CA where it did not sign itself; the CA's key is lost."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey
    issuer: x509.Certificate | None


def make(shape: CapfShape, *, now: int, dice: random.Random) -> CapfCertificate:
    """Make a certificate of a new CAPF; `now` in epoch seconds, the dice draw its name and serial numbers."""
    name, key = f"CAPF-{dice.getrandbits(32):08x}", rsa.generate_private_key(65537, shape.bits)
    signer, issuer = key, None
    if shape.issuer is not None:
        signer = rsa.generate_private_key(65537, 2048)
        issuer = ca_certificate(signer, named(shape.issuer), now - DAY, serial_from(dice))
    builder = certificate_builder(
        subject=named(name),
        issuer=named(shape.issuer or name),
        key=key.public_key(),
        serial=serial_from(dice),
        valid=shape.valid or (now, valid_until_years(now, _YEARS)),
    )
    if shape.ca:
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        builder = builder.add_extension(key_usage(digital_signature=True, key_cert_sign=True), True)
    certificate = builder.sign(signer, hashes.SHA256())
    return CapfCertificate(_with_sha1(certificate, signer) if shape.sha1 else certificate, key, issuer)


def _with_sha1(certificate: x509.Certificate, signer: rsa.RSAPrivateKey) -> x509.Certificate:
    """Sign a certificate anew with SHA-1, which today's libraries read, but do not write any more."""
    body = certificate.tbs_certificate_bytes.replace(_SHA256_WITH_RSA, _SHA1_WITH_RSA)
    signature = signer.sign(body, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303 - old CAPFs signed so
    whole = certificate.public_bytes(serialization.Encoding.DER)
    for old, new in (
        (certificate.tbs_certificate_bytes, body),
        (_SHA256_WITH_RSA, _SHA1_WITH_RSA),
        (certificate.signature, signature),
    ):
        whole = whole.replace(old, new)
    return x509.load_der_x509_certificate(whole)
