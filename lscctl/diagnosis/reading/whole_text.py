"""Texts that are small enough to be read whole: pages, status messages, printed lists."""

from lscctl.diagnosis.reading.lines import Readable, stretches

MOST_BYTES = 4 * 2**20
"""More than any page, list of messages or printed trust list has; the rest of a larger one is passed over."""


class _Bounded:
    """The beginning of a stream."""

    def __init__(self, stream: Readable) -> None:
        self._stream, self._left = stream, MOST_BYTES

    def read(self, size: int, /) -> bytes:
        found = self._stream.read(min(size, self._left)) if self._left else b""
        self._left -= len(found)
        return found


def bytes_of(stream: Readable) -> bytes:
    """The first 4 MB."""
    bounded = _Bounded(stream)
    parts = iter(lambda: bounded.read(2**20), b"")
    return b"".join(parts)


def lines_of(stream: Readable) -> list[str]:
    """The lines of the first 4 MB, in whatever encoding."""
    found: list[str] = []
    for stretch in stretches(_Bounded(stream)):
        found += [line.decode("utf-8", "replace") for line in stretch.lines[stretch.new : stretch.settled]]
    return found
