"""The one place that creates threads: a call at the cluster blocks, so it runs in one; its result comes back to the
engine."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Generic, Protocol, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """A call that came back: the task it belongs to, and its `value`, or the `error` that it raised."""

    task: T
    value: object = None
    error: BaseException | None = None


class Workers(Protocol[T]):
    """Runs calls side by side and gives their results to whoever asks for the next one."""

    @property
    def busy(self) -> int:
        """How many calls have been submitted and not been handed back."""

    def submit(self, task: T, call: Callable[[], object]) -> None:
        """Run the call; it comes back with its task."""

    def next(self, timeout: float) -> Done[T] | None:
        """The next call that came back; None if none did within so many seconds."""


class ThreadWorkers(Generic[T]):
    """Workers that are threads, so many at most; a context manager that waits for the last call when it closes.

    Tasks that `reads` accepts have threads of their own. Their answers are large, and the C library keeps what a thread has
    once used for that thread: with answers of hundreds of phones in each of many threads, memory would grow without end.
    """

    def __init__(self, *, writers: int, readers: int, reads: Callable[[T], bool]) -> None:
        self._writers = ThreadPoolExecutor(max_workers=writers, thread_name_prefix="lscctl-write")
        self._readers = ThreadPoolExecutor(max_workers=readers, thread_name_prefix="lscctl-read")
        self._reads = reads
        self._results: SimpleQueue[Done[T]] = SimpleQueue()
        self._busy = 0

    def __enter__(self) -> "ThreadWorkers[T]":
        return self

    def __exit__(self, *_: object) -> None:
        for threads in (self._writers, self._readers):
            threads.shutdown(wait=True, cancel_futures=True)

    @property
    def busy(self) -> int:
        """How many calls have been submitted and not been handed back."""
        return self._busy

    def submit(self, task: T, call: Callable[[], object]) -> None:
        """Run the call in a thread; it comes back with its task."""

        def came_back(future: Future[object]) -> None:
            error = future.exception()
            self._results.put(Done(task, None if error else future.result(), error))

        self._busy += 1
        threads = self._readers if self._reads(task) else self._writers
        threads.submit(call).add_done_callback(came_back)

    def next(self, timeout: float) -> Done[T] | None:
        """The next call that came back; None if none did within so many seconds."""
        try:
            done = self._results.get(timeout=timeout)
        except Empty:
            return None
        self._busy -= 1
        return done
