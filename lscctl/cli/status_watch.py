"""`lscctl status --watch`: phones as CAPF goes on with them, looked at again and again."""

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Protocol

import typer

from lscctl.changes import Change
from lscctl.cli import connection as connections
from lscctl.cli.connection import Connection, Session
from lscctl.cli.parameters import length_of_time
from lscctl.cli.screen import Notices, Output, page_for, write_quietly
from lscctl.cli.watched import Watch
from lscctl.errors import ClusterError, Interrupted, UsageError
from lscctl.rollout.meaning import Meaning, meaning_of

if TYPE_CHECKING:
    from lscctl.report.cluster import PhonesOfCluster

Ask = Callable[[Session, Notices], "PhonesOfCluster"]
"""How the phones that are watched are found."""

FAILED = 1
_PANEL = "Watching"


@dataclass(frozen=True, slots=True)
class WatchOptions:
    """Whether, how often and how long phones are looked at again."""

    watch: Annotated[
        bool,
        typer.Option(
            "--watch",
            help="Go on looking: a live view at a terminal, else a line for each change. Ctrl-C ends it.",
            rich_help_panel=_PANEL,
            show_default=False,
        ),
    ] = False
    every: Annotated[
        str | None,
        typer.Option(
            "--every",
            help="Look this often: 30s, the default, or at least 1s.",
            metavar="TIME",
            rich_help_panel=_PANEL,
            show_default=False,
        ),
    ] = None
    until_done: Annotated[
        bool,
        typer.Option(
            "--until-done",
            help="End once nothing is pending: with 1 if a phone failed meanwhile.",
            rich_help_panel=_PANEL,
            show_default=False,
        ),
    ] = False

    def interval(self, output: Output, *, registration: bool) -> float | None:
        """How many seconds lie between two looks, None for one look only. UsageError where options contradict each other."""
        if not self.watch:
            if self.every is not None or self.until_done:
                raise UsageError("--every and --until-done say how to watch", hint="Give --watch with them.")
            return None
        if output.output or (output.format or "table").casefold() != "table":
            raise UsageError(
                "--watch shows what changes, and makes no report",
                hint="Leave --format and --output away; `lscctl report changes` compares reports.",
            )
        if registration:
            raise UsageError(
                "--watch leaves RIS alone, so it cannot tell who is registered",
                hint="Leave --registration away; --registered chooses the phones that are registered when it begins.",
            )
        seconds = 30.0 if self.every is None else length_of_time("--every", self.every).total_seconds()
        if seconds < 1:
            raise UsageError(f"--every {self.every!r} is too often", hint="Give 1s or more.")
        return seconds


class View(Protocol):
    """Where what a watch sees is shown."""

    def show(self, watch: Watch, changes: Sequence[Change], trouble: str = "") -> bool:
        """Show how things stand after a look, and what changed; False once nobody reads it any more.

        `trouble` says why the cluster could not be looked at this time.
        """
        ...


class Lines:
    """A line for each change, for a pipe, a log, or a terminal that cannot redraw."""

    def __init__(self, notices: Notices) -> None:
        self._notices = notices

    def show(self, watch: Watch, changes: Sequence[Change], trouble: str = "") -> bool:
        """Write the lines of this look."""
        from lscctl.report.changes import change_text
        from lscctl.report.wording import visible

        if trouble:
            self._notices.warn(trouble)
        lines = (f"{watch.at:%Y-%m-%d %H:%M:%S} {change.phone.name} {change_text(change)}" for change in changes)
        return write_quietly(sys.stdout, (f"{visible(line)}\n" for line in lines))


def watch_status(seconds: float, connection: Connection, output: Output, ask: Ask, *, until_done: bool) -> int:
    """Look that often until somebody has seen enough, or with `until_done` nothing is pending any more; the exit code.

    `ask` gives the phones that are watched. Raises what it raises, and UsageError for several clusters.
    """
    from lscctl.report.wording import count, duration, zone_name

    notices = Notices(colour=not output.no_color)
    with connections.connect(connection, notices) as session:
        watch = Watch(session.cluster, ask(session, notices))
        zone = zone_name(session.cluster.clock, watch.at)
        told = f"{count(len(watch.told.phones), 'phone')} of {watch.told.cluster}"
        with _view(output, f"{told} every {duration(seconds)}; times are the cluster's ({zone})", notices) as view:
            try:
                exit_code = _looking(watch, view, seconds, until_done=until_done)
            except KeyboardInterrupt:
                exit_code = Interrupted.exit_code
        seen = ", ".join(f"{number:,} {kind}" for kind, number in sorted(watch.seen.items())) or "no change"
        notices.say(f"watched until {watch.at:%H:%M:%S}: {seen}; {len(watch.pending):,} pending")
    return exit_code


def _looking(watch: Watch, view: View, seconds: float, *, until_done: bool) -> int:
    goes_on = view.show(watch, ())
    while goes_on and not (until_done and not watch.pending):
        time.sleep(seconds)
        try:
            changes, trouble = watch.look(), ""
        except ClusterError as failure:
            if meaning_of(failure) not in (Meaning.NOT_DONE, Meaning.LOST):
                raise
            changes, trouble = [], f"{failure.message}; it is tried again"
        goes_on = view.show(watch, changes, trouble)
    return FAILED if until_done and watch.failed else 0


@contextmanager
def _view(output: Output, what: str, notices: Notices) -> Iterator[View]:
    """The one that suits stdout."""
    page = page_for(sys.stdout, os.environ, colour=not output.no_color)
    if page.width is None or os.environ.get("CI") or os.environ.get("TERM") == "dumb":
        notices.say(f"watching {what}")
        yield Lines(notices)
        return
    from lscctl.cli.status_live import LiveStatus

    with LiveStatus(page, what) as live:
        yield live
