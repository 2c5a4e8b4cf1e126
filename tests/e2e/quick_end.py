"""The end of a process that others were forked from: what was loaded is left lying, as it was when it was not yet a copy.

Python's own end takes every module apart, by which a forked process gets a copy of nearly all that it shares with others: that
takes longer than most commands. All that comes before it at the end of an interpreter is done: threads are waited for, and who
wants to be called is called. This module is to be imported before all others, so that its turn comes last.
"""

import atexit
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_exit_codes: list[int] = []


@contextmanager
def foreseen() -> Iterator[None]:
    """What is done in the block is the last that this process does."""
    try:
        yield
    except SystemExit as ended:
        if ended.code is None or isinstance(ended.code, int):
            _exit_codes.append(ended.code or 0)
        raise
    else:
        _exit_codes.append(0)


def _end() -> None:
    """Leave, unless there is something left to say. Raises OSError where what was said cannot be told."""
    if _exit_codes:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(_exit_codes[0] & 0xFF)


atexit.register(_end)
