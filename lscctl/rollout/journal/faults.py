"""Turns what SQLite and the system say of the journal into an error that tells what happened, where, and what to do next."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lscctl.errors import JournalError

ELSEWHERE = "--journal FILE names another journal."

_CAUSES = {
    sqlite3.SQLITE_FULL: ("the disk is full", f"Make room on the disk, or use another one: {ELSEWHERE}"),
    sqlite3.SQLITE_READONLY: (
        "it is read-only",
        f"Give yourself the right to write the file and its folder. {ELSEWHERE}",
    ),
    sqlite3.SQLITE_PERM: ("it is not yours to use", f"Give yourself the right to read and write it. {ELSEWHERE}"),
    sqlite3.SQLITE_CANTOPEN: (
        "it cannot be opened",
        f"See that the folder exists and that you may read and write the file and its folder. {ELSEWHERE}",
    ),
    sqlite3.SQLITE_BUSY: (
        "another program has locked it",
        "Close the program that has it open (a database browser, a backup), then run the command again.",
    ),
    sqlite3.SQLITE_CORRUPT: (
        "it is damaged",
        f"Keep the file for rescue (`sqlite3 FILE .recover`) and begin a new one: {ELSEWHERE}",
    ),
    sqlite3.SQLITE_NOTADB: ("the file is not a journal of lscctl", f"See whether the name is right. {ELSEWHERE}"),
    sqlite3.SQLITE_IOERR: (
        "the disk does not take it",
        f"See whether the disk is well and has room, and whether a limit on file sizes is set (ulimit -f). {ELSEWHERE}",
    ),
}


@contextmanager
def explained(path: Path, doing: str) -> Iterator[None]:
    """Raise JournalError for what SQLite or the system refuses in the block; `doing` completes "cannot ... the journal"."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
        raise refusal(code, str(error), path, doing) from error
    except OSError as error:
        what = f"cannot {doing} the journal {path}: {error.strerror or error}"
        raise JournalError(what, hint=f"See to the file and its folder. {ELSEWHERE}") from error


def refusal(code: int, said: str, path: Path, doing: str) -> JournalError:
    """What SQLite's result `code` means for a person; `said` is SQLite's own text."""
    kind = code & 0xFF  # what stands above is a detail of the kind
    cause, hint = _CAUSES.get(kind, ("SQLite refuses", f"Another journal may do: {ELSEWHERE}"))
    return JournalError(f"cannot {doing} the journal {path}: {cause} ({said})", hint=hint)
