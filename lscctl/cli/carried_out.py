"""Whether a reviewed plan was carried out before, by which run, and which of its phones an earlier run has written."""

from collections.abc import Callable, Iterable
from pathlib import Path

from lscctl.cli.remembered import remembered
from lscctl.cli.screen import Notices
from lscctl.history import PastRun, RunState
from lscctl.identity import ClusterIdentity
from lscctl.phone import Phone
from lscctl.rollout.transitions import same_hour


def note_of(digest: str) -> str:
    """What the journal notes of a run that carries out the plan with this digest."""
    return f"carries out the plan {digest}"


def tell_earlier_run(digest: str, identity: ClusterIdentity, journal: Path | None, notices: Notices) -> None:
    """Name the last run that carried out this very plan on this cluster, if any did, and how to go on. Raises JournalError."""
    with remembered(journal) as history:
        runs = () if history is None else history.runs()
    note = note_of(digest)
    before = next((run for run in runs if note in run.notes and not run.identity.is_other_than(identity)), None)
    if before is not None:
        notices.warn(f"run {before.number} carries out this plan already, and {_how_it_stands(before)}")


def _how_it_stands(run: PastRun) -> str:
    if run.state is RunState.RUNNING:
        return f"is at work: `lscctl runs watch {run.number}` shows it"
    if run.resumable:
        return f"has not ended: `lscctl runs resume {run.number}` goes on with it, and this begins another run"
    again = f"`lscctl runs retry {run.number}` tries again what failed"
    return f"has ended: `lscctl runs show {run.number} --phones` tells how, {again}"


def writers(identity: ClusterIdentity, names: Iterable[str], journal: Path | None) -> Callable[[Phone], str]:
    """What names the run of the journal that wrote the operation which a phone has now; '' where none did. Raises JournalError."""
    with remembered(journal) as history:
        ours = {} if history is None else history.own_writes(identity, names)

    def writer(phone: Phone) -> str:
        own = ours.get(phone.name)
        if own is None or not same_hour(own.finish_time, phone.finish_time):
            return ""
        return f"run {own.run} of this journal"

    return writer
