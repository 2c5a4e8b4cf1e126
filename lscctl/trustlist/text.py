"""What `show itl` and `show ctl` print on a node, to values and back, also where a paste has lost columns and lines.

Nothing depends on where a line ends: the words of the node are landmarks, and a value reaches from its row's three words to the
next landmark [field guide 6].
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from lscctl.trustlist.format import (
    PRINTED_HEADER_TAGS,
    PRINTED_RECORD_TAGS,
    Digest,
    Function,
    HeaderTag,
    RecordTag,
)
from lscctl.trustlist.values import Field, Header, Kind, Printed, Record, TrustList, TrustListError

_HINT: Final = "Paste what `show itl` or `show ctl` prints on a node, or give the file from a TFTP server."


def parse(text: str) -> tuple[TrustList, ...]:
    """Read all lists that a text holds, in order. Raises TrustListError with the line where nothing, or nonsense, is found."""
    lists: list[_Draft] = []
    draft: _Draft | None = None
    lines = _Lines(text)
    for mark in _landmarks(text, lines):
        if draft is None or draft.ends_before(mark):
            draft = _Draft()
            lists.append(draft)
        draft.take(mark)
    found = tuple(one.finished() for one in lists if one.holds_anything)
    if not found:
        raise TrustListError(f"line 1: no trust list in these {lines.number(len(text))} lines", hint=_HINT)
    return found


def as_text(trust_list: TrustList) -> str:
    """Print a list that a node printed, as it did but for blanks. Raises ValueError for one from a file."""
    printed = trust_list.printed
    if printed is None:
        raise ValueError("a file has more to say than a node prints")
    name = "" if trust_list.kind is Kind.UNKNOWN else trust_list.kind.value
    return "\n".join([*_preamble(printed, name), *_body(trust_list, name), *_ending(printed, name), ""])


# landmarks


@dataclass(frozen=True, slots=True)
class _Mark:
    """A landmark: its name, the words that it caught, the text up to the next one, and the line that it stands in."""

    name: str
    words: dict[str, str]
    value: str
    line: int


class _Lines:
    """Which line a position stands in."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def number(self, at: int) -> int:
        return bisect_right(self._starts, at)


