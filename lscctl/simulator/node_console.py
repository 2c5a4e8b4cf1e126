"""What a node's console prints for `show itl` and `show ctl` [field guide 6]."""

import hashlib
import struct
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from lscctl.trustlist.format import (
    CONTAINERS,
    PREFIX,
    PRINTED_HEADER_TAGS,
    PRINTED_RECORD_TAGS,
    Function,
    HeaderTag,
    RecordTag,
)

_HEADING: Final = ("", "BYTEPOS\tTAG\t\tLENGTH\tVALUE", "-------\t---\t\t------\t-----")
_NOT_PRINTED: Final = {HeaderTag.VERSION, HeaderTag.HEADER_LENGTH, HeaderTag.PADDING}
_BYTES_A_LINE: Final = 8

_Tag = tuple[int, int, bytes]


def show(kind: str, content: bytes | None, modified: datetime, *, verified: bool = True) -> str:
    """Print a list (`kind` is ITL or CTL) that was last written at `modified`; None is a list that the node does not have."""
    if content is None:
        missing = f"{kind} File not found. Please generate the {kind} file."
        return f"Length of {kind} file: 0\n{missing}\n\nError parsing the {kind} File.\n"
    lines = [
        f"The checksum value of the {kind} file:",
        f"{hashlib.md5(content, usedforsecurity=False).hexdigest()}(MD5)",
        f"{hashlib.sha1(content, usedforsecurity=False).hexdigest()}(SHA1)",
        "",
        "",
        f"Length of {kind} file: {len(content)}",
        f"The {kind} File was last modified on {modified:%a %b %d %H:%M:%S} {modified.tzname() or 'UTC'} {modified.year}",
        "",
        f"\tParse {kind} File",
        "\t----------------",
        "",
        *_header(content),
        *_records(kind, content),
        "",
        f"The {kind} file was verified successfully." if verified else f"Verification of the {kind} file failed.",
    ]
    return "\n".join(lines) + "\n"


def _header(content: bytes) -> Iterator[str]:
    length = _header_length(content)
    tags = list(_tags(content, 0, length, header=True))
    version = next(value for tag, _, value in tags if tag == HeaderTag.VERSION)
    yield f"Version:\t{'.'.join(map(str, version))}"
    yield f"HeaderLength:\t{length} (BYTES)"
    yield from _HEADING
    for tag, size, value in tags:
        if tag in _NOT_PRINTED:
            continue
        name = PRINTED_HEADER_TAGS.get(HeaderTag(tag), "UNKNOWN")
        if tag in CONTAINERS:
            yield _row(tag, name, 2, str(size))
        elif tag == HeaderTag.SIGNATURE:
            yield _row(tag, name, size)
            for start in range(0, size, _BYTES_A_LINE):
                yield "\t" + "  ".join(f"{byte:x}" for byte in value[start : start + _BYTES_A_LINE])
        else:
            yield _row(tag, name, size, _value("header", tag, value))


def _records(kind: str, content: bytes) -> Iterator[str]:
    signer = next(value for tag, _, value in _tags(content, 0, _header_length(content), header=True) if tag == 5)
    at, number = _header_length(content), 0
    while at < len(content):
        number += 1
        (length,) = struct.unpack_from(">H", content, at + PREFIX)
        tags = list(_tags(content, at, at + length, header=False))
        yield from ("", f"\t{kind} Record #:{number}", "\t\t  ----")
        yield from _HEADING
        for tag, size, value in tags:
            yield _row(tag, PRINTED_RECORD_TAGS.get(RecordTag(tag), "UNKNOWN"), size, _value("record", tag, value))
        by_tag = {tag: value for tag, _, value in tags}
        if by_tag.get(RecordTag.FUNCTION) == b"\0\0":
            used = "" if by_tag.get(RecordTag.SERIAL_NUMBER) == signer else "not "
            yield f"This etoken was {used}used to sign the {kind} file."
        at += length


def _header_length(content: bytes) -> int:
    return int(struct.unpack_from(">H", content, 8)[0])


def _tags(content: bytes, at: int, end: int, *, header: bool) -> Iterator[_Tag]:
    while at < end:
        tag = content[at]
        if header and tag == HeaderTag.PADDING:
            at += 1
            continue
        (size,) = struct.unpack_from(">H", content, at + 1)
        at += PREFIX
        held = 0 if header and tag in CONTAINERS else size
        yield tag, size, content[at : at + held]
        at += held


def _row(tag: int, name: str, size: int, value: str = "") -> str:
    return f"{tag}\t{name}\t{'' if len(name) > 8 else chr(9)}{size}" + (f"\t{value}" if value else "")


def _value(where: str, tag: int, value: bytes) -> str:
    """What is printed of a value; of most header tags and of keys, signatures and addresses a node prints none."""
    write = _PRINTED_VALUES.get((where, tag))
    return write(value) if write else ""


def _text(value: bytes) -> str:
    return value.rstrip(b"\0").decode()


def _serial(value: bytes) -> str:
    return ":".join(f"{byte:02X}" for byte in value)


def _bytes(value: bytes) -> str:
    return " ".join(f"{byte:02X}" for byte in value)


def _certificate(value: bytes) -> str:
    return f"{_bytes(hashlib.sha1(value, usedforsecurity=False).digest())} (SHA1 Hash HEX)"


_PRINTED_VALUES: Final[dict[tuple[str, int], Callable[[bytes], str]]] = {
    ("header", HeaderTag.SIGNER_NAME): _text,
    ("header", HeaderTag.SERIAL_NUMBER): _serial,
    ("header", HeaderTag.CA_NAME): _text,
    ("record", RecordTag.RECORD_LENGTH): lambda value: str(int.from_bytes(value)),
    ("record", RecordTag.DNS_NAME): _text,
    ("record", RecordTag.SUBJECT_NAME): _text,
    ("record", RecordTag.FUNCTION): lambda value: Function(int.from_bytes(value)).printed,
    ("record", RecordTag.ISSUER_NAME): _text,
    ("record", RecordTag.SERIAL_NUMBER): _serial,
    ("record", RecordTag.CERTIFICATE): _certificate,
    ("record", RecordTag.CERTIFICATE_HASH): _bytes,
    ("record", RecordTag.HASH_ALGORITHM): lambda _value: "null",
}
