"""What clients wrote: every accepted write of a phone, as the cluster took it, for tests that need the truth."""

import json
import logging
import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import NamedTuple

from lscctl.simulator import enumerations as enums
from lscctl.simulator.clock import ServerClock

MOST_WRITES = 100_000

log = logging.getLogger("lscctl.simulator.history")


@dataclass(frozen=True, slots=True)
class Write:
    """One accepted write of one phone.

    number: counts from 1. at: epoch seconds by the cluster's clock; true_at: by a clock that never jumps.
    operation: AXL's, such as updatePhone, applyPhone, executeSQLUpdate.
    certificate_operation, certificate_status, finish_time: as they stand after the write, in the schema's words;
    operation_before, status_before, finish_time_before: as they stood when it came. changed: whether any column of the
    phone's row in `device` changed. A phone that SQL deletes is a write, too: with no operation and no status.
    """

    number: int
    at: float
    true_at: float
    pkid: str
    phone: str
    operation: str
    certificate_operation: str
    certificate_status: str
    finish_time: str
    operation_before: str
    status_before: str
    finish_time_before: str
    changed: bool


class _Capf(NamedTuple):
    operation: str
    status: str
    finish_time: str


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
        self._note(operation, pkid, str(after["name"]), _shown(before), _shown(after), changed=after != before)

    @contextmanager
    def of_statement(self, operation: str) -> Iterator[None]:
        """Remember what a statement in the block does to phones, row by row, unless it raises."""
        self._connection.execute(_NOTES)
        triggers = self._triggers()
        for name, body in triggers.items():
            self._connection.execute(f"CREATE TEMP TRIGGER {name} {body}")
        try:
            yield
            noted = self._connection.execute(
                "SELECT pkid, name, enum, status, finish, old_enum, old_status, old_finish, changed FROM sim_noted"
                " ORDER BY rowid"
            )
            for pkid, name, *after, old_enum, old_status, old_finish, changed in noted.fetchall():
                before = _capf(old_enum, old_status, old_finish)
                self._note(operation, pkid, name, before, _capf(*after), changed=bool(changed))
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
        shown = "{0}.tkcertificateoperation, {0}.tkcertificatestatus, {0}.upgradefinishtime"
        new, old = shown.format("NEW"), shown.format("OLD")
        return {
            "sim_note_update": "AFTER UPDATE ON main.device WHEN NEW.tkclass = 1 BEGIN INSERT INTO sim_noted VALUES"
            f" (NEW.pkid, NEW.name, {new}, {old}, {differs}); END",
            "sim_note_delete": "AFTER DELETE ON main.device WHEN OLD.tkclass = 1 BEGIN INSERT INTO sim_noted VALUES"
            f" (OLD.pkid, OLD.name, NULL, NULL, NULL, {old}, 1); END",
        }

    def _note(self, operation: str, pkid: str, phone: str, before: _Capf, after: _Capf, *, changed: bool) -> None:
        self._count += 1
        write = Write(
            number=self._count,
            at=self._clock.utc(),
            true_at=self._clock.true_utc(),
            pkid=pkid,
            phone=phone,
            operation=operation,
            certificate_operation=after.operation,
            certificate_status=after.status,
            finish_time=after.finish_time,
            operation_before=before.operation,
            status_before=before.status,
            finish_time_before=before.finish_time,
            changed=changed,
        )
        self._writes.append(write)
        if log.isEnabledFor(logging.INFO):
            log.info("write %s", json.dumps(asdict(write), ensure_ascii=False))


_NOTES = (
    "CREATE TEMP TABLE sim_noted (pkid TEXT, name TEXT, enum INTEGER, status INTEGER, finish TEXT, old_enum INTEGER,"
    " old_status INTEGER, old_finish TEXT, changed INTEGER)"
)


def _shown(row: dict[str, object]) -> _Capf:
    """The CAPF part of a row of `device`."""
    return _capf(row["tkcertificateoperation"], row["tkcertificatestatus"], row["upgradefinishtime"])


def _capf(operation: object, status: object, finish_time: object) -> _Capf:
    return _Capf(
        "" if operation is None else enums.name_of(enums.OPERATIONS, int(str(operation))),
        "" if status is None else enums.name_of(enums.STATUSES, int(str(status))),
        str(finish_time or ""),
    )
