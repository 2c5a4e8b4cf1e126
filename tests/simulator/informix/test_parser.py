"""The dialect as sqlglot sees it."""

import pytest
import sqlglot
from sqlglot import exp

from lscctl.simulator.informix import SqlError
from lscctl.simulator.informix.parser import Informix, parse


def test_sqlglot_reads_informix_by_the_dialect() -> None:
    statement = sqlglot.parse_one('select skip 2 first 3 "a" x from device d, outer typemodel', read=Informix)
    assert isinstance(statement, exp.Select)
    assert (statement.args["offset"], statement.args["limit"]) == (2, 3)


def test_both_quotes_make_strings_and_a_backslash_is_only_a_backslash() -> None:
    literals = parse("""select 'a\\' , "b""c", 'd''e' from device""").expressions
    assert [(literal.this, literal.is_string) for literal in literals] == [("a\\", True), ('b"c', True), ("d'e", True)]


def test_paging_words_are_columns_where_no_number_follows() -> None:
    assert [column.name for column in parse("select skip, first, d.limit from device d").expressions] == [
        "skip",
        "first",
        "limit",
    ]


@pytest.mark.parametrize("sql", ["select first 2 skip 1 name from device", "select name from device, outer"])
def test_paging_and_outer_have_their_places(sql: str) -> None:
    with pytest.raises(SqlError, match="syntax"):
        parse(sql)
