"""What phones lived through: their own logs are written out of it, each in its generation's words."""

import sqlite3
from dataclasses import dataclass
from typing import Final, Literal

MOST_KEPT: Final = 60
"""So many of a phone's entries are read, the last ones: phones keep no more than their memory holds."""

Event = Literal[
    "restart",  # CUCM asked for it
    "lists",  # the lists were fetched: `kept`, `updated`, `not-verified`, `corrupt`, `missing`
    "no-server",  # no TFTP server answered
    "no-configuration",
    "configuration",  # it was fetched, from the node named
    "attempt",  # at CAPF, by the mode named, with what stood in its way after a bar
    "waiting",  # for somebody who types the authentication string
    "wrong-string",
    "locked",  # after ten of them
    "keys",  # the public key went to CAPF: `rsa 2048`
    "ended",  # the attempt ended after CAPF was reached: the fault's name, '' for none
    "installed",
    "deleted",
    "shown",  # its certificates went to the CAPF trace
    "registered",  # at the node named
    "lost",
]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened: when, in epoch seconds, and what to."""

    at: float
    event: Event
    subject: str = ""


class Diary:
    """The diaries of all phones; use it under the cluster's lock."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def note(self, pkid: str, at: float, event: Event, subject: str = "") -> None:
        """Write down that something happened to a phone."""
        self._connection.execute(
            "INSERT INTO sim_diary (fkdevice, at, event, subject) VALUES (?, ?, ?, ?)", (pkid, at, event, subject)
        )

    def of(self, pkid: str) -> list[Entry]:
        """A phone's last entries, in the order in which they happened."""
        rows = self._connection.execute(
            "SELECT at, event, subject FROM sim_diary WHERE fkdevice = ? ORDER BY id DESC LIMIT ?", (pkid, MOST_KEPT)
        ).fetchall()
        return [Entry(*row) for row in reversed(rows)]
