"""What logs say again and again, and nobody asks for: found out once, then passed over."""

from collections.abc import Callable, Iterable
from typing import Final

from lscctl.diagnosis.reading.lines import ANY_DIGIT, Some, Stretch
from lscctl.diagnosis.reading.records import behind_head
from lscctl.diagnosis.reading.words import by_stem, numbers_of_lines

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
        self._stems = by_stem(self._numbers)
        self._shortest = b"0" * min(map(len, self._numbers), default=0)
        self._times: dict[bytes, int] = {}
        self._known: dict[bytes, bool] = {}
        self._lines: dict[bytes, bool] = {}
        self._quiet: set[bytes] = set()
        """Those of the lines that say nothing, in whose message none of the numbers has room."""

    def left(self, stretch: Stretch) -> list[int]:
        """The indexes of the lines to be looked at now but for those that are known to say nothing, by themselves."""
        if stretch.new == stretch.settled:
            return []
        likes, new, quiet, known = stretch.likes, stretch.new, self._quiet, self._lines
        left = [index for index, like in enumerate(likes, new) if like not in quiet]
        with_room = Some(stretch, [index for index in left if known.get(likes[index - new])])
        with_number = numbers_of_lines(with_room.lower, with_room.ends, self._stems)
        holds = {index for at, index in enumerate(with_room.indexes) if at not in with_number}
        return sorted({*left} - holds | {*stretch.broken})

    def holds(self, line: bytes) -> bool:
        """Whether a line, a record by itself, is known to say nothing."""
        like = line.translate(ANY_DIGIT)
        if like in self._quiet:
            return True
        known = self._lines.get(like)
        if known is None and len(line) <= _MOST_BYTES:
            known = self._of_message(like)
            if known is not None:
                self._lines[like] = known
                if known and self._shortest not in behind_head(like):
                    self._quiet.add(like)
        return bool(known) and not any(number in line for number in self._numbers)

    def _of_message(self, line: bytes) -> bool | None:
        """The same of a line of which only the head may be new; None where it is not known yet."""
        message = behind_head(line)
        if not message:
            return False
        if message in self._known:
            return self._known[message]
        if max(len(self._times), len(self._lines)) >= MOST_REMEMBERED:
            for remembered in (self._times, self._known, self._lines, self._quiet):
                remembered.clear()
        self._times[message] = self._times.get(message, 0) + 1
        if self._times[message] < OFTEN:
            return None
        self._known[message] = self._says_nothing(line)
        return self._known[message]
