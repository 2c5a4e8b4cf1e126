"""Several clusters at once: side by side, each with a thread of its own, and none hides what became of another."""

import contextvars
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import typer

from lscctl.cli.answer import Answer
from lscctl.cli.confirming import QUESTIONS, Questions
from lscctl.cli.connection import Connection
from lscctl.cli.explain import own_fault
from lscctl.cli.screen import Notices
from lscctl.cli.stopping import stop_them_all
from lscctl.errors import Interrupted, LscctlError
from lscctl.report.interface import ClusterAnswer

_NAP = 0.2
_GRACE = 1.0
"""Seconds, of all clusters together, that an interrupted command waits for what they have to say."""

Do = Callable[[Connection, Notices], Answer]
"""What is done on one cluster. What it raises, is that cluster's answer."""


def on_each(each: Mapping[str, Connection], do: Do, *, colour: bool) -> list[ClusterAnswer]:
    """Do it on all of these clusters, `{name: options}`; their answers in that order.

    The main thread puts the questions and hears signals. After ctrl-C runs end by themselves; whoever has none under way is not
    waited for longer than a moment.
    """
    questions = Questions()
    with stop_them_all() as every:
        workers = [_Worker(name, options, do, Notices(colour=colour, about=name)) for name, options in each.items()]
        token = QUESTIONS.set(questions)
        try:
            threads = [_started(worker) for worker in workers]
        finally:
            QUESTIONS.reset(token)
        while any(thread.is_alive() for thread in (threads if every.why is None else tuple(every.heard_in))):
            if (why := questions.ask_next(_NAP)) is not None:
                every.request(why)
        questions.end()
        _let_them_tell(threads)
    return [worker.answer for worker in workers]


def _let_them_tell(threads: Iterable[threading.Thread]) -> None:
    """Give those whose question was broken off a moment to say so; one that hangs in a call keeps nobody longer than that."""
    until = time.monotonic() + _GRACE
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))


def _started(worker: "_Worker") -> threading.Thread:
    """A thread that does not keep the process from ending: a run in it is waited for, all else can be asked again."""
    thread = threading.Thread(
        target=contextvars.copy_context().run, args=(worker.work,), daemon=True, name=f"cluster {worker.name}"
    )
    thread.start()
    return thread


@dataclass
class _Worker:
    """One cluster's part."""

    name: str
    options: Connection
    do: Do
    notices: Notices
    answer: ClusterAnswer = field(init=False)

    def __post_init__(self) -> None:
        self.answer = self._failed(Interrupted("interrupted before it had answered"))

    def work(self) -> None:
        """Do it, and keep how it ended."""
        try:
            found = self.do(self.options, self.notices)
        except LscctlError as error:
            self.answer = self._failed(error)
        except typer.Abort:
            self.answer = self._failed(Interrupted("interrupted at a question; nothing was changed"))
        except Exception as fault:  # noqa: BLE001 - the last line of defence, as for a single cluster
            self.answer = self._failed(own_fault(fault))
        else:
            self.answer = self._ended(found)

    def _ended(self, found: Answer) -> ClusterAnswer:
        if found.hint:
            self.notices.say(f"hint: {found.hint}")
        failure = found.failure
        if failure is None:
            return ClusterAnswer(self.name, found.exit_code, found.report)
        return ClusterAnswer(self.name, failure.exit_code, found.report, failure.message, failure.hint or "")

    def _failed(self, error: LscctlError) -> ClusterAnswer:
        return ClusterAnswer(self.name, error.exit_code, None, error.message, error.hint or "")
