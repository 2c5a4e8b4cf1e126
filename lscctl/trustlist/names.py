"""Distinguished names as lists, nodes and certificates write them, each in its own way."""

import re
from collections.abc import Iterator
from typing import Final

_BETWEEN: Final = re.compile(
    r"\\.|(?P<sign>[;,+/]\s*)(?=(?:[A-Za-z][A-Za-z0-9.-]{0,30}|[0-9.]{3,60})\s{0,3}=)", re.DOTALL
)
"""What stands between two parts, as `sign`, or one escaped character: a list writes `O=Example, Inc.;C=DE`, where the comma is part
of the name, and a certificate escapes it."""

_ESCAPED: Final = re.compile(r"((?:\\[0-9A-Fa-f]{2})+)|\\(.)", re.DOTALL)


def name_parts(name: str) -> frozenset[str]:
    """The parts of a distinguished name, in whatever order and with whatever sign between them: `CN=a;O=b`, `O=b,CN=a`."""
    parts = (f"{kind}={value}" if kind else value for kind, value in _parts(name))
    return frozenset(re.sub(r"\s+", " ", part).strip().casefold() for part in parts if part.strip())


def common_name(name: str) -> str:
    """The common name in a distinguished name, whichever way it is written; the text itself where it has none."""
    found = next((value for kind, value in _parts(name) if kind.casefold() == "cn"), "")
    return found or name.strip()


def _parts(name: str) -> Iterator[tuple[str, str]]:
    """What kind each part is of, '' where it does not say, and its value as people read it."""
    text = name.strip().removeprefix("/")
    signs = [found.span("sign") for found in _BETWEEN.finditer(text) if found["sign"]]
    starts, ends = [0, *(end for _, end in signs)], [*(start for start, _ in signs), len(text)]
    for start, end in zip(starts, ends, strict=True):
        kind, sign, value = text[start:end].partition("=")
        if not sign:
            kind, value = "", text[start:end]
        plain = _ESCAPED.sub(_read, value).strip()
        yield kind.strip(), plain[1:-1] if len(plain) > 1 and plain[0] == plain[-1] == '"' else plain


def _read(escaped: re.Match[str]) -> str:
    if escaped[1]:
        return bytes.fromhex(escaped[1].replace("\\", "")).decode("utf-8", "replace")
    return escaped[2]
