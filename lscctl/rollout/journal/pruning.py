"""Forgets runs of long ago."""

from lscctl.history import RunState
from lscctl.rollout.journal.store import Store


def prune(store: Store, *, ended_before: float | None = None, keep: int = 0) -> tuple[int, ...]:
    """Delete ended runs and give their room back to the disk; return their numbers, newest first. Raises JournalError.

    `ended_before` is in epoch seconds, None for all; the newest `keep` ended runs stay in any case. A run that is at work, or
    was cut off and can be resumed, has not ended.
    """
    found = store.rows(
        "SELECT number, ended FROM run WHERE state <> ? AND ended IS NOT NULL ORDER BY number DESC LIMIT -1 OFFSET ?",
        (RunState.RUNNING.value, keep),
    )
    numbers = tuple(int(number) for number, ended in found if ended_before is None or ended < ended_before)
    for number in numbers:
        with store.transaction() as connection:  # one run at a time, so that another that is at work is not held up
            connection.execute("DELETE FROM run WHERE number = ? AND state <> ?", (number, RunState.RUNNING.value))
    store.shrink()
    return numbers
