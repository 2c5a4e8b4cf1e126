"""Whether a list's signature is good, and whether its certificates are of today [field guide 6]."""

from collections.abc import Iterator, Sequence
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
from lscctl.trustlist.names import name_parts
from lscctl.trustlist.values import Header, Record, TrustList

_HASHES: Final[dict[int, hashes.HashAlgorithm]] = {
    Digest.SHA1: hashes.SHA1(),  # noqa: S303 - old lists are signed with it
    Digest.SHA256: hashes.SHA256(),
    Digest.SHA512: hashes.SHA512(),
}
_RSA: Final = 0
_FORGEABLE_BITS: Final = 1024


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
    signers = _signers(trust_list)
    if parts is None:
        return Verification(Verdict.BAD, "the list is not signed")
    if header.digest not in _HASHES:
        return Verification(Verdict.UNKNOWN, f"the digest algorithm {header.digest_name or '(none)'} is not known")
    if not signers:
        wanted = f"the serial number {header.serial}" if header.serial else "a serial number, which the header lacks"
        return Verification(Verdict.BAD, f"the signer is not in the list: no SAST record has {wanted}")
    return _agreed([_with_key_of(record, header, *parts) for record in signers])


def _signers(trust_list: TrustList) -> list[Record]:
    """The SAST records with the header's serial number, each key once; of several those with its names, too, if there are any."""
    header = trust_list.header
    alike = [one for one in trust_list.of_function(Function.SAST) if same_serial(serial_of(one), header.serial)]
    found = list({(one.certificate, one.public_key): one for one in reversed(alike)}.values())[::-1]
    names = name_parts(header.signer), name_parts(header.issuer)
    named = [one for one in found if (name_parts(one.subject), name_parts(one.issuer)) == names]
    return named or found


def _agreed(tried: Sequence[Verification]) -> Verification:
    """One answer for all records that may have signed: whoever adds one with a key of their own makes no list good."""
    good, bad = ([one for one in tried if one.verdict is verdict] for verdict in (Verdict.GOOD, Verdict.BAD))
    if good and len(good) < len(tried):
        numbers = " and ".join(str(one.signer.number) for one in tried if one.signer)
        return Verification(
            Verdict.UNKNOWN,
            f"records {numbers} have the signer's serial number and different keys: either may be false",
        )
    return next(iter(good or [one for one in tried if one not in bad] or bad))


def _with_key_of(record: Record, header: Header, covered: bytes, signature: bytes) -> Verification:
    key = _public_key(record)
    if isinstance(key, str):
        return Verification(Verdict.UNKNOWN, f"the signer's key in record {record.number} {key}", record)
    try:
        key.verify(signature, covered, padding.PKCS1v15(), _HASHES[header.digest or 0])
    except InvalidSignature:
        if header.signature_algorithm not in (None, _RSA):
            why = f"the signature algorithm {header.signature_algorithm} is not known"
            return Verification(Verdict.UNKNOWN, why, record)
        return Verification(Verdict.BAD, f"the signature is not of the key in record {record.number}", record)
    except (ValueError, UnsupportedAlgorithm) as error:
        return Verification(Verdict.UNKNOWN, f"the signature cannot be checked here: {error}", record)
    return Verification(Verdict.GOOD, f"signed with the key of record {record.number}", record)


def warnings(trust_list: TrustList, now: float) -> Iterator[str]:
    """What to say of a list that makes no signature bad; `now` in epoch seconds."""
    yield from date_warnings(trust_list, now)
    for record in trust_list.records:
        certificate = _readable(record)
        if certificate and record.serial and not same_serial(record.serial, certificate.serial):
            yield f"{_where(record)}: its serial number is not that of its certificate"
    for record in _signers(trust_list):
        key = _public_key(record)
        if not isinstance(key, str) and key.key_size < _FORGEABLE_BITS:
            yield f"{_where(record)}: the signer's key has only {key.key_size} bits, few enough to be broken"


def _where(record: Record) -> str:
    return f"record {record.number} ({record.function_name})"


def _readable(record: Record) -> Certificate | None:
    if record.certificate is None:
        return None
    try:
        return Certificate.read(record.certificate)
    except ValueError:
        return None


def date_warnings(trust_list: TrustList, now: float) -> Iterator[str]:
    """What to say of certificates that are expired or not yet valid; `now` in epoch seconds."""
    for record in trust_list.records:
        if record.certificate is None:
            continue
        where = _where(record)
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
    """Whether two serial numbers in hex digits are the same bytes but for zeros that lead; none is not the same as none."""
    return bool(one and other) and bare_bytes(one) == bare_bytes(other)


def bare_bytes(serial: str) -> bytes:
    """A serial number without leading zeros; a negative one as it stands in a certificate, where its first bit is set."""
    number = int(serial, 16)
    size = (~number if number < 0 else number).bit_length() // 8 + 1
    return number.to_bytes(size, signed=True).lstrip(b"\0")


def serial_of(record: Record) -> str:
    """A record's serial number; its certificate's where the record itself has none."""
    certificate = None if record.serial else _readable(record)
    return record.serial if certificate is None else certificate.serial


def _public_key(record: Record) -> rsa.RSAPublicKey | str:
    """The record's RSA key: its certificate's, or the bare one where that cannot be read; or why there is none."""
    why = "is not in the list"
    for encoded, load in (
        (record.certificate, lambda der: x509.load_der_x509_certificate(der).public_key()),
        (record.public_key, serialization.load_der_public_key),
    ):
        if encoded is None:
            continue
        try:
            key = load(encoded)
        except READING_FAILS as error:
            why = f"cannot be read: {error}"
            continue
        return key if isinstance(key, rsa.RSAPublicKey) else "is no RSA key"
    return why


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
