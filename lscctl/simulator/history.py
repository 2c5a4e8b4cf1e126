"""What clients wrote: every accepted write of a phone, as the cluster took it, for tests that need the truth."""

import json
import logging
import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from lscctl.simulator import enumerations as enums
from lscctl.simulator.clock import ServerClock

MOST_WRITES = 100_000

log = logging.getLogger("lscctl.simulator.history")


@dataclass(frozen=True, slots=True)
class Write:
    """One accepted write of one phone.

    number: counts from 1. at: epoch seconds by the cluster's clock; true_at: by a clock that never jumps.
    operation: AXL's, such as updatePhone, applyPhone, executeSQLUpdate.
    certificate_operation, finish_time: as they stand after the write, in the schema's words. changed: whether any
    column of the phone's row in `device` changed. A phone that SQL deletes is a write, too: with no operation.
    """

    number: int
    at: float
    true_at: float
    pkid: str
    phone: str
    operation: str
    certificate_operation: str
    finish_time: str
    changed: bool


class History:
    """The last `most` writes of one cluster, in the order in which they took effect; used under the cluster's lock.

    Each is told to the log, too: `write` and a JSON object with the fields of `Write`.
    """

    def __init__(self, connection: sqlite3.Connection, clock: ServerClock, *, most: int = MOST_WRITES) -> None:
        self._connection = connection
        self._clock = clock
        self._writes: deque[Write] = deque(maxlen=most)
        self._count = 0

    def writes(self, after: int = 0) -> tuple[Write, ...]:
        """List the writes whose number is above `after`."""
        return tuple(write for write in self._writes if write.number > after)

    @contextmanager
    def of_phone(self, operation: str, pkid: str) -> Iterator[None]:
        """Remember what the block does to a phone, unless it raises."""
        before = self._row(pkid)
        yield
        after = self._row(pkid)
        self._note(operation, pkid, _shown(after), changed=after != before)

    @contextmanager
    def of_statement(self, operation: str) -> Iterator[None]:
        """Remember what a statement in the block does to phones, row by row, unless it raises."""
        self._connection.execute(_NOTES)
        triggers = self._triggers()
        for name, body in triggers.items():
            self._connection.execute(f"CREATE TEMP TRIGGER {name} {body}")
        try:
            yield
            noted = self._connection.execute("SELECT pkid, name, enum, finish, changed FROM sim_noted ORDER BY rowid")
            for pkid, name, enum, finish, changed in noted.fetchall():
                words = "" if enum is None else enums.name_of(enums.OPERATIONS, enum)
                self._note(operation, pkid, (name, words, finish or ""), changed=bool(changed))
        finally:
            for name in triggers:
                self._connection.execute(f"DROP TRIGGER {name}")
            self._connection.execute("DROP TABLE sim_noted")

    def _row(self, pkid: str) -> dict[str, object]:
        cursor = self._connection.execute("SELECT * FROM device WHERE pkid = ?", (pkid,))
        row = cursor.fetchone()
        return {} if row is None else dict(zip((column[0] for column in cursor.description), row, strict=True))

    def _triggers(self) -> dict[str, str]:
        columns = [str(row[1]) for row in self._connection.execute("PRAGMA table_info(device)")]
        differs = " OR ".join(f'OLD."{column}" IS NOT NEW."{column}"' for column in columns)
        return {
            "sim_note_update": "AFTER UPDATE ON main.device WHEN NEW.tkclass = 1 BEGIN INSERT INTO sim_noted VALUES"
            f" (NEW.pkid, NEW.name, NEW.tkcertificateoperation, NEW.upgradefinishtime, {differs}); END",
            "sim_note_delete": "AFTER DELETE ON main.device WHEN OLD.tkclass = 1 BEGIN INSERT INTO sim_noted VALUES"
            " (OLD.pkid, OLD.name, NULL, NULL, 1); END",
        }

    def _note(self, operation: str, pkid: str, shown: tuple[str, str, str], *, changed: bool) -> None:
        self._count += 1
        phone, certificate_operation, finish_time = shown
        write = Write(
            number=self._count,
            at=self._clock.utc(),
            true_at=self._clock.true_utc(),
            pkid=pkid,
            phone=phone,
            operation=operation,
            certificate_operation=certificate_operation,
            finish_time=finish_time,
            changed=changed,
        )
        self._writes.append(write)
        if log.isEnabledFor(logging.INFO):
            log.info("write %s", json.dumps(asdict(write), ensure_ascii=False))


_NOTES = "CREATE TEMP TABLE sim_noted (pkid TEXT, name TEXT, enum INTEGER, finish TEXT, changed INTEGER)"


def _shown(row: dict[str, object]) -> tuple[str, str, str]:
    """Name, certificate operation and finish time of a row of `device`."""
    operation = enums.name_of(enums.OPERATIONS, int(str(row["tkcertificateoperation"])))
    return str(row["name"]), operation, str(row["upgradefinishtime"] or "")
