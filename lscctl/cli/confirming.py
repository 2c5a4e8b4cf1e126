"""Asks the person at the terminal: whether to begin at all, and before each wave, where a signal is heard while nobody answers."""

import select
import sys
from typing import TYPE_CHECKING

import typer

from lscctl.errors import Interrupted, Refused, UsageError
from lscctl.report.wording import count

if TYPE_CHECKING:
    from lscctl.rollout.options import Confirm
    from lscctl.rollout.stop import Stop

_NAP = 0.5


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


def agrees(question: str, *, so_far: str = "nothing was changed") -> bool:
    """Whether a person says yes. Raises Interrupted where somebody breaks off."""
    try:
        return typer.confirm(question, err=True)
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
