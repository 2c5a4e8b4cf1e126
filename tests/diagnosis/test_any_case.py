"""A pattern that is looked for among small letters must be found exactly where it is found in letters of any case."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lscctl.diagnosis.any_case import AnyCase
from lscctl.diagnosis.wording import Near
from tests.diagnosis.logs import KNOWLEDGE

ASKED = [one for one in KNOWLEDGE.conditions() if one.example]
PATTERNS = {
    one.pattern: one
    for condition in ASKED
    for asked in [condition.pattern]
    for one in ((*asked.about, *asked.says, *asked.never) if isinstance(asked, Near) else (asked,))
    if isinstance(one, AnyCase)
}
OTHERS = [
    r"(?P<Host>[A-F]{2}\S+) IS (?P=Host)",
    r"[^A-Z\W]|\Bx\B|\bNo\D\d",
    r"[!-Z]x",
    r"(?-i:Ab)c",
    r"(?i:Ab)c",
    r"\x41b",
    r"[\x41]b",
    "Ä|ß|K",
    r"[]A]b|[^]a]c",
    r"(?<!A)b(?=C)(?!CD)",
    r"\\Xa\.B",
    r"[\--Z]x",
    r"[\t-Z]x",
    r"[A-\]]x",
    r"[\w-]X|[-\w]B",
    r"\101b",
    r"[\101]b",
]
PIECES = [
    "A",
    "b",
    "C",
    "aB ",
    "ab",
    "xX",
    "0",
    "-",
    "_",
    "\\",
    "]",
    ".",
    " is ",
    "ä",
    "SS",
    "^",
    "[",
    "\t",
    "\u212a",
    "\u017f",
]


def places(found: re.Match[str] | None) -> object:
    return found and (found.span(), found.groupdict())


def assert_alike(pattern: str, text: str) -> None:
    one, exact = AnyCase(pattern), re.compile(pattern, re.IGNORECASE)
    for begin in (0, len(text) // 3):
        assert places(one.search(text, begin)) == places(exact.search(text, begin))
    found = [*exact.finditer(text)]
    assert [*map(places, one.finditer(text))] == [*map(places, found)]
    if all(each.end() > each.start() for each in found):
        assert one.without(text) == exact.sub("", text)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(sorted(PATTERNS)),
    st.lists(st.sampled_from([one.example for one in ASKED]), min_size=1, max_size=3),
    st.sampled_from([str.upper, str.lower, str.title, str.swapcase, "{}".format, "{} \u0130\u017f".format]),
)
def test_what_is_known_is_found_where_it_stands(pattern: str, texts: list[str], cased: Callable[[str], str]) -> None:
    assert_alike(pattern, cased(" ".join(texts)))


@pytest.mark.parametrize("pattern", OTHERS)
@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
def test_so_is_what_anybody_may_write(pattern: str, text: str) -> None:
    assert_alike(pattern, text)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(PATTERNS)), st.data())
def test_a_text_that_matches_matches_in_any_case(pattern: str, data: st.DataObject) -> None:
    assert_alike(pattern, data.draw(st.from_regex(re.compile(pattern, re.IGNORECASE))))


@pytest.mark.parametrize("pattern", ["(a", "[a", "a**", "(?P<A>a)(?P<A>b)", r"\Q"])
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(re.error):
        AnyCase(pattern).compiled()
    with pytest.raises(re.error):
        AnyCase(pattern).search("a")
