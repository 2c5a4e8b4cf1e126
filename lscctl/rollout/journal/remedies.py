"""What is done to a cluster itself - a service started, a security profile changed - is written down before it is done."""

import sqlite3
from collections.abc import Iterable

from lscctl.history import Remedy
from lscctl.identity import ClusterIdentity
from lscctl.rollout.journal.notation import harmless
from lscctl.rollout.journal.store import Store


def intend(store: Store, identity: ClusterIdentity, who: str, what: str, at: float) -> int:
    """Write down what is about to be done, at epoch seconds of our clock; its number. Raises JournalError."""
    with store.transaction() as connection:
        cursor = connection.execute(
            "INSERT INTO remedy (cluster, host, publisher, at, who, what) VALUES (?, ?, ?, ?, ?, ?)",
            (identity.name, identity.host, identity.publisher, at, harmless(who), harmless(what)),
        )
        return int(cursor.lastrowid or 0)


def settle(store: Store, number: int, outcome: str) -> None:
    """Write down how it went. Raises JournalError."""
    with store.transaction() as connection:
        connection.execute("UPDATE remedy SET outcome = ? WHERE number = ?", (harmless(outcome), number))


def belong_to(connection: sqlite3.Connection, run: int, numbers: Iterable[int]) -> None:
    """These were done for the run: written down in the transaction that the caller has begun."""
    connection.executemany("UPDATE remedy SET run = ? WHERE number = ?", [(run, number) for number in numbers])


def read_remedies(store: Store, run: int | None) -> tuple[Remedy, ...]:
    """Those that were done for the run, in order; for None those that were done for no run. Raises JournalError.

    A journal of an older lscctl, which has not been written to since, knows none.
    """
    if store.row("SELECT 1 FROM sqlite_master WHERE name = 'remedy'") is None:
        return ()
    found = store.rows("SELECT at, who, what, cluster, outcome, run FROM remedy WHERE run IS ? ORDER BY number", (run,))
    return tuple(Remedy(*row) for row in found)
