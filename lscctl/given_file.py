"""Files that a user names, or `-` for standard input."""

from pathlib import Path
from typing import BinaryIO

from lscctl.errors import UsageError


def read_given(what: str, path: str | Path, stdin: BinaryIO, most: int = -1) -> tuple[bytes, str]:
    """The file's content, no more than `most` bytes of it where that is not negative, and what errors call the file.

    `what` it is meant to be, as in "the plan". Raises UsageError.
    """
    standard_input = str(path) == "-"
    where = "standard input" if standard_input else str(path)
    try:
        if standard_input:
            return stdin.read(most), where
        with Path(path).open("rb") as file:
            return file.read(most), where
    except OSError as error:
        raise UsageError(
            f"{what} {where} cannot be read: {error.strerror or error}",
            hint="Name a file that can, or - for standard input.",
        ) from error
