"""What executeSQLUpdate may change."""

import sqlite3

import pytest

from lscctl.simulator.informix import SqlError, query, update
from tests.simulator.informix.cluster import SCHEMA, TABLES, noon, small_cluster


@pytest.fixture
def cluster() -> sqlite3.Connection:
    return small_cluster()


def change(cluster: sqlite3.Connection, sql: str) -> int:
    return update(cluster, sql, clock=noon(), tables=TABLES)


def rows(cluster: sqlite3.Connection, sql: str) -> list[tuple[str | None, ...]]:
    return query(cluster, sql, clock=noon(), tables=TABLES).rows


def test_one_update_sets_the_operation_of_many_phones(cluster: sqlite3.Connection) -> None:
    sql = (
        "update device set tkcertificatestatus=2, upgradefinishtime='2025:07:20:20:00' "
        "where name like 'SEP%' and tkmodel in (select enum from typemodel where name = 'Cisco 8845')"
    )
    assert change(cluster, sql) == 2
    assert rows(cluster, "select pkid from device where upgradefinishtime = '2025:07:20:20:00' order by 1") == [
        ("d-1",),
        ("d-2",),
    ]


def test_an_update_may_set_columns_in_brackets(cluster: sqlite3.Connection) -> None:
    assert change(cluster, "UPDATE device SET (description, tkclass) = ('x' || 'y', tkclass + 1) WHERE pkid='d-3'") == 1
    assert rows(cluster, "select description, tkclass from device where pkid='d-3'") == [("xy", "2")]


def test_an_update_may_take_its_value_from_another_table(cluster: sqlite3.Connection) -> None:
    sql = "update device d set description = (select name from typemodel where enum = d.tkmodel) where d.tkclass = 2"
    assert change(cluster, sql) == 1
    assert rows(cluster, "select description from device where pkid='d-5'") == [("Cisco 7940",)]


def test_values_are_stored_as_the_column_has_them(cluster: sqlite3.Connection) -> None:
    change(cluster, "update device set tkclass = '7', description = 42, isactive = 'F' where pkid = 'd-1'")
    stored = cluster.execute("SELECT tkclass, description, isactive FROM device WHERE pkid = 'd-1'").fetchone()
    assert stored == (7, "42", "f")


def test_a_text_too_long_is_cut_to_the_column(cluster: sqlite3.Connection) -> None:
    change(cluster, f"update numplan set dnorpattern = '{'9' * 60}' where pkid = 'np-1'")
    assert rows(cluster, "select dnorpattern from numplan where pkid = 'np-1'") == [("9" * 50,)]


def test_a_row_is_inserted_with_and_without_a_column_list(cluster: sqlite3.Connection) -> None:
    assert change(cluster, "insert into devicepool values ('dp-3', 'Bonn')") == 1
    assert change(cluster, "INSERT INTO devicepool (name, pkid) VALUES ('Ulm', newid())") == 1
    assert rows(cluster, "select count(*) from devicepool where length(pkid) = 36") == [("1",)]
    assert rows(cluster, "select name from devicepool where pkid = 'dp-3'") == [("Bonn",)]


def test_a_row_without_a_pkid_gets_one(cluster: sqlite3.Connection) -> None:
    change(cluster, "insert into devicepool (name) values ('Ulm')")
    change(cluster, "insert into numplan (dnorpattern) select name from typemodel")
    assert rows(cluster, "select length(pkid) from devicepool where name = 'Ulm'") == [("36",)]
    assert rows(cluster, "select count(distinct pkid) from numplan where length(pkid) = 36") == [("3",)]


def test_rows_are_inserted_from_a_select(cluster: sqlite3.Connection) -> None:
    assert change(cluster, "insert into numplan (pkid, dnorpattern) select pkid, tkmodel from device") == 5
    assert rows(cluster, "select dnorpattern from numplan where pkid = 'd-5'") == [("8",)]


def test_rows_are_deleted_by_a_subquery(cluster: sqlite3.Connection) -> None:
    sql = (
        "delete from devicenumplanmap where fkdevice in (select * from (select first 1 pkid from device order by pkid))"
    )
    assert change(cluster, sql) == 2
    assert change(cluster, "delete from numplan") == 2


def test_a_change_that_meets_no_row_changes_none(cluster: sqlite3.Connection) -> None:
    assert change(cluster, "update device set description = 'x' where name = 'nobody'") == 0


@pytest.mark.parametrize(
    ("sql", "code", "message"),
    [
        ("insert into devicepool values ('dp-9', 'Berlin')", -239, "(Unique Index:)"),
        ("update device set name = null", -391, "Cannot insert a null into column (name)."),
        ("update device set tkmodel = 5", -691, "(informix.fk_device_tkmodel)"),
        ("update device set fkdevicepool = 'nowhere' where pkid = 'd-1'", -691, "(informix.fk_device_fkdevicepool)"),
        ("delete from devicepool where name = 'Berlin'", -692, "(informix.fk_device_fkdevicepool)"),
        ("delete from device where pkid = 'd-1'", -692, "(informix.fk_devicenumplanmap_fkdevice)"),
        ("insert into devicepool values ('dp-9')", 236, "Number of columns in INSERT"),
        ("update device set (tkclass, tkmodel) = (1)", 505, "Number of columns in UPDATE"),
        ("update device set nosuch = 1", 217, "(nosuch)"),
        ("update device set tkclass = 'many'", -1213, "character to numeric"),
        ("update device set isactive = 'yes'", 1260, "convert between the specified types"),
        ("delete from sim_phone", 206, "(sim_phone)"),
        ("delete from systables", 206, "(systables)"),
        ("drop table device", 201, "syntax"),
        ("select * from device", 260, "must use cursor"),
        ("delete from numplan; delete from device", 555, "multi-query"),
        ("insert into devicepool values ('a', 'b'), ('c', 'd')", 201, "syntax"),
    ],
)
def test_a_refused_change_says_why_and_leaves_everything_as_it_was(
    cluster: sqlite3.Connection, sql: str, code: int, message: str
) -> None:
    before = list(cluster.iterdump())
    with pytest.raises(SqlError) as refused:
        change(cluster, sql)
    assert refused.value.code == code
    assert message in refused.value.message
    assert list(cluster.iterdump()) == before
    assert not cluster.in_transaction


def test_a_refused_change_ends_the_transaction_that_it_opened_and_no_other() -> None:
    cluster = sqlite3.connect(":memory:")
    cluster.executescript(SCHEMA)
    with pytest.raises(SqlError):
        change(cluster, "update device set tkmodel = 5")
    assert not cluster.in_transaction
    change(cluster, "update device set description = 'kept' where pkid = 'd-1'")
    with pytest.raises(SqlError):
        change(cluster, "update device set name = null")
    cluster.commit()
    assert rows(cluster, "select description from device where pkid = 'd-1'") == [("kept",)]
