"""The one place of preflight that creates threads: who waits for one node waits for the others at the same time."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

_Thing = TypeVar("_Thing")
_Found = TypeVar("_Found")

AT_ONCE: Final = 24
"""Calls side by side: as many as the largest cluster has nodes [field guide 1]."""


def side_by_side(look: Callable[[_Thing], _Found], things: Iterable[_Thing]) -> Iterator[_Found]:
    """What `look` finds in each thing, in the things' order. Raises what the first of them raised."""
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="preflight") as pool:
        yield from pool.map(look, things)
