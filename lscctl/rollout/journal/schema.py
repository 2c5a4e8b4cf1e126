"""The tables of the journal, one step for each format from the empty file on; the format's number is `user_version`.

- `run`: one row a run. `operation`, `deadline`, `request` and `rules` never change; `later` is `RunSummary.left`, `limited` the
  last `Limited` event; `lock` is the token of the lock under which it runs or ran last.
- `phone`: one row for each phone of the plan, `position` in the plan's order; `step` or `left_out`, never both.
- `standing`: how a phone stands, from the first event that concerns it on.
- `story`: what happened to phones; `event`: what happened to the run. Rows are in the order in which it happened.
- `wish`: somebody asks the run to stop.
- `profile`: what a run does to a security profile once its phones have ended, and how that stands; `open`: something may still
  be done for it.
- `hand_out`: where the authentication strings of a run were handed out, and the digest of that file. The strings are nowhere in the
  journal, and since the file holds a seal of 256 random bits, nobody can find one by trying which gives the digest.
- `remedy`: what was done to the cluster itself, for a run or for none; `outcome` is empty until it is known.

Columns of JSON are written and read by `notation`. Times are epoch seconds of our clock.
"""

import sqlite3
from pathlib import Path

from lscctl.errors import JournalError
from lscctl.rollout.journal.faults import ELSEWHERE

APPLICATION = int.from_bytes(b"LSCC")
"""Marks a SQLite file as a journal of lscctl (`application_id`)."""

_FORMAT_1 = (
    """CREATE TABLE run (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        cluster TEXT NOT NULL, host TEXT NOT NULL, publisher TEXT NOT NULL, capf TEXT NOT NULL,
        who TEXT NOT NULL, version TEXT NOT NULL, command TEXT NOT NULL,
        operation TEXT NOT NULL, deadline TEXT NOT NULL, request TEXT NOT NULL, rules TEXT NOT NULL,
        phones INTEGER NOT NULL, left_out INTEGER NOT NULL,
        retries INTEGER REFERENCES run ON DELETE SET NULL,
        lock TEXT NOT NULL, started REAL NOT NULL, ended REAL, state TEXT NOT NULL, counts TEXT,
        why TEXT NOT NULL DEFAULT '', notes TEXT NOT NULL DEFAULT '[]',
        writes INTEGER NOT NULL DEFAULT 0, reads INTEGER NOT NULL DEFAULT 0,
        stopped TEXT, failure TEXT, gate TEXT, later TEXT, limited TEXT)""",
    """CREATE TABLE phone (
        run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
        name TEXT NOT NULL, pkid TEXT NOT NULL, position INTEGER NOT NULL, step TEXT, left_out TEXT,
        UNIQUE (run, name))""",
    """CREATE TABLE standing (
        run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
        name TEXT NOT NULL, state TEXT NOT NULL, standing TEXT NOT NULL,
        UNIQUE (run, name))""",
    """CREATE TABLE story (
        number INTEGER PRIMARY KEY,
        run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
        name TEXT NOT NULL, at REAL NOT NULL, what TEXT NOT NULL, status TEXT NOT NULL, text TEXT NOT NULL)""",
    "CREATE INDEX story_of_run ON story (run)",
    """CREATE TABLE event (
        number INTEGER PRIMARY KEY,
        run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
        kind TEXT NOT NULL, event TEXT NOT NULL)""",
    "CREATE INDEX event_of_run ON event (run)",
    """CREATE TABLE wish (
        number INTEGER PRIMARY KEY,
        run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
        at REAL NOT NULL, who TEXT NOT NULL)""",
    "CREATE INDEX wish_of_run ON wish (run)",
)

_FORMAT_2 = (
    """CREATE TABLE remedy (
        number INTEGER PRIMARY KEY,
        run INTEGER REFERENCES run ON DELETE CASCADE,
        cluster TEXT NOT NULL, host TEXT NOT NULL, publisher TEXT NOT NULL,
        at REAL NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL, outcome TEXT NOT NULL DEFAULT '')""",
    "CREATE INDEX remedy_of_run ON remedy (run)",
)

_FORMAT_3 = (
    """CREATE TABLE profile (
        run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
        pkid TEXT NOT NULL, position INTEGER NOT NULL, change TEXT NOT NULL, standing TEXT NOT NULL, open INTEGER NOT NULL,
        UNIQUE (run, pkid))""",
)

_FORMAT_4 = (
    """CREATE TABLE hand_out (
        run INTEGER PRIMARY KEY REFERENCES run ON DELETE CASCADE,
        path TEXT NOT NULL, digest TEXT NOT NULL, phones INTEGER NOT NULL)""",
)

FORMATS = (_FORMAT_1, _FORMAT_2, _FORMAT_3, _FORMAT_4)
"""What leads from each format to the next; the first from an empty file."""

FORMAT = len(FORMATS)

READABLE = 1
"""The oldest format that can be read as it is: what came since are tables of their own."""


def judge(connection: sqlite3.Connection, path: Path) -> int:
    """The format of the file, 0 if it is empty; JournalError if it is another program's, or of a newer lscctl."""
    # one statement, so that what another process is just making is seen wholly or not at all
    application, version, tables = connection.execute(
        "SELECT application_id, user_version, (SELECT count(*) FROM sqlite_master)"
        " FROM pragma_application_id, pragma_user_version"
    ).fetchone()
    if application != APPLICATION and (application or version or tables):
        raise JournalError(
            f"{path} is a database, but not a journal of lscctl", hint=f"See whether the name is right. {ELSEWHERE}"
        )
    if version > FORMAT:
        raise JournalError(
            f"the journal {path} was written by a newer lscctl (format {version}, this one reads up to {FORMAT})",
            hint=f"Use the newer lscctl. {ELSEWHERE}",
        )
    return int(version)


def bring_up_to_date(connection: sqlite3.Connection, path: Path) -> None:
    """Lead the file from the format that it has to today's, in the transaction that the caller has begun."""
    version = judge(connection, path)
    for number, statements in enumerate(FORMATS[version:], version + 1):
        for statement in statements:
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {number}")
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
