"""Which tables and columns a statement can see, and of what types."""

import re
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import lru_cache

from lscctl.simulator.informix import kinds


@dataclass(frozen=True)
class Column:
    """A column; `indexed` where SQLite finds it by an index, which must then not be talked out of it."""

    name: str
    type: kinds.Type
    indexed: bool = False


@dataclass(frozen=True)
class Table:
    """A table and its columns in order."""

    name: str
    columns: tuple[Column, ...]


@dataclass(frozen=True, eq=False)
class Catalog:
    """Tables by name in lower case."""

    tables: dict[str, Table] = field(default_factory=dict)


def catalog_of(connection: sqlite3.Connection, visible: Collection[str] | None) -> Catalog:
    """Read the database's tables, limited to `visible` ones where given; read again only when the schema changed."""
    cursor = connection.cursor()
    cursor.row_factory = None
    rows = cursor.execute("SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'view', 'index')").fetchall()
    schema = tuple((str(name), str(sql)) for name, sql in rows)
    known = None if visible is None else frozenset(name.lower() for name in visible)
    found = _known_catalogs.get((schema, known))
    if found is None:
        found = Catalog({name: table for name, table in _read_tables(cursor).items() if known is None or name in known})
        if len(_known_catalogs) >= _MOST_CATALOGS:
            _known_catalogs.clear()
        _known_catalogs[schema, known] = found
    return found


_MOST_CATALOGS = 16
_known_catalogs: dict[tuple[tuple[tuple[str, str], ...], frozenset[str] | None], Catalog] = {}


def _read_tables(cursor: sqlite3.Cursor) -> dict[str, Table]:
    names = cursor.execute(
        "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    ).fetchall()
    tables: dict[str, Table] = {}
    for (name,) in names:
        indexed = {
            str(column).lower()
            for (column,) in cursor.execute(
                "SELECT inside.name FROM pragma_index_list(?) AS list, pragma_index_info(list.name) AS inside "
                "WHERE inside.seqno = 0 AND inside.name IS NOT NULL",
                (name,),
            )
        }
        columns = tuple(
            Column(column.lower(), _type_of(declared), column.lower() in indexed)
            for column, declared in cursor.execute('SELECT name, "type" FROM pragma_table_info(?)', (name,))
        )
        tables[name.lower()] = Table(name.lower(), columns)
    return tables


@lru_cache(maxsize=256)
def _type_of(declared: str) -> kinds.Type:
    """A column's type by the words of its declaration, as SQLite keeps them."""
    words = declared.lower()
    length = re.search(r"\((\d{1,6})\)", words)
    if "bool" in words:
        return kinds.BOOLEAN
    if "datetime" in words:
        units = [kinds.UNITS.index(unit) for unit in re.findall("|".join(kinds.UNITS), words)]
        return kinds.datetime_of(units[0], 8 if units[1] == 6 else units[1]) if len(units) == 2 else _SECONDS
    if words.strip() == "date":
        return kinds.DATE
    if "int" in words or "serial" in words:
        return kinds.INTEGER
    if any(word in words for word in ("dec", "num", "float", "real", "double")):
        return kinds.DECIMAL
    return kinds.Type(kinds.Kind.TEXT, length=int(length.group(1)) if length else None)


_SECONDS = kinds.datetime_of(0, 5)
