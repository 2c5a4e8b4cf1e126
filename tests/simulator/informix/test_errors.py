"""How a SELECT is refused: Informix's numbers and words."""

import sqlite3

import pytest

from lscctl.simulator.informix import SqlError, engine, query
from tests.simulator.informix.cluster import TABLES, noon, small_cluster


@pytest.fixture(scope="module")
def cluster() -> sqlite3.Connection:
    return small_cluster()


def refused(cluster: sqlite3.Connection, sql: str) -> SqlError:
    with pytest.raises(SqlError) as caught:
        query(cluster, sql, clock=noon(), tables=TABLES)
    return caught.value


@pytest.mark.parametrize(
    ("sql", "code", "message"),
    [
        ("selec name from device", 201, "A syntax error has occurred."),
        ("select name form device", 201, "A syntax error has occurred."),
        ("select name from device where", 201, "A syntax error has occurred."),
        ("select name, from device", 201, "A syntax error has occurred."),
        ("select name from device where name == 'x'", 201, "A syntax error has occurred."),
        ("select 1", 201, "A syntax error has occurred."),
        ("", 201, "A syntax error has occurred."),
        ("with x as (select * from device) select * from x", 201, "A syntax error has occurred."),
        ("select name from device where name = 'it's'", 282, "Found a quote"),
        ("select name from device where name = 'x", 282, "Found a quote"),
        ("select name from device {never ends", 283, "non-terminated comment"),
        ("select name from device where name = `x`", 202, "illegal character"),
        ("select name from device where name = \ud800", 202, "illegal character"),
        ("select * from phones", 206, "The specified table (phones) is not in the database."),
        ("select * from sim_phone", 206, "The specified table (sim_phone) is not in the database."),
        ("select * from sqlite_master", 206, "The specified table (sqlite_master) is not in the database."),
        (
            "select nosuch from device",
            217,
            "Column (nosuch) not found in any table in the query (or SLV is undefined).",
        ),
        ("select d.nosuch from device d", 217, "Column (nosuch)"),
        ("select name from device order by nosuch", 217, "Column (nosuch)"),
        ("select x.name from device d", 522, "Table (x) not selected in query."),
        ("select device.name from device d", 522, "Table (device) not selected in query."),
        ("select name from device d, typemodel t", 324, "Ambiguous column (name)."),
        ("select d.name from device d, typemodel d", 223, "Duplicate table name (d) in the FROM clause."),
        ("select soundex(name) from device", 674, "Routine (soundex) can not be resolved."),
        ("select substr(name) from device", 674, "Routine (substr) can not be resolved."),
        ("select tkmodel, count(*) from device", 294, "The column (tkmodel) must be in the GROUP BY list."),
        ("select name, count(*) from device group by tkmodel", 294, "The column (name) must be in the GROUP BY list."),
        ("select max(tkmodel) from device group by 1", 321, "Cannot group by aggregate column."),
        ("select count(*) n from device group by n", 321, "Cannot group by aggregate column."),
        ("select name from device order by count(*)", 595, "Bad use of aggregate in this context."),
        ("select interval(5) day to day * 1e15 from device", -1226, "exceeds maximum precision"),
        ("select distinct name from device order by tkmodel", 309, "ORDER BY column (tkmodel) must be in SELECT list."),
        ("select name from device order by 2", 251, "ORDER BY or GROUP BY column number is too big."),
        ("select name from device where count(*) > 1", 595, "Bad use of aggregate in this context."),
        ("select max(count(*)) from device", 544, "Cannot have aggregates within aggregates."),
        ("select sum(name) from device", 367, "Sums and averages cannot be computed for character columns."),
        ("select name from device union select pkid, name from device", 317, "the same number of selected columns"),
        ("select name from device union select tkmodel from device", 308, "Corresponding column types"),
        ("select tkmodel[1,2] from device", 305, "(tkmodel)"),
        ("select name[3,2] from device", 307, "Illegal subscript."),
        ("select 1/0 from device", -1202, "An attempt was made to divide by zero."),
        ("select mod(5, tkclass - 1) from device", -1202, "An attempt was made to divide by zero."),
        ("select name from device where tkmodel = 'x'", -1213, "A character to numeric conversion process failed"),
        ("select name from device where name = 5", -1213, "A character to numeric conversion process failed"),
        ("select name from device where tkclass = (select enum from typemodel)", -284, "not exactly one row"),
        ("select name from device where tkclass in (select enum, name from typemodel)", 574, "exactly one column"),
        ("select name from device where isactive = 1", 1260, "convert between the specified types"),
        ("select mdy(13, 1, 2025) from device", -1263, "out of range"),
        ("select mdy(1, 31, 2025) + 1 units month from device", -1267, "The result of a datetime computation"),
        ("select current day to year from device", 1268, "Invalid datetime or interval qualifier."),
        ("select dbinfo('moon') from device", 728, "Unknown first argument of dbinfo(moon)."),
        ("update device set name = 'x'", 363, "CURSOR not on SELECT statement."),
        ("select 1 from device; delete from device", 555, "multi-query prepare"),
        ("execute procedure x()", 201, "A syntax error has occurred."),
    ],
)
def test_a_bad_statement_is_refused_in_informixs_words(
    cluster: sqlite3.Connection, sql: str, code: int, message: str
) -> None:
    error = refused(cluster, sql)
    assert error.code == code
    assert message in error.message


