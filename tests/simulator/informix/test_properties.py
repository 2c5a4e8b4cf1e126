"""What holds for every text, every pattern, every page."""

import re
import sqlite3
from fnmatch import translate

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lscctl.simulator.informix import Answer, SqlError, query, update
from lscctl.simulator.informix.errors import TEXTS
from tests.effort import calls_in
from tests.simulator.informix.cluster import TABLES, noon, small_cluster

CLUSTER = small_cluster()
CLOCK = noon()
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)  # as XML can carry


def ask(sql: str) -> Answer:
    return query(CLUSTER, sql, clock=CLOCK, tables=TABLES)


def quoted(text: str, quote: str = "'") -> str:
    return quote + text.replace(quote, quote * 2) + quote


@given(text=texts, quote=st.sampled_from("'\""))
def test_a_literal_comes_back_as_it_was_written(text: str, quote: str) -> None:
    answer = ask(f"select {quoted(text, quote)} x, pkid from device where pkid = 'd-1'")
    assert answer.rows == [(text, "d-1")]


@given(text=texts)
def test_a_stored_text_is_found_by_its_literal_in_every_manner(text: str) -> None:
    cluster = small_cluster()
    update(cluster, f"update device set description = {quoted(text)} where pkid = 'd-1'", clock=CLOCK)
    for condition in ("= {}", "in ({}, 'nothing else')", "between {} and {}"):
        sql = f"select description from device where description {condition.replace('{}', quoted(text))}"
        assert (text,) in query(cluster, sql, clock=CLOCK).rows


ATOMS = st.one_of(
    st.sampled_from(["*", "?", "a", "b", "c", "^", "-", "%", "_", "."]),
    st.sampled_from(["[ab]", "[^a]", "[a-c]", "[^b-c]"]),
)


@given(pattern=st.lists(ATOMS, max_size=8), text=st.text("abc^-%_.", max_size=10))
def test_matches_agrees_with_the_shells_patterns(pattern: list[str], text: str) -> None:
    shell = "".join(atom.replace("[^", "[!") for atom in pattern)
    found = bool(ask(f"select 1 from sysmaster:sysdual where {quoted(text)} matches {quoted(''.join(pattern))}").rows)
    assert found == bool(re.match(translate(shell), text))


@given(text=texts, operator=st.sampled_from(["like", "matches"]))
def test_a_text_with_every_sign_escaped_matches_itself_only(text: str, operator: str) -> None:
    pattern = "".join(f"\\{sign}" for sign in text)
    sql = f"select 1 from sysmaster:sysdual where {quoted(text)} {operator} {quoted(pattern)}"
    assert len(ask(sql).rows) == 1
    assert not ask(sql.replace(f"{operator} '", f"{operator} 'x")).rows


@given(page=st.integers(1, 7))
def test_pages_cover_every_row_once(page: int) -> None:
    seen = []
    for skip in range(0, 7, page):
        seen += ask(f"select skip {skip} first {page} pkid from device order by pkid").rows
    assert seen == [(f"d-{number}",) for number in range(1, 6)]


@given(numbers=st.lists(st.integers(-(10**20), 10**20), min_size=1, max_size=5))
def test_numbers_in_a_list_are_found(numbers: list[int]) -> None:
    listed = ", ".join(map(str, numbers))
    expected = {enum for enum in (8, 622, 36213) if enum in numbers}
    assert {int(row[0] or 0) for row in ask(f"select enum from typemodel where enum in ({listed})").rows} == expected


WORDS = """
    select from where group by having order union all distinct unique first skip limit as and or not in is null like
    matches between exists case when then else end outer left join on count ( ) , . * + - / || :: = <> < > [ ] ; ' "
    { } 1 2 3.5 1e999 99999999999999999999 'SEP*' 'x' '' device typemodel devicepool d tm name pkid tkmodel tkclass
    isactive description lscvaliduntil enum current today dbinfo ('utc_current') year to second units day extend (
    substr nvl decode max sum trim to_char cast int interval datetime update set insert into values delete sim_phone
    sysmaster:sysdual systables lpad replace pow mod
"""


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    words=st.lists(st.sampled_from(WORDS.split()), max_size=25),
    start=st.sampled_from(["", "select", "select * from device where"]),
)
def test_whatever_is_asked_is_answered_or_refused_and_nothing_changes(words: list[str], start: str) -> None:
    _answered_or_refused(f"{start} {' '.join(words)}")


