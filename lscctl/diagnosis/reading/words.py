"""Which lines of a log hold one of many words: quickly, since logs say the same again and again, but for numbers."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Final

from lscctl.diagnosis.reading.lines import DIGITS, Some, Stretch

_STEM: Final = 4
"""Words with so many first letters in common are looked up together."""

_MOST_KNOWN: Final = 2**21
"""So many bytes of lines are known, what each costs beside its letters among them."""

_BESIDE_LETTERS: Final = 100

Stems = Sequence[tuple[bytes, tuple[bytes, ...]]]
"""Beginnings, and the words that begin so."""

_Ways = Mapping[bytes, Sequence[tuple[bytes, bytes]]]
"""In which two parts a word may be broken, by the letters at the break."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """How words are looked up: those without digits, those with digits, and all where they are broken."""

    stems: Stems
    numbered: Stems
    broken: _Ways
    longest: int


class Words:
    """Some words, in small letters, and the lines that hold one in any case, also where a line ends within the word.

    A line may be told that holds none, but a word with digits in it.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._plan = _plan(frozenset(words))
        self._known: dict[bytes, bool] = {}
        self._size = 0

    def hits(self, some: Some) -> list[int]:
        """The indexes of those lines that hold one of the words; of the line in which it begins."""
        if not some.indexes:
            return []
        self._learn(some.plain)
        known = self._known
        found = {index for index, line in zip(some.indexes, some.plain, strict=True) if known[line]}
        numbered = numbers_of_lines(some.lower, some.ends, self._plan.numbered)
        found.update(some.indexes[number] for number in numbered)
        found.update(self._over_ends(some.stretch))
        return sorted(found)

    def _learn(self, plain: list[bytes]) -> None:
        """Find out of lines, given without digits, what is not known yet."""
        if self._size > _MOST_KNOWN:
            self._known.clear()
            self._size = 0
        strange = list(set(plain).difference(self._known))
        ends = list(accumulate(len(line) + 1 for line in strange))
        self._known.update(dict.fromkeys(strange, False))
        for at in numbers_of_lines(b"\n".join(strange), ends, self._plan.stems):
            self._known[strange[at]] = True
        self._size += (ends or [0])[-1] + _BESIDE_LETTERS * len(strange)

    def _over_ends(self, stretch: Stretch) -> Iterator[int]:
        """The indexes of lines with whose end a word breaks, with or without a blank there."""
        lines, broken = stretch.lines, self._plan.broken
        for index in stretch.broken:
            last, first = lines[index].rstrip()[-1:].lower(), lines[index + 1].lstrip()[:1].lower()
            ways = [*broken.get(last + first, ()), *broken.get(last + b" ", ()), *broken.get(b" " + first, ())]
            if ways:
                before, after = self._around(lines, index)
                if any(before.endswith(one) and after.startswith(other) for one, other in ways):
                    yield index

    def _around(self, lines: list[bytes], index: int) -> tuple[bytes, bytes]:
        """What stands before the end of a line and behind it, in small letters, as much as a word may be long."""
        before = b"".join(line.strip() for line in lines[max(0, index - 1) : index + 1])
        after = b"".join(line.strip() for line in lines[index + 1 : index + 3])
        return before[-self._plan.longest :].lower(), after[: self._plan.longest].lower()


@lru_cache(maxsize=16)
def _plan(words: frozenset[str]) -> _Plan:
    needed = _without_others_in_them(sorted(word.encode() for word in words))
    numbered = [word for word in needed if set(word) & set(DIGITS)]
    lettered = [word for word in needed if not set(word) & set(DIGITS)]
    return _Plan(by_stem(lettered), by_stem(numbered), _where_broken(needed), max(map(len, needed), default=0))


def _without_others_in_them(words: Sequence[bytes]) -> Sequence[bytes]:
    """The words that hold none of the others: a line with one that does has the other, too."""
    parts = [part for word in words for part in (word[1:], word[:-1])]
    ends = list(accumulate(len(part) + 1 for part in parts))
    holding = {number // 2 for number in numbers_of_lines(b"\n".join(parts), ends, by_stem(words))}
    return [word for number, word in enumerate(words) if number not in holding]


def by_stem(words: Iterable[bytes]) -> Stems:
    """The words, as they are looked up quickly."""
    found: dict[bytes, list[bytes]] = defaultdict(list)
    for word in words:
        found[word[:_STEM]].append(word)
    return [(stem if len(those) > 1 else those[0], tuple(those)) for stem, those in found.items()]


def numbers_of_lines(text: bytes, ends: Sequence[int], stems: Stems) -> set[int]:
    """The numbers of lines, from 0, that hold one of the words; `ends` are where the next lines begin."""
    found = set()
    for stem, words in stems:
        at = text.find(stem)
        while at >= 0:
            if text.startswith(words, at):
                number = bisect_right(ends, at)
                found.add(number)
                at = text.find(stem, ends[number])
            else:
                at = text.find(stem, at + 1)
    return found


def _where_broken(words: Iterable[bytes]) -> _Ways:
    """A blank goes with the line's end; where it is the word's own end, a blank stands for whatever is behind it, or before."""
    found: dict[bytes, list[tuple[bytes, bytes]]] = defaultdict(list)
    for word in words:
        parts = [(word[:at], word[at:]) for at in range(1, len(word))]
        parts += [(word[:at], word[at + 1 :]) for at in range(len(word)) if word[at : at + 1] == b" "]
        for before, after in parts:
            found[(before[-1:] or b" ") + (after[:1] or b" ")].append((before, after))
    return dict(found)
