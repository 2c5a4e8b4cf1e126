"""`lscctl runs prune`: forget runs of long ago."""

import time
from collections.abc import Sequence
from typing import Annotated

import typer

from lscctl.cli.attending import JournalOption
from lscctl.cli.confirming import can_ask, require_yes
from lscctl.cli.parameters import length_of_time, shares_options
from lscctl.cli.screen import Notices
from lscctl.errors import UsageError
from lscctl.history import PastRun
from lscctl.report.wording import count, some


@shares_options
def prune(
    *,
    older_than: Annotated[
        str | None,
        typer.Option("--older-than", help="Runs that ended longer ago: 90d.", metavar="TIME", show_default=False),
    ] = None,
    keep: Annotated[
        int, typer.Option("--keep", min=0, help="The newest N stay in any case.", metavar="N", show_default=False)
    ] = 0,
    everything: Annotated[
        bool, typer.Option("--all", help="With --older-than: runs that can be resumed, too.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    journal: JournalOption,
) -> int:
    """Delete old runs with all that is known of their phones.

    Says which before it asks. A run that is at work is never deleted, and one
    that can be resumed only with --all. The room goes back to the disk.

    Examples

        lscctl runs prune --older-than 90d

        lscctl runs prune --keep 20 --yes
    """
    from lscctl.cli.remembered import remembered
    from lscctl.report.runs import runs_report
    from lscctl.rollout.journal.place import journal_file, lock_folder
    from lscctl.rollout.journal.pruning import forget, prunable
    from lscctl.rollout.journal.store import Store

    before = _before(older_than, keep, everything=everything)
    notices = Notices()
    with remembered(journal.journal) as history:
        if history is None:
            notices.say("no runs yet")
            return 0
        runs = history.runs()
    chosen = prunable(runs, ended_before=before, keep=keep, resumable=everything)
    spared = [run.number for run in prunable(runs, ended_before=before, keep=keep, resumable=True) if run not in chosen]
    if spared:
        numbers = some([str(number) for number in spared])
        notices.say(f"{count(len(spared), 'run')} that can be resumed will stay: {numbers}")
    if not chosen:
        notices.say("no run is to be deleted")
        return 0
    notices.show(runs_report(chosen))
    if not yes:
        _ask(chosen)
    with Store.for_writing(journal_file(journal.journal)) as store:
        forgotten = forget(store, lock_folder(), [run.number for run in chosen])
    notices.say(f"{count(len(forgotten), 'run')} deleted")
    return 0


def _before(older_than: str | None, keep: int, *, everything: bool) -> float | None:
    """Before when a run must have ended, in epoch seconds; UsageError for options that say too little."""
    if older_than is None and (everything or not keep):
        raise UsageError(
            "--all needs --older-than" if everything else "which runs? All of them would be too many",
            hint="Say --older-than 90d, or how many of the newest are to stay: --keep 20.",
        )
    return None if older_than is None else time.time() - length_of_time("--older-than", older_than).total_seconds()


def _ask(chosen: Sequence[PastRun]) -> None:
    runs = count(len(chosen), "run")
    if not can_ask():
        raise UsageError(
            f"there is nobody to ask whether to delete {runs}: standard input is not a terminal", hint="Say --yes."
        )
    require_yes(f"Delete {runs} with all that is known of their phones?", so_far="nothing was deleted")