_TAGS_BY_WORD: Final[dict[str, dict[str, int]]] = {
    "header": {word: int(tag) for tag, word in PRINTED_HEADER_TAGS.items()}
    | {"DIGESTALGORITHM": HeaderTag.DIGEST_ALGORITHM, "SIGNATUREALGORITHM": HeaderTag.SIGNATURE_ALGORITHM},
    "record": {word: int(tag) for tag, word in PRINTED_RECORD_TAGS.items()}
    | {
        "HASHALGORITHM": RecordTag.HASH_ALGORITHM,
        "CERTIFICATEHASH": RecordTag.CERTIFICATE_HASH,
        "CERTIFICATE HASH": RecordTag.CERTIFICATE_HASH,
    },
}
_WORDS: Final = "|".join(
    word.replace(" ", r"\s+")
    for word in sorted({*_TAGS_BY_WORD["header"], *_TAGS_BY_WORD["record"]}, key=len, reverse=True)
)
_KIND: Final = r"(?P<kind_{0}>ITL|CTL)"
_LANDMARKS: Final = {
    "checksum": r"The\s+checksum\s+value\s+of\s+the\s+(?P<kind_checksum>ITL|CTL)\s+file\s*:",
    "md5": r"(?<![0-9A-Fa-f])(?P<md5>[0-9A-Fa-f]{32})\s*\(MD5\)",
    "sha1": r"(?<![0-9A-Fa-f])(?P<sha1>[0-9A-Fa-f]{40})\s*\(SHA1\)",
    "length": r"Length\s+of\s+(?P<kind_length>ITL|CTL)\s+file\s*:\s*(?P<length>[0-9]{1,9})",
    "modified": r"The\s+(?P<kind_modified>ITL|CTL)\s+File\s+was\s+last\s+modified\s+on",
    "missing": r"(?P<kind_missing>ITL|CTL)\s+File\s+not\s+found",
    "broken": r"Error\s+parsing\s+the\s+(?P<kind_broken>ITL|CTL)\s+File",
    "parse": r"Parse\s+(?P<kind_parse>ITL|CTL)\s+File",
    "version": r"\bVersion\s*:\s*(?P<version>[0-9]{1,3}(?:\.[0-9]{1,3})+)",
    "header": r"HeaderLength\s*:\s*(?P<header>[0-9]{1,9})\s*\(\s*BYTES\s*\)",
    "heading": r"BYTEPOS\s+TAG\s+LENGTH\s+VALUE",
    "record": r"(?:(?P<kind_record>ITL|CTL)[ \t]+)?Record\s+\#\s*:\s*(?P<record>[1-9][0-9]{0,8})",
    "row": rf"(?<![\w:;=,.])(?P<tag>[0-9]{{1,3}})\s+(?P<word>{_WORDS})(?![\w=])(?:\s+(?P<size>[0-9]{{1,9}})(?![\w:.])"
    rf"(?!\s+(?:{_WORDS})(?![\w=])))?",
    "signed": r"This\s+etoken\s+was\s+(?P<not_signed>not\s+)?used\s+to\s+sign\s+the\s+(?P<kind_signed>ITL|CTL)\s+file",
    "verified": r"The\s+(?P<kind_verified>ITL|CTL)\s+file\s+was\s+(?P<not_verified>not\s+)?verified\s+successfully",
    "refused": r"(?:Verification\s+of\s+the\s+(?P<kind_refused>ITL|CTL)\s+file\s+failed|The\s+(?P<kind_refused2>ITL|CTL)\s+file\s+"
    r"(?:could\s+not\s+be|failed\s+to\s+be)\s+verified)",
    "prompt": r"(?m:^[ \t]*admin:)|(?<=\s)admin:(?=\s*(?:show\b|$))",
    "rule": r"(?<!\S)-{3,}(?!\S)",
}
_ANY: Final = re.compile("|".join(f"(?P<mark_{name}>{pattern})" for name, pattern in _LANDMARKS.items()), re.IGNORECASE)
_LONGEST_NUMBER: Final = 10
_RANK: Final = {
    name: rank
    for rank, names in enumerate(
        (
            ("checksum",),
            ("md5", "sha1"),
            ("length",),
            ("modified", "missing"),
            ("parse",),
            ("version",),
            ("header",),
            ("header row",),
            ("record", "record row", "signed"),
            ("verified", "refused", "broken"),
        )
    )
    for name in names
}
"""Where a landmark stands in what a node prints of one list: what would go back begins another list."""


def _landmarks(text: str, lines: _Lines) -> Iterator[_Mark]:
    before: re.Match[str] | None = None
    for match in _ANY.finditer(text):
        if before is not None:
            yield _mark(before, text[before.end() : match.start()], lines)
        before = match
    if before is not None:
        yield _mark(before, text[before.end() :], lines)


def _mark(match: re.Match[str], value: str, lines: _Lines) -> _Mark:
    words = {name: caught for name, caught in match.groupdict().items() if caught is not None}
    name = next(name for name in words if name.startswith("mark_"))
    kind = next((caught.upper() for found, caught in words.items() if found.startswith("kind_")), "")
    return _Mark(name.removeprefix("mark_"), words | {"kind": kind}, value, lines.number(match.start()))


# a list under way


