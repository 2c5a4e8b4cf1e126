"""The numbers of lines in a text: counted once, however often they are asked for."""

from bisect import bisect_right
from itertools import accumulate


class Lines:
    """Knows in which line of a text a place is."""

    def __init__(self, text: str, before: int = 0) -> None:
        """`before` is how many lines stand before the text."""
        self._before = before
        self._begins = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]

    def number(self, place: int) -> int:
        """The number of the line, from 1."""
        return self._before + bisect_right(self._begins, place)
