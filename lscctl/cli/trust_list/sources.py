"""Where trust lists come from: files and standard input."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lscctl.errors import UsageError

if TYPE_CHECKING:
    from lscctl.report.trust_lists import ListFrom
    from lscctl.trustlist.values import TrustList

STANDARD_INPUT = "-"


def read_all(sources: Sequence[str]) -> list["ListFrom"]:
    """All lists of all sources, in order. Raises UsageError and TrustListError, which name the source."""
    return [one for source in sources for one in read(source)]


def read(source: str) -> list["ListFrom"]:
    """The lists of one source: a file, or `-` for standard input."""
    from lscctl.trustlist.reading import read as read_lists
    from lscctl.trustlist.values import TrustListError

    content = _content(source)
    name = "standard input" if source == STANDARD_INPUT else source
    try:
        return [judged(name, one) for one in read_lists(content, source)]
    except TrustListError as error:
        raise TrustListError(f"{name}: {error.message}", hint=error.hint) from None


def judged(source: str, trust_list: "TrustList") -> "ListFrom":
    """A list with what its signature and the dates of its certificates are worth now."""
    from lscctl.report.trust_lists import ListFrom
    from lscctl.trustlist.verification import date_warnings, verify

    return ListFrom(source, trust_list, verify(trust_list), tuple(date_warnings(trust_list, time.time())))


def _content(source: str) -> bytes:
    from lscctl.trustlist.reading import MOST_BYTES

    try:
        if source == STANDARD_INPUT:
            return sys.stdin.buffer.read(MOST_BYTES + 1)
        with Path(source).open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(
            f"{source} cannot be read: {error.strerror}", hint="Name a file, or - for standard input."
        ) from error
