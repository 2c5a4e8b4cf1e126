"""A wish to stop a run, told from another process through the journal."""

from dataclasses import dataclass

from lscctl.rollout.journal.notation import harmless
from lscctl.rollout.journal.store import Store


@dataclass(frozen=True, slots=True)
class StopWish:
    """`who` (user@host) asked at epoch seconds of our clock that the run stop."""

    at: float
    who: str


def ask_to_stop(store: Store, number: int, who: str, at: float) -> None:
    """Ask the run to stop; the process that carries it out sees that within about a second. Raises JournalError."""
    with store.transaction() as connection:
        connection.execute("INSERT INTO wish (run, at, who) VALUES (?, ?, ?)", (number, at, harmless(who)))


class Wishes:
    """The wishes that concern one run, each handed out once."""

    def __init__(self, store: Store, number: int) -> None:
        self._store = store
        self._run = number
        self._seen = 0

    def next(self) -> StopWish | None:
        """The oldest wish that was not handed out yet. Raises JournalError."""
        found = self._store.row(
            "SELECT number, at, who FROM wish WHERE run = ? AND number > ? ORDER BY number LIMIT 1",
            (self._run, self._seen),
        )
        if found is None:
            return None
        number, at, who = found
        self._seen = int(number)
        return StopWish(float(at), str(who))
