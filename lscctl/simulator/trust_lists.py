"""ITL and CTL files as a TFTP server writes and signs them [field guide 6]."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

from lscctl.trustlist.format import Digest, Function, HeaderTag, RecordTag

DIGESTS: Final[dict[Digest, hashes.HashAlgorithm]] = {
    Digest.SHA1: hashes.SHA1(),  # noqa: S303 - old releases sign with it
    Digest.SHA256: hashes.SHA256(),
    Digest.SHA512: hashes.SHA512(),
}
"""The digest under a signature by its number in the header."""

_MODULI: Final = {64: 0, 128: 1, 256: 2, 512: 3}
"""Bytes of an RSA modulus by the number that the header has for it [CERTUTILS]."""

_NAME_PARTS: Final = {
    NameOID.COMMON_NAME: "CN",
    NameOID.ORGANIZATIONAL_UNIT_NAME: "OU",
    NameOID.ORGANIZATION_NAME: "O",
    NameOID.LOCALITY_NAME: "L",
    NameOID.STATE_OR_PROVINCE_NAME: "ST",
    NameOID.COUNTRY_NAME: "C",
}
_VERSION: Final = b"\x01\x02"
_LENGTH_FIELD: Final = 5


@dataclass(frozen=True, slots=True)
class Entry:
    """One record: for what, with which certificate, on which host. `certificate` None leaves all but function and host away;
    `hash_only` leaves the certificate itself away."""

    function: Function
    certificate: x509.Certificate | None
    dns_name: str = ""
    ip_address: bytes = bytes(4)
    hash_only: bool = False


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs a list: a certificate that a SAST record holds, with its key."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey


def build(
    entries: Sequence[Entry],
    signer: Signer,
    *,
    file_name: str,
    timestamp: int,
    digest: Digest = Digest.SHA512,
    signer_version: bytes | None = b"\x01\x01",
) -> bytes:
    """Write and sign a list; `timestamp` in epoch seconds. Which of the entries are SAST records is the caller's affair."""
    version = _tlv(HeaderTag.VERSION, _VERSION)
    before, after = _header(signer, file_name, timestamp, digest, signer_version)
    bare = len(version) + _LENGTH_FIELD + len(before) + len(after) + 3 + signer.key.key_size // 8
    after += bytes((HeaderTag.PADDING,)) * (-bare % 4)
    start = version + _tlv(HeaderTag.HEADER_LENGTH, struct.pack(">H", bare + -bare % 4)) + before
    records = b"".join(map(_record, entries))
    signature = signer.key.sign(start + after + records, padding.PKCS1v15(), DIGESTS[digest])
    return start + _tlv(HeaderTag.SIGNATURE, signature) + after + records


def name_text(name: x509.Name) -> str:
    """A distinguished name as trust lists write it: `CN=CAPF-1234;OU=Voice;O=Example`."""
    known = {attribute.oid: str(attribute.value) for attribute in name}
    return ";".join(f"{word}={known[oid]}" for oid, word in _NAME_PARTS.items() if oid in known)


def _header(
    signer: Signer, file_name: str, timestamp: int, digest: Digest, signer_version: bytes | None
) -> tuple[bytes, bytes]:
    """What stands before the signature, without version and length, and what stands after it."""
    certificate = signer.certificate
    identity = (
        _tlv(HeaderTag.SIGNER_NAME, _text(name_text(certificate.subject)))
        + _tlv(HeaderTag.SERIAL_NUMBER, _serial(certificate))
        + _tlv(HeaderTag.CA_NAME, _text(name_text(certificate.issuer)))
    )
    algorithm = _tlv(HeaderTag.SIGNATURE_ALGORITHM, b"\0") + _tlv(
        HeaderTag.SIGNATURE_MODULUS, bytes((_MODULI[signer.key.key_size // 8],))
    )
    how = _tlv(HeaderTag.DIGEST_ALGORITHM, bytes((digest,))) + _tlv(HeaderTag.SIGNATURE_ALGORITHM_INFO, algorithm)
    before = (
        (b"" if signer_version is None else _tlv(HeaderTag.SIGNER_VERSION, signer_version))
        + _tlv(HeaderTag.SIGNER_ID, identity)
        + _tlv(HeaderTag.SIGNATURE_INFO, how)
    )
    after = _tlv(HeaderTag.FILE_NAME, _text(file_name)) + _tlv(HeaderTag.TIMESTAMP, struct.pack(">I", timestamp))
    return before, after


def _record(entry: Entry) -> bytes:
    parts = [_tlv(RecordTag.DNS_NAME, _text(entry.dns_name))]
    if entry.certificate is None:
        parts.append(_tlv(RecordTag.FUNCTION, struct.pack(">H", entry.function)))
    else:
        parts += _certificate_parts(entry, entry.certificate)
    parts.append(_tlv(RecordTag.IP_ADDRESS, entry.ip_address))
    body = b"".join(parts)
    return _tlv(RecordTag.RECORD_LENGTH, struct.pack(">H", 5 + len(body))) + body


def _certificate_parts(entry: Entry, certificate: x509.Certificate) -> list[bytes]:
    parts = [
        _tlv(RecordTag.SUBJECT_NAME, _text(name_text(certificate.subject))),
        _tlv(RecordTag.FUNCTION, struct.pack(">H", entry.function)),
        _tlv(RecordTag.ISSUER_NAME, _text(name_text(certificate.issuer))),
        _tlv(RecordTag.SERIAL_NUMBER, _serial(certificate)),
        _tlv(RecordTag.PUBLIC_KEY, _public_key(certificate)),
        _tlv(RecordTag.SIGNATURE, certificate.signature),
    ]
    if entry.hash_only:
        digest = certificate.fingerprint(hashes.SHA1())  # noqa: S303 - the hash that lists hold
        parts += [_tlv(RecordTag.CERTIFICATE_HASH, digest), _tlv(RecordTag.HASH_ALGORITHM, b"\0")]
    else:
        parts.append(_tlv(RecordTag.CERTIFICATE, certificate.public_bytes(serialization.Encoding.DER)))
    return parts


def _tlv(tag: int, value: bytes) -> bytes:
    return struct.pack(">BH", tag, len(value)) + value


def _text(text: str) -> bytes:
    return text.encode() + b"\0"


def _serial(certificate: x509.Certificate) -> bytes:
    number = certificate.serial_number
    return number.to_bytes(max(8, (number.bit_length() + 7) // 8))


def _public_key(certificate: x509.Certificate) -> bytes:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1)
    if isinstance(key, ec.EllipticCurvePublicKey):
        return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    raise TypeError("a trust list holds RSA and EC keys only")
