"""`lscctl runs watch`: a run as it goes on, from a second terminal."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Annotated

import typer

from lscctl.cli.attending import JournalOption
from lscctl.cli.parameters import shares_options
from lscctl.cli.screen import Notices, Output
from lscctl.history import PastRun, RunState

if TYPE_CHECKING:
    from lscctl.rollout.events import Observer
    from lscctl.rollout.journal.reading import History


@shares_options
def watch(
    run: Annotated[int | None, typer.Argument(metavar="RUN", help="The run's number. Default: the newest.")] = None,
    *,
    journal: JournalOption,
    output: Output,
) -> int:
    """Watch a run that another terminal, or cron, carries out.

    The same table as the run itself shows, read from the journal once a second;
    lines in a pipe. It ends when the run ends, tells how as `runs show` does,
    and with the run's own exit code. Ctrl-C ends the watching only.

    Examples

        lscctl runs watch

        lscctl runs watch 12 --format json --output night.json

    Exit codes

    0 done. 1 some phones failed, or a gate closed. 5 the cluster failed.
    7 phones still pending, or the watching was ended, or the run was cut off.
    130 the run was stopped.
    """
    from lscctl.cli.remembered import meant, remembered
    from lscctl.cli.rolling import STILL_PENDING
    from lscctl.cli.runs.following import exit_code
    from lscctl.report.runs import RememberedRun, remembered_run_report

    destination = output.opened()
    notices = Notices(colour=not output.no_color)
    with remembered(journal.journal) as history:
        past = meant(history, run, notices)
        if history is None or past is None:
            return 0
        if past.state is RunState.RUNNING:
            past = _followed(history, past, notices)
        if past.state is RunState.RUNNING:
            notices.say(f"run {past.number} goes on; see it again with: lscctl runs watch {past.number}")
            return STILL_PENDING
        summary = history.summary(past.number)
    destination.deliver(remembered_run_report(RememberedRun(past, summary)))
    return exit_code(past, summary)


def _followed(history: "History", run: PastRun, notices: Notices) -> PastRun:
    """Follow the run until it is not at work any more, or a person has seen enough; how it stands then."""
    from lscctl.cli.runs.following import PACE, Follower

    with suppress(KeyboardInterrupt), _observer(notices) as observer:
        follower = Follower(history, run.number, observer)
        while (run := follower.look(time.time())).state is RunState.RUNNING:
            time.sleep(PACE)
        follower.end(run, history.summary(run.number))
    return run


@contextmanager
def _observer(notices: Notices) -> "Iterator[Observer]":
    """The one that suits stderr: a live table at a terminal, lines in a pipe."""
    if not notices.live:
        from lscctl.cli.lines import Lines

        yield Lines(notices.tell)
        return
    from lscctl.cli.live import LiveTable

    with LiveTable(notices.page, None) as table:
        yield table
