"""An X.509 certificate as people look at it: names, dates, key, and what it may do."""

import base64
import binascii
import hashlib
import re
import ssl
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Self, TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, pkcs7

# A serial number that is negative, or a country of seven letters, is odd, and no reason to write a line of Python on somebody's
# terminal. What is wrong enough to matter is raised.
warnings.filterwarnings("ignore", category=UserWarning, module=r"lscctl\.")

_PEM: Final = re.compile(rb"-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----([A-Za-z0-9+/=\s]*)-----END")
_Kind = TypeVar("_Kind", bound=x509.ExtensionType)
READING_FAILS = (
    ValueError,
    TypeError,
    OverflowError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)
"""What cryptography raises for certificates that are damaged, or stranger than it knows."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """One certificate. Dates are epoch seconds, serial and fingerprints lower-case hex digits, names as RFC 4514 writes them.

    `key` is as in "RSA 2048" or "EC 384"; `ca`, `path_length`, `signs_certificates`, `digital_signature` and
    `key_encipherment` are None where the certificate does not say.
    """

    der: bytes
    subject: str
    issuer: str
    serial: str
    valid_from: int
    valid_until: int
    key: str
    signature_algorithm: str
    self_issued: bool
    ca: bool | None = None
    path_length: int | None = None
    signs_certificates: bool | None = None
    digital_signature: bool | None = None
    key_encipherment: bool | None = None

    @classmethod
    def read(cls, der: bytes) -> Self:
        """Take a DER certificate apart. Raises ValueError where a part of it cannot be read."""
        try:
            found = x509.load_der_x509_certificate(der)
            basic = _extension(found, x509.BasicConstraints)
            usage = _extension(found, x509.KeyUsage)
            return cls(
                der=der,
                subject=found.subject.rfc4514_string(),
                issuer=found.issuer.rfc4514_string(),
                serial=hex_serial(found.serial_number),
                valid_from=int(found.not_valid_before_utc.timestamp()),
                valid_until=int(found.not_valid_after_utc.timestamp()),
                key=_key(found),
                signature_algorithm=_algorithm(found),
                self_issued=found.subject == found.issuer,
                ca=None if basic is None else basic.ca,
                path_length=None if basic is None else basic.path_length,
                signs_certificates=None if usage is None else usage.key_cert_sign,
                digital_signature=None if usage is None else usage.digital_signature,
                key_encipherment=None if usage is None else usage.key_encipherment,
            )
        except READING_FAILS as error:
            raise ValueError(f"the certificate cannot be read: {_reason(error)}") from error

    @classmethod
    def from_pem(cls, pem: str) -> Self:
        """The first certificate in a PEM text. Raises ValueError."""
        try:
            found = x509.load_pem_x509_certificate(pem.encode())
        except READING_FAILS as error:
            raise ValueError(f"no certificate can be read: {_reason(error)}") from error
        return cls.read(found.public_bytes(Encoding.DER))

    @classmethod
    def read_all(cls, content: bytes) -> tuple[Self, ...]:
        """Every certificate in a file: a DER one, all PEM ones in a text that may hold anything else, such as a trace, or those of
        a PKCS #7 bundle (.p7b), as CAs hand out chains. Raises ValueError where there is none, or one that cannot be read."""
        blocks = _PEM.findall(content)
        if not blocks:
            bundled = _bundled(content)
            return tuple(map(cls.read, bundled)) if bundled else (cls.read(content),)
        try:
            return tuple(cls.read(base64.b64decode(b"".join(block.split()), validate=True)) for block in blocks)
        except binascii.Error:
            raise ValueError("a PEM certificate is damaged") from None

    @property
    def pem(self) -> str:
        """The certificate as PEM."""
        return ssl.DER_cert_to_PEM_cert(self.der)

    def fingerprint(self, algorithm: str) -> str:
        """'sha1', 'sha256', ... of the whole certificate."""
        return hashlib.new(algorithm, self.der, usedforsecurity=False).hexdigest()

    @property
    def public_key(self) -> bytes:
        """The public key as SubjectPublicKeyInfo in DER."""
        return _loaded(self.der).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def issued_by(self, issuer: "Certificate") -> bool | None:
        """Whether this certificate names the other as its issuer and is signed with its key; None where that cannot be checked."""
        if self.issuer != issuer.subject:
            return False
        try:
            _loaded(self.der).verify_directly_issued_by(_loaded(issuer.der))
        except InvalidSignature:
            return False
        except READING_FAILS:  # an algorithm, or a key, that nobody can check with today
            return None
        return True

    def covers(self, moment: float) -> bool:
        """Whether the moment, in epoch seconds, lies between its dates."""
        return self.valid_from <= moment <= self.valid_until

    def signed(self, other: "Certificate") -> bool:
        """Whether this certificate's key signed the other one; False where that cannot be told."""
        try:
            issuer, issued = (x509.load_der_x509_certificate(one.der) for one in (self, other))
            issued.verify_directly_issued_by(issuer)
        except (InvalidSignature, *READING_FAILS):
            return False
        return True


