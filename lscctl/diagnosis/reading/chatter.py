"""What logs say again and again, and nobody asks for: found out once, then passed over."""

from collections.abc import Callable, Iterable
from typing import Final

from lscctl.diagnosis.reading.lines import DIGITS
from lscctl.diagnosis.reading.records import behind_head

_ANY_DIGIT: Final = bytes.maketrans(DIGITS, b"0" * len(DIGITS))

OFTEN: Final = 40
"""So many times a message comes before it is worth finding out."""

MOST_REMEMBERED: Final = 10_000
"""So many messages are remembered, of lines of at most so many bytes."""

_MOST_BYTES: Final = 400


class Chatter:
    """Remembers messages that say nothing, whichever digits are in them but some `numbers`.

    `says_nothing` tells it of a line in which 0 stands for any digit.
    """

    def __init__(self, says_nothing: Callable[[bytes], bool], numbers: Iterable[str]) -> None:
        self._says_nothing = says_nothing
        self._numbers = tuple(number.encode() for number in numbers)
        self._times: dict[bytes, int] = {}
        self._known: dict[bytes, bool] = {}
        self._lines: dict[bytes, bool] = {}

    def holds(self, line: bytes) -> bool:
        """Whether a line, a record by itself, is known to say nothing."""
        for number in self._numbers:
            if number in line:
                return False
        like = line.translate(_ANY_DIGIT)
        known = self._lines.get(like)
        if known is None and len(line) <= _MOST_BYTES:
            known = self._of_message(like)
            if known is not None:
                self._lines[like] = known
        return bool(known)

    def _of_message(self, line: bytes) -> bool | None:
        """The same of a line of which only the head may be new; None where it is not known yet."""
        message = behind_head(line)
        if not message:
            return False
        if message in self._known:
            return self._known[message]
        if max(len(self._times), len(self._lines)) >= MOST_REMEMBERED:
            for remembered in (self._times, self._known, self._lines):
                remembered.clear()
        self._times[message] = self._times.get(message, 0) + 1
        if self._times[message] < OFTEN:
            return None
        self._known[message] = self._says_nothing(line)
        return self._known[message]
