"""Ctrl-C, SIGTERM and SIGHUP as a wish to stop that a run can honour, instead of an end in the middle of a write."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import FrameType

from lscctl.rollout.stop import Stop

_WISHES = {"SIGINT": "ctrl-C", "SIGTERM": "SIGTERM", "SIGHUP": "SIGHUP"}


class EveryStop(Stop):
    """The wish to stop of several runs that go on side by side: who begins to hear later is asked at once.

    `heard_in` are the threads that heard, or hear: each ends by itself and tells how.
    """

    def __init__(self) -> None:
        super().__init__()
        self._hearers: list[Stop] = []
        self._turn = threading.Lock()
        self.heard_in: set[threading.Thread] = set()

    def request(self, why: str) -> None:
        """Ask all of them."""
        super().request(why)
        for stop in tuple(self._hearers):
            stop.request(why)

    @contextmanager
    def hearing(self, stop: Stop) -> Iterator[None]:
        """Until the block ends, `stop` is asked, too."""
        with self._turn:
            self.heard_in.add(threading.current_thread())
            self._hearers.append(stop)
        if self.why is not None and stop.why is None:
            stop.request(self.why)
        try:
            yield
        finally:
            with self._turn:
                self._hearers.remove(stop)


_EVERY: ContextVar[EveryStop | None] = ContextVar("every stop", default=None)


@contextmanager
def stop_on_signals(stop: Stop) -> Iterator[None]:
    """While the block runs, a signal asks `stop` instead of ending the process; afterwards the old handlers are back.

    Asked a second time, the run ends at once; a third ctrl-C raises KeyboardInterrupt. Inside `stop_them_all` the block hears
    what all are asked: signals come to the main thread only.
    """
    every = _EVERY.get()
    if every is not None:
        with every.hearing(stop):
            yield
        return

    def ask(number: int, frame: FrameType | None) -> None:
        if stop.at_once and number == signal.SIGINT:
            signal.default_int_handler(number, frame)
        stop.request(_WISHES[signal.Signals(number).name])

    with _handled_by(ask):
        yield


class BrokenOff(BaseException):
    """A signal while the main thread waits for a person's answer, which no wish to stop would end; `why` as in `Stop`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@contextmanager
def broken_off_by_signals() -> Iterator[None]:
    """While the block runs, in the main thread, a signal raises BrokenOff in it; afterwards the old handlers are back."""

    def break_off(number: int, _: FrameType | None) -> None:
        raise BrokenOff(_WISHES[signal.Signals(number).name])

    with _handled_by(break_off):
        yield


@contextmanager
def _handled_by(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    numbers = [getattr(signal, name) for name in _WISHES if hasattr(signal, name)]
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier)


@contextmanager
def stop_them_all() -> Iterator[EveryStop]:
    """While the block runs, signals ask every run of the threads that it starts in this context."""
    every = EveryStop()
    with stop_on_signals(every):
        token = _EVERY.set(every)
        try:
            yield every
        finally:
            _EVERY.reset(token)
