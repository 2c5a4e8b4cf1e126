"""Texts in which records have named parts, each turned into lines as syslog servers write them: JSON in any layout, `key=value`.

A record is read where it stands: one a line, many in one line (`[{...},{...}]`), or one over many lines. Each becomes one line; of
one over many lines the others become empty, so that what follows keeps its number, and of many in one line each counts as one. All
else stays as it stands.
"""

import codecs
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, cast

from lscctl.diagnosis.reading.keyed import is_message, parts_of, plainly, records_in

MOST_HELD: Final = 4 * 2**20
"""Letters of one value of JSON that are read as a whole; of a larger one those in it are."""

_MOST_IN_VAIN: Final = 4 * 2**20
"""Letters that are looked at in vain: behind so many only what stands in one line is read."""

_LONGEST_LINE: Final = 64 * 1024
_MOST_LEVELS: Final = 8
_UNREAD: Final = 10_000
"""Letters that are looked at, at least, until JSON is known to be too deep."""

_CUT_WORD: Final = 8
_SIZES: Final = (2**12, 2**15, 2**18, MOST_HELD)
_OBJECT: Final = r"(?:\{[ \t]*(?:[\"\n}]|\Z)|\[[ \t]*(?:[\[{\n]|\Z))"
_PAIR: Final = r"@?[A-Za-z_][\w.-]{0,47}=[\"\w.:/+-]"
_STAMPED: Final = r"\d{4}-\d\d-\d\d[T ][\d:.,Z+-]{8,24}\s+(?:[\w.*-]{1,64}:?\s+)?\{[\w\"]"
_BEGINS: Final = re.compile(rf"^[> \t,\]}}]{{0,8}}(?:(?P<json>{_OBJECT})|(?P<line>{_PAIR}|{_STAMPED}))", re.MULTILINE)
_MAY_BEGIN: Final = re.compile(rf"(?:^|\n)[> \t,\]}}]{{0,8}}(?:{_OBJECT}|{_PAIR}|{_STAMPED})".encode())
_BETWEEN: Final = re.compile(r"[ \t,\]}]*")
_OPENING: Final = ("{", "[")
_ENDING: Final = ("", "\n")
_INTO: Final = re.compile(
    r"[ \t\n]*(?:\[|\{(?:[ \t\n]*\"(?:[^\"\\\n]|\\.)*\"[ \t\n]*:[ \t\n]*(?:\"(?:[^\"\\\n]|\\.)*\"|[\w.+-]+)[ \t\n]*,)*"
    r"[ \t\n]*\"(?:[^\"\\\n]|\\.)*\"[ \t\n]*:)[ \t\n]*(?=[{\[])"
)
"""From the beginning of a value to that of the first one in it which is no word."""

_TEXT_BEHIND: Final = re.compile(r"\"(?P<key>[^\"\\\n]{1,80})\"\s*:\s*\[?\s*[\"\d]")
_READ: Final = json.JSONDecoder()


def plain(parts: Iterable[bytes]) -> Iterator[bytes]:
    """A text, given in parts with line feeds for line ends, with a line for each record whose parts have names."""
    documents = _Documents()
    for part in parts:
        yield documents.more(part)
    yield documents.rest()


