"""Labels whose values stand in the line below: as phones' screens and saved pages are copied.

CAPF server
cucm-pub.example.com

LSC:
Not installed
"""

import re
from collections.abc import Callable, Sequence
from typing import Final

_ALONE: Final = re.compile(r"[>\s*\-]{0,12}(?P<label>[A-Za-z0-9][\w .()/-]{1,80}?)[ ]{0,8}[:=]?[ ]*\r?")
_LABELLED: Final = re.compile(r"[>\s*\-]{0,12}[A-Za-z][\w ./()-]{1,60}?(?:\s{0,4}[:=](?:\s|$)|\t)")
_LONGEST: Final = 100


def label_alone(line: str) -> str:
    """The label of which a line holds nothing else, in small letters, '' where it holds anything more, or none."""
    found = _ALONE.fullmatch(line) if len(line) <= _LONGEST else None
    return " ".join(found["label"].lower().split()) if found else ""


def value_below(lines: Sequence[str], number: int, is_label: Callable[[str], bool]) -> int:
    """The line of the value of a label that stands alone in this line, both from 1; 0 where another label follows, or nothing."""
    for below in range(number + 1, min(number + 2, len(lines)) + 1):
        line = lines[below - 1]
        if line.strip():
            return 0 if is_label(label_alone(line)) or _LABELLED.match(line) else below
    return 0
