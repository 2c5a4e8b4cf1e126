"""What a node's console prints for `show itl` and `show ctl` [field guide 6]."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from lscctl.simulator.list_reading import header_length, records, tags
from lscctl.trustlist.format import (
    CONTAINERS,
    PRINTED_HEADER_TAGS,
    PRINTED_RECORD_TAGS,
    Function,
    HeaderTag,
    RecordTag,
)

_HEADING: Final = ("", "BYTEPOS\tTAG\t\tLENGTH\tVALUE", "-------\t---\t\t------\t-----")
_NOT_PRINTED: Final = {HeaderTag.VERSION, HeaderTag.HEADER_LENGTH, HeaderTag.PADDING}
_BYTES_A_LINE: Final = 8


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
    length = header_length(content)
    held = list(tags(content, 0, length, header=True))
    version = next(tag.value for tag in held if tag.number == HeaderTag.VERSION)
    yield f"Version:\t{'.'.join(map(str, version))}"
    yield f"HeaderLength:\t{length} (BYTES)"
    yield from _HEADING
    for _, tag, size, value in held:
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
    header = tags(content, 0, header_length(content), header=True)
    signer = next(tag.value for tag in header if tag.number == HeaderTag.SERIAL_NUMBER)
    for number, (at, length) in enumerate(records(content), start=1):
        held = list(tags(content, at, at + length, header=False))
        yield from ("", f"\t{kind} Record #:{number}", "\t\t  ----")
        yield from _HEADING
        for _, tag, size, value in held:
            yield _row(tag, PRINTED_RECORD_TAGS.get(RecordTag(tag), "UNKNOWN"), size, _value("record", tag, value))
        by_tag = {tag.number: tag.value for tag in held}
        if by_tag.get(RecordTag.FUNCTION) == b"\0\0":
            used = "" if by_tag.get(RecordTag.SERIAL_NUMBER) == signer else "not "
            yield f"This etoken was {used}used to sign the {kind} file."


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
