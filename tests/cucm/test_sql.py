"""A text from outside can only ever be a literal: no input changes a statement's shape."""

import re
from fnmatch import fnmatchcase

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lscctl.cucm.sql import (
    Sql,
    all_of,
    any_of,
    chunks,
    fits,
    literal_list,
    matches,
    number_list,
    pkid_list,
    pkid_literal,
)
from lscctl.errors import UsageError
from lscctl.simulator.informix.lexer import InformixTokenizer

TRICKS = [
    "'",
    "''",
    '"',
    "--",
    "{",
    "}",
    ";",
    "%",
    "\\",
    "\\'",
    "/*",
    "*/",
    "' or 1=1 --",
    "\u0131",
    "İ",
    "ß",
    "\u02bc",
    "\u2019",
    "東京",
    "?",
]
texts = st.lists(st.one_of(st.sampled_from(TRICKS), st.text(max_size=5)), max_size=8).map("".join)
globs = st.lists(
    st.one_of(st.sampled_from([*TRICKS, "*", "?", "[abc]", "[!x]", "[^y]", "[", "]", "[]]", "[a-f]"]), texts)
).map("".join)
sendable = texts.filter(lambda text: not re.search("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\ufffe\uffff]", text))


def shape(statement: str) -> tuple[str, ...]:
    """The kinds of the statement's tokens, by a reader of Informix's rules that knows nothing of the writer."""
    tokens: list[str] = []
    position = 0
    while position < len(statement):
        rest = statement[position:]
        if rest[0] in "'\"":
            end = 1
            while True:
                closing = rest.find(rest[0], end)
                assert closing >= 0, f"an open quotation: {statement!r}"
                if rest[closing + 1 : closing + 2] != rest[0]:
                    break
                end = closing + 2
            tokens.append("text")
            position += closing + 1
        elif rest.startswith(("--", "{", "/*")):
            tokens.append("comment")
            position = len(statement)
        elif word := re.match(r"[A-Za-z_][A-Za-z0-9_]*|\d+", rest):
            tokens.append(word[0].lower())
            position += len(word[0])
        else:
            if not rest[0].isspace():
                tokens.append(rest[0])
            position += 1
    return tuple(tokens)


def contents(statement: str) -> str:
    """What the first literal says."""
    quoted = re.search(r"'((?:[^']|'')*)'", statement)
    assert quoted
    return quoted[1].replace("''", "'")


@given(sendable)
def test_a_text_becomes_one_literal_that_says_just_that_text(text: str) -> None:
    statement = str(Sql("select name from device where name = {name} and tkclass = 1", name=Sql.literal(text, "name")))
    assert shape(statement) == shape("select name from device where name = 'x' and tkclass = 1")
    assert contents(statement) == text


@given(sendable)
def test_the_simulator_s_reader_of_informix_sees_one_literal_too(text: str) -> None:
    def kinds(statement: str) -> list[str]:
        return [str(token.token_type) for token in InformixTokenizer().tokenize(statement)]

    statement = str(Sql("select name from device where name = {name} and tkclass = 1", name=Sql.literal(text, "name")))
    assert kinds(statement) == kinds("select name from device where name = 'x' and tkclass = 1")


@given(globs)
def test_no_glob_changes_the_shape_of_a_condition(glob: str) -> None:
    try:
        condition = str(matches(Sql("d.name"), glob, "--name"))
    except UsageError:
        assert not glob.isprintable()
        return
    assert shape(condition) == shape("lower(d.name) matches 'x'")


@given(st.lists(sendable, min_size=1, max_size=5))
def test_a_list_holds_as_many_literals_as_texts(names: list[str]) -> None:
    assert shape(str(literal_list(names, "name"))) == shape("(" + ", ".join(["'x'"] * len(names)) + ")")


@given(
    st.text(alphabet="abAB*?[]!^-\\x\u00e4\u00c4", max_size=8), st.text(alphabet="abAB]^!-\\x\u00e4\u00c4", max_size=6)
)
@example("[!a]", "\u00e4")
@example("a[", "a[")
@example("\\*", "\\x")
def test_the_database_never_leaves_out_what_a_glob_means(glob: str, name: str) -> None:
    condition = str(matches(Sql("d.name"), glob, "--name"))
    if fits(name, glob):
        assert informix_matches(name, contents(condition)), condition


