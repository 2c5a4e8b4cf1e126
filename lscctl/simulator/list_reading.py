"""Trust lists as phones and a node's console read them: tag by tag, whom they name, whether the signature holds.

[field guide 6]
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from lscctl.simulator.trust_lists import DIGESTS
from lscctl.trustlist.format import CONTAINERS, PREFIX, Digest, Function, HeaderTag, RecordTag

_HEADER_LENGTH_AT: Final = 8
"""Where the header's length stands: after the version with its two bytes."""


class BadListError(ValueError):
    """These bytes are no trust list; the text says why."""


class Tag(NamedTuple):
    """One tag: where it begins, its number, the length that it gives, and its value, which containers lack."""

    at: int
    number: int
    size: int
    value: bytes


@dataclass(frozen=True, slots=True)
class Named:
    """What a record says: for what (`function`), which serial number, and the certificate in DER or only its SHA-1."""

    function: int
    serial: bytes
    certificate: bytes | None
    digest: bytes | None

    def is_of(self, certificate: x509.Certificate) -> bool:
        """Whether the record is of this certificate; one that tells neither it nor its digest is of none."""
        if self.certificate is not None:
            return self.certificate == certificate.public_bytes(serialization.Encoding.DER)
        return self.digest == certificate.fingerprint(hashes.SHA1())  # noqa: S303 - the hash that lists hold


@dataclass(frozen=True, slots=True)
class ReadList:
    """A list: the signer's serial number, its records, and what is signed how."""

    signer: bytes
    records: tuple[Named, ...]
    covered: bytes
    signature: bytes
    digest: Digest

    def of(self, function: Function) -> tuple[Named, ...]:
        """The records for one purpose."""
        return tuple(record for record in self.records if record.function == function)

    def signed_by_one_of(self, tokens: tuple[Named, ...]) -> bool:
        """Whether the signature is that of the token (SAST record) which the list says signed it."""
        return any(token.serial == self.signer and self._signed_by(token) for token in tokens)

    def _signed_by(self, token: Named) -> bool:
        if token.certificate is None:
            return False
        try:
            key = x509.load_der_x509_certificate(token.certificate).public_key()
            if not isinstance(key, rsa.RSAPublicKey):
                return False
            key.verify(self.signature, self.covered, padding.PKCS1v15(), DIGESTS[self.digest])
        except (InvalidSignature, ValueError):  # a certificate that is none signs nothing either
            return False
        return True


def read(content: bytes) -> ReadList:
    """Read a list. Raises BadListError."""
    try:
        end = header_length(content)
        header = {tag.number: tag for tag in tags(content, 0, end, header=True)}
        signature = header[HeaderTag.SIGNATURE]
        after = signature.at + PREFIX + signature.size
        return ReadList(
            signer=header[HeaderTag.SERIAL_NUMBER].value,
            records=tuple(_record(content, at, length) for at, length in records(content)),
            covered=content[: signature.at] + content[after:],
            signature=signature.value,
            digest=Digest(header[HeaderTag.DIGEST_ALGORITHM].value[0]),
        )
    except (struct.error, KeyError, IndexError, ValueError) as error:
        raise BadListError(f"no trust list: {error}") from None


def header_length(content: bytes) -> int:
    """Say how many bytes the header has. Raises struct.error for a list that ends before it tells."""
    return int(struct.unpack_from(">H", content, _HEADER_LENGTH_AT)[0])


def records(content: bytes) -> Iterator[tuple[int, int]]:
    """Say where each record begins, and how long it is. Raises struct.error, BadListError."""
    at = header_length(content)
    while at < len(content):
        (length,) = struct.unpack_from(">H", content, at + PREFIX)
        if length <= PREFIX or at + length > len(content):
            raise BadListError(f"the record at byte {at} does not end in the list")
        yield at, length
        at += length


def tags(content: bytes, at: int, end: int, *, header: bool) -> Iterator[Tag]:
    """Take the tags of the header, or of a record, apart. Raises struct.error, BadListError."""
    while at < end:
        number = content[at]
        if header and number == HeaderTag.PADDING:
            at += 1
            continue
        (size,) = struct.unpack_from(">H", content, at + 1)
        held = 0 if header and number in CONTAINERS else size
        if at + PREFIX + held > end:
            raise BadListError(f"the tag at byte {at} does not end in its place")
        yield Tag(at, number, size, content[at + PREFIX : at + PREFIX + held])
        at += PREFIX + held


def _record(content: bytes, at: int, length: int) -> Named:
    values = {tag.number: tag.value for tag in tags(content, at, at + length, header=False)}
    return Named(
        function=int.from_bytes(values[RecordTag.FUNCTION]),
        serial=values.get(RecordTag.SERIAL_NUMBER, b""),
        certificate=values.get(RecordTag.CERTIFICATE),
        digest=values.get(RecordTag.CERTIFICATE_HASH),
    )
