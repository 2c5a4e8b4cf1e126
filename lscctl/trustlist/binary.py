"""Trust lists as files: `ITLFile.tlv`, `CTLFile.tlv` and those of single phones, to values and back [field guide 6]."""

import ipaddress
from collections.abc import Iterable
from typing import Final

from lscctl.trustlist.format import CONTAINERS, LENGTH_BYTES, PREFIX, HeaderTag, RecordTag
from lscctl.trustlist.values import Field, Header, Kind, Record, TrustList, TrustListError, kind_of

_REPEATED_RECORD_TAGS: Final = frozenset({RecordTag.DNS_NAME, RecordTag.IP_ADDRESS})
"""A host may have more than one name and address."""

_HEADER_TAGS: Final = frozenset(HeaderTag) - {HeaderTag.PADDING}
_RECORD_TAGS: Final = frozenset(RecordTag) - _REPEATED_RECORD_TAGS
_SECTION_LENGTH: Final = 2
_LONGEST_SECTION: Final = 0xFFFF
_PADDING: Final = Field(HeaderTag.PADDING, None)
_HINT: Final = "A trust list is a file such as ITLFile.tlv from a TFTP server, or what `show itl` prints on a node."


def parse(content: bytes, name: str = "") -> TrustList:
    """Read a file. `name` tells which list it is where the header does not. Raises TrustListError with the byte."""
    if not content:
        raise _unreadable(0, "the file is empty")
    header_fields, at = _section(content, 0, HeaderTag.HEADER_LENGTH, "the header")
    header = _header(header_fields)
    records: list[Record] = []
    while at < len(content):
        number = len(records) + 1
        fields, after = _section(content, at, RecordTag.RECORD_LENGTH, f"record {number}")
        if len(fields) == 1:
            raise _unreadable(at, f"record {number} holds nothing but its length")
        records.append(_record(number, fields, at))
        at = after
    kind = kind_of(header.file_name)
    return TrustList(kind_of(name) if kind is Kind.UNKNOWN else kind, header, tuple(records), content)


def as_bytes(trust_list: TrustList) -> bytes:
    """Write a list that was read from a file: the same bytes again. Raises ValueError for a printed one."""
    written = bytearray()
    for fields in (trust_list.header.fields, *(record.fields for record in trust_list.records)):
        for one in fields:
            if isinstance(one.value, str):
                raise ValueError("a printed list does not hold what a file needs")
            written.append(one.tag)
            written += b"" if one.length is None else one.length.to_bytes(LENGTH_BYTES)
            written += one.value
    return bytes(written)


def signed_part(content: bytes) -> tuple[bytes, bytes] | None:
    """What the signature covers, and the signature; None where there is none. Raises TrustListError.

    It covers the whole file but the signature's own tag, length and value [field guide 6].
    """
    at = 0
    for one in _section(content, 0, HeaderTag.HEADER_LENGTH, "the header")[0]:
        end = at + _size(one)
        if one.tag == HeaderTag.SIGNATURE:
            return content[:at] + content[end:], content[at + PREFIX : end]
        at = end
    return None


def _size(one: Field) -> int:
    """How many bytes a field takes in the file."""
    return (1 if one.length is None else PREFIX) + len(one.value)


def _section(content: bytes, start: int, length_tag: int, where: str) -> tuple[tuple[Field, ...], int]:
    """Read the tags of a header or a record, which say themselves how long it is; the position after it."""
    in_header = length_tag == HeaderTag.HEADER_LENGTH
    single = _HEADER_TAGS if in_header else _RECORD_TAGS
    fields: list[Field] = []
    seen: set[int] = set()
    at, end, told = start, min(len(content), start + _LONGEST_SECTION), False
    while at < end or not told:
        if at >= end:
            raise _unreadable(at, f"{where} does not say how long it is")
        tag = content[at]
        if in_header and tag == HeaderTag.PADDING:
            fields.append(_PADDING)
            at += 1
            continue
        if at + PREFIX > end:
            raise _unreadable(at, f"{where} ends in the middle of tag {tag}")
        length = int.from_bytes(content[at + 1 : at + PREFIX])
        after = at + PREFIX + (0 if in_header and tag in CONTAINERS else length)
        if after > end:
            raise _unreadable(at, f"tag {tag} of {where} is {length} bytes long, which is more than is left")
        if tag in single and tag in seen:
            raise _unreadable(at, f"tag {tag} stands in {where} twice")
        value = content[at + PREFIX : after]
        if tag == length_tag:
            end, told = start + _length(value, at, where), True
            if not after <= end <= len(content):
                raise _impossible(at, where, end - start, ends_early=end < after)
        seen.add(tag)
        fields.append(Field(tag, length, value))
        at = after
    return tuple(fields), at


