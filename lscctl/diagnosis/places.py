"""Where in a TOML file a value stands: its parser keeps no lines, and whoever writes a cause wants to go there."""

import re
from collections.abc import Sequence


def place_of(text: str, path: Sequence[str | int]) -> tuple[int | None, str]:
    """The line of the value at this path, or of the table that lacks it, None where there is neither; and the path in words.

    Tables and values are counted from 1. A condition that stands in its clue itself is one of an `all` that nobody wrote.
    """
    lines = text.splitlines()
    first, last, told = 0, len(lines), list(path)
    if len(path) > 1 and isinstance(path[1], int):
        heads = [at for at, line in enumerate(lines) if _heads(line, str(path[0]))]
        if path[1] < len(heads):
            first = heads[path[1]]
            last = next((at for at in range(first + 1, last) if re.match(r"\s*\[\[?\s*\w+\s*\]", lines[at])), last)
            if path[2:4] == ("all", 0) and _line(lines, "all", first, last) is None:
                told = [*path[:2], *path[4:]]
    names = [part for part in told if isinstance(part, str)]
    found = _line(lines, names[-1], first, last) if names else None
    if found is None and len(names) > 1:
        found = first
    return (None if found is None else found + 1), _in_words(told)


def _heads(line: str, name: str) -> bool:
    return re.match(rf"\s*\[\[\s*{re.escape(name)}\s*\]\]", line) is not None


def _line(lines: Sequence[str], name: str, first: int, last: int) -> int | None:
    key = re.compile(rf"\s*(?:\[\[?\s*(?:\w+\.)?)?[\"']?{re.escape(name)}[\"']?\s*(?:=|\]|\.)")
    return next((at for at in range(first, last) if key.match(lines[at])), None)


def _in_words(path: Sequence[str | int]) -> str:
    told = ""
    for part in path:
        told += f" {part + 1}" if isinstance(part, int) else f"{', ' if told else ''}{part}"
    return told
