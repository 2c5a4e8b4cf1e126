"""The words by which a node's `show itl` and `show ctl` is recognised in a text, wherever its lines end [field guide 6]."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from lscctl.trustlist.format import PRINTED_HEADER_TAGS, PRINTED_RECORD_TAGS, HeaderTag, RecordTag

TAGS_BY_WORD: Final[dict[str, dict[str, int]]] = {
    "header": {word: int(tag) for tag, word in PRINTED_HEADER_TAGS.items()}
    | {"DIGESTALGORITHM": HeaderTag.DIGEST_ALGORITHM, "SIGNATUREALGORITHM": HeaderTag.SIGNATURE_ALGORITHM},
    "record": {word: int(tag) for tag, word in PRINTED_RECORD_TAGS.items()}
    | {
        "HASHALGORITHM": RecordTag.HASH_ALGORITHM,
        "CERTIFICATEHASH": RecordTag.CERTIFICATE_HASH,
        "CERTIFICATE HASH": RecordTag.CERTIFICATE_HASH,
    },
}
"""Tags by the words of their rows, in a header and in a record, with what other releases call them."""

_WORDS: Final = "|".join(
    word.replace(" ", r"\s+")
    for word in sorted({*TAGS_BY_WORD["header"], *TAGS_BY_WORD["record"]}, key=len, reverse=True)
)
_LANDMARKS: Final = {
    "checksum": r"The\s+checksum\s+value\s+of\s+the\s+(?P<kind_checksum>ITL|CTL)\s+file\s*:",
    "md5": r"(?<![0-9A-Fa-f])(?P<md5>[0-9A-Fa-f]{32})\s*\(MD5\)",
    "sha1": r"(?<![0-9A-Fa-f])(?P<sha1>[0-9A-Fa-f]{40})\s*\(SHA1\)",
    "length": r"Length\s+of\s+(?P<kind_length>ITL|CTL)\s+file\s*:\s*(?P<length>[0-9]{1,9})",
    "modified": r"The\s+(?P<kind_modified>ITL|CTL)\s+File\s+was\s+last\s+modified\s+on",
    "missing": r"(?P<kind_missing>ITL|CTL)\s+File\s+(?:not\s+found|does\s+not\s+exist|is\s+(?:missing|empty))",
    "broken": r"Error\s+parsing\s+the\s+(?P<kind_broken>ITL|CTL)\s+File",
    "parse": r"Parse\s+(?P<kind_parse>ITL|CTL)\s+File",
    "version": r"\bVersion\s*:\s*(?P<version>[0-9]{1,3}(?:\.[0-9]{1,3}){1,3})(?![.0-9])",
    "header": r"HeaderLength\s*:\s*(?P<header>[0-9]{1,9})\s*\(\s*BYTES\s*\)",
    "heading": r"BYTEPOS\s+TAG\s+LENGTH\s+VALUE",
    "record": r"(?:(?P<kind_record>ITL|CTL)[ \t]+)?Record\s+\#\s*:\s*(?P<record>[1-9][0-9]{0,8})",
    "row": rf"(?<![\w:;=,.])(?P<tag>[0-9]{{1,3}})\s+(?-i:(?P<word>{_WORDS}))(?![\w=])(?:\s+(?P<size>[0-9]{{1,9}})(?![\w:.])"
    rf"(?!\s+(?-i:{_WORDS})(?![\w=])))?",
    "unknown_row": r"(?m:^)(?-i:[0-9]{1,3}[ \t]+[A-Z][A-Z_]{3,31})[ \t]+[0-9]{1,5}(?![\w:.])",
    "signed": r"This\s+etoken\s+was\s+(?P<not_signed>not\s+)?used\s+to\s+sign\s+the\s+(?P<kind_signed>ITL|CTL)\s+file",
    "verified": r"The\s+(?P<kind_verified>ITL|CTL)\s+file\s+was\s+(?P<not_verified>not\s+)?verified\s+successfully",
    "refused": r"(?:Verification\s+of\s+the\s+(?P<kind_refused>ITL|CTL)\s+file\s+(?:failed|(?:has|did|was)\s+not\s+succe\w{2,6})"
    r"|The\s+(?P<kind_refused2>ITL|CTL)\s+file\s+(?:could\s+not\s+be|failed\s+to\s+be)\s+verified)",
    "prompt": r"(?m:^[ \t]*admin:)|(?<=\s)admin:(?=\s*(?:show\b|$))",
    "rule": r"(?<!\S)-{3,}(?!\S)",
    "elision": r"\[\s?(?:\.{3}|\u2026)\s?\]|(?m:^[ \t]*(?:\.{3,}|\u2026)[ \t]*$)",
}
_BEGIN_WITH_DIGITS: Final = ("md5", "sha1", "row", "unknown_row")


def _one_of(names: Iterable[str]) -> str:
    return "|".join(f"(?P<mark_{name}>{_LANDMARKS[name]})" for name in names)


_ANY: Final = re.compile(
    # the first letters decide which of them to try: all of them at every letter of a long text take long
    rf"(?<!\w)(?:(?=[0-9a-f])(?:{_one_of(_BEGIN_WITH_DIGITS)})"
    rf"|(?=[a-z]{{3}}|[-\[.\u2026])(?:{_one_of(name for name in _LANDMARKS if name not in _BEGIN_WITH_DIGITS)}))",
    re.IGNORECASE,
)
_GROUPS: Final = {name: tuple(re.findall(r"\?P<(\w+)>", pattern)) for name, pattern in _LANDMARKS.items()}
_LONGEST_VALUE: Final = 0x10000 * 4
"""No value is longer: a tag has at most so many bytes, each printed with two digits and two blanks."""

_LONGEST_NAME: Final = 4_096


@dataclass(frozen=True, slots=True)
class Mark:
    """A landmark: where it stands, its name, the words that it caught, and the text up to the next one; `cut` where everything
    ends within that line."""

    at: int
    name: str
    words: dict[str, str]
    value: str
    cut: bool = False


def landmarks(text: str) -> Iterator[Mark]:
    """All landmarks of a text, in order, but for what looks like one within a name."""
    before, at = None, 0
    while (match := _ANY.search(text, at)) is not None:
        if before is not None:
            yield _mark(before, text[before.end() : min(match.start(), before.end() + _LONGEST_VALUE)])
        before, at = match, _end(text, match)
    if before is not None:
        yield _mark(before, text[before.end() : before.end() + _LONGEST_VALUE], cut=not text.endswith("\n"))


def _end(text: str, match: re.Match[str]) -> int:
    """Where the next landmark may begin: after the line, if all that is left of it is a value of the length that its row says."""
    if match.lastgroup == "mark_row" and match["size"] is not None:
        end = text.find("\n", match.end(), match.end() + _LONGEST_NAME)
        if end >= 0 and len(text[match.end() : end].strip().encode()) + 1 == int(match["size"]):
            return end
    return match.end()


def _mark(match: re.Match[str], value: str, *, cut: bool = False) -> Mark:
    name = (match.lastgroup or "").removeprefix("mark_")  # the group around all others of a landmark ends last
    words = {group: caught for group in _GROUPS[name] if (caught := match[group]) is not None}
    kind = next((caught.upper() for group, caught in words.items() if group.startswith("kind_")), "")
    return Mark(match.start(), name, words | {"kind": kind}, value, cut)


def without_landmarks(value: str) -> str:
    """A value up to what would be a landmark, now that its lines are one, or with the numbers of the rows beside it."""
    for before, after in (("", ""), (" 0 ", " 1")):
        found = _ANY.search(f"{before}{value}{after}")
        if found is not None and found.start() < len(before) + len(value):
            value = value[: max(0, found.start() - len(before))].strip()
    return value
