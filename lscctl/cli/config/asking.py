"""Asks the person at the terminal for settings; where nobody is there, they must have been given."""

from collections.abc import Callable
from typing import TypeVar

import typer

from lscctl.cli.confirming import can_ask
from lscctl.errors import Interrupted, UsageError

_Answer = TypeVar("_Answer")


class Asking:
    """Questions on stderr, answers from standard input. `there`: somebody can be asked."""

    def __init__(self) -> None:
        self.there = can_ask()

    def text(self, question: str, given: str | None, option: str) -> str:
        """What was given, else the answer, which is not empty. Raises UsageError naming `option` where nobody can be asked."""
        if given:
            return given
        if not self.there:
            raise UsageError(f"{option} is missing", hint="There is nobody to ask: give it on the command line.")
        return _put(lambda: str(typer.prompt(question, err=True)).strip())

    def optional(self, question: str) -> str:
        """The answer, '' for none, and where nobody can be asked."""
        if not self.there:
            return ""
        return _put(lambda: str(typer.prompt(question, default="", show_default=False, err=True)).strip())

    def secret(self, question: str) -> str:
        """An answer that is not shown."""
        return _put(lambda: str(typer.prompt(question.rstrip(": "), hide_input=True, err=True)))

    def agrees(self, question: str) -> bool:
        """Whether the person says yes; no where nobody can be asked."""
        return self.there and _put(lambda: typer.confirm(question, err=True))


def _put(ask: Callable[[], _Answer]) -> _Answer:
    try:
        return ask()
    except typer.Abort as abort:
        raise Interrupted("interrupted at the question; nothing was written") from abort
