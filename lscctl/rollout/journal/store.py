"""The journal's file, open: for writing, where every commit is on disk when it returns, or for reading beside a run."""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import quote

from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_random

from lscctl.errors import JournalError
from lscctl.rollout.journal.faults import ELSEWHERE, explained, refusal
from lscctl.rollout.journal.place import make_private
from lscctl.rollout.journal.schema import FORMAT, READABLE, bring_up_to_date, judge

PATIENCE = 10.0
"""Seconds to wait for others who write to the same file."""

Value = str | int | float | None


class Store:
    """The open file; a context manager. One thread at a time uses it. Every method raises JournalError."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection
        self._places = self._inodes()

    @classmethod
    def for_writing(cls, path: Path, *, patience: float = PATIENCE, check: bool = True) -> "Store":
        """Open the file, made (0600, in a folder of 0700) or brought to today's format where needed.

        `patience` is in seconds. `check` reads through the whole file for damage.
        """
        with explained(path, "open"):
            make_private(path.parent)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            connection = sqlite3.connect(path, timeout=patience, isolation_level=None)
            try:
                _prepare(connection, path, patience)
                if check:
                    _check(connection, path)
                return cls(path, connection)
            except BaseException:
                connection.close()
                raise

    @classmethod
    def for_reading(cls, path: Path, *, patience: float = PATIENCE) -> "Store":
        """Open the file as it is; one that nobody can write to is read as well. `patience` is in seconds."""
        with explained(path, "read"):
            path.stat()
            try:
                connection = _connect_to_read(path, patience, "mode=ro")
            except sqlite3.OperationalError:
                if not _at_rest(path):
                    raise
                # without the right to write beside it SQLite reads a file only if told that it does not change
                connection = _connect_to_read(path, patience, "mode=ro&immutable=1")
            try:
                if judge(connection, path) < READABLE:
                    raise JournalError(
                        f"the journal {path} is empty", hint="The next run that is begun with it makes it one."
                    )
                return cls(path, connection)
            except BaseException:
                connection.close()
                raise

    def __enter__(self) -> "Store":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        with explained(self.path, "close"):
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing of what the block does; when it is left, it is on disk."""
        with explained(self.path, "write"):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    with suppress(sqlite3.Error):  # what led here says more
                        self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All that the block reads is of one moment."""
        with explained(self.path, "read"):
            self._connection.execute("BEGIN")
            try:
                yield
            finally:
                self._connection.execute("ROLLBACK")

    def rows(self, statement: str, values: Sequence[Value] = ()) -> Iterator[tuple[Any, ...]]:
        """What the statement finds, row by row."""
        with explained(self.path, "read"):
            yield from self._connection.execute(statement, values)

    def row(self, statement: str, values: Sequence[Value] = ()) -> tuple[Any, ...] | None:
        """The first row that the statement finds, None if it finds nothing."""
        return next(self.rows(statement, values), None)

    def require_in_place(self) -> None:
        """Raise JournalError if the file, or the log beside it, was deleted or replaced: what is written would be lost."""
        with explained(self.path, "write"):
            in_place = self._inodes() == self._places
        if not in_place:
            raise JournalError(
                f"the journal {self.path} was deleted or replaced while a run was writing to it",
                hint=f"Bring the file back together with its -wal and -shm files, if you moved them. {ELSEWHERE}",
            )

    def shrink(self) -> None:
        """Give room that is not used any more back to the disk, in small bites, so that a run beside is not held up."""
        with explained(self.path, "shrink"):
            free, left = None, self._free_pages()
            while left and left != free:  # a file that somebody rebuilt may have lost the gift to shrink
                # as a script, since `execute` takes one step of it only, and a step is one page
                self._connection.executescript("PRAGMA incremental_vacuum(1000)")
                free, left = left, self._free_pages()
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _free_pages(self) -> int:
        return int(self._connection.execute("PRAGMA freelist_count").fetchone()[0])

    def _inodes(self) -> tuple[tuple[int, int] | None, ...]:
        return _inode(self.path), _inode(_log(self.path))


def _prepare(connection: sqlite3.Connection, path: Path, patience: float) -> None:
    if judge(connection, path) < FORMAT:
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        connection.execute("BEGIN IMMEDIATE")
        bring_up_to_date(connection, path)
        connection.execute("COMMIT")
    # SQLite itself waits for others in all but this
    for attempt in Retrying(
        retry=retry_if_exception(_is_busy), stop=stop_after_delay(patience), wait=wait_random(0.01, 0.05), reraise=True
    ):
        with attempt:
            connection.execute("PRAGMA journal_mode = WAL").fetchall()
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("SELECT count(*) FROM run").fetchone()  # from the first read on there is a log


def _is_busy(error: BaseException) -> bool:
    return isinstance(error, sqlite3.Error) and error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


def _check(connection: sqlite3.Connection, path: Path) -> None:
    (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise refusal(sqlite3.SQLITE_CORRUPT, found, path, "open")


def _connect_to_read(path: Path, patience: float, how: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"file:{quote(str(path.absolute()))}?{how}", uri=True, timeout=patience, isolation_level=None
    )
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def _at_rest(path: Path) -> bool:
    """Whether nothing waits in a log beside the file, so that the file alone is the whole journal."""
    log = _log(path)
    return not log.exists() or not log.stat().st_size


def _log(path: Path) -> Path:
    return Path(f"{path}-wal")


def _inode(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
