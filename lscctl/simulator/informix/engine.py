"""Runs Informix's SQL on a SQLite database: the doors that AXL's executeSQLQuery and executeSQLUpdate open."""

import sqlite3
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any

from sqlglot import exp

from lscctl.simulator.informix import moments
from lscctl.simulator.informix.catalog import Catalog, Column, Table, catalog_of
from lscctl.simulator.informix.changes import change
from lscctl.simulator.informix.constraints import refused_by_constraint
from lscctl.simulator.informix.errors import SqlError
from lscctl.simulator.informix.kinds import Kind, Type
from lscctl.simulator.informix.parser import parse
from lscctl.simulator.informix.routines import ServerClock, decimal_text, install, running
from lscctl.simulator.informix.selects import Selects
from lscctl.simulator.informix.syntax import Combined


@dataclass(frozen=True)
class Answer:
    """Rows as AXL gives them: all text, None for NULL; column names in lower case, perhaps the same one twice."""

    columns: tuple[str, ...]
    rows: list[tuple[str | None, ...]]


@dataclass(frozen=True)
class _Translation:
    sql: str
    parameters: dict[str, str | int | float]
    columns: tuple[Column, ...] = ()
    changed: Table | None = None


def query(
    connection: sqlite3.Connection,
    sql: str,
    *,
    clock: ServerClock,
    tables: Collection[str] | None = None,
    without: Collection[str] = (),
) -> Answer:
    """Answer a SELECT in Informix's dialect.

    tables: the only ones that the statement can see; None for all. without: built-in routines that this server lacks, by
    name in lower case: a call of one is error 674. Column names of unnamed expressions are Informix's
    without the brackets that XML cannot hold: `count`, `max`, `constant`, `expression`.
    Raises SqlError; 363 for anything but a SELECT, 208 for more than MOST_ROWS, 213 after MOST_SECONDS.
    """
    translation = _translation(sql, catalog_of(connection, tables), frozenset(without))
    if translation.changed:
        raise SqlError(363)
    with _bounded(connection):
        rows = _fetched(_run(connection, translation, clock), translation.columns)
    return Answer(tuple(column.name for column in translation.columns), rows)


def update(
    connection: sqlite3.Connection,
    sql: str,
    *,
    clock: ServerClock,
    tables: Collection[str] | None = None,
    without: Collection[str] = (),
) -> int:
    """Carry out an INSERT, UPDATE or DELETE; say how many rows it changed. Nothing is committed here.

    tables, without: as for `query`.

    Raises SqlError, after which nothing of the statement has happened; 260 for a SELECT.
    """
    translation = _translation(sql, catalog_of(connection, tables), frozenset(without))
    if not translation.changed:
        raise SqlError(260)
    with _bounded(connection):
        return max(_run(connection, translation, clock).rowcount, 0)


# --- translation

_MOST_KEPT = 256
_LONGEST_KEPT = 100_000
_kept: OrderedDict[tuple[str, Catalog, frozenset[str]], _Translation] = OrderedDict()
_keeping = Lock()


def _translation(sql: str, catalog: Catalog, without: frozenset[str]) -> _Translation:
    key = (sql, catalog, without)
    with _keeping:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    made = _translate(sql, catalog, without)
    if len(sql) <= _LONGEST_KEPT:
        with _keeping:
            _kept[key] = made
            if len(_kept) > _MOST_KEPT:
                _kept.popitem(last=False)
    return made


def _translate(sql: str, catalog: Catalog, without: frozenset[str]) -> _Translation:
    try:
        sql.encode()
    except UnicodeEncodeError:
        raise SqlError(202) from None
    if "\0" in sql:
        raise SqlError(202)
    try:
        return _translated(sql, Selects(catalog, without))
    except RecursionError:
        raise SqlError(208) from None


def _translated(sql: str, selects: Selects) -> _Translation:
    statement = parse(sql)
    if isinstance(statement, (exp.Select, Combined)):
        found = selects.query(statement, None)
        return _Translation(found.sql, selects.parameters.values, found.columns)
    text, table = change(statement, selects)
    return _Translation(text, selects.parameters.values, changed=table)


# --- running

MOST_ROWS = 500_000  # far more than AXL's 8 MB hold
MOST_SECONDS = 60.0
_STEPS_BETWEEN_LOOKS = 100_000


@contextmanager
def _bounded(connection: sqlite3.Connection) -> Iterator[None]:
    """Stop a statement that would run for ever, such as a join of everything with everything."""
    end = time.monotonic() + MOST_SECONDS

    def look() -> bool:
        if time.monotonic() > end:
            running.refused = SqlError(213)
        return running.refused is not None

    running.refused = None
    connection.set_progress_handler(look, _STEPS_BETWEEN_LOOKS)
    try:
        yield
    finally:
        connection.set_progress_handler(None, 0)


def _run(connection: sqlite3.Connection, translation: _Translation, clock: ServerClock) -> sqlite3.Cursor:
    install(connection)
    running.clock, running.now = clock, clock.local()
    cursor = connection.cursor()
    cursor.row_factory = None
    values = {**translation.parameters, "utc": int(clock.utc()), "now": moments.show_moment(running.now, 0, 10)}
    within_transaction = connection.in_transaction
    try:
        with _informix_errors():
            return cursor.execute(translation.sql, values)
    except (SqlError, sqlite3.IntegrityError) as hurt:
        refused = hurt
    if isinstance(refused, sqlite3.IntegrityError):
        refused = refused_by_constraint(connection, str(refused), translation.sql, values, translation.changed)
    if connection.in_transaction and not within_transaction:
        connection.rollback()
    raise refused


@contextmanager
def _informix_errors() -> Iterator[None]:
    """Let nothing out in SQLite's own wording; what hurt a constraint is told apart elsewhere."""
    try:
        yield
    except sqlite3.IntegrityError:
        raise
    except (sqlite3.Error, sqlite3.Warning, OverflowError):
        raise running.refused or SqlError(208) from None


def _fetched(cursor: sqlite3.Cursor, columns: tuple[Column, ...]) -> list[tuple[str | None, ...]]:
    with _informix_errors():
        rows = cursor.fetchmany(MOST_ROWS + 1)
    if len(rows) > MOST_ROWS:
        raise SqlError(208)
    shown = [(number, _shown(column.type)) for number, column in enumerate(columns)]
    by_column = list(zip(*rows, strict=True)) or [()] * len(columns)
    texts = [by_column[number] if show is None else map(show, by_column[number]) for number, show in shown]
    return list(zip(*texts, strict=True))


def _shown(of: Type) -> Callable[[Any], str | None] | None:
    """What turns a column's values into AXL's text; None where they are text already."""
    if of.kind is Kind.DECIMAL:
        return lambda value: None if value is None else decimal_text(value)
    if of.kind is Kind.INTERVAL:
        fields = of.fields
        return lambda value: None if value is None else moments.show_interval(value, fields.first, fields.last)
    if of.kind in (Kind.TEXT, Kind.DATE, Kind.DATETIME):
        return None
    return lambda value: None if value is None else str(value)
