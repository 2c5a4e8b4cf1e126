"""LIKE and MATCHES: Informix's patterns, both case sensitive, as regular expressions."""

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Final

_OF_LIKE: Final = {"%": ".*", "_": "."}
_OF_MATCHES: Final = {"*": ".*", "?": "."}


@lru_cache(maxsize=256)
def _like(pattern: str, escape: str) -> re.Pattern[str]:
    return _expression(pattern, escape, _OF_LIKE, classes=False)


@lru_cache(maxsize=256)
def _matches(pattern: str, escape: str) -> re.Pattern[str]:
    return _expression(pattern, escape, _OF_MATCHES, classes=True)


def _expression(pattern: str, escape: str, wildcards: Mapping[str, str], *, classes: bool) -> re.Pattern[str]:
    parts, at = [], 0
    while at < len(pattern):
        sign = pattern[at]
        if sign == escape and at + 1 < len(pattern):
            at += 1
            parts.append(re.escape(pattern[at]))
        elif classes and sign == "[":
            part, at = _one_of(pattern, at, escape)
            parts.append(part)
        else:
            parts.append(wildcards.get(sign) or re.escape(sign))
        at += 1
    return _whole(parts)


def _one_of(pattern: str, start: int, escape: str) -> tuple[str, int]:
    """The class `[a-z]` or `[^a-z]` that opens at `start`, and where its closing bracket stands."""
    at = start + 1
    negated = pattern.startswith("^", at)
    at += negated
    members: list[str] = []
    while at < len(pattern) and pattern[at] != "]":
        low, at = _member(pattern, at, escape)
        if pattern.startswith("-", at) and at + 1 < len(pattern) and pattern[at + 1] != "]":
            high, at = _member(pattern, at + 1, escape)
            members.append(f"{re.escape(low)}-{re.escape(high)}" if low <= high else "")
        else:
            members.append(re.escape(low))
    if at >= len(pattern):
        return re.escape("["), start
    inside = "".join(members)
    if not inside:
        return (r"." if negated else r"(?!)"), at
    return f"[{'^' * negated}{inside}]", at


def _member(pattern: str, at: int, escape: str) -> tuple[str, int]:
    if pattern[at] == escape and at + 1 < len(pattern):
        at += 1
    return pattern[at], at + 1


def _whole(parts: list[str]) -> re.Pattern[str]:
    """Each run before a `.*` is found once and never again, so that no pattern takes more than polynomial time."""
    joined: list[str] = []
    for part in parts:
        if part != ".*" or joined[-1:] != [".*"]:
            joined.append(part)
    stars = [at for at, part in enumerate(joined) if part == ".*"]
    if len(stars) < 2:
        return re.compile("".join(joined), re.DOTALL)
    head, tail = "".join(joined[: stars[0]]), "".join(joined[stars[-1] + 1 :])
    middle = "".join(f"(?>.*?{''.join(joined[start + 1 : end])})" for start, end in pairwise(stars))
    return re.compile(f"{head}{middle}.*{tail}", re.DOTALL)


def like(value: str, pattern: str, escape: str) -> int:
    """LIKE, case sensitive."""
    return _like(pattern, escape).fullmatch(value) is not None


def matches(value: str, pattern: str, escape: str) -> int:
    """MATCHES: `*`, `?`, `[a-z]`, `[^a-z]`, case sensitive."""
    return _matches(pattern, escape).fullmatch(value) is not None
