"""Which of many words a line holds, found without asking for each: lines say the same again and again, but for numbers."""

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

_DIGITS: Final = b"0123456789"
_BETWEEN: Final = re.compile(r"[ 0-9]+")

_MOST_REMEMBERED: Final = 2**20
"""So many bytes of lines, and of what stands between their blanks, are remembered."""

_BESIDE_LETTERS: Final = 100


class Spotted:
    """Some words, in small letters, spotted in texts. They are told in the order in which they were given."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = tuple(dict.fromkeys(words))
        self._by_beginning: dict[bytes, list[tuple[bytes, int]]] = defaultdict(list)
        for at, word in enumerate(self._words):
            part = max(_BETWEEN.split(word), key=len).encode()
            self._by_beginning[part[:2]].append((part, at))
        self._short = [one for beginning, those in self._by_beginning.items() if len(beginning) < 2 for one in those]
        self._of_lines: dict[bytes, tuple[int, ...]] = {}
        self._of_parts: dict[bytes, tuple[int, ...]] = {}
        self._size = 0

    def in_text(self, lower: str) -> tuple[str, ...]:
        """Those that the text, in small letters, holds."""
        plain = lower.encode("utf-8", "replace").translate(None, _DIGITS)
        perhaps = self._of_lines.get(plain)
        if perhaps is None:
            perhaps = self._learn(plain)
        words = self._words
        return tuple([words[at] for at in perhaps if words[at] in lower])

    def _learn(self, plain: bytes) -> tuple[int, ...]:
        """The words of which the longest part without digits and blanks is in the line, which is given without digits."""
        if self._size > _MOST_REMEMBERED:
            self._of_lines.clear()
            self._of_parts.clear()
            self._size = 0
        found: set[int] = set()
        for part in {*plain.split(b" ")}:
            there = self._of_parts.get(part)
            if there is None:
                there = self._remember(self._of_parts, part, self._in_part(part))
            found.update(there)
        return self._remember(self._of_lines, plain, sorted(found))

    def _in_part(self, text: bytes) -> list[int]:
        begun = self._by_beginning
        those = [*self._short]
        for beginning in {text[at : at + 2] for at in range(len(text) - 1)}:
            if beginning in begun:
                those += begun[beginning]
        return [at for part, at in those if part in text]

    def _remember(self, known: dict[bytes, tuple[int, ...]], text: bytes, found: list[int]) -> tuple[int, ...]:
        known[text] = tuple(found)
        self._size += len(text) + _BESIDE_LETTERS
        return known[text]
