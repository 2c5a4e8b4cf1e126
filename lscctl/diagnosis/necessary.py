"""What letters a text must have for a pattern to be found in it: read off the pattern, to ask it only of texts that have them."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

from lscctl.diagnosis.any_case import AnyCase
from lscctl.diagnosis.wording import Near, Searching, Worded, vocabulary

Needed = tuple[frozenset[str], ...]
"""Sets of runs of small letters or of digits: of each of them a text has one."""

_MOST_SETS: Final = 3
"""So many sets are told of a pattern, those of which fewest texts have one."""

_OFTEN: Final = ("capf", "lsc")
"""What nearly all texts have that patterns are asked of."""

_PARTS: Final = re.compile(
    r"(%[a-z]+%|[A-Za-z]+(?![?*+{A-Za-z])|[0-9]+(?![?*+{0-9])|\((?:\?(?:P<\w+>|<?[=!]|P=|:))?|\[\^?\]?(?:\\.|[^\]\\])*\]|\\.|.)([?*+]|\{\d*,?\d*\})?",
    re.DOTALL,
)
"""A word of the vocabulary, a run of letters or digits, the beginning or the end of a group, a set, an escape, a letter; and how
often it may stand there."""

_MAY_LACK: Final = re.compile(r"[?*]|\{0*[,}]")
_HOLDS: Final = re.compile(r"%.|\((?:\?(?:P<.*|:|<?=))?\Z")
_UNKNOWN: Final = re.compile(r"\((?!\?(?:P[<=]|<?[=!]|:))\?|\\[^\W\dbBdDwWsSAZafnrtv]")
"""Flags, comments, conditions, letters by their numbers."""


def needed(pattern: Searching) -> Needed:
    """Of each of these sets an ASCII text has one, in any case, wherever the pattern is found in it; none where nobody knows."""
    if isinstance(pattern, Near):
        found = [one for about in pattern.about for one in _of_pattern(about)]
        found += _either([_of_pattern(says) for says in pattern.says])
    else:
        found = list(_of_pattern(pattern)) if isinstance(pattern, AnyCase) else []
    return tuple(sorted(dict.fromkeys(found), key=_rarity)[:_MOST_SETS])


def _of_pattern(pattern: AnyCase) -> Needed:
    """One with words of the vocabulary is read as it is written, as the same words stand in hundreds; in others % is no letter."""
    return _of_text(pattern.written if isinstance(pattern, Worded) else pattern.pattern.replace("%", "."))


@cache
def _of_text(pattern: str) -> Needed:
    return () if _UNKNOWN.search(pattern) else _of_group(iter(_PARTS.findall(pattern)))[0]


def _of_group(parts: Iterator[tuple[str, str]]) -> tuple[Needed, str]:
    """What is needed from here to where the group ends, and how often the group may stand there."""
    ways: list[list[frozenset[str]]] = [[]]
    run = ""
    for part, often in parts:
        inner, times = _of_group(parts) if part.startswith("(") else (_of_word(part), often)
        there = not _MAY_LACK.match(times)
        letters = part.lower() if part.isascii() and part.isalnum() and there else ""
        if run and not (letters and letters[0].isdigit() == run[0].isdigit()):
            ways[-1].append(frozenset({run}))
            run = ""
        run += letters
        if run and times:
            ways[-1].append(frozenset({run}))
            run = ""
        ways[-1] += inner if there and _HOLDS.match(part) else ()
        if part == "|":
            ways.append([])
        if part == ")":
            return _either(ways), often
    ways[-1] += [frozenset({run})] if run else []
    return _either(ways), ""


def _of_word(part: str) -> Needed:
    """What is needed for a word of the vocabulary; nothing of any other part of a pattern."""
    return _of_text(vocabulary().get(part[1:-1], "")) if part.startswith("%") else ()


def _either(ways: Sequence[Sequence[frozenset[str]]]) -> Needed:
    """What is needed where one of these ways is enough."""
    if len(ways) == 1:
        return tuple(ways[0])
    if not all(ways):
        return ()
    return (frozenset().union(*(min(way, key=_rarity) for way in ways)),)


@cache
def _rarity(texts: frozenset[str]) -> tuple[bool, int, int, list[str]]:
    """Less for what fewer texts have: one of a few long runs."""
    return any(text in often for text in texts for often in _OFTEN), -min(map(len, texts)), len(texts), sorted(texts)
