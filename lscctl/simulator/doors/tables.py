"""Reading the database for the doors: rows as dictionaries, AXL's uuids and booleans, its wildcards."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lscctl.simulator.assumptions import Assumptions
from lscctl.simulator.cluster import Cluster

Row = dict[str, Any]


def rows(connection: sqlite3.Connection, sql: str, arguments: Sequence[object] = ()) -> list[Row]:
    """What `sql` finds; where two columns have one name, the last counts."""
    cursor = connection.execute(sql, arguments)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def exists(cluster: Cluster, table: str) -> bool:
    """Whether the cluster's release has this table."""
    found = cluster.connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (table,))
    return found.fetchone() is not None


def columns(cluster: Cluster, table: str) -> frozenset[str]:
    """The columns that the cluster's release gives this table."""
    return frozenset(
        str(row[0]) for row in cluster.connection.execute("SELECT name FROM pragma_table_info(?)", (table,))
    )


def pkid_of_uuid(uuid: str) -> str:
    """A uuid as AXL clients send it, with or without braces, in any case, as the database has it."""
    return uuid.strip().strip("{}").lower()


@dataclass(frozen=True, slots=True)
class Notation:
    """How this cluster's AXL writes uuids and booleans."""

    assumptions: Assumptions

    def uuid(self, pkid: str | None) -> str:
        """`{6A0AC8CF-...}`; nothing for nothing."""
        if not pkid:
            return ""
        return f"{{{pkid.upper() if self.assumptions.uuid_case == 'upper' else pkid}}}"

    def boolean(self, value: object) -> str:
        """`true`/`false` of a database's 't'/'f' or of any text that the schema takes for a boolean."""
        true = value in ("t", "true", "1", 1, True)
        if self.assumptions.booleans == "t":
            return "t" if true else "f"
        return "true" if true else "false"


def like(column: str) -> str:
    """A condition for AXL's wildcards: `%` and `_` as in SQL, case does not matter (*assumed*)."""
    return f"COALESCE({column}, '') LIKE ?"
