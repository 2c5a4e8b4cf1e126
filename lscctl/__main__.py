"""`python -m lscctl` and `lscctl`: the way in, on which ctrl-C is heard from the first import on."""

import os
import signal
import sys
from types import FrameType
from typing import NoReturn

INTERRUPTED = 130
"""The exit code of whoever was interrupted [design: exit codes]; `errors` is not loaded yet."""


def main() -> NoReturn:
    """Carry a command line out, and end with its exit code."""
    heard = (
        signal.getsignal(signal.SIGINT) is signal.default_int_handler
    )  # who ignores it, as nohup does, goes on doing so
    if heard:
        # an exception could be swallowed by whatever is being imported
        signal.signal(signal.SIGINT, _end_at_once)
    from lscctl.cli.main import run

    try:
        if heard:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        run()
    except KeyboardInterrupt:
        _end_at_once(signal.SIGINT, None)
    sys.exit(0)


def _end_at_once(_number: int, _frame: FrameType | None) -> NoReturn:
    """End without a word of Python's: nothing has been begun yet that would have to be ended well."""
    if sys.stderr is not None:
        os.write(sys.stderr.fileno(), b"error: interrupted\n")
    os._exit(INTERRUPTED)


if __name__ == "__main__":
    main()
