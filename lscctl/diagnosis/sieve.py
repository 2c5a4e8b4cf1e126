"""Which of many demands a text may meet, found in one pass over its words, however many they are."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Final

MOST_KNOWN: Final = 10_000
"""So many words of texts are known by what they hold: texts say the same words again and again."""

_LONGEST_KNOWN: Final = 40
_STEM: Final = 3
_NO_RUNS: Final[Mapping[str, int]] = {}
_LETTERS: Final = re.compile(r"[a-z]+")
_BESIDE: Final = re.compile(r"[^a-z]+")
_BOUND: Final = "> <"
"""Where a run of letters ends in a text, and the next begins."""

Demand = Sequence[Iterable[str]]
"""Of each of these sets a text must hold one; in small letters."""


class Sieve:
    """Demands, and which of them a text may meet, as a number with a bit for each. One that is not told is not met.

    What is looked for of a text is its longest run of letters, in the runs of letters of the other, with the bounds that it has
    there; of a text without letters it is all. The first set of every demand is asked of any text, the others of what is ASCII
    only: patterns find more letters alike than small and capital ones.
    """

    def __init__(self, demands: Sequence[Demand]) -> None:
        self._demands = len(demands)
        self._sets = max(map(len, demands), default=0)
        self._always = 0
        self._without_letters: dict[str, int] = defaultdict(int)
        self._short: dict[str, int] = defaultdict(int)
        self._by_stem: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for number, demand in enumerate(demands):
            for place in range(self._sets):
                bit = 1 << (place * self._demands + number)
                if place >= len(demand):
                    self._always |= bit
                else:
                    self._look_for(demand[place], bit)
        self._any_digits = self._always | reduce(or_, self._without_letters.values(), 0)
        self._known: dict[str, int] = {}

    def _look_for(self, texts: Iterable[str], bit: int) -> None:
        for text in texts:
            run = max(_BESIDE.sub(_BOUND, text).split(" "), key=len)
            if not run.strip(_BOUND):
                self._without_letters[text] |= bit
            elif len(run) < _STEM:
                self._short[run] |= bit
            else:
                self._by_stem[run[:_STEM]][run] |= bit

    def may_meet(self, lower: str, *, any_digits: bool = False) -> int:
        """The demands that a text, in small letters, may meet; `any_digits`: or would, if other digits stood in it."""
        met = self._any_digits if any_digits else self._always
        for text, bits in self._without_letters.items():
            if text in lower:
                met |= bits
        known = self._known
        for word in _LETTERS.findall(lower):
            held = known.get(word)
            met |= self._learn(word) if held is None else held
        if not lower.isascii():
            met |= -1 << self._demands
        every = met
        for _ in range(1, self._sets):
            met >>= self._demands
            every &= met
        return every & ~(-1 << self._demands)

    def _learn(self, word: str) -> int:
        held = 0
        bound = f"<{word}>"
        for at in range(len(bound)):
            held |= self._short.get(bound[at], 0) | self._short.get(bound[at : at + 2], 0)
            for run, bits in self._by_stem.get(bound[at : at + _STEM], _NO_RUNS).items():
                if bound.startswith(run, at):
                    held |= bits
        if len(word) <= _LONGEST_KNOWN:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[word] = held
        return held


def numbers_in(bits: int) -> Iterator[int]:
    """The places of the bits that are set, from the lowest."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest
