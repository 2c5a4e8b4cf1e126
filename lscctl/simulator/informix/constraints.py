"""Tells Informix's story of a constraint that a change would have hurt."""

import sqlite3
from collections.abc import Mapping

from lscctl.simulator.informix.catalog import Table
from lscctl.simulator.informix.errors import SqlError


def refused_by_constraint(
    connection: sqlite3.Connection,
    hurt: str,
    sql: str,
    parameters: Mapping[str, str | int | float],
    changed: Table | None,
) -> SqlError:
    """Turn SQLite's complaint `hurt` about a statement into Informix's: 239, 391, 530, 691 or 692."""
    what, _, where = hurt.partition(" constraint failed")
    where = where.removeprefix(":").strip()
    if what == "UNIQUE":
        return SqlError(239)
    if what == "NOT NULL":
        return SqlError(391, where.rpartition(".")[2])
    if what == "FOREIGN KEY" and changed is not None:
        return _reference(connection, sql, parameters, changed)
    return SqlError(530, f"informix.{where}" if where.isidentifier() else "informix.check")


def _reference(
    connection: sqlite3.Connection, sql: str, parameters: Mapping[str, str | int | float], changed: Table
) -> SqlError:
    """Name the reference, which SQLite does not: let the change happen, look what dangles, and take it back.

    CUCM calls its constraints `informix.fk_<table>_<column>` [a published executeSQLUpdate fault].
    """
    cursor = connection.cursor()
    cursor.row_factory = None
    cursor.execute("SAVEPOINT informix_reference")
    try:
        cursor.execute("PRAGMA defer_foreign_keys = ON")
        cursor.execute(sql, parameters)
        table, _, _, number = cursor.execute("PRAGMA foreign_key_check").fetchone()
        column = next(row[3] for row in cursor.execute(f'PRAGMA foreign_key_list("{table}")') if row[0] == number)
    finally:
        cursor.execute("ROLLBACK TO informix_reference")
        cursor.execute("RELEASE informix_reference")
        cursor.execute("PRAGMA defer_foreign_keys = OFF")
    still_referenced = sql.startswith("DELETE") or table.lower() != changed.name
    return SqlError(692 if still_referenced else 691, f"informix.fk_{table}_{column}".lower())
