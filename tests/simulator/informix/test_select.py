"""What admins ask, and what they get."""

import sqlite3

import pytest

from lscctl.simulator.informix import query
from tests.effort import calls_in
from tests.simulator.informix.cluster import TABLES, noon, small_cluster
from tests.simulator.informix.statements import STATEMENTS


@pytest.fixture(scope="module")
def cluster() -> sqlite3.Connection:
    return small_cluster()


def ask(cluster: sqlite3.Connection, sql: str) -> list[tuple[str | None, ...]]:
    return query(cluster, sql, clock=noon(), tables=TABLES).rows


def columns(cluster: sqlite3.Connection, sql: str) -> tuple[str, ...]:
    return query(cluster, sql, clock=noon(), tables=TABLES).columns


@pytest.mark.parametrize(("sql", "expected"), STATEMENTS, ids=[sql for sql, _ in STATEMENTS])
def test_a_statement_gets_its_rows(cluster: sqlite3.Connection, sql: str, expected: str) -> None:
    shown = ["|".join("-" if value is None else value for value in row) for row in ask(cluster, sql)]
    assert "; ".join(shown) == expected


def test_columns_are_called_in_lower_case_by_label_or_by_name(cluster: sqlite3.Connection) -> None:
    assert columns(cluster, "SELECT Name, TkModel AS Model, PKID Id FROM device") == ("name", "model", "id")


def test_unnamed_expressions_are_called_as_informix_does_without_its_brackets(cluster: sqlite3.Connection) -> None:
    sql = "select count(*), max(name), sum(tkclass), upper('x'), 5, 'x', 1 + 1 from device"
    assert columns(cluster, sql) == ("count", "max", "sum", "expression", "constant", "constant", "expression")


def test_a_column_may_come_twice(cluster: sqlite3.Connection) -> None:
    answer = query(cluster, "select name, name, * from devicepool where pkid = 'dp-1'", clock=noon())
    assert answer.columns == ("name", "name", "pkid", "name")
    assert answer.rows == [("Berlin", "Berlin", "dp-1", "Berlin")]


def test_an_answer_without_rows_still_has_columns(cluster: sqlite3.Connection) -> None:
    answer = query(cluster, "select name, tkclass from device where 1 = 2", clock=noon())
    assert (answer.columns, answer.rows) == (("name", "tkclass"), [])


def test_words_of_sql_are_good_names_too(cluster: sqlite3.Connection) -> None:
    assert columns(cluster, "select name first, pkid current, tkclass year from device") == ("first", "current", "year")


def test_the_clocks_in_one_row_give_the_cluster_its_offset(cluster: sqlite3.Connection) -> None:
    sql = "select first 1 dbinfo('utc_current') as utc, current year to second as local from device"
    assert ask(cluster, sql) == [("1753005600", "2025-07-20 12:00:00")]


def test_the_time_is_taken_anew_for_a_statement_that_is_known_already(cluster: sqlite3.Connection) -> None:
    clock, sql = noon(), "select current hour to second from sysmaster:sysdual"
    assert query(cluster, sql, clock=clock).rows == [("12:00:00",)]
    clock.forward(minutes=5)
    assert query(cluster, sql, clock=clock).rows == [("12:05:00",)]


def test_a_table_made_later_is_seen(cluster: sqlite3.Connection) -> None:
    later = small_cluster()
    assert ask(later, "select count(*) from numplan") == [("2",)]
    later.execute("ALTER TABLE numplan ADD COLUMN alertingname VARCHAR(50)")
    assert columns(later, "select * from numplan") == ("pkid", "dnorpattern", "alertingname")


def test_a_callers_row_factory_changes_nothing(cluster: sqlite3.Connection) -> None:
    other = small_cluster()
    other.row_factory = sqlite3.Row
    assert ask(other, "select name from device where tkclass = 2") == [("trunk-1",)]


def test_tables_of_the_system_catalog_are_joined_row_to_row_and_not_each_with_every_other(
    cluster: sqlite3.Connection,
) -> None:
    """Reading which table has which column took longer than all else that a command asked."""

    def calls(tables: str, joined: str = "") -> int:
        sql = f"select c.colname from {tables} where {joined} lower(c.colname) matches '*certificate*'"
        assert ask(cluster, sql)  # translated once
        return calls_in(lambda: ask(cluster, sql))

    by_itself = calls("syscolumns c")
    assert calls("systables t inner join syscolumns c on c.tabid = t.tabid") < 2 * by_itself
    assert calls("systables t, syscolumns c", "c.tabid = t.tabid and") < 2 * by_itself