@dataclass(slots=True)
class _Draft:
    """A list as far as it has been read."""

    kind: str = ""
    rank: int = -1
    header: Header = field(default_factory=lambda: Header(()))
    header_rows: list[Field] = field(default_factory=list)
    records: list[tuple[int | None, list[Field]]] = field(default_factory=list)
    signed: dict[int, bool] = field(default_factory=dict)
    printed: Printed = field(default_factory=Printed)
    begun: bool = False

    @property
    def holds_anything(self) -> bool:
        return bool(self.header_rows or self.records) or (self.header, self.printed) != (Header(()), Printed())

    def ends_before(self, mark: _Mark) -> bool:
        """Whether the landmark belongs to another list: of another kind, or one that would go back."""
        kind = mark.words["kind"]
        if kind and self.kind and kind != self.kind:
            return True
        rank = _RANK.get(self._of(mark), -1)
        if rank < 0:
            return False
        if mark.name == "record":
            last = next((number for number, _ in reversed(self.records) if number is not None), 0)
            return int(mark.words["record"]) <= last or rank < self.rank
        once = mark.name in ("checksum", "length", "parse", "version", "header")
        return rank < self.rank or (once and rank == self.rank)

    def take(self, mark: _Mark) -> None:
        """Make the landmark part of the list."""
        self.kind = self.kind or mark.words["kind"]
        self.rank = max(self.rank, _RANK.get(self._of(mark), -1))
        match mark.name:
            case "md5":
                self.printed = replace(self.printed, md5=mark.words["md5"].lower())
            case "sha1":
                self.printed = replace(self.printed, sha1=mark.words["sha1"].lower())
            case "length":
                self.printed = replace(self.printed, length=int(mark.words["length"]))
            case "modified":
                self.printed = replace(self.printed, modified=_clean(_first_line(mark.value)))
            case "missing" | "broken":
                said = "not found" if mark.name == "missing" else "could not be parsed"
                problems = dict.fromkeys([*filter(None, self.printed.problem.split("; ")), said])
                self.printed = replace(self.printed, problem="; ".join(problems))
            case "version":
                self.header = replace(self.header, version=mark.words["version"])
            case "header":
                self.header = replace(self.header, length=int(mark.words["header"]))
            case "record":
                self.records.append((int(mark.words["record"]), []))
            case "row":
                self._row(mark)
            case "signed" if self.records:
                self.signed[len(self.records) - 1] = "not_signed" not in mark.words
            case "verified" | "refused":
                good = mark.name == "verified" and "not_verified" not in mark.words
                self.printed = replace(self.printed, verdict=good)

    def _of(self, mark: _Mark) -> str:
        return f"{self._section(mark)} row" if mark.name == "row" else mark.name

    def _section(self, mark: _Mark) -> str:
        """Whether a row is the header's or a record's: both know some words, and a paste may begin in the middle."""
        word, tag = _squeezed(mark.words["word"]), int(mark.words["tag"])
        fits = [section for section, tags in _TAGS_BY_WORD.items() if tags.get(word) == tag]
        fits = fits or [section for section, tags in _TAGS_BY_WORD.items() if word in tags]
        if len(fits) == 1:
            return fits[0]
        return "record" if self.records else "header"

    def _row(self, mark: _Mark) -> None:
        section = self._section(mark)
        word = _squeezed(mark.words["word"])
        tag = _TAGS_BY_WORD[section].get(word, int(mark.words["tag"]))
        size = int(mark.words["size"]) if "size" in mark.words else None
        value = _joined(mark.value, size)
        first, _, rest = value.partition(" ")
        if size is None and first.isascii() and first.isdigit() and len(first) < _LONGEST_NUMBER:
            size, value = int(first), rest
        row = Field(tag, size, value, word)
        if section == "header":
            self.header_rows.append(row)
            return
        if not self.records or (tag == RecordTag.RECORD_LENGTH and any(one.tag == tag for one in self.records[-1][1])):
            self.records.append((None, []))  # the line that says its number is lost
        self.records[-1][1].append(row)

    def finished(self) -> TrustList:
        """The list. What was cut off at either end is simply not there."""
        records = tuple(
            _record(number or 0, tuple(rows), self.signed.get(index))
            for index, (number, rows) in enumerate(self.records)
        )
        header = _header(tuple(self.header_rows), self.header)
        missing = bool(self.printed.problem) or self.printed.length == 0
        printed = replace(self.printed, cut=not missing and not self._is_whole(header, records))
        return TrustList(Kind(self.kind or Kind.UNKNOWN), header, records, None, printed)

    def _is_whole(self, header: Header, records: tuple[Record, ...]) -> bool:
        """Whether nothing is missing of what a node prints of a list: the lengths of the parts make that of the file."""
        lengths = [header.length, *(one.length for one in records)]
        if None in lengths or self.printed.verdict is None or not header.version:
            return False
        whole = sum(length for length in lengths if length is not None)
        return self.printed.length in (None, whole) and [one.number for one in records] == list(
            range(1, len(records) + 1)
        )