@settings(max_examples=200)
@given(noise=st.one_of(st.text(max_size=80), st.binary(max_size=80).map(lambda raw: raw.decode("latin-1"))))
def test_noise_is_refused_in_informixs_words(noise: str) -> None:
    _answered_or_refused(noise)
    _answered_or_refused(f"select * from device where name = {noise}")


LEAVES = """
    name tkmodel isactive null 1 -2 0 1.5 'x' '7' '2025-07-20' lscvaliduntil current today description
    dbinfo('utc_current') upgradefinishtime sysdate
"""
SPANS = ["1 units day", "2 units month", "interval(5) day to day", "current year to month", "current hour to second"]
ROUTINES = """
    nvl substr to_char to_date lpad rpad replace year day date mod pow round trunc abs sqrt logn extend length upper trim
    last_day add_months mdy decode max count sum avg concat instr ascii weekday nullif coalesce nvl2 dbinfo octet_length
"""
TYPES = ["int", "char(3)", "date", "boolean", "datetime year to minute", "decimal", "interval day to second"]
TERMS = st.recursive(
    st.sampled_from([*LEAVES.split(), *SPANS]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "||"]), inner).map(lambda made: f"({' '.join(made)})"),
        st.tuples(st.sampled_from(ROUTINES.split()), st.lists(inner, min_size=1, max_size=3)).map(
            lambda made: f"{made[0]}({', '.join(made[1])})"
        ),
        st.tuples(inner, st.sampled_from(TYPES)).map("::".join),
        st.tuples(inner, st.sampled_from(["=", "<", ">=", "like", "matches"]), inner, inner).map(
            lambda made: f"case when {made[0]} {made[1]} {made[2]} then {made[3]} end"
        ),
    ),
    max_leaves=6,
)


@settings(max_examples=400, deadline=None)
@given(first=TERMS, second=TERMS)
def test_every_mixture_of_types_is_answered_or_refused(first: str, second: str) -> None:
    _answered_or_refused(f"select {first}, {second} from device where {first} = {second} or 1 = 1")
    _answered_or_refused(f"select first 3 {first} from device order by {second}")


def _answered_or_refused(sql: str) -> None:
    for door in (query, update):
        CLUSTER.execute("BEGIN")
        changes = CLUSTER.total_changes
        try:
            result: Answer | int = door(CLUSTER, sql, clock=CLOCK, tables=TABLES)
        except SqlError as error:
            known = abs(error.code) in TEXTS
        else:
            known = isinstance(result, int) or all(
                value is None or type(value) is str for row in result.rows for value in row
            )
        assert known
        assert door is update or CLUSTER.total_changes == changes
        CLUSTER.execute("ROLLBACK")


@pytest.fixture(scope="module")
def full() -> sqlite3.Connection:
    cluster = small_cluster()
    cluster.executemany(
        "INSERT INTO device (pkid, name, tkmodel, tkclass, fkdevicepool) VALUES (?, ?, 622, 1, 'dp-2')",
        [(f"{number:08d}-0000-4000-8000-{number:012d}", f"SEP{number:012X}") for number in range(2000)],
    )
    return cluster


def test_a_page_of_five_hundred_phones_is_little_work_the_first_time(full: sqlite3.Connection) -> None:
    pkids = ",".join(f"'{number:08d}-0000-4000-8000-{number:012d}'" for number in range(500))
    sql = (
        "select d.pkid, s.name, d.lscvaliduntil from device d, typecertificatestatus s "
        f"where d.tkcertificatestatus = s.enum and d.pkid in ({pkids})"
    )
    calls = calls_in(lambda: query(full, sql, clock=CLOCK, tables=TABLES))
    assert len(query(full, sql, clock=CLOCK, tables=TABLES).rows) == 500
    assert calls < 500 * 100


def test_two_thousand_rows_of_twenty_columns_take_less_than_a_call_for_each_value(full: sqlite3.Connection) -> None:
    sql = (
        "select first 2000 d.*, t.*, p.*, d.name a, d.tkmodel b, d.tkclass c from device d, typemodel t, devicepool p "
        "where d.tkmodel = t.enum and d.fkdevicepool = p.pkid order by d.pkid desc"
    )
    calls = calls_in(lambda: query(full, sql, clock=CLOCK, tables=TABLES))
    answer = query(full, sql, clock=CLOCK, tables=TABLES)
    assert (len(answer.rows), len(answer.columns)) == (2000, 20)
    assert calls < 2000 * 20
