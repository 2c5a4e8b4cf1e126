"""Whatever a person gives as a trust list: a file's bytes, or a node's printed text in some encoding."""

from typing import Final

from lscctl.trustlist import binary, text
from lscctl.trustlist.values import TrustList, TrustListError

MOST_BYTES: Final = 16 * 1024 * 1024
"""More than any list or paste has; what is larger is something else."""

_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_BEGINNING: Final = 512
"""A file has a zero byte among so many, the high byte of a length; what a node prints has none."""


def read(content: bytes, name: str = "") -> tuple[TrustList, ...]:
    """All lists in what was given: one for a file, perhaps more for a text. Raises TrustListError."""
    if len(content) > MOST_BYTES:
        raise TrustListError(f"{len(content):,} bytes are too many for a trust list: {MOST_BYTES:,} is the most")
    if not content.strip():
        raise TrustListError("it is empty: it holds no trust list")
    encoding = next((encoding for mark, encoding in _MARKS if content.startswith(mark)), None)
    if encoding is None and b"\0" in content[:_BEGINNING]:
        return (binary.parse(content, name),)
    return text.parse(content.decode(encoding or "utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n"))
