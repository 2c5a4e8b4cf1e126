"""CAPF's certificate in the shapes in which it is met: sound, old, weak, not a CA's, from somebody else's CA."""

import random
from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from lscctl.simulator.authority import (
    DAY,
    OutsideRoot,
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
    issuer: the common name of a CA that issued it, in place of itself. root: that of the CA above that one, where there is one.
    path_length: how many CAs that CA lets stand below itself, None for any number. bits: of its RSA key. sha1: it is signed with
    SHA-1.
    """

    valid: tuple[int, int] | None = None
    ca: bool = True
    issuer: str | None = None
    root: str | None = None
    path_length: int | None = None
    bits: int = 2048
    sha1: bool = False


SOUND: Final = CapfShape()
"""As a healthy cluster has it."""


@dataclass(frozen=True, slots=True)
class CapfCertificate:
    """A certificate with its key, and those of the CAs above it, the nearest first; the CAs' keys are lost."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey
    above: tuple[x509.Certificate, ...]


def make(shape: CapfShape, *, now: int, dice: random.Random) -> CapfCertificate:
    """Make a certificate of a new CAPF; `now` in epoch seconds, the dice draw its name and serial numbers."""
    name, key = f"CAPF-{dice.getrandbits(32):08x}", rsa.generate_private_key(65537, shape.bits)
    signer = key
    above: tuple[x509.Certificate, ...] = ()
    if shape.issuer is not None:
        signer = rsa.generate_private_key(65537, 2048)
        above = _above(shape, signer, now - DAY, serial_from(dice))
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
    return CapfCertificate(_with_sha1(certificate, signer) if shape.sha1 else certificate, key, above)


def _above(shape: CapfShape, key: rsa.RSAPrivateKey, valid_from: int, serial: int) -> tuple[x509.Certificate, ...]:
    """The CA that issues CAPF's certificate, and the root above it."""
    issuer = ca_certificate(key, named(shape.issuer or ""), valid_from, serial, path_length=shape.path_length, years=10)
    if shape.root is None:
        return (issuer,)
    root = OutsideRoot.make(shape.root, valid_from - DAY)
    return root.issue(key, issuer), root.certificate


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


def may_sign(certificate: x509.Certificate) -> bool:
    """Whether a certificate is a CA's, and made to sign certificates with [field guide 6]."""
    try:
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return constraints.ca and usage.key_cert_sign
