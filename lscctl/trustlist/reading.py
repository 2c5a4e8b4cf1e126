"""Whatever a person gives as a trust list: a file's bytes, or a node's printed text in some encoding."""

from typing import Final

from lscctl.trustlist import binary, text
from lscctl.trustlist.values import TrustList, TrustListError

MOST_BYTES: Final = 16 * 1024 * 1024
"""More than any list has; what is larger is something else."""

_MOST_OF_TEXT: Final = 4 * 1024 * 1024
"""More than the nodes of a cluster print, both lists of each."""

_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_BEGINNING: Final = 512
_ONLY_IN_FILES: Final = frozenset(range(1, 7)) | frozenset(range(14, 27)) | frozenset(range(28, 32))
"""Control characters that no terminal leaves in a text, and no file can do without: tags and lengths."""


def read(content: bytes, name: str = "") -> tuple[TrustList, ...]:
    """All lists in what was given: one for a file, perhaps more for a text. Raises TrustListError."""
    if not content.strip():
        raise TrustListError("it is empty: it holds no trust list")
    encoding = _encoding(content)
    most = MOST_BYTES if encoding is None else _MOST_OF_TEXT
    if len(content) > most:
        raise TrustListError(f"{len(content):,} bytes are too many for a trust list: {most:,} is the most")
    if encoding is None:
        return (binary.parse(content, name),)
    return text.parse(content.decode(encoding, "replace"))


def _encoding(content: bytes) -> str | None:
    """How a text is written, None for a file. One without a mark is UTF-8, or what Windows takes for text."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return encoding
    beginning = content[:_BEGINNING]
    if b"\0" in beginning:
        for first, encoding in enumerate(("utf-16-be", "utf-16-le")):
            letters, others = beginning[1 - first :: 2], beginning[first::2]
            if not any(others) and letters.isascii() and all(letters):
                return encoding
        if not _ONLY_IN_FILES.isdisjoint(beginning):
            return None
    try:
        content.decode()
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"
