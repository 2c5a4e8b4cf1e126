"""`lscctl status --watch`: phones as CAPF goes on with them, looked at again and again."""

import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Protocol

import typer

from lscctl.capf import StatusKind
from lscctl.changes import Change, ChangeKind, changes_of
from lscctl.cli import connection as connections
from lscctl.cli.connection import Connection, Session
from lscctl.cli.parameters import length_of_time
from lscctl.cli.screen import Notices, Output, page_for, write_quietly
from lscctl.errors import ClusterError, Interrupted, UsageError
from lscctl.rollout.meaning import Meaning, meaning_of

if TYPE_CHECKING:
    from lscctl.cucm.cluster import Cluster
    from lscctl.phone import Phone
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

    def interval(self, output: Output) -> float | None:
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
        seconds = 30.0 if self.every is None else length_of_time("--every", self.every).total_seconds()
        if seconds < 1:
            raise UsageError(f"--every {self.every!r} is too often", hint="Give 1s or more.")
        return seconds


class Watch:
    """Phones of a cluster, looked at again and again: `told` is how they stand, `pending_since` when each pending phone was first
    seen so, `failed` how many have failed meanwhile."""

    def __init__(self, cluster: "Cluster", told: "PhonesOfCluster") -> None:
        self._cluster = cluster
        self.told = told
        self._phones = {phone.pkid: phone for phone in told.phones}
        self.pending_since: dict[str, datetime] = {}
        self.seen: Counter[ChangeKind] = Counter()
        self.failed = 0
        self.at = told.clock.local()
        self._note_pending()

    @property
    def pending(self) -> "list[Phone]":
        """The phones with an operation under way, by name; one whose finish time has passed, to the hour, waits for nothing."""
        hour = f"{self.at:%Y:%m:%d:%H}"  # finish times compare as text, since each part has its fixed width
        waiting = (one for one in self._phones.values() if one.pending and not "" < one.finish_time < hour)
        return sorted(waiting, key=lambda phone: phone.name)

    def look(self) -> list[Change]:
        """Look once: what changed since the last look, by name. One page of SQL, and one for each 500 phones that changed.

        Raises WireFault.
        """
        from lscctl.cucm.sql import chunks

        glances = self._cluster.glance(list(self._phones))
        changed = [pkid for pkid, phone in self._phones.items() if glances.get(pkid, phone.glance) != phone.glance]
        now: dict[str, Phone | None] = dict.fromkeys(self._phones.keys() - glances.keys())
        for chunk in chunks(changed, self._cluster.page_size):
            for pkid, reading in self._cluster.read(chunk).items():
                now[pkid] = replace(
                    self._phones[pkid],
                    operation=reading.operation,
                    status=reading.status,
                    finish_time=reading.finish_time,
                    lsc=reading.lsc,
                )
        self.at = self._cluster.clock.local()
        return sorted(self._taken_in(now), key=lambda change: change.phone.name)

    def _taken_in(self, now: "dict[str, Phone | None]") -> Iterator[Change]:
        from lscctl.report.phones import phone_then

        old = self.told
        facts = replace(old.facts, now=self.at.timestamp())
        for pkid, phone in now.items():
            before = phone_then(self._phones[pkid], old)
            if phone is None:
                del self._phones[pkid]
                found = [Change(before, ChangeKind.GONE)]
            else:
                self._phones[pkid] = phone
                found = list(changes_of(before, phone_then(phone, replace(old, facts=facts))))
                self.failed += any(change.kind is ChangeKind.STATUS for change in found) and (
                    phone.status.kind is StatusKind.FAILED
                )
            self.seen.update(change.kind for change in found)
            yield from found
        self.told = replace(old, phones=tuple(self._phones.values()), facts=facts)
        self._note_pending()

    def _note_pending(self) -> None:
        self.pending_since = {phone.name: self.pending_since.get(phone.name, self.at) for phone in self.pending}


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
