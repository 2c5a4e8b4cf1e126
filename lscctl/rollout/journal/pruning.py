"""Forgets runs of long ago."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from lscctl.history import PastRun, RunState
from lscctl.identity import ClusterIdentity
from lscctl.rollout.journal.lock import holder
from lscctl.rollout.journal.store import Store


def prunable(
    runs: Iterable[PastRun], *, ended_before: float | None = None, keep: int = 0, resumable: bool = False
) -> tuple[PastRun, ...]:
    """Which of the runs, given newest first, may be forgotten, in that order.

    `ended_before` is in epoch seconds of our clock, None for any age; a run that was cut off counts from its start. The newest
    `keep` that are not at work stay in any case, and so do those at work. Runs that can be resumed stay unless `resumable`.
    """
    over = [run for run in runs if run.state is not RunState.RUNNING]
    return tuple(
        run
        for run in over[keep:]
        if (resumable or not run.resumable) and (ended_before is None or _end(run) < ended_before)
    )


def _end(run: PastRun) -> float:
    return run.started if run.ended is None else run.ended


def forget(store: Store, locks: Path, numbers: Sequence[int]) -> tuple[int, ...]:
    """Delete these runs and give their room back to the disk; return which were deleted. Raises JournalError.

    One that has gone to work since it was chosen stays: `locks` is where the clusters' locks are.
    """
    forgotten = tuple(number for number in numbers if _deleted(store, locks, number))
    store.shrink()
    return forgotten


def _deleted(store: Store, locks: Path, number: int) -> bool:
    with store.transaction() as connection:  # one run at a time, so that another that is at work is not held up
        found = connection.execute(
            "SELECT state, lock, cluster, host, publisher, capf FROM run WHERE number = ?", (number,)
        ).fetchone()
        if found is None:
            return False
        state, lock, *identity = found
        owner = holder(locks, ClusterIdentity(*identity))
        if state == RunState.RUNNING and owner is not None and owner.token == lock:
            return False
        connection.execute("DELETE FROM run WHERE number = ?", (number,))
    return True
