"""Standard input: one thing of a command can be read from it, and what wants it, too, is told so before it finds nothing there."""

import sys
from contextvars import ContextVar
from typing import BinaryIO, Final

from lscctl.errors import UsageError

_READER: Final[ContextVar[str]] = ContextVar("reader", default="")


def nobody_reads() -> None:
    """Begin anew: a command has read nothing yet."""
    _READER.set("")


def standard_input(reader: str) -> BinaryIO:
    """Standard input for this reader, as the command line names it: `--from -`.

    Raises UsageError where something else of the same command has claimed it.
    """
    first = _READER.get() or reader
    if first != reader:
        raise UsageError(f"{first} and {reader} would both read standard input", hint="Put one of them into a file.")
    _READER.set(reader)
    return sys.stdin.buffer
