"""Finds what the journal remembers: the journal itself, if there is one yet, and the run that is meant."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lscctl.cli.screen import Notices
from lscctl.errors import UsageError
from lscctl.history import PastRun
from lscctl.rollout.journal.place import journal_file, lock_folder
from lscctl.rollout.journal.reading import History
from lscctl.rollout.journal.store import Store


@contextmanager
def remembered(journal: Path | None) -> Iterator[History | None]:
    """The history in the journal until the block ends, None where there is no journal yet. Raises JournalError."""
    path = journal_file(journal)
    if not path.exists() or not path.stat().st_size:
        yield None
        return
    with History(Store.for_reading(path), lock_folder()) as history:
        yield history


def meant(history: History | None, number: int | None, notices: Notices) -> PastRun | None:
    """The run of that number, or the newest; None, and said so, where there are none. Raises UsageError, JournalError."""
    if number is not None:
        if history is None:
            raise UsageError(
                f"there is no run {number}: there is no journal yet", hint="--journal FILE names another one."
            )
        return history.run(number)
    newest = next(iter(history.runs()), None) if history is not None else None
    if newest is None:
        notices.say("no runs yet")
    return newest
