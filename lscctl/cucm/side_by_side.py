"""Who waits for one node, or one phone, waits for the others at the same time."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, TypeVar

_Thing = TypeVar("_Thing")
_Found = TypeVar("_Found")

AT_ONCE: Final = 24
"""Calls side by side: as many as the largest cluster has nodes [field guide 1]."""


def side_by_side(
    look: Callable[[_Thing], _Found], things: Iterable[_Thing], at_once: int = AT_ONCE, ahead: int | None = None
) -> Iterator[_Found]:
    """What `look` finds in each thing, in the things' order. Raises what the first of them raised; what has not begun by then, or
    when nobody wants to hear more, is left.

    `ahead`: so many at most have begun and were not taken yet, for what is large; None for no limit.
    """
    with ThreadPoolExecutor(at_once, thread_name_prefix="side-by-side") as pool:
        begun: deque[Future[_Found]] = deque()
        try:
            for thing in things:
                begun.append(pool.submit(look, thing))
                if len(begun) == ahead:
                    yield begun.popleft().result()
            while begun:
                yield begun.popleft().result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
