"""Asks the person at the terminal: whether to begin at all, and before each wave, where a signal is heard while nobody answers."""

import contextlib
import queue
import select
import sys
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from lscctl.cli.screen import VOICE, write_quietly
from lscctl.cli.stopping import BrokenOff, broken_off_by_signals
from lscctl.errors import Interrupted, Refused, UsageError
from lscctl.report.wording import count

if TYPE_CHECKING:
    from lscctl.rollout.options import Confirm
    from lscctl.rollout.stop import Stop

_NAP = 0.5
_Answer = TypeVar("_Answer")


class Questions:
    """Questions of several threads, put to the person one after the other by the main thread: only there can ctrl-C end them."""

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[tuple[Callable[[], Any], Future[Any]]] = queue.SimpleQueue()
        self._over = False

    def put(self, ask: Callable[[], _Answer]) -> _Answer:
        """Wait until it is this question's turn; its answer. Raises typer.Abort where somebody breaks off."""
        answer: Future[_Answer] = Future()
        self._waiting.put((ask, answer))
        if self._over:
            self.end()
        return answer.result()

    def end(self) -> None:
        """Break off whatever is asked from now on, or still waits."""
        self._over = True
        with contextlib.suppress(queue.Empty):
            while True:
                self._waiting.get_nowait()[1].set_exception(typer.Abort())

    def ask_next(self, patience: float) -> str | None:
        """Put the next question that comes within so many seconds; what broke it off (`ctrl-C`, `SIGTERM`), None where it was
        answered or none came."""
        try:
            ask, answer = self._waiting.get(timeout=patience)
        except queue.Empty:
            return None
        try:
            with VOICE.asking(), broken_off_by_signals():
                answer.set_result(ask())
        except BrokenOff as broken:
            answer.set_exception(typer.Abort())
            return broken.why
        except (KeyboardInterrupt, typer.Abort):
            answer.set_exception(typer.Abort())
            return "ctrl-C"
        except Exception as error:  # noqa: BLE001 - it belongs to the thread that asks
            answer.set_exception(error)
        return None


QUESTIONS: ContextVar[Questions | None] = ContextVar("questions", default=None)
"""Who puts this thread's questions; None where the thread may ask itself."""


def put_to_person(ask: Callable[[], _Answer]) -> _Answer:
    """The answer to a question that `ask` puts at the terminal."""
    questions = QUESTIONS.get()

    def asked() -> _Answer:
        try:
            return ask()
        except (KeyboardInterrupt, EOFError, typer.Abort, BrokenOff):
            if sys.stderr.isatty():
                write_quietly(sys.stderr, ["\n"])  # what is said next begins a line
            raise

    return asked() if questions is None else questions.put(asked)


def can_ask() -> bool:
    """Whether somebody sits at a terminal."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def require_terminal(option: str) -> None:
    """Refuse an option that asks where nobody can answer."""
    if not can_ask():
        raise UsageError(f"{option} needs a terminal", hint="Leave it away, or run lscctl at a terminal.")


def require_yes(question: str, *, so_far: str = "nothing was changed") -> None:
    """Go on only after a yes. Raises Refused after a no, Interrupted where somebody breaks off."""
    if not agrees(question, so_far=so_far):
        raise Refused(f"not agreed; {so_far}")


def require_number(question: str, number: int, *, so_far: str) -> None:
    """Go on only after this number was typed: a yes is typed too quickly. Raises Refused, Interrupted."""
    try:
        answer = put_to_person(lambda: str(typer.prompt(question, default="", show_default=False, err=True)))
    except typer.Abort as abort:
        raise Interrupted(f"interrupted at the question; {so_far}") from abort
    if answer.strip().replace(",", "") != str(number):
        raise Refused(f"not agreed: that is not the number; {so_far}")


def agrees(question: str, *, so_far: str = "nothing was changed") -> bool:
    """Whether a person says yes. Raises Interrupted where somebody breaks off."""
    try:
        return put_to_person(lambda: typer.confirm(question, err=True))
    except typer.Abort as abort:
        raise Interrupted(f"interrupted at the question; {so_far}") from abort


def ask_for_wave(stop: "Stop") -> "Confirm":
    """The question, asked on stderr and answered on standard input; no answer at all means no."""

    def ask(wave: str, phones: int) -> bool:
        sys.stderr.write(f"\nGo on with {wave} ({count(phones, 'phone')})? [y/N]: ")
        sys.stderr.flush()
        while stop.why is None:
            ready, _, _ = select.select([sys.stdin], [], [], _NAP)
            if ready:
                return sys.stdin.readline().strip().lower() in ("y", "yes")
        return False

    return ask