def informix_matches(name: str, pattern: str) -> bool:
    """MATCHES on `lower(name)`, with a lower() that knows ASCII only, and a `?` that takes a character or, at worst, a byte."""
    lower = "".join(letter.lower() if letter.isascii() else letter for letter in name)
    assert not set(pattern) & set("[]^\\"), "what Informix reads in its own way"
    return fnmatchcase(lower, pattern) and fnmatchcase(lower.encode().decode("latin-1"), pattern)


def test_a_glob_means_what_a_shell_means_whatever_the_case() -> None:
    assert fits("SEP001122AABBCC", "sep0011*")
    assert fits("München", "MÜN*")
    assert not fits("SEP001122AABBCC", "*ab")
    assert fits("a]b", "a]b")


@pytest.mark.parametrize("text", ["a\x00b", "a\nb", "\ud800", "tab\there", "\u2028", "\ufffe", "\x85"])
def test_what_cannot_stand_in_a_literal_is_refused_by_name(text: str) -> None:
    with pytest.raises(UsageError, match=r"--description .* holds the character U\+"):
        Sql.literal(text, "--description")


@pytest.mark.parametrize(
    "pkid", ["", "1", "' or 1=1", "{B0000000-0000-0000-0000-000000000000}", "b0000000-0000-0000-0000-00000000000'"]
)
def test_only_a_pkid_is_taken_for_one(pkid: str) -> None:
    with pytest.raises(UsageError, match="is not a pkid"):
        pkid_literal(pkid)


def test_a_text_or_a_truth_value_can_never_be_a_piece_by_accident() -> None:
    for piece in ("name", True, 1.5, None):
        with pytest.raises(TypeError, match="cannot be a piece of SQL"):
            Sql("select {piece}", piece=piece)  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="cannot be a piece of SQL"):
            Sql.joined(", ", [piece])  # type: ignore[list-item]


def test_pieces_come_together_to_one_statement() -> None:
    pkid = "b0000000-0000-0000-0000-00000000000a"
    conditions = [
        Sql("a in {n}", n=number_list([1, 2])),
        any_of([Sql("b = 1"), Sql("c = 2")]),
        Sql("p in {p}", p=pkid_list([pkid])),
    ]
    assert str(all_of(conditions)) == f"a in (1, 2) and (b = 1 or c = 2) and p in ('{pkid}')"
    assert Sql("a") == Sql("{a}", a=Sql("a"))
    assert repr(Sql("a")) == "Sql('a')"


def test_long_lists_are_asked_for_in_parts() -> None:
    assert list(chunks(range(5), 2)) == [[0, 1], [2, 3], [4]]
    assert list(chunks([], 2)) == []


@pytest.mark.parametrize("name", ["Lobby [2]", "a[!b]c", "[x]", "DP [ICU] *"])
def test_a_name_with_brackets_means_itself_too(name: str) -> None:
    assert fits(name.upper(), name)
    pattern = str(matches(Sql("d.name"), name, "name")).partition(" matches ")[2].strip("'")
    assert fnmatchcase(name.lower(), pattern)


@given(st.from_regex(r"[0-9]{1,40}", fullmatch=True))
def test_a_secret_reaches_the_statement_and_no_repr_however_pieces_come_together(digits: str) -> None:
    condition = Sql("d.authenticationstring = {digits}", digits=Sql.secret(digits))
    statement = Sql(
        "select a from d where {all}", all=all_of([condition, Sql("d.a = {one}", one=Sql.literal("x", "x"))])
    )
    assert str(statement) == f"select a from d where d.authenticationstring = '{digits}' and d.a = 'x'"
    assert statement.secrets == {digits}
    assert digits not in repr(statement)
    assert Sql("select 1 from d").secrets == frozenset()


@pytest.mark.parametrize("text", ["", "12'34", "٤٧١١", "12 34", "abcd"])
def test_only_digits_are_taken_for_a_secret_and_none_are_shown(text: str) -> None:
    with pytest.raises(ValueError, match="digits only") as caught:
        Sql.secret(text)
    assert not text or text not in str(caught.value)
