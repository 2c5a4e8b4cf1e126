"""CUCM's own pages as somebody saved them, and what AXL and RISPort answered, as the lines that one would copy: labels, values.

<tr><td>Certificate Operation</td><td><select><option>Delete</option><option selected>Install/Upgrade</option></select></td></tr>
Certificate Operation	Install/Upgrade
"""

import re
from collections.abc import Iterator
from html import unescape
from itertools import pairwise
from typing import Final

from lscctl.diagnosis.reading.numbers import Lines

_TOKEN: Final = re.compile(
    r"<(?P<end>/?)(?P<name>[A-Za-z][\w.:-]{0,63})(?P<attributes>[^<>]{0,4000})>|<[!?/][^<>]{0,4000}>|(?P<text>[^<]+)|<"
)
_ATTRIBUTE: Final = re.compile(
    r"\b(?P<name>value|type|selected|checked)\b"
    r"(?:\s{0,4}=\s{0,4}(?:\"(?P<quoted>[^\"]{0,400})\"|'(?P<single>[^']{0,400})'|(?P<bare>[^\s>\"']{1,400})))?",
    re.IGNORECASE,
)
_ROWS: Final = frozenset({"tr", "fieldset", "legend", "li", "dt", "h1", "h2", "h3", "hr"})
_CELLS: Final = frozenset({"td", "th", "dd"})
_UNSEEN: Final = frozenset({"script", "style", "title"})
_NOT_SHOWN: Final = frozenset({"hidden", "button", "submit", "image", "reset", "checkbox", "radio", "file", "password"})
_HTML: Final = re.compile(r"\A\s{0,64}<(?:!doctype html|html|head|body)\b", re.IGNORECASE)
_OF_AXL: Final = re.compile(r"<(?:\w{1,16}:)?(?:get|list)PhoneResponse\b|<certificateOperation>")
_OF_RIS: Final = re.compile(r"<(?:\w{1,16}:)?selectCmDevice(?:Ext)?Re(?:sponse|turn|sult)\b", re.IGNORECASE)
_ELEMENT: Final = re.compile(
    r"<(?:\w{1,16}:)?(?P<name>[A-Za-z]\w{1,40})(?P<empty>\s{0,2}/)?(?:\s[^<>]{0,400})?>(?P<text>[^<]{0,400})"
)
_PHONE: Final = re.compile(r"<(?:\w{1,16}:)?phone(?=[\s>])")
_CALLED: Final = {
    "Upgrade Finish Time": "Operation Completes By",
    "Certificate Status": "Certificate Operation Status",
}
"""What CUCM's own pages call it."""

_COLUMNS: Final = (
    "Name",
    "Certificate Operation",
    "Certificate Operation Status",
    "Authentication Mode",
    "Authentication String",
    "Key Order",
    "Key Size",
    "Operation Completes By",
)
_BETWEEN_WORDS: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_LONGEST: Final = 300


def as_copied(text: str) -> list[str] | None:
    """The lines, each where its row begins, or soon behind it; None for what is neither HTML nor an answer of AXL or RISPort."""
    if _HTML.match(text):
        rows = _rows(text)
    elif _OF_AXL.search(text):
        rows = _elements(text)
    elif _OF_RIS.search(text):
        rows = _registrations(text)
    else:
        return None
    lines = [""] * (text.count("\n") + 1)
    last = 0
    for said, line in rows:
        last = max(last + 1, line)
        if last > len(lines):
            lines.append("")
        lines[last - 1] = said
    return lines


def _elements(text: str) -> Iterator[tuple[str, int]]:
    """The labels of the only phone with their values, or of several a table with a row for each."""
    lines = Lines(text)
    begins = [one.start() for one in _PHONE.finditer(text)]
    if len(begins) < 2:
        yield from ((f"{label}\t{said}", lines.number(at)) for label, said, at in _labelled(text, 0, len(text)))
        return
    rows: list[tuple[int, dict[str, str]]] = []
    for begin, end in pairwise([*begins, len(text)]):
        row: dict[str, str] = {}
        for label, said, _ in _labelled(text, begin, end):
            row.setdefault(label, " ".join(said.replace('"', "").split()))
        rows.append((lines.number(begin), row))
    columns = [one for one in _COLUMNS if any(one in row for _, row in rows)]
    yield "\t".join(columns), 1
    for line, row in rows:
        yield "\t".join(row.get(column, "") for column in columns), line


def _labelled(text: str, begin: int, end: int) -> Iterator[tuple[str, str, int]]:
    for one in _ELEMENT.finditer(text, begin, end):
        label = _BETWEEN_WORDS.sub(" ", one["name"]).title()
        yield _CALLED.get(label, label), unescape(one["text"]).strip(), one.start()


def _registrations(text: str) -> Iterator[tuple[str, int]]:
    """The phones in an answer of RISPort's, as a table."""
    yield "Device Name\tStatus", 1
    phone, lines = "", Lines(text)
    for one in _ELEMENT.finditer(text):
        said = one["text"].strip()
        if one["name"] == "Name":
            phone = said
        elif one["name"] == "Status" and phone:
            yield f"{phone}\t{said}", lines.number(one.start())
            phone = ""


def _rows(text: str) -> Iterator[tuple[str, int]]:
    cells: list[list[str]] = [[]]
    begun, typed = 1, False
    for kind, said, line in _parts(text):
        if kind == "row":
            if any(cells):
                yield _row(cells), begun
            cells, begun, typed = [[]], line, False
        elif kind == "cell":
            cells.append([])
            typed = False
        elif kind == "field":
            if not typed and len(cells) == 1:
                cells.append([])
            cells[-1].append(f":{said}" if typed else f" {said}")
            typed = True
        else:
            cells[-1].append(f" {said}")
    if any(cells):
        yield _row(cells), begun


def _row(cells: list[list[str]]) -> str:
    told = [" ".join("".join(cell).split()) for cell in cells]
    first = next((at for at, cell in enumerate(told[:-1]) if cell), len(told) - 1)
    return "\t".join([told[first].rstrip(": *"), *told[first + 1 :]])


def _parts(text: str) -> Iterator[tuple[str, str, int]]:
    """The page's rows, cells, fields and texts in their order: which of these, what it says, and its line."""
    unseen, chosen, in_select, line = "", False, False, 1
    for token in _TOKEN.finditer(text):
        name = (token["name"] or "").lower()
        attributes = _attributes(token["attributes"] or "") if name in ("option", "input") else {}
        if name in _UNSEEN:
            unseen = "" if token["end"] else name
        elif name in _ROWS:
            yield "row", "", line
        elif name in _CELLS and not token["end"]:
            yield "cell", "", line
        elif name == "select":
            in_select, chosen = not token["end"], False
        elif name == "option":
            chosen = not token["end"] and "selected" in attributes
        elif name == "input" and attributes.get("type", "text").lower() not in _NOT_SHOWN:
            yield "field", attributes.get("value", "")[:_LONGEST], line
        elif token["text"] and not unseen and (chosen or not in_select):
            said = " ".join(unescape(token["text"]).split())[:_LONGEST]
            if said:
                yield "text", said, line
        line += token[0].count("\n")


def _attributes(written: str) -> dict[str, str]:
    return {
        one["name"].lower(): unescape(one["quoted"] or one["single"] or one["bare"] or "")
        for one in _ATTRIBUTE.finditer(written)
    }
