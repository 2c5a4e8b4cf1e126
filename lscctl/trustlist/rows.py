"""What stands in the rows of a printed list: values out of text that a terminal, a mail or a paste has passed through.

A row says how long its value is in the file [field guide 6], and that tells where the value ends where lines do not.
"""

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from lscctl.trustlist.format import Digest, Function, HeaderTag, RecordTag
from lscctl.trustlist.landmarks import TAGS_BY_WORD, Mark, without_landmarks
from lscctl.trustlist.values import DIGEST_SIZES, Field, Header, Record

_LONGEST_NUMBER: Final = 10
_DATE: Final = re.compile(r"\w{2,9} \w{3,9} \d{1,2} [\d:]{8} \S{1,9} \d{4}")
_LONGEST_DATE: Final = 80
_NUL: Final = 1
_HASH_DIGITS: Final = frozenset(2 * size for size in DIGEST_SIZES.values())
_EMPTY: Final = 2
"""A node prints nothing of a text of so few bytes."""

_TEXTS: Final = {
    "header": frozenset({HeaderTag.SIGNER_NAME, HeaderTag.CA_NAME, HeaderTag.FILE_NAME}),
    "record": frozenset({RecordTag.DNS_NAME, RecordTag.SUBJECT_NAME, RecordTag.ISSUER_NAME}),
}
"""Tags whose length is that of the text that a node prints, and of a NUL."""

_FUNCTIONS: Final = {function.printed.upper(): int(function) for function in Function} | {
    function.name: int(function) for function in Function
}


@lru_cache
def section(word: str, tag: str) -> str | None:
    """The part of a list, "header" or "record", that knows such a row; None where both do."""
    known = {part: tags[_squeezed(word)] for part, tags in TAGS_BY_WORD.items() if _squeezed(word) in tags}
    fits = [part for part, number in known.items() if number == int(tag)] or list(known)
    return fits[0] if len(fits) == 1 else None


def _squeezed(word: str) -> str:
    return " ".join(word.split())


def row(mark: Mark, part: str) -> Field:
    """A row of a header or a record (`part`)."""
    word = _squeezed(mark.words["word"])
    tag = TAGS_BY_WORD[part].get(word, int(mark.words["tag"]))
    size = int(mark.words["size"]) if "size" in mark.words else None
    is_text = tag in _TEXTS[part]
    value = _joined(mark.value, size if is_text else None)
    first, _, rest = value.partition(" ")
    if size is None and first.isascii() and first.isdigit() and len(first) < _LONGEST_NUMBER:
        size, value = int(first), rest
    if is_text and size is not None and _is_none_of_it(value, size, mark):
        value = ""
    return Field(tag, size, value, word)


def _is_none_of_it(value: str, size: int, mark: Mark) -> bool:
    """Whether a text is what somebody wrote after an empty one, or has lost its end with that of the paste."""
    has = len(value.encode()) + _NUL
    return has > size if size <= _EMPTY else mark.cut and has < size


def _joined(value: str, size: int | None) -> str:
    """A value whose lines a terminal may have folded, and after which other words may stand."""
    lines = [line.strip() for line in value.splitlines()]
    parts = [line for line in lines if line and set(line) - {"-"}]
    if size is not None and parts and len(parts[0].encode()) + _NUL == size:
        return parts[0]  # whatever it looks like
    spaced = _spaced(" ".join(parts))
    fitting = None if size is None else _fitting(parts, spaced, size - _NUL)
    return without_landmarks(spaced if fitting is None else fitting)


def _fitting(parts: Sequence[str], spaced: str, size: int) -> str | None:
    """The reading of a folded text that has so many bytes, None where there is none.

    It is the first lines with nothing or with blanks between, as they stand or with single blanks; or all of it without blanks
    that a fold left behind, or without what follows.
    """
    for lines in (parts, [_spaced(part) for part in parts]):
        for joint in ("", " "):
            length = -len(joint)
            for count, part in enumerate(lines, start=1):
                length += len(joint) + len(part.encode())
                if length == size:
                    return joint.join(lines[:count])
                if length > size:
                    break
    unfolded = re.sub(r"(?<=[;,]) ", "", spaced)
    if len(unfolded.encode()) == size:
        return unfolded
    start = spaced.encode()[: size + 1]
    return start[:-1].decode("utf-8", "ignore") if len(start) > size and start.endswith(b" ") else None


def date(value: str) -> str:
    """When a file was last modified, in the node's words: `Fri Mar 06 19:45:13 CET 2015`."""
    lines = [_spaced(line) for line in value[:_LONGEST_DATE].splitlines() if line.strip()]
    found = _DATE.match(" ".join(lines)) or _DATE.match("".join(lines))
    return found[0] if found else without_landmarks(next(iter(lines), ""))


def _spaced(text: str) -> str:
    return " ".join(text.split())


