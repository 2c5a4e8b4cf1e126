"""Text of any size as numbered lines, a few megabytes at a time: other encodings, NULs, mixed line ends, lines without end."""

import codecs
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Final, Protocol

from lscctl.diagnosis.reading.documents import plain
from lscctl.diagnosis.reading.records import beginning_none

CHUNK: Final = 2**20
"""Bytes that are read at a time."""

LONGEST_LINE: Final = 64 * 1024
"""Bytes of a line that are looked at; the rest of a longer one is passed over."""

DIGITS: Final = b"0123456789"
ANY_DIGIT: Final = bytes.maketrans(DIGITS, b"0" * len(DIGITS))
"""Puts 0 in the place of each digit."""

_MARKS: Final = ((b"\xef\xbb\xbf", ""), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_BEGINNING: Final = 16
_OVERLAP: Final = 64
"""Lines that are seen twice, so that a record which goes on in the next chunk is seen whole."""


class Readable(Protocol):
    """Whatever bytes come from."""

    def read(self, size: int, /) -> bytes:
        """At most so many bytes, none at the end."""
        ...


@dataclass(frozen=True)
class Stretch:
    """Lines one after the other. `first` is the number of the first, from 1; those from index `new` to before `settled` are to be
    looked at now: what stands before was looked at already, what stands behind comes again."""

    lines: list[bytes]
    first: int
    new: int
    settled: int

    @cached_property
    def text(self) -> bytes:
        """The lines that are to be looked at now."""
        return b"\n".join(self.lines[self.new : self.settled])

    @cached_property
    def likes(self) -> list[bytes]:
        """Each of them with 0 for any digit."""
        return self.text.translate(ANY_DIGIT).split(b"\n")

    @cached_property
    def ends(self) -> list[int]:
        """Where in `text` the line behind each begins."""
        return list(accumulate(len(line) + 1 for line in self.lines[self.new : self.settled]))

    @property
    def all(self) -> "Some":
        """All that are to be looked at now."""
        return Some(self, range(self.new, self.settled))

    @cached_property
    def broken(self) -> list[int]:
        """The indexes of those behind which a line stands that begins no record."""
        seen = b"\n".join([self.text, *self.lines[self.settled : self.settled + 1]])
        return [self.new + bisect_right(self.ends, at) for at in beginning_none(seen)]


@dataclass(frozen=True)
class Some:
    """Some lines of a stretch that are to be looked at now, by their indexes, in their order."""

    stretch: Stretch
    indexes: Sequence[int]

    @cached_property
    def lower(self) -> bytes:
        """Their text, in small letters."""
        return b"\n".join([self.stretch.lines[index] for index in self.indexes]).lower()

    @cached_property
    def plain(self) -> list[bytes]:
        """Each of them in small letters, without digits."""
        return self.lower.translate(None, DIGITS).split(b"\n")

    @cached_property
    def ends(self) -> list[int]:
        """Where in `lower` the line behind each begins."""
        return list(accumulate(len(self.stretch.lines[index]) + 1 for index in self.indexes))


def stretches(stream: Readable) -> Iterator[Stretch]:
    """All of a text. Line feeds, carriage returns and both end a line; NULs are taken out; UTF-16 is read as what it is."""
    number, new = 1, 0
    kept: list[bytes] = []
    rest = b""
    for text in plain(_text(stream)):
        *whole, rest = (rest + text).split(b"\n")
        if len(rest) > LONGEST_LINE:
            rest = rest[:LONGEST_LINE]
        if whole:
            lines = kept + [line[:LONGEST_LINE] for line in whole]
            settled = max(new, len(lines) - _OVERLAP)
            yield Stretch(lines, number, new, settled)
            dropped = max(0, settled - _OVERLAP)
            kept, number, new = lines[dropped:], number + dropped, settled - dropped
    lines = [*kept, rest] if rest else kept
    yield Stretch(lines, number, new, len(lines))


def text_of(beginning: bytes) -> str:
    """What the beginning of a text says, in whatever encoding it is, with records whose parts have names as lines."""
    return b"".join(plain([as_it_stands(beginning).encode()])).decode()


def as_it_stands(beginning: bytes) -> str:
    """What the beginning of a text says, in whatever encoding it is."""
    mark, encoding = _encoding(beginning)
    text = beginning.removeprefix(mark).decode(encoding or "utf-8", "replace")
    return text.replace("\0", "").lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _text(stream: Readable) -> Iterator[bytes]:
    """The text in an encoding that keeps ASCII, with line feeds for line ends."""
    held = b""
    for part in _decoded(stream):
        text = held + part
        held = b"\r" if text.endswith(b"\r") else b""  # a line feed may follow
        text = text.removesuffix(held)
        if b"\0" in text:
            text = text.translate(None, b"\0")  # `replace` takes 200 times as long where there is nothing else
        yield text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if held:
        yield b"\n"


def _decoded(stream: Readable) -> Iterator[bytes]:
    part = stream.read(CHUNK)
    mark, encoding = _encoding(part)
    part = part.removeprefix(mark)
    if not encoding:
        while part:
            yield part
            part = stream.read(CHUNK)
        return
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    while part:
        yield decoder.decode(part).encode("utf-8", "replace")
        part = stream.read(CHUNK)
    yield decoder.decode(b"", final=True).encode("utf-8", "replace")


def _encoding(beginning: bytes) -> tuple[bytes, str]:
    """The mark at the beginning, and the encoding; '' for one that keeps ASCII. Logs begin with ASCII, whatever follows."""
    for mark, encoding in _MARKS:
        if beginning.startswith(mark):
            return mark, encoding
    sample = beginning[:_BEGINNING]
    if len(sample) == _BEGINNING:
        for first, encoding in enumerate(("utf-16-be", "utf-16-le")):
            zeros, letters = sample[first::2], sample[1 - first :: 2]
            if not any(zeros) and all(letters) and letters.isascii():
                return b"", encoding
    return b"", ""
