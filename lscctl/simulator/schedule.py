"""What is going to happen and when: events kept in the database, and durations that a seed decides."""

import random
import sqlite3
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

EventKind = Literal["fetch", "register", "contact", "type", "keys", "return", "deadline"]


@dataclass(frozen=True)
class Event:
    """One thing that happens to one phone; due in epoch seconds."""

    due: float
    pkid: str
    kind: EventKind


class Schedule:
    """The events to come. All durations but deadlines shrink with the `speed` of the phones, which may change on the way."""

    def __init__(self, connection: sqlite3.Connection, *, seed: int, phone_speed: float) -> None:
        self._connection = connection
        self._seed = seed
        self.speed = phone_speed

    def add(self, pkid: str, kind: EventKind, due: float) -> None:
        """Let something happen to a phone at a time."""
        self._connection.execute("INSERT INTO sim_event (due, fkdevice, kind) VALUES (?, ?, ?)", (due, pkid, kind))

    def after(self, at: float, seconds: float) -> float:
        """Say when a duration of a phone's that starts at `at` is over."""
        return at + seconds / self.speed

    def within(self, pkid: str, attempt: int, what: str, low: float, high: float) -> float:
        """Draw a duration: the same one for the same seed, phone, attempt and purpose."""
        digest = sha256(f"{self._seed} {pkid} {attempt} {what}".encode()).digest()
        return low + (high - low) * int.from_bytes(digest[:4], "big") / 2**32

    def dice(self, pkid: str, attempt: int, what: str) -> random.Random:
        """Give dice that fall the same way for the same seed, phone, attempt and purpose."""
        return random.Random(f"{self._seed} {pkid} {attempt} {what}")  # noqa: S311  # no secret

    def forget(self, pkid: str) -> None:
        """Drop all that was to happen to a phone; a deadline stays, which is the cluster's own."""
        self._connection.execute("DELETE FROM sim_event WHERE fkdevice = ? AND kind <> 'deadline'", (pkid,))

    def shift(self, seconds: float) -> None:
        """Let everything but deadlines come so much later by the cluster's clock, which jumped."""
        self._connection.execute("UPDATE sim_event SET due = due + ? WHERE kind <> 'deadline'", (seconds,))

    def is_due(self, now: float) -> bool:
        """Say whether anything is due."""
        return self._connection.execute("SELECT 1 FROM sim_event WHERE due <= ? LIMIT 1", (now,)).fetchone() is not None

    def take(self, now: float) -> Event | None:
        """Take the earliest event that is due off the schedule."""
        row = self._connection.execute(
            "SELECT id, due, fkdevice, kind FROM sim_event WHERE due <= ? ORDER BY due, id LIMIT 1", (now,)
        ).fetchone()
        if row is None:
            return None
        self._connection.execute("DELETE FROM sim_event WHERE id = ?", (row[0],))
        return Event(row[1], row[2], row[3])
