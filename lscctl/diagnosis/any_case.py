"""Patterns for letters in any case: looked for among small letters, which takes half the time."""

import re
from collections.abc import Iterator
from typing import Any, Final, Self

_PART: Final = re.compile(
    r"\\.|\(\?P(?:<\w+>|=\w+\))|\(\?<?.|\[\^?\]?(?:\\.|[^\]\\])*\]|.",
    re.DOTALL,
)
"""An escape, a name, the beginning of a group, a set, a letter."""

_KNOWN: Final = ("(?:", "(?=", "(?!", "(?<=", "(?<!")
_LETTERS_BY_NUMBER: Final = tuple(rf"\{letter}" for letter in "xuUN0")
_OCTAL: Final = re.compile(r"\\[0-7]{2}")
_ESCAPE: Final = re.compile(r"\\.", re.DOTALL)
_RANGE: Final = re.compile("(.)-(.)", re.DOTALL)
_RANGE_OF_ESCAPES: Final = re.compile(r"\\.-(?!\Z)|(?<!\A)-\\.", re.DOTALL)


class AnyCase:
    """A pattern that is found in texts whatever the case of their letters; `pattern` as it was written.

    A match tells where it is, and what its named groups hold, as it stands in the text. It is compiled when it is first looked
    for: of hundreds most are not, as no text has the words that they need. `re.error` comes then, or of `compiled`.
    """

    __slots__ = ("_exact", "_names", "_small", "pattern")
    _small: re.Pattern[str] | None
    _names: bool

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self._exact: re.Pattern[str] | None = None

    def __getattr__(self, name: str) -> Any:
        if name not in ("_small", "_names"):  # which are there from the first time on, and cost nothing then
            raise AttributeError(name)
        return getattr(self.compiled(), name)

    def compiled(self) -> Self:
        """This pattern, ready. Raises `re.error` where it is none."""
        small = _in_small_letters(self.pattern)
        found = None if small is None else re.compile(small)
        if found is None:
            self._as_written()
        self._names = found is not None and bool(found.groupindex)
        self._small = found
        return self

    def search(self, string: str, begin: int = 0, /) -> re.Match[str] | None:
        """Where it is first."""
        if self._small is not None and string.isascii():
            found = self._small.search(string.lower(), begin)
            if found is None or not self._names:
                return found
        return self._as_written().search(string, begin)

    def finditer(self, string: str, /) -> Iterator[re.Match[str]]:
        """Everywhere that it is."""
        if self._small is not None and not self._names and string.isascii():
            return self._small.finditer(string.lower())
        return self._as_written().finditer(string)

    def without(self, string: str, /) -> str:
        """The text without all of that."""
        left: list[str] = []
        end = 0
        for found in self.finditer(string):
            left.append(string[end : found.start()])
            end = found.end()
        return "".join([*left, string[end:]]) if left else string

    def _as_written(self) -> re.Pattern[str]:
        if self._exact is None:
            self._exact = re.compile(self.pattern, re.IGNORECASE)
        return self._exact


def _in_small_letters(pattern: str) -> str | None:
    """The pattern that finds among small ASCII letters what this one finds in any case; None where nobody knows."""
    parts = _PART.findall(pattern)
    known = pattern.isascii() and not _OCTAL.search(pattern) and all(map(_may_be_small, parts))
    return "".join(map(_small, parts)) if known else None


def _may_be_small(part: str) -> bool:
    if part.startswith("(?"):
        return part in _KNOWN or part.startswith("(?P")
    if part.startswith("["):
        if _RANGE_OF_ESCAPES.search(part[1:-1]) or any(one in part for one in _LETTERS_BY_NUMBER):
            return False
        return all(_alike(*ends) for ends in _RANGE.findall(_ESCAPE.sub("", part[1:-1])))
    return part not in _LETTERS_BY_NUMBER


def _alike(first: str, last: str) -> bool:
    return any(kind(first) and kind(last) for kind in (str.isdigit, str.islower, str.isupper))


def _small(part: str) -> str:
    if part.startswith("[") and len(part) > 1:
        return "".join(_small(one) for one in re.findall(r"\\.|.", part, re.DOTALL))
    return part if part.startswith(("\\", "(?P")) else part.lower()