@pytest.mark.parametrize(
    "sql",
    [
        f"select {'(' * 500}1{')' * 500} from device",
        f"select name from device where {'not ' * 5000} tkclass = 1",
        f"select {'-' * 1}{'+' * 5000}1 from device",
        f"select {'case when 1=1 then ' * 400}1{' end' * 400} from device",
        f"select 1{'+1' * 5000} from device",
        f"select {'(' * 20}1{('+1' * 150 + ')') * 20} from device",
        f"select name{'::char(5)' * 3000} from device",
        "select name from device" + " union select name from device" * 600,
        f"select {'(select ' * 100}1{' from device)' * 100} from device",
    ],
)
def test_nesting_beyond_reason_is_refused(cluster: sqlite3.Connection, sql: str) -> None:
    assert refused(cluster, sql).code == -208


def test_a_condition_may_have_thousands_of_terms(cluster: sqlite3.Connection) -> None:
    terms = " or ".join(f"pkid = 'd-{number}'" for number in range(3000))
    assert len(query(cluster, f"select pkid from device where {terms}", clock=noon()).rows) == 5


def test_a_deeply_nested_but_sane_statement_is_answered(cluster: sqlite3.Connection) -> None:
    sql = f"select name from device where {'(' * 20}tkclass = 2{')' * 20}"
    assert query(cluster, sql, clock=noon()).rows == [("trunk-1",)]


def test_a_join_of_everything_with_everything_is_stopped(
    cluster: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = ", ".join(f"device d{number}" for number in range(12))
    monkeypatch.setattr(engine, "MOST_SECONDS", 0.05)
    assert refused(cluster, f"select count(*) from {bomb}").code == -213
    monkeypatch.setattr(engine, "MOST_ROWS", 1000)
    assert refused(cluster, f"select d0.name from {bomb}").code == -208


def test_a_refused_statement_does_not_spoil_the_next(cluster: sqlite3.Connection) -> None:
    refused(cluster, "select 1/0 from device")
    assert query(cluster, "select count(*) from device", clock=noon()).rows == [("5",)]


def test_a_routine_that_the_server_lacks_is_missed_wherever_it_is_called_and_never_in_a_literal(
    cluster: sqlite3.Connection,
) -> None:
    def ask(sql: str) -> object:
        return query(cluster, sql, clock=noon(), tables=TABLES, without={"dbinfo"}).rows

    for sql in (
        "select dbinfo('utc_current') from systables where tabid = 1",
        "select name from device where lscvaliduntil < DBINFO  ('utc_current')",
        "select name from device where pkid in (select d.pkid from device d where dbinfo('utc_current') > 0)",
    ):
        with pytest.raises(SqlError, match="dbinfo") as caught:
            ask(sql)
        assert caught.value.code == 674
    assert ask("select first 1 'dbinfo(x)' a from device where description <> 'dbinfo (y)'") == [("dbinfo(x)",)]
    assert query(cluster, "select dbinfo('utc_current') a from systables where tabid = 1", clock=noon()).rows
