"""Whether a list's signature is good, and whether its certificates are of today [field guide 6]."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from lscctl.trustlist.binary import signed_part
from lscctl.trustlist.certificate import READING_FAILS, Certificate
from lscctl.trustlist.format import Digest, Function
from lscctl.trustlist.values import Record, TrustList

_HASHES: Final[dict[int, hashes.HashAlgorithm]] = {
    Digest.SHA1: hashes.SHA1(),  # noqa: S303 - old lists are signed with it
    Digest.SHA256: hashes.SHA256(),
    Digest.SHA512: hashes.SHA512(),
}


class Verdict(StrEnum):
    """What is known of a signature."""

    GOOD = "good"
    BAD = "bad"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Verification:
    """A signature's verdict with the reason in words, and the record that signed, None where it is not in the list."""

    verdict: Verdict
    why: str
    signer: Record | None = None


def verify(trust_list: TrustList) -> Verification:
    """Check the signature with the key of the SAST record that has the header's serial number.

    A list that a node printed holds too little for that: then the verdict is unknown, and the reason says what the node found.
    """
    if trust_list.content is None:
        return Verification(Verdict.UNKNOWN, _printed_verdict(trust_list), _printed_signer(trust_list))
    header = trust_list.header
    parts = signed_part(trust_list.content)
    signers = [record for record in trust_list.of_function(Function.SAST) if same_serial(record.serial, header.serial)]
    if parts is None:
        return Verification(Verdict.BAD, "the list is not signed")
    if header.digest not in _HASHES:
        return Verification(Verdict.UNKNOWN, f"the digest algorithm {header.digest_name or '(none)'} is not known")
    if not header.serial or not signers:
        wanted = f"the serial number {header.serial}" if header.serial else "a serial number, which the header lacks"
        return Verification(Verdict.BAD, f"the signer is not in the list: no SAST record has {wanted}")
    tried = [_with_key_of(record, *parts, _HASHES[header.digest]) for record in signers]
    return max(tried, key=lambda one: (one.verdict is Verdict.GOOD, one.verdict is Verdict.BAD))


def _with_key_of(record: Record, covered: bytes, signature: bytes, algorithm: hashes.HashAlgorithm) -> Verification:
    key = _public_key(record)
    if isinstance(key, str):
        return Verification(Verdict.UNKNOWN, f"the signer's key in record {record.number} {key}", record)
    try:
        key.verify(signature, covered, padding.PKCS1v15(), algorithm)
    except InvalidSignature:
        return Verification(Verdict.BAD, f"the signature is not of the key in record {record.number}", record)
    except (ValueError, UnsupportedAlgorithm) as error:
        return Verification(Verdict.UNKNOWN, f"the signature cannot be checked here: {error}", record)
    return Verification(Verdict.GOOD, f"signed with the key of record {record.number}", record)


def date_warnings(trust_list: TrustList, now: float) -> Iterator[str]:
    """What to say of certificates that are expired or not yet valid; `now` in epoch seconds."""
    for record in trust_list.records:
        if record.certificate is None:
            continue
        where = f"record {record.number} ({record.function_name})"
        try:
            certificate = Certificate.read(record.certificate)
        except ValueError as error:
            yield f"{where}: {error}"
            continue
        if now > certificate.valid_until:
            yield f"{where}: the certificate has expired"
        elif now < certificate.valid_from:
            yield f"{where}: the certificate is not yet valid"


def same_serial(one: str, other: str) -> bool:
    """Whether two serial numbers in hex digits are the same number, however many zeros lead."""
    return one.lstrip("0") == other.lstrip("0")


def _public_key(record: Record) -> rsa.RSAPublicKey | str:
    """The record's RSA key: its certificate's, else the bare one; or why there is none."""
    try:
        if record.certificate is not None:
            key = x509.load_der_x509_certificate(record.certificate).public_key()
        elif record.public_key is not None:
            key = serialization.load_der_public_key(_as_public_key_info(record.public_key))  # type: ignore[assignment]
        else:
            return "is not in the list"
    except READING_FAILS as error:
        return f"cannot be read: {error}"
    return key if isinstance(key, rsa.RSAPublicKey) else "is no RSA key"


_RSA_ALGORITHM: Final = bytes.fromhex("300d06092a864886f70d0101010500")


def _as_public_key_info(key: bytes) -> bytes:
    """A bare RSAPublicKey, as lists hold it, inside what X.509 puts around a key (SubjectPublicKeyInfo)."""
    bits = _der(0x03, b"\0" + key)
    return _der(0x30, _RSA_ALGORITHM + bits)


def _der(tag: int, value: bytes) -> bytes:
    size = len(value)
    if size < 0x80:
        return bytes((tag, size)) + value
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((tag, 0x80 | len(length))) + length + value


def _printed_verdict(trust_list: TrustList) -> str:
    printed = trust_list.printed
    said = "did not say whether it verified the list"
    if printed is not None and printed.problem:
        said = f"said that the list {printed.problem.replace('not found', 'was not found')}"
    elif printed is not None and printed.verdict is not None:
        said = f"said that the list was {'' if printed.verdict else 'not '}verified successfully"
    return f"printed text carries no signature that can be checked; the node itself {said}"


def _printed_signer(trust_list: TrustList) -> Record | None:
    return next((record for record in trust_list.records if record.signed), None)
