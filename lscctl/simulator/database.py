"""The database of a cluster: in memory, or a file that keeps the cluster from one process to the next."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lscctl.simulator.assumptions import Assumptions
from lscctl.simulator.private_tables import private_tables
from lscctl.simulator.public_tables import public_tables
from lscctl.simulator.releases import Release

STATE_FORMAT = 7
"""Which tables a state file has, kept as the database's user_version; each change of the tables is a new one."""


def connect(path: Path | None) -> sqlite3.Connection:
    """Open the database: in memory without a path, else a file where every commit outlives a killed process.

    Statements commit by themselves unless they run inside `transaction`. Raises sqlite3.Error.
    """
    connection = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False)
    if path:
        connection.execute("PRAGMA journal_mode = WAL")
        # WAL pages go to the file system at each commit; only a power cut could lose them, not the end of a process.
        connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def is_cluster(connection: sqlite3.Connection) -> bool:
    """Say whether the database already holds a cluster."""
    rows = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'sim_cluster'")
    return rows.fetchone() is not None


def create_tables(connection: sqlite3.Connection, release: Release, assumptions: Assumptions) -> None:
    """Create the tables as that release has them, and the simulator's own."""
    for statement in (*public_tables(release, assumptions), *private_tables()):
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {STATE_FORMAT}")


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Make everything inside one commit, or none of it when an exception leaves; may stand inside another."""
    outermost = not connection.in_transaction
    connection.execute("BEGIN IMMEDIATE" if outermost else "SAVEPOINT inner_transaction")
    try:
        yield
    except BaseException:
        if outermost:
            connection.execute("ROLLBACK")
        else:
            connection.execute("ROLLBACK TO inner_transaction")
            connection.execute("RELEASE inner_transaction")
        raise
    connection.execute("COMMIT" if outermost else "RELEASE inner_transaction")
