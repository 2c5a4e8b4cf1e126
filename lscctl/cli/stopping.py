"""Ctrl-C, SIGTERM and SIGHUP as a wish to stop that a run can honour, instead of an end in the middle of a write."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from lscctl.rollout.stop import Stop

_WISHES = {"SIGINT": "ctrl-C", "SIGTERM": "SIGTERM", "SIGHUP": "SIGHUP"}


@contextmanager
def stop_on_signals(stop: Stop) -> Iterator[None]:
    """While the block runs, a signal asks `stop` instead of ending the process; afterwards the old handlers are back.

    Asked a second time, the run ends at once; a third ctrl-C raises KeyboardInterrupt.
    """

    def ask(number: int, frame: FrameType | None) -> None:
        if stop.at_once and number == signal.SIGINT:
            signal.default_int_handler(number, frame)
        stop.request(_WISHES[signal.Signals(number).name])

    numbers = [getattr(signal, name) for name in _WISHES if hasattr(signal, name)]
    before = {number: signal.signal(number, ask) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
