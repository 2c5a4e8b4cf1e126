"""What a pattern might find in a text if other digits stood in it: logs say the same again and again, but for numbers."""

import re
from functools import cache
from typing import Final

from lscctl.diagnosis.any_case import AnyCase
from lscctl.diagnosis.wording import Near, Searching

ANY: Final = str.maketrans("123456789", "0" * 9)
"""Puts 0, which stands for any digit, in the place of each."""

_PART: Final = re.compile(
    r"\(\?(?:P<\w+>|<?[=!]|P=|:)|\(|\)|\[\^?\]?(?:\\.|[^\]\\])*\]|\{\d*,?\d*\}|\\.|\d{4,}|\d|.", re.DOTALL
)
"""A piece of a pattern: the beginning or the end of a group, a set, a count, an escape, a number, a digit, a letter."""

_LONG: Final = 4

_REPEATS: Final = tuple("?*+{")
_NEVER: Final = "(?:(?!))"
_FORBID: Final = ("(?!", "(?<!")


def of_any_digits(pattern: Searching) -> Searching | None:
    """A pattern that is in a text wherever this one is in any text that differs from it in digits only. None: who knows.

    Texts with one of `numbers` in them are left out.
    """
    if isinstance(pattern, AnyCase):
        return _loose(pattern)
    return _loose_near(pattern) if isinstance(pattern, Near) else None


def numbers(pattern: Searching) -> frozenset[str]:
    """The numbers of four digits or more that a pattern asks for, such as ports."""
    if isinstance(pattern, Near):
        return frozenset().union(*map(_numbers, (*pattern.about, *pattern.says, *pattern.never)))
    return _numbers(pattern) if isinstance(pattern, AnyCase) else frozenset()


@cache
def _numbers(pattern: AnyCase) -> frozenset[str]:
    return frozenset(part for part in _PART.findall(pattern.pattern) if part.isdigit() and len(part) >= _LONG)


@cache
def _loose_near(near: Near) -> Near | None:
    about, says = ([_loose(one) for one in those] for those in (near.about, near.says))
    if None in about or None in says:
        return None
    never = tuple(one for one in near.never if _loose(one) is one)
    return Near(tuple(one for one in about if one), tuple(one for one in says if one), never, near.within)


@cache
def _loose(pattern: AnyCase) -> AnyCase | None:
    """With any digit in the place of each that it asks for, and without what it forbids because of a digit."""
    found: list[str] = []
    forbids: list[bool] = []
    parts = _PART.findall(pattern.pattern)
    for part, following in zip(parts, [*parts[1:], ""], strict=True):
        if part.startswith("("):
            forbids.append(part in _FORBID)
        elif part == ")":
            forbids.pop()
        a_set = part.startswith("[") and any(map(str.isdigit, part))
        if part == "(?P=" or re.match(r"\\[1-9]", part) or (a_set and part.startswith("[^")):
            return None
        if not a_set and not part.isdigit():
            found.append(part)
        elif len(part) >= _LONG and part.isdigit() and not following.startswith(_REPEATS):
            found.append(_NEVER)
        elif not any(forbids):
            found.append(rf"{part[:-1]}\d]" if a_set else r"\d")
        elif sum(forbids) == 1:  # what forbids less finds more
            found.append(_NEVER)
        else:
            return None
    loose = "".join(found)
    return pattern if loose == pattern.pattern else AnyCase(loose)
