"""Where a run's authentication strings were handed out: the file, and what it is known by."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from lscctl.rollout.journal.notation import harmless
from lscctl.rollout.journal.store import Store


@dataclass(frozen=True, slots=True)
class HandedOut:
    """A file that was handed out: where it is, the digest of all its bytes (`sha256:...`), and for how many phones."""

    path: Path
    digest: str
    phones: int

    def __str__(self) -> str:
        phones = "1 phone" if self.phones == 1 else f"{self.phones:,} phones"
        return harmless(f"the authentication strings of {phones} are handed out in {self.path}")


def note_hand_out(connection: sqlite3.Connection, number: int, handed_out: HandedOut) -> None:
    """Write down where the run's strings are, in the transaction that the caller has begun."""
    connection.execute(
        "INSERT INTO hand_out (run, path, digest, phones) VALUES (?, ?, ?, ?)",
        (number, harmless(str(handed_out.path)), handed_out.digest, handed_out.phones),
    )


def read_hand_out(store: Store, number: int) -> HandedOut | None:
    """What was handed out for the run; None where nothing was. Raises JournalError."""
    if store.row("SELECT 1 FROM sqlite_master WHERE name = 'hand_out'") is None:
        return None  # a journal from before there were any
    found = store.row("SELECT path, digest, phones FROM hand_out WHERE run = ?", (number,))
    return None if found is None else HandedOut(Path(found[0]), str(found[1]), int(found[2]))