def _length(value: bytes, at: int, where: str) -> int:
    if len(value) != _SECTION_LENGTH:
        raise _unreadable(at, f"the length of {where} has {len(value)} bytes instead of {_SECTION_LENGTH}")
    return int.from_bytes(value)


def _impossible(at: int, where: str, length: int, *, ends_early: bool) -> TrustListError:
    why = "ends before what it holds" if ends_early else "would end after the end of the file"
    return _unreadable(at, f"{where} says that it is {length:,} bytes long: it {why}")


def _unreadable(at: int, why: str) -> TrustListError:
    return TrustListError(f"byte {at}: {why}", hint=_HINT)


def _header(fields: Iterable[Field]) -> Header:
    values = _Values(fields, "the header", 0)
    return Header(
        fields=values.fields,
        version=values.version(HeaderTag.VERSION),
        length=values.number(HeaderTag.HEADER_LENGTH, _SECTION_LENGTH),
        signer_version=values.version(HeaderTag.SIGNER_VERSION),
        signer=values.text(HeaderTag.SIGNER_NAME),
        serial=values.hex(HeaderTag.SERIAL_NUMBER),
        issuer=values.text(HeaderTag.CA_NAME),
        digest=values.number(HeaderTag.DIGEST_ALGORITHM, 1),
        signature_algorithm=values.number(HeaderTag.SIGNATURE_ALGORITHM, 1),
        modulus=values.number(HeaderTag.SIGNATURE_MODULUS, 1),
        signature=values.get(HeaderTag.SIGNATURE),
        file_name=values.text(HeaderTag.FILE_NAME),
        timestamp=values.number(HeaderTag.TIMESTAMP, 4),
    )


def _record(number: int, fields: Iterable[Field], start: int) -> Record:
    values = _Values(fields, f"record {number}", start)
    certificate = values.get(RecordTag.CERTIFICATE)
    return Record(
        number=number,
        fields=values.fields,
        length=values.number(RecordTag.RECORD_LENGTH, _SECTION_LENGTH),
        dns_name=values.text(RecordTag.DNS_NAME),
        subject=values.text(RecordTag.SUBJECT_NAME),
        function=values.number(RecordTag.FUNCTION, 2),
        issuer=values.text(RecordTag.ISSUER_NAME),
        serial=values.hex(RecordTag.SERIAL_NUMBER),
        public_key=values.get(RecordTag.PUBLIC_KEY) or None,
        public_key_length=values.length(RecordTag.PUBLIC_KEY),
        signature_length=values.length(RecordTag.SIGNATURE),
        certificate=certificate or None,
        certificate_length=values.length(RecordTag.CERTIFICATE),
        hash=values.get(RecordTag.CERTIFICATE_HASH) or None,
        hash_algorithm=values.number(RecordTag.HASH_ALGORITHM, 1),
        ip_address=_address(values.get(RecordTag.IP_ADDRESS)),
    )


class _Values:
    """The fields of a header or record by their tags; the first of those that may be repeated."""

    def __init__(self, fields: Iterable[Field], where: str, start: int) -> None:
        self.fields = tuple(fields)
        self._where = where
        self._start = start
        self._by_tag: dict[int, bytes] = {}
        for one in self.fields:
            if isinstance(one.value, bytes):
                self._by_tag.setdefault(one.tag, one.value)

    def get(self, tag: int) -> bytes | None:
        return self._by_tag.get(tag)

    def length(self, tag: int) -> int | None:
        value = self._by_tag.get(tag)
        return None if value is None else len(value)

    def number(self, tag: int, size: int) -> int | None:
        """A number of `size` bytes; an empty value is none."""
        value = self._by_tag.get(tag)
        if not value:
            return None
        if len(value) != size:
            told = f"tag {tag} of {self._where} is a number of {size} byte{'s' * (size > 1)}, not of {len(value)}"
            raise _unreadable(self._place(tag), told)
        return int.from_bytes(value)

    def _place(self, tag: int) -> int:
        at = self._start
        for one in self.fields:
            if one.tag == tag:
                break
            at += _size(one)
        return at

    def version(self, tag: int) -> str:
        return ".".join(str(part) for part in self._by_tag.get(tag, b""))

    def text(self, tag: int) -> str:
        """A text without its NUL; what is no UTF-8 shows as replacement characters, since it is only looked at."""
        return self._by_tag.get(tag, b"").partition(b"\0")[0].decode("utf-8", "replace")

    def hex(self, tag: int) -> str:
        return self._by_tag.get(tag, b"").hex()


def _address(value: bytes | None) -> str:
    """An IP address of 4 or 16 bytes; '' for none, hex digits for what is none."""
    if not value or not any(value):
        return ""
    return str(ipaddress.ip_address(value)) if len(value) in (4, 16) else value.hex()