def named_by(der: bytes) -> str:
    """Whom a certificate names, and its issuer, though other parts of it cannot be read; '' for what is no certificate."""
    try:
        found = x509.load_der_x509_certificate(der)
        return f"{found.subject.rfc4514_string()}, issued by {found.issuer.rfc4514_string()}"
    except READING_FAILS:
        return ""


def chain_of(certificate: Certificate, known: Iterable[Certificate]) -> tuple[Certificate, ...]:
    """The certificate and those above it, as far as they are known, up to the one that nobody else issued.

    Of several with the issuer's name those that really signed count more, since names alone tell where a signature cannot be
    checked; and of these the one that ends last, since a CA may have renewed its certificate with the same key.
    """
    by_subject: dict[str, list[Certificate]] = {}
    for one in known:
        by_subject.setdefault(one.subject, []).append(one)
    chain = [certificate]
    while not chain[-1].self_issued:
        below = chain[-1]
        above = sorted(by_subject.get(below.issuer, ()), key=lambda one: (not one.signed(below), -one.valid_until))
        if not above or above[0] in chain:
            break
        chain.append(above[0])
    return tuple(chain)


def _bundled(content: bytes) -> list[bytes]:
    """The certificates of a PKCS #7 bundle, DER or PEM; empty for what is none."""
    load = (
        pkcs7.load_pem_pkcs7_certificates if b"-----BEGIN PKCS7-----" in content else pkcs7.load_der_pkcs7_certificates
    )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a bundle in BER is as good
            return [one.public_bytes(Encoding.DER) for one in load(content)]
    except READING_FAILS:
        return []


def _reason(error: Exception) -> str:
    """What is wrong, in words for people: those of the parser are for its makers."""
    return "it is damaged, or no certificate at all" if "ParseError" in str(error) else str(error)


@lru_cache(maxsize=64)
def _loaded(der: bytes) -> x509.Certificate:
    return x509.load_der_x509_certificate(der)


def hex_serial(number: int) -> str:
    """A serial number in whole bytes, as a trust list writes it; a negative one, which should not be, with its sign."""
    digits = f"{abs(number):x}"
    return ("-" if number < 0 else "") + digits.zfill(len(digits) + len(digits) % 2)


def _extension(certificate: x509.Certificate, kind: type[_Kind]) -> _Kind | None:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def _key(certificate: x509.Certificate) -> str:
    key = certificate.public_key()
    match key:
        case rsa.RSAPublicKey():
            return f"RSA {key.key_size}"
        case ec.EllipticCurvePublicKey():
            return f"EC {key.key_size}"
    return type(key).__name__.removesuffix("PublicKey").lstrip("_")


def _algorithm(certificate: x509.Certificate) -> str:
    """As in `sha256WithRSAEncryption`; the bare number of one that nobody knows."""
    known = certificate.signature_algorithm_oid
    name = known._name  # noqa: SLF001 - cryptography keeps the names of algorithms there and nowhere else
    return known.dotted_string if name == "Unknown OID" else name
