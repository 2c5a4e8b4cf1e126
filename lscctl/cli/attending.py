"""How a run is attended: how long lscctl waits for it, who is asked and told, and in which journal it stands."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lscctl.cli.confirming import require_terminal
from lscctl.cli.parameters import length_of_time
from lscctl.errors import UsageError

if TYPE_CHECKING:
    from lscctl.cli.connection import Session
    from lscctl.cli.rolling import Manner

_RUN = "The run"
_JOURNAL = "Journal"


def _value(option: str, help_text: str, metavar: str, panel: str) -> Any:
    return typer.Option(option, help=help_text, metavar=metavar, rich_help_panel=panel, show_default=False)


def _flag(option: str, help_text: str) -> Any:
    return typer.Option(option, help=help_text, rich_help_panel=_RUN, show_default=False)


_JOURNAL_HELP = "Another journal than the one in the state folder."


@dataclass(frozen=True, slots=True)
class JournalOption:
    """Which journal is meant."""

    journal: Annotated[Path | None, _value("--journal", _JOURNAL_HELP, "FILE", _JOURNAL)] = None


@dataclass(frozen=True, slots=True)
class Attendance:
    """What changes nothing of what a run does to phones."""

    confirm_waves: Annotated[bool, _flag("--confirm-waves", "Ask before each wave after the first.")] = False
    no_wait: Annotated[
        bool, _flag("--no-wait", "Never wait: exit 7 while phones are pending or left for `runs resume`.")
    ] = False
    wait: Annotated[
        str | None, _value("--wait", "Watch for this long at most after the last write: 2h.", "TIME", _RUN)
    ] = None
    notify: Annotated[
        str | None,
        _value("--notify", "Run this on gate, window, end; the event as JSON on its standard input.", "CMD", _JOURNAL),
    ] = None
    journal: Annotated[Path | None, _value("--journal", _JOURNAL_HELP, "FILE", _JOURNAL)] = None

    def check(self) -> None:
        """UsageError if options contradict each other, or need a terminal where there is none."""
        if self.no_wait and self.wait is not None:
            raise UsageError("--no-wait and --wait contradict each other", hint="Give one of them.")
        if self.wait is not None:
            length_of_time("--wait", self.wait)
        if self.confirm_waves:
            require_terminal("--confirm-waves")

    def manner(self, session: "Session") -> "Manner":
        """How the options say that a run is to be carried out; what they do not say is the configuration's."""
        from lscctl.cli.rolling import Manner
        from lscctl.config import as_command

        return Manner(
            wait=not self.no_wait,
            wait_until=None if self.wait is None else length_of_time("--wait", self.wait).total_seconds(),
            confirm_waves=self.confirm_waves,
            notify=session.notify if self.notify is None else as_command(self.notify, "--notify"),
        )