# values of rows


def _squeezed(word: str) -> str:
    return " ".join(word.upper().split())


def _first_line(value: str) -> str:
    return next((line.strip() for line in value.splitlines() if line.strip()), "")


def _joined(value: str, size: int | None) -> str:
    """A value whose lines a terminal may have folded: without or with blanks between, as its length has it.

    The length counts the NUL of a text [field guide 6].
    """
    lines = [" ".join(line.split()) for line in value.splitlines()]
    parts = [line for line in lines if line and set(line) - {"-"}]
    spaced = " ".join(" ".join(parts).split())
    tight = "".join(parts)
    if size is not None and len(spaced.encode()) + 1 != size and len(tight.encode()) + 1 == size:
        return _clean(tight)
    return _clean(spaced)


def _clean(value: str) -> str:
    """A value up to what would be a landmark, now that its lines are one, or with the numbers of the rows beside it."""
    for before, after in (("", ""), ("0 ", " 1")):
        found = _ANY.search(f"{before}{value}{after}")
        if found is not None and found.start() < len(before) + len(value):
            value = value[: max(0, found.start() - len(before))].strip()
    return value


def _texts(rows: tuple[Field, ...]) -> dict[int, Field]:
    found: dict[int, Field] = {}
    for row in rows:
        found.setdefault(row.tag, row)
    return found


def _header(rows: tuple[Field, ...], known: Header) -> Header:
    by_tag = _texts(rows)
    return replace(
        known,
        fields=rows,
        signer_version=_value(by_tag, HeaderTag.SIGNER_VERSION),
        signer=_value(by_tag, HeaderTag.SIGNER_NAME),
        serial=_hex(_value(by_tag, HeaderTag.SERIAL_NUMBER)),
        issuer=_value(by_tag, HeaderTag.CA_NAME),
        digest=_digest(_value(by_tag, HeaderTag.DIGEST_ALGORITHM)),
        signature_algorithm=_number(_value(by_tag, HeaderTag.SIGNATURE_ALGORITHM)),
        modulus=_number(_value(by_tag, HeaderTag.SIGNATURE_MODULUS)),
        signature=_bytes(_value(by_tag, HeaderTag.SIGNATURE)),
        file_name=_value(by_tag, HeaderTag.FILE_NAME),
        timestamp=_number(_value(by_tag, HeaderTag.TIMESTAMP)),
    )


def _record(number: int, rows: tuple[Field, ...], signed: bool | None) -> Record:
    by_tag = _texts(rows)
    function = _value(by_tag, RecordTag.FUNCTION)
    return Record(
        number=number,
        fields=rows,
        length=_number(_value(by_tag, RecordTag.RECORD_LENGTH)),
        dns_name=_value(by_tag, RecordTag.DNS_NAME),
        subject=_value(by_tag, RecordTag.SUBJECT_NAME),
        function=_function(function),
        function_text=function,
        issuer=_value(by_tag, RecordTag.ISSUER_NAME),
        serial=_hex(_value(by_tag, RecordTag.SERIAL_NUMBER)),
        public_key_length=_size(by_tag, RecordTag.PUBLIC_KEY),
        signature_length=_size(by_tag, RecordTag.SIGNATURE),
        certificate_length=_size(by_tag, RecordTag.CERTIFICATE),
        printed_hash=_printed_hash(_value(by_tag, RecordTag.CERTIFICATE)),
        hash=_printed_hash(_value(by_tag, RecordTag.CERTIFICATE_HASH)),
        hash_algorithm=_number(_value(by_tag, RecordTag.HASH_ALGORITHM)),
        ip_address=_value(by_tag, RecordTag.IP_ADDRESS),
        signed=signed,
    )


