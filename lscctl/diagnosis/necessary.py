"""What a text must hold for a pattern to match in it: letters that are quickly looked for, before the pattern is asked."""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import import_module
from typing import Any, Final

from lscctl.diagnosis.wording import Near, Searching

_parser: Final = import_module("re._parser")
"""Python's own reader of patterns: nothing else knows for certain what one says."""

_SHORTEST: Final = 2
_MOST_WAYS: Final = 200
_MOST_RANKS: Final = 3
_REPEATS: Final = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")

_Needed = list[frozenset[str]]
"""Of each of these sets a text must hold one, in small letters."""


def needed(pattern: Searching) -> tuple[frozenset[str], ...]:
    """Sets of texts without blanks: the pattern is in no ASCII text that does not hold one of each, in any case."""
    if isinstance(pattern, Near):
        found = [one for about in pattern.about for one in _of_pattern(about)]
        found += _of_ways([_of_pattern(says) for says in pattern.says])
    else:
        found = _of_pattern(pattern) if isinstance(pattern, re.Pattern) else []
    return tuple(dict.fromkeys(map(_least, found)))


@cache
def _of_pattern(pattern: re.Pattern[str]) -> _Needed:
    return _of_all(_parser.parse(pattern.pattern, pattern.flags))


@cache
def _least(texts: frozenset[str]) -> frozenset[str]:
    """Those that hold no other."""
    return frozenset(one for one in texts if not any(other in one for other in texts if other != one))


def _of_all(tokens: Iterable[tuple[Any, Any]]) -> _Needed:
    """What parts that stand one behind the other need."""
    found: _Needed = []
    run = ""
    for kind, value in tokens:
        name = str(kind)
        if name == "LITERAL" and 32 < value < 127:
            run += chr(value).lower()
            continue
        if name == "AT":  # a bound between letters: no letter itself, but what stands around it stays together
            continue
        found += _of_run(run)
        run = ""
        found += _of_one(name, value)
    return [*found, *_of_run(run)]


def _of_run(run: str) -> _Needed:
    return [frozenset({run})] if len(run) >= _SHORTEST else []


def _of_one(name: str, value: Any) -> _Needed:
    if name == "SUBPATTERN":
        return _of_all(value[3])
    if name == "ATOMIC_GROUP":
        return _of_all(value)
    if name in _REPEATS and value[0] > 0:
        return _of_all(value[2])
    if name == "BRANCH":
        return _of_ways([_of_all(one) for one in value[1]])
    if name == "ASSERT":
        return _of_all(value[1])
    return []


def _of_ways(ways: Sequence[_Needed]) -> _Needed:
    """What is needed where one of several ways is enough: of each the one that is rarest, and so on."""
    if not ways or not all(ways):
        return []
    ordered = [sorted(way, key=lambda one: (-min(map(len, one)), len(one), *sorted(one))) for way in ways]
    found = []
    for rank in range(min(_MOST_RANKS, max(map(len, ways)))):
        together = frozenset(text for way in ordered for text in way[min(rank, len(way) - 1)])
        if len(together) <= _MOST_WAYS:
            found.append(together)
    return found
