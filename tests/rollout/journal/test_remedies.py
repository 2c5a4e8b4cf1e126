"""What is done to a cluster itself is in the journal before it is done, and belongs to the run that it is done for."""

import sqlite3
from pathlib import Path

from lscctl.rollout.journal.remedies import belong_to, intend, read_remedies, settle
from lscctl.rollout.journal.schema import FORMAT
from lscctl.rollout.journal.store import Store
from tests.rollout.journal.lab import FIRST, IDENTITY, intended, lab, open_history


def test_a_remedy_is_there_before_its_outcome_is_known_and_then_belongs_to_its_run(folder: Path) -> None:
    with lab(folder) as at_work:
        store, run = at_work.store, at_work.journal.number
        first = intend(store, IDENTITY, "anna@desk", "start CAPF on pub", 1_000.0)
        second = intend(store, IDENTITY, "anna@desk", "profile 'A' applied", 1_001.0)
        assert [(one.what, one.outcome, one.run) for one in read_remedies(store, None)] == [
            ("start CAPF on pub", "", None),
            ("profile 'A' applied", "", None),
        ]
        settle(store, first, "done")
        with store.transaction() as connection:
            belong_to(connection, run, [first])
        (done,) = read_remedies(store, run)
        assert (done.at, done.who, done.cluster, done.outcome, done.run) == (
            1_000.0, "anna@desk", IDENTITY.name, "done", run,
        )  # fmt: skip
        settle(store, second, "failed: no role")
        assert [one.outcome for one in read_remedies(store, None)] == ["failed: no role"]


def test_a_journal_of_before_there_were_remedies_is_read_as_it_is_and_then_brought_up_to_date(folder: Path) -> None:
    with lab(folder) as older:
        older.journal.on_event(intended(FIRST))
    with sqlite3.connect(older.file) as connection:
        connection.execute("DROP TABLE remedy")
        connection.execute("DROP TABLE profile")
        connection.execute("DROP TABLE hand_out")
        connection.execute("PRAGMA user_version = 1")
    connection.close()
    with open_history(folder) as history:
        assert [run.number for run in history.runs()] == [1]
        assert history.load(1).standings
        assert history.remedies(1) == history.remedies(None) == ()
    with Store.for_writing(older.file) as store:
        assert store.row("PRAGMA user_version") == (FORMAT,)
        intend(store, IDENTITY, "anna@desk", "start CAPF", 1.0)
        assert len(read_remedies(store, None)) == 1