def _value(rows: dict[int, Field], tag: int) -> str:
    row = rows.get(tag)
    return "" if row is None else _text(row)


def _text(row: Field) -> str:
    return row.value if isinstance(row.value, str) else ""


def _size(rows: dict[int, Field], tag: int) -> int | None:
    row = rows.get(tag)
    return None if row is None else row.length


def _number(value: str) -> int | None:
    first = value.split(" ", 1)[0]
    return int(first) if first.isascii() and first.isdigit() and len(first) <= 12 else None


def _hex(value: str) -> str:
    """`64:F2:...` in lower-case digits; '' for what is none."""
    if ":" in value:
        value = re.sub(r"\s", "", value)  # a terminal may have folded it
    parts = [part.zfill(2) for part in re.split(r"[:\s]+", value.strip()) if part]
    digits = "".join(parts).lower()
    return digits if re.fullmatch(r"[0-9a-f]*", digits) else ""


def _bytes(value: str) -> bytes | None:
    """Bytes of which a node prints no leading zeros: `5c 9 e5`."""
    digits = _hex(value)
    return bytes.fromhex(digits) if digits and len(digits) % 2 == 0 else None


def _printed_hash(value: str) -> bytes | None:
    """`DF 98 ... (SHA1 Hash HEX)`: the bytes before the bracket, always of two digits, wherever a terminal folded them."""
    digits = re.sub(r"\s", "", value.partition("(")[0])
    return bytes.fromhex(digits) if re.fullmatch(r"(?:[0-9A-Fa-f]{2})+", digits) else None


def _digest(value: str) -> int | None:
    said = re.sub(r"[\W_]", "", value).upper()
    by_name = {digest.name: int(digest) for digest in Digest}
    return by_name.get(said, _number(value))


def _function(value: str) -> int | None:
    said = value.upper()
    names = {function.printed.upper(): int(function) for function in Function} | {
        function.name: int(function) for function in Function
    }
    return names.get(said, _number(value))


# back to text


def _preamble(printed: Printed, name: str) -> Iterator[str]:
    if printed.md5 or printed.sha1:
        yield f"The checksum value of the {name} file:"
        if printed.md5:
            yield f"{printed.md5}(MD5)"
        if printed.sha1:
            yield f"{printed.sha1}(SHA1)"
        yield ""
    if printed.length is not None:
        yield f"Length of {name} file: {printed.length}"
    if printed.modified:
        yield f"The {name} File was last modified on {printed.modified}"
    if "not found" in printed.problem:
        yield f"{name} File not found."


def _body(trust_list: TrustList, name: str) -> Iterator[str]:
    header = trust_list.header
    if name and (header.version or header.length is not None or header.fields or trust_list.records):
        yield from ("", f"\tParse {name} File", "\t" + "-" * 16, "")
    if header.version:
        yield f"Version:\t{header.version}"
    if header.length is not None:
        yield f"HeaderLength:\t{header.length} (BYTES)"
    if header.fields:
        yield from _rows(header.fields)
    for record in trust_list.records:
        if record.number:
            yield from ("", f"\t{name} Record #:{record.number}", "\t----")
        yield from _rows(record.fields)
        if record.signed is not None:
            yield f"This etoken was {'' if record.signed else 'not '}used to sign the {name} file."


def _rows(rows: tuple[Field, ...]) -> Iterator[str]:
    yield from ("BYTEPOS\tTAG\t\tLENGTH\tVALUE", "-------\t---\t\t------\t-----")
    for row in rows:
        parts = (str(row.tag), row.name, "" if row.length is None else str(row.length), _text(row))
        yield "\t".join(part for part in parts if part)


def _ending(printed: Printed, name: str) -> Iterator[str]:
    if "parsed" in printed.problem:
        yield f"Error parsing the {name} File."
    if printed.verdict is not None:
        yield f"\nThe {name} file was {'' if printed.verdict else 'not '}verified successfully."
