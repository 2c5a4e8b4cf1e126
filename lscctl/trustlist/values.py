"""A trust list as values: header, records, signature, each with the fields that the file has, in the file's order."""

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from lscctl.errors import LscctlError
from lscctl.trustlist.format import Digest, Function


class TrustListError(LscctlError):
    """What was given is no trust list, or one that cannot be read; the message names the byte or the line."""

    exit_code = 2


class NoTrustList(TrustListError):
    """A text in which there is no trust list at all."""


class Kind(StrEnum):
    """Which list it is."""

    ITL = "ITL"
    CTL = "CTL"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Field:
    """One tag with its length and value as they stand in the file; `value` is bytes in a binary list, text in a printed one.

    `length` of a container is that of the tags in it, which follow; padding has None. `name` is what a node printed.
    """

    tag: int
    length: int | None
    value: bytes | str = b""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Header:
    """What a list says of itself; None or '' is what it does not say. Serial numbers are lower-case hex digits.

    `length` is in bytes, `timestamp` in epoch seconds; `digest` is the number in the file. `signer` and `issuer` are names as
    the file writes them. `signature` lacks nothing but in a printed list, whose signature no one can check.
    """

    fields: tuple[Field, ...] = field(repr=False)
    version: str = ""
    length: int | None = None
    signer_version: str = ""
    signer: str = ""
    serial: str = ""
    issuer: str = ""
    digest: int | None = None
    signature_algorithm: int | None = None
    modulus: int | None = None
    signature: bytes | None = None
    file_name: str = ""
    timestamp: int | None = None

    @property
    def digest_name(self) -> str:
        """`SHA256`, the number itself where it is none that we know, '' where the list does not say."""
        if self.digest is None:
            return ""
        return Digest(self.digest).name if self.digest in set(Digest) else str(self.digest)


@dataclass(frozen=True, slots=True)
class Record:
    """One record; None or '' is what it does not hold. `number` counts from 1;
    0 where a paste has lost it.

    `certificate` is DER. `printed_hash` is the hash of the certificate that a node printed instead of it, `hash` the one in the
    record itself. `signed` is what a node said of the record's token: that it was used to sign the list, that it was not, or
    nothing. Lengths are in bytes.
    """

    number: int
    fields: tuple[Field, ...] = field(repr=False)
    length: int | None = None
    dns_name: str = ""
    subject: str = ""
    function: int | None = None
    function_text: str = ""
    issuer: str = ""
    serial: str = ""
    public_key: bytes | None = None
    public_key_length: int | None = None
    signature_length: int | None = None
    certificate: bytes | None = None
    certificate_length: int | None = None
    printed_hash: bytes | None = None
    hash: bytes | None = None
    hash_algorithm: int | None = None
    ip_address: str = ""
    signed: bool | None = None

    @property
    def function_name(self) -> str:
        """`CAPF`, `CCM+TFTP`, ...; the number or the text itself where it is none that we know."""
        if self.function is None:
            return self.function_text
        return SHORT_FUNCTIONS.get(self.function, str(self.function))

    def certificate_digest(self, algorithm: str) -> str:
        """The hash of the certificate in lower-case hex digits: 'sha1', 'sha256' or 'sha512'; '' where the list cannot tell."""
        if self.certificate is not None:
            return hashlib.new(algorithm, self.certificate, usedforsecurity=False).hexdigest()
        for known in (self.printed_hash, self.hash):
            if known is not None and len(known) == DIGEST_SIZES[algorithm]:
                return known.hex()
        return ""


@dataclass(frozen=True, slots=True)
class Printed:
    """What a node said around a list that it printed.

    `verdict` is whether it found its own signature good, None where it did not say. `problem` is its words about a list that is
    missing or that it could not parse. `length` is the file's, in bytes; `modified` the node's text.
    """

    md5: str = ""
    sha1: str = ""
    length: int | None = None
    modified: str = ""
    verdict: bool | None = None
    problem: str = ""
    cut: bool = False


@dataclass(frozen=True, slots=True)
class TrustList:
    """A trust list. `content` is the file, of a binary one; `printed` what a node said around it, of a printed one."""

    kind: Kind
    header: Header
    records: tuple[Record, ...]
    content: bytes | None = field(default=None, repr=False)
    printed: Printed | None = None

    def of_function(self, function: Function) -> tuple[Record, ...]:
        """The records of a function, in the list's order."""
        return tuple(record for record in self.records if record.function == function)


SHORT_FUNCTIONS: Final[dict[int, str]] = {
    Function.SAST: "SAST",
    Function.CCM: "CCM",
    Function.CCM_TFTP: "CCM+TFTP",
    Function.TFTP: "TFTP",
    Function.CAPF: "CAPF",
    Function.APP_SERVER: "APP-SERVER",
    Function.TVS: "TVS",
}
"""Functions in our tables; a node's own words are longer."""

DIGEST_SIZES: Final = {"sha1": 20, "sha256": 32, "sha512": 64}
"""Bytes of a digest, by its name in hashlib."""


def kind_of(file_name: str) -> Kind:
    """Which list a file name means: `ITLFile.tlv`, `CTLSEP001122334455.tlv`."""
    start = file_name.rpartition("/")[2].upper()[:3]
    return Kind(start) if start in ("ITL", "CTL") else Kind.UNKNOWN
