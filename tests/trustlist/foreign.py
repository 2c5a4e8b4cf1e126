"""Trust lists as somebody else's tool writes them: nothing here comes from lscctl or its simulator, tags are bare numbers.

Small parts to put together in any order: `tag(7, b"...")`, a `header`, some `record`s, and `signed` around them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

SAST, CCM, CCM_TFTP, TFTP, CAPF, APP_SERVER, TVS = 0, 1, 2, 3, 4, 7, 21
HASHES = {1: hashes.SHA1(), 2: hashes.SHA256(), 3: hashes.SHA512()}
_DAY = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, eq=False)
class Holder:
    """Somebody with a certificate and its key."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def serial(self) -> bytes:
        """Without leading zeros."""
        number = self.certificate.serial_number
        return number.to_bytes((number.bit_length() + 7) // 8)

    @property
    def bare_key(self) -> bytes:
        public = self.certificate.public_key()
        if isinstance(public, rsa.RSAPublicKey):
            return public.public_bytes(Encoding.DER, PublicFormat.PKCS1)
        assert isinstance(public, ec.EllipticCurvePublicKey)
        return public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @property
    def public_key_info(self) -> bytes:
        return self.certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


@cache
def holder(
    name: str, *, bits: int = 2048, serial: int = 0x5A17, curve: bool = False, issuer: str | None = None
) -> Holder:
    """The same one for the same arguments; signed by themselves, whatever `issuer` says."""
    key = ec.generate_private_key(ec.SECP256R1()) if curve else rsa.generate_private_key(65537, bits)
    named = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, who)]) for who in (name, issuer or name)]
    certificate = x509.CertificateBuilder(
        named[1], named[0], key.public_key(), serial, _DAY, _DAY + timedelta(days=9_000)
    ).sign(key, hashes.SHA256())
    return Holder(certificate, key)


def tag(number: int, value: bytes = b"", *, length: int | None = None) -> bytes:
    """One tag; a `length` that is not the value's own is a container's, or a lie."""
    return bytes([number]) + (len(value) if length is None else length).to_bytes(2, "big") + value


def text(value: str) -> bytes:
    return value.encode() + b"\0"


@dataclass(frozen=True)
class Header:
    """What a header says; the parts stand in this order, the signature between `before` and `after`."""

    version: bytes = tag(1, b"\1\2")
    before: Sequence[bytes] = ()
    after: Sequence[bytes] = ()
    padding: bytes | None = None
    claimed_length: int | None = None

    def around(self, signature_length: int) -> tuple[bytes, bytes]:
        """What stands before and after the signature of so many bytes."""
        front, back = b"".join(self.before), b"".join(self.after)
        bare = len(self.version) + 5 + len(front) + 3 + signature_length + len(back)
        filling = b"\x0d" * (-bare % 4) if self.padding is None else self.padding
        length = bare + len(filling) if self.claimed_length is None else self.claimed_length
        return self.version + tag(2, length.to_bytes(2, "big")) + front, back + filling


def identity(
    signer: Holder, *, serial: bytes | None = None, name: str = "CN=signer", issuer: str = "CN=issuer"
) -> list[bytes]:
    """Who signed: a container and its three tags."""
    inside = [tag(4, text(name)), tag(5, signer.serial if serial is None else serial), tag(6, text(issuer))]
    return [tag(3, length=sum(map(len, inside))), *inside]


def how(digest: int = 3, algorithm: int = 0, modulus: int = 2) -> list[bytes]:
    """How it was signed: containers and their tags."""
    return [
        tag(7, length=15),
        tag(8, bytes([digest])),
        tag(9, length=8),
        tag(10, bytes([algorithm])),
        tag(11, bytes([modulus])),
    ]


def usual(signer: Holder, digest: int = 3, name: str = "ITLFile.tlv", *, serial: bytes | None = None) -> Header:
    """As the open tools for such lists write it: signer version first, file name and time after the signature."""
    before = [tag(28, b"\1\1"), *identity(signer, serial=serial), *how(digest)]
    return Header(before=before, after=[tag(14, text(name)), tag(15, (1_767_225_600).to_bytes(4, "big"))])


@dataclass(frozen=True)
class Record:
    """A record's tags by their numbers, in the order in which they are written."""

    tags: Sequence[tuple[int, bytes]]
    length_at: int = 0
    claimed_length: int | None = None

    def without(self, *numbers: int) -> "Record":
        return replace(self, tags=[one for one in self.tags if one[0] not in numbers])

    def having(self, *tags: tuple[int, bytes]) -> "Record":
        """With these instead of what has their numbers, or at the end."""
        return replace(self.without(*dict(tags)), tags=[*self.without(*dict(tags)).tags, *tags])

    def __bytes__(self) -> bytes:
        parts = [tag(number, value) for number, value in self.tags]
        length = 5 + sum(map(len, parts)) if self.claimed_length is None else self.claimed_length
        parts.insert(self.length_at, tag(1, length.to_bytes(2, "big")))
        return b"".join(parts)


def record(who: Holder, function: int, *, host: str | None = None) -> Record:
    """With all of a certificate; without host and address unless one is given."""
    named = [(2, text(host)), (10, bytes(4))] if host is not None else []
    subject, issuer = who.certificate.subject.rfc4514_string(), who.certificate.issuer.rfc4514_string()
    return Record(
        [
            *named[:1],
            (3, text(subject)),
            (4, function.to_bytes(2, "big")),
            (5, text(issuer)),
            (6, who.serial),
            (7, who.bare_key),
            (8, who.certificate.signature),
            (9, who.der),
            *named[1:],
        ]
    )


def signed(signer: Holder, records: Sequence[Record], header: Header | None = None, *, digest: int = 3) -> bytes:
    """The whole file."""
    assert isinstance(signer.key, rsa.RSAPrivateKey)
    before, after = (usual(signer, digest) if header is None else header).around(signer.key.key_size // 8)
    rest = after + b"".join(map(bytes, records))
    return before + tag(12, signer.key.sign(before + rest, padding.PKCS1v15(), HASHES[digest])) + rest
