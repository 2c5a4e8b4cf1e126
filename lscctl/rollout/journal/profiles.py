"""What a run does to security profiles, as the journal keeps it: each planned change, and how it stands."""

import sqlite3
from collections.abc import Iterable, Mapping

from lscctl.notation import PROFILE_CHANGE, PROFILE_STANDING, text_of
from lscctl.profile_change import ProfileChange, ProfileOutcome, ProfileStanding
from lscctl.rollout.journal.notation import value_of
from lscctl.rollout.journal.store import Store


def plan(connection: sqlite3.Connection, run: int, changes: Iterable[ProfileChange]) -> None:
    """Write down what is planned, in the transaction of the run's beginning."""
    connection.executemany(
        "INSERT INTO profile (run, pkid, position, change, standing, open) VALUES (?, ?, ?, ?, ?, ?)",
        [
            (run, change.profile.pkid, position, text_of(PROFILE_CHANGE, change), *_standing(change, ProfileStanding()))
            for position, change in enumerate(changes)
        ],
    )


def stand(connection: sqlite3.Connection, run: int, outcomes: Iterable[ProfileOutcome]) -> None:
    """Write down how they stand now, in a transaction of the caller's."""
    connection.executemany(
        "UPDATE profile SET standing = ?, open = ? WHERE run = ? AND pkid = ?",
        [(*_standing(one.change, one.standing), run, one.change.profile.pkid) for one in outcomes],
    )


def _standing(change: ProfileChange, standing: ProfileStanding) -> tuple[str, bool]:
    return text_of(PROFILE_STANDING, standing), ProfileOutcome(change, standing).open


def read_outcomes(store: Store, run: int) -> tuple[ProfileOutcome, ...]:
    """The run's changes in the plan's order, and how they stand; none in a journal of an older lscctl. Raises JournalError."""
    if not _known(store):
        return ()
    return tuple(
        ProfileOutcome(value_of(PROFILE_CHANGE, change, store.path), value_of(PROFILE_STANDING, standing, store.path))
        for change, standing in store.rows(
            "SELECT change, standing FROM profile WHERE run = ? ORDER BY position", (run,)
        )
    )


def open_profiles(store: Store) -> Mapping[int, int]:
    """`{run: how many profiles it may still do something for}`, of those that have any. Raises JournalError."""
    if not _known(store):
        return {}
    return dict(store.rows("SELECT run, count(*) FROM profile WHERE open GROUP BY run"))


def _known(store: Store) -> bool:
    return store.row("SELECT 1 FROM sqlite_master WHERE name = 'profile'") is not None
