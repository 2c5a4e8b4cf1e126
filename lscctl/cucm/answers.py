"""What AXL answers, as plain values: rows, records, faults. SOAP elements in, values out."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree

from lscctl.cucm.faults import AnswerTooLarge, AxlFault, MemoryBusy
from lscctl.cucm.secrets import without

_NIL: Final = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_SUGGESTED: Final = re.compile(r"suggest\w*\s+row\s+fetch\s*:?\s*(?:less\s+than\s+)?(\d+)", re.IGNORECASE)

Row = dict[str, str | None]
"""`{column or field: text}`; '' for an empty element, None for one that says xsi:nil, no key for one that is absent."""


@dataclass(frozen=True, slots=True)
class Record:
    """A phone or profile as get and list answer it.

    `pkid` is lower case without braces, as SQL has it; None where the answer has none. `fields` holds the direct children
    only: `currentConfig` repeats names inside it [field guide 3], and what has children of its own is left out.
    """

    pkid: str | None
    fields: Row

    def flag(self, field: str) -> bool | None:
        """A boolean field: AXL says `true`, `t` or `1`; None where it is absent or empty."""
        text = (self.fields.get(field) or "").strip().lower()
        return text in ("true", "t", "1") if text else None


def rows(answer: etree._Element) -> list[Row]:
    """The rows of an executeSQLQuery. Informix's NULL and an empty text both come as an empty element, so both are ''.

    Texts that repeat are one and the same object, since tens of thousands of phones share their models and places.
    """
    names: dict[str, str] = {}
    texts: dict[str | None, str | None] = {}

    def name(tag: str) -> str:
        return names.get(tag) or names.setdefault(tag, sys.intern(tag.rpartition("}")[2].lower()))

    def text(column: etree._Element) -> str | None:
        found = _text(column)
        return texts.setdefault(found, found)

    return [{name(str(column.tag)): text(column) for column in row} for row in _children(_returned(answer), "row")]


def rows_updated(answer: etree._Element) -> int:
    """How many rows an executeSQLUpdate changed; raises ValueError where the answer does not say."""
    return int(_only_text(answer, "rowsUpdated"))


def cluster_version(answer: etree._Element) -> str:
    """What getCCMVersion says, as `15.0.1.12900(234)`; raises ValueError where the answer does not say."""
    return _only_text(answer, "version")


def records(answer: etree._Element, name: str) -> list[Record]:
    """The phones (`phone`) or profiles (`phoneSecurityProfile`) of a get or list."""
    return [_record(found) for found in _children(_returned(answer), name)]


def returned_text(answer: etree._Element) -> str:
    """What a write returns: the thing's uuid in braces, or `true`."""
    returned = _returned(answer)
    return "" if returned is None else (returned.text or "").strip()


def is_answer_to(operation: str, answer: etree._Element) -> bool:
    """Whether this is the operation's own answer and whole."""
    return _local(answer) == f"{operation}Response" and _returned(answer) is not None


def fault(answer: etree._Element, operation: str, secrets: frozenset[str]) -> AxlFault | None:
    """The fault that the answer is, if it is one; `secrets` of the request are masked where the cluster repeats them."""
    if _local(answer) != "Fault":
        return None
    parts = {_local(part): (part.text or "").strip() for part in answer.iter(etree.Element)}
    text = without(parts.get("axlmessage") or parts.get("faultstring") or "no reason given", secrets)
    number = parts.get("axlcode", "")
    code = int(number) if re.fullmatch(r"-?\d+", number) else None
    if "query request too large" in text.lower():
        suggested = _SUGGESTED.search(text)
        return AnswerTooLarge(code, text, operation, int(suggested[1]) if suggested else None)
    if "maximum axl memory allocation consumed" in text.lower():
        return MemoryBusy(code, text, operation)
    return AxlFault(code, text, operation)


def _record(found: etree._Element) -> Record:
    uuid = found.get("uuid")
    fields = {_local(child): _text(child) for child in found.iterchildren(etree.Element) if not len(child)}
    return Record(uuid.strip("{}").lower() if uuid else None, fields)


def _only_text(answer: etree._Element, name: str) -> str:
    for part in answer.iter(etree.Element):
        if _local(part) == name and part.text:
            return part.text.strip()
    raise ValueError(f"the answer holds no {name}")


def _returned(answer: etree._Element) -> etree._Element | None:
    return next(_children(answer, "return"), None)


def _children(parent: etree._Element | None, name: str) -> Iterator[etree._Element]:
    if parent is not None:
        yield from (child for child in parent.iterchildren(etree.Element) if _local(child) == name)


def _local(part: etree._Element) -> str:
    return str(part.tag).rpartition("}")[2]


def _text(part: etree._Element) -> str | None:
    if part.text:
        return part.text
    return None if part.get(_NIL) in ("true", "1") else ""
