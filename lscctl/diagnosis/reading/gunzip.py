"""What a gzip stream holds, as far as it can be had: a log that was cut while somebody mailed it is read up to the cut."""

import contextlib
import zlib
from typing import Final

from lscctl.diagnosis.reading.lines import Readable

_PACKED: Final = 128 * 1024
_GZIP: Final = 31
"""zlib's word for gzip, with header and checksum."""

_BEGINS: Final = b"\x1f"


class Gunzipped:
    """The content of a gzip stream, member after member; zeros behind the last one are padding."""

    def __init__(self, packed: Readable) -> None:
        self._packed = packed
        self._inflate = zlib.decompressobj(_GZIP)
        self._held = b""
        self._damage: Exception | None = None

    def read(self, size: int, /) -> bytes:
        """At most so many bytes, none at the end. Of one that is cut all that comes before, then zlib.error or EOFError."""
        while self._damage is None:
            if self._inflate.eof and not self._goes_on():
                return b""
            self._held = self._held or self._packed.read(_PACKED)
            cut = not self._held
            if found := self._inflated(size):
                return found
            if cut and not self._inflate.eof:
                self._damage = EOFError("it was cut off")
        raise self._damage

    def _goes_on(self) -> bool:
        """Whether anything follows the member that has ended."""
        self._held = self._inflate.unused_data.lstrip(b"\0")
        while not self._held:
            more = self._packed.read(_PACKED)
            if not more:
                return False
            self._held = more.lstrip(b"\0")
        self._inflate = zlib.decompressobj(_GZIP)
        if not self._held.startswith(_BEGINS):
            self._damage = zlib.error("what follows is no gzip")
        return True

    def _inflated(self, size: int) -> bytes:
        if self._damage is not None:
            return b""
        before = self._inflate.copy()
        try:
            found = self._inflate.decompress(self._held, size)
        except zlib.error as error:
            self._damage = error
            return _as_far_as_it_goes(before, self._held, size)
        self._held = self._inflate.unconsumed_tail
        return found


def _as_far_as_it_goes(inflate: "zlib._Decompress", packed: bytes, size: int) -> bytes:
    found = b""
    with contextlib.suppress(zlib.error):
        for at in range(len(packed)):
            found += inflate.decompress(packed[at : at + 1], size - len(found))
            if len(found) >= size:
                break
    return found
