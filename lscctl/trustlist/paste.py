"""What terminals, pagers and mails leave in a paste, taken out again."""

import re
from itertools import count
from typing import Final

_TERMINAL: Final = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[()*+][0-9A-Za-z]|[@-Z\\-_])")
"""Colours, cursor movements, titles."""

_UNSEEN: Final = re.compile("[\x00-\x07\x0e-\x1f\x7f\u00ad\u200b-\u200f\u2060\ufeff]")
_QUOTED: Final = re.compile(r"^[ \t>|]*[>|][ \t]?", re.MULTILINE)
_PAGER: Final = re.compile(
    r"Press\s+<enter>\s+for\s+1\s+line,\s+<space>\s+for\s+one\s+page,?(?:\s+or\s+<q>\s+to\s+quit)?"
    r"|options:\s*q=quit(?:,\s*\w{1,9}=\w{1,9}){0,9}(?:\s*\(lines?\s+\d+\s*-\s*\d+\s+of\s+\d+\)\s*:?(?:[ \t]*[qnpbe](?=[ \t]*$))?)?"
    r"|-{2,9}\s?\(?More\)?\s?-{2,9}",
    re.IGNORECASE | re.MULTILINE,
)
_NUMBERED: Final = re.compile(r"[ \t]*([0-9]{1,7})(?:[:.)|]|(?=[ \t]|$))")
_ENOUGH_LINES: Final = 4


def cleaned(text: str) -> str:
    """The text that a person saw, with line feeds for line ends."""
    text = _TERMINAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if "\b" in text:
        text = "\n".join(_typed_over(line) for line in text.split("\n"))
    text = _PAGER.sub("", _QUOTED.sub("", _UNSEEN.sub("", text)))
    return _unnumbered(text)


def _typed_over(line: str) -> str:
    seen: list[str] = []
    for letter in line:
        if letter != "\b":
            seen.append(letter)
        elif seen:
            seen.pop()
    return "".join(seen)


def _unnumbered(text: str) -> str:
    """Without the numbers of all its lines: rows begin with numbers, too, but not with one after the other."""
    found = []
    for line, expected in zip(lines := text.rstrip("\n").split("\n"), count(_first_number(text)), strict=False):
        match = _NUMBERED.match(line)
        if match is None or int(match[1]) != expected:
            return text
        found.append(line[match.end() :])
    return "\n".join(found) + "\n" if len(lines) >= _ENOUGH_LINES else text


def _first_number(text: str) -> int:
    match = _NUMBERED.match(text)
    return int(match[1]) if match else 0