def header(rows: tuple[Field, ...], known: Header) -> Header:
    """A header out of its rows, with what is `known` from the lines above them."""
    values = _Rows(rows)
    return replace(
        known,
        fields=rows,
        signer_version=values.text(HeaderTag.SIGNER_VERSION),
        signer=values.text(HeaderTag.SIGNER_NAME),
        serial=values.hex(HeaderTag.SERIAL_NUMBER),
        issuer=values.text(HeaderTag.CA_NAME),
        digest=values.digest(HeaderTag.DIGEST_ALGORITHM),
        signature_algorithm=values.number(HeaderTag.SIGNATURE_ALGORITHM),
        modulus=values.number(HeaderTag.SIGNATURE_MODULUS),
        signature=values.bare_bytes(HeaderTag.SIGNATURE),
        file_name=values.text(HeaderTag.FILE_NAME),
        timestamp=values.number(HeaderTag.TIMESTAMP),
    )


def record(number: int, rows: tuple[Field, ...], signed: bool | None) -> Record:
    """A record out of its rows; `number` 0 and `signed` None are what a paste has lost."""
    values = _Rows(rows)
    function, function_text = values.function(RecordTag.FUNCTION)
    return Record(
        number=number,
        fields=rows,
        length=values.number(RecordTag.RECORD_LENGTH),
        dns_name=values.text(RecordTag.DNS_NAME),
        subject=values.text(RecordTag.SUBJECT_NAME),
        function=function,
        function_text=function_text,
        issuer=values.text(RecordTag.ISSUER_NAME),
        serial=values.hex(RecordTag.SERIAL_NUMBER),
        public_key_length=values.size(RecordTag.PUBLIC_KEY),
        signature_length=values.size(RecordTag.SIGNATURE),
        certificate_length=values.size(RecordTag.CERTIFICATE),
        printed_hash=values.hash(RecordTag.CERTIFICATE),
        hash=values.hash(RecordTag.CERTIFICATE_HASH),
        hash_algorithm=values.number(RecordTag.HASH_ALGORITHM),
        ip_address=values.address(RecordTag.IP_ADDRESS),
        signed=signed,
    )


class _Rows:
    """The first row of each tag, read as what the tag holds; '' and None are what is not there or cannot be that."""

    def __init__(self, rows: tuple[Field, ...]) -> None:
        self._by_tag: dict[int, Field] = {}
        for one in rows:
            self._by_tag.setdefault(one.tag, one)

    def size(self, tag: int) -> int | None:
        found = self._by_tag.get(tag)
        return None if found is None else found.length

    def text(self, tag: int) -> str:
        found = self._by_tag.get(tag)
        return found.value if found is not None and isinstance(found.value, str) else ""

    def number(self, tag: int) -> int | None:
        return _number(self.text(tag))

    def hex(self, tag: int) -> str:
        """`64:F2:...`, or `5c 9 e5` without leading zeros, in lower-case digits: as many bytes as the row says, or none."""
        value, size = self.text(tag), self.size(tag)
        if ":" in value:
            bare = re.sub(r"\s", "", value)  # a terminal may have folded it anywhere
            parts = [part[:2] if size is not None else part for part in bare.split(":")[:size]]
        elif size is not None and len(value) == 2 * size:
            parts = [value]
        else:
            parts = value.split()[:size]
        digits = "".join(part.zfill(2) for part in parts).lower()
        whole = size is None or len(digits) == 2 * size
        return digits if whole and re.fullmatch(r"(?:[0-9a-f]{2})*", digits) else ""

    def bare_bytes(self, tag: int) -> bytes | None:
        return bytes.fromhex(self.hex(tag)) or None

    def hash(self, tag: int) -> bytes | None:
        """`DF 98 ... (SHA1 Hash HEX)`: the bytes before the bracket, always of two digits, wherever a terminal folded them."""
        digits = re.sub(r"\s", "", self.text(tag).partition("(")[0])
        whole = len(digits) in _HASH_DIGITS and re.fullmatch(r"[0-9A-Fa-f]+", digits)
        return bytes.fromhex(digits) if whole else None

    def address(self, tag: int) -> str:
        first = self.text(tag).partition(" ")[0]
        try:
            return str(ipaddress.ip_address(first))
        except ValueError:
            return ""

    def digest(self, tag: int) -> int | None:
        value = self.text(tag)
        by_name = {digest.name: int(digest) for digest in Digest}
        return by_name.get(re.sub(r"[\W_]", "", value).upper(), _number(value))

    def function(self, tag: int) -> tuple[int | None, str]:
        """The function, None for words that nobody knows, and the words."""
        value = self.text(tag)
        said = re.sub(r"\s*\+\s*", "+", value).upper()
        for name, function in _FUNCTIONS.items():
            if said.replace(" ", "") == name.replace(" ", "") or said.startswith(f"{name} "):
                return function, value
        return _number(value), value


def _number(value: str) -> int | None:
    first = value.partition(" ")[0]
    return int(first) if first.isascii() and first.isdigit() and len(first) <= 12 else None