class _Documents:
    """Reads on where the text that was there before ended."""

    def __init__(self) -> None:
        self._held = b""
        self._wait = 0
        self._in_line = False
        """Whether what comes goes on with a line that was given away already."""

        self._vain = 0
        self._cut = False

    def more(self, part: bytes) -> bytes:
        """What can be said with this part of the text, too."""
        text = self._held + part
        if len(text) < self._wait:
            self._held = text
            return b""
        done, self._held = self._done(text, last=False)
        self._wait = 2 * len(self._held) if len(self._held) > _LONGEST_LINE else 0
        return done

    def rest(self) -> bytes:
        """What is left."""
        done, _ = self._done(self._held, last=True)
        return done

    def _done(self, text: bytes, *, last: bool) -> tuple[bytes, bytes]:
        """The text as lines, and what of it is to come again with more."""
        begin = text.find(b"\n") + 1 if self._in_line else 0
        if self._in_line and not begin:
            return text, b""
        self._in_line = False
        if _MAY_BEGIN.search(text, max(0, begin - 1)) is None:
            end = len(text) if last else text.rfind(b"\n") + 1
            if len(text) - end > _LONGEST_LINE:
                end, self._in_line = len(text), True
            return text[:end], text[end:]
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        lines, held = self._lines(decoder.decode(text[begin:], final=last), last=last)
        return text[:begin] + lines.encode("utf-8", "replace"), held.encode("utf-8", "replace") + decoder.getstate()[0]

    def _lines(self, text: str, *, last: bool) -> tuple[str, str]:
        done: list[str] = []
        at = 0
        while (found := _BEGINS.search(text, at)) is not None:
            done.append(text[at : found.start()])
            if found["line"]:
                at, whole = _line(text, found.start("line"), done, last=last)
            else:
                at, whole = self._values(text, (found.start(), found.start("json")), done, last=last)
            if not whole:
                return "".join(done), text[at:]
        end = max(at, len(text) if last else text.rfind("\n", at) + 1)
        done.append(text[at:end])
        return "".join(done), text[end:]

    def _values(self, text: str, begins: tuple[int, int], done: list[str], *, last: bool) -> tuple[int, bool]:
        """Read what begins at the second place, and more in its line, into `done`: up to where, and whether all of it was there."""
        start, at = begins
        levels = 0
        while True:
            read = self._value(text, at)
            ended = read is not None and _behind(text, read[1])[1]
            if not last and not ended and (read is not None or self._cut) and len(text) - start < MOST_HELD:
                return start, False
            if read is None:
                inner = _INTO.match(text, at) if self._cut and levels < _MOST_LEVELS else None
                if inner is None:
                    end = _end_of_line(text, at)
                    done.append(text[start:end])
                    return end, True
                done.append("\n" * text.count("\n", at, inner.end()))
                start = at = inner.end()
                levels += 1
                continue
            value, end = read
            lines = _as_lines(value, text, at, end)
            done.append(lines or text[start:end])
            behind, _ = _behind(text, end)
            if text[behind : behind + 1] not in _OPENING or behind == len(text):
                done.append(" " if lines and text[behind : behind + 1] not in _ENDING else "")
                return behind if lines else end, True
            done.append("\n" if lines else text[end:behind])
            start = at = behind

    def _value(self, text: str, at: int) -> tuple[Any, int] | None:
        """The value of JSON at this place, and where it ends; None where there is none, and `_cut` whether its end is missing.

        It is looked for in a part of the text, then in larger ones: what fails costs as much as all that was given.
        """
        for size in _SIZES:
            part = text[at : at + size]
            if self._vain > _MOST_IN_VAIN:
                part = part.partition("\n")[0]
            try:
                value, length = _READ.raw_decode(part)
            except json.JSONDecodeError as error:
                self._cut = error.msg.startswith("Unterminated") or len(part) - error.pos <= _CUT_WORD
                self._vain += error.pos
            except (RecursionError, ValueError):  # too deep, or a number with more digits than anybody writes
                self._cut = False
                self._vain += _UNREAD
            else:
                return value, at + length
            if not self._cut or len(part) < size:
                break
        self._cut = self._cut and self._vain <= _MOST_IN_VAIN
        return None


def _behind(text: str, at: int) -> tuple[int, bool]:
    """Where what stands behind a value begins, but for signs between values, and whether anything does."""
    following = cast(re.Match[str], _BETWEEN.match(text, at))
    return following.end(), following.end() < len(text)


def _end_of_line(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _line(text: str, begin: int, done: list[str], *, last: bool) -> tuple[int, bool]:
    """Read the line that begins there into `done`: up to where, and whether it was there."""
    end = _end_of_line(text, begin)
    if end == len(text) and not last and end - begin < _LONGEST_LINE:
        return begin, False
    line = text[begin:end]
    parts = parts_of(line) if len(line) <= _LONGEST_LINE else {}
    done.append((plainly(parts) if parts else "") or line)
    return end, True


def _as_lines(value: Any, text: str, begin: int, end: int) -> str:
    """The records in a value that stands there, each in a line, and as many lines as it has; '' where no record is in it."""
    told = [one for parts in records_in(value) if (one := plainly(parts))]
    ends = text.count("\n", begin, end)
    if not told or not ends:
        return "\n".join(told)
    lines: list[str] = []
    for place, line in zip(_places(len(told), text, begin, end), told, strict=True):
        lines += [""] * (place - len(lines))
        lines.append(line)
    return "\n".join([*lines, *[""] * (ends + 1 - len(lines))])


def _places(count: int, text: str, begin: int, end: int) -> Sequence[int]:
    """How many lines behind the first the messages of so many records stand, as far as their names tell."""
    found: dict[str, list[int]] = defaultdict(list)
    line, at = 0, begin
    for key in _TEXT_BEHIND.finditer(text, begin, end):
        if is_message(key["key"]):
            line, at = line + text.count("\n", at, key.start()), key.start()
            found[key["key"]].append(line)
    return next((lines for lines in found.values() if len(lines) == count), range(count))
