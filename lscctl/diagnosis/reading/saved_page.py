"""Pages of CUCM's own that somebody saved as HTML: labels with what their fields hold, what is selected, or the text beside them.

<tr><td>Certificate Operation</td><td><select><option>Delete</option><option selected>Install/Upgrade</option></select></td></tr>
"""

import re
from collections.abc import Iterator
from html import unescape
from typing import Final

_TOKEN: Final = re.compile(
    r"<(?P<end>/?)(?P<name>[A-Za-z][\w.:-]{0,63})(?P<attributes>[^<>]{0,4000})>|<[!?/][^<>]{0,4000}>|(?P<text>[^<]+)|<"
)
_ATTRIBUTE: Final = re.compile(
    r"\b(?P<name>value|type|selected|checked)\b(?:\s{0,4}=\s{0,4}(?:\"(?P<quoted>[^\"]{0,400})\"|'(?P<single>[^']{0,400})'|(?P<bare>[^\s>\"']{1,400})))?",
    re.IGNORECASE,
)
_ROWS: Final = frozenset({"tr", "fieldset", "legend", "li", "dt", "h1", "h2", "h3", "hr"})
_UNSEEN: Final = frozenset({"script", "style", "title"})
_NOT_SHOWN: Final = frozenset({"hidden", "button", "submit", "image", "reset", "checkbox", "radio", "file", "password"})
_FIELDS: Final = re.compile(r"<(?:select|input|option|label|fieldset)\b", re.IGNORECASE)
_MOST: Final = 20_000
_LONGEST: Final = 300


def is_form(text: str) -> bool:
    """Whether it is HTML with fields to fill in, as pages of phones are not."""
    return len(_FIELDS.findall(text)) > 2


def form(text: str) -> Iterator[tuple[str, str, int]]:
    """Labels with values, and the lines where the rows begin. What is typed in several fields is joined with colons."""
    words: list[str] = []
    begun, line, told = 1, 1, 0
    for kind, said, line in _parts(text):
        if kind == "row":
            if words:
                yield _labelled(words, begun)
                told += 1
            if told == _MOST:
                return
            words, begun = [], line
        elif kind == "field" and len(words) > 1 and words[-1].startswith("\0"):
            words[-1] += f":{said}"
        elif kind == "field":
            words.append(f"\0{said}")
        else:
            words.append(said)
    if words:
        yield _labelled(words, begun)


def _labelled(words: list[str], line: int) -> tuple[str, str, int]:
    value = " ".join(word.lstrip("\0") for word in words[1:] if word not in ("*", ":"))
    return words[0].lstrip("\0").rstrip(": *"), value[:_LONGEST].strip(), line


def _parts(text: str) -> Iterator[tuple[str, str, int]]:
    """The page's rows, fields and texts in their order: which of these, what it says, and its line."""
    unseen, chosen, in_select, line = "", False, False, 1
    for token in _TOKEN.finditer(text):
        name = (token["name"] or "").lower()
        attributes = _attributes(token["attributes"] or "") if name in ("option", "input") else {}
        if name in _UNSEEN:
            unseen = "" if token["end"] else name
        elif name in _ROWS:
            yield "row", "", line
        elif name == "select":
            in_select, chosen = not token["end"], False
        elif name == "option":
            chosen = not token["end"] and "selected" in attributes
        elif name == "input" and attributes.get("type", "text").lower() not in _NOT_SHOWN:
            yield "field", attributes.get("value", ""), line
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
