"""What letters a pattern needs is read off its text: it must be found in no text without them."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lscctl.diagnosis.any_case import AnyCase
from lscctl.diagnosis.necessary import Needed, needed
from lscctl.diagnosis.wording import Near, Searching, compiled, near
from tests.diagnosis.logs import KNOWLEDGE

CONDITIONS = [one for one in KNOWLEDGE.conditions() if not one.fact]


def patterns_of(asked: Searching) -> tuple[AnyCase, ...]:
    if isinstance(asked, Near):
        return (*asked.about, *asked.says)
    assert isinstance(asked, AnyCase)
    return (asked,)


PATTERNS = {one.pattern: one for condition in CONDITIONS for one in patterns_of(condition.pattern)}


def met(sets: Needed, text: str) -> bool:
    return all(any(one in text.lower() for one in those) for those in sets)


def sets_of(pattern: Searching) -> list[set[str]]:
    return [set(one) for one in needed(pattern)]


@pytest.mark.parametrize(
    ("pattern", "sets"),
    [
        (r"\bITL\b.{0,20}\bnot found\b", [{"found"}, {"itl"}, {"not"}]),
        (r"fail(?:s|ed)?|errors?", [{"fail", "error"}]),
        (r"re-?start(?:ing)+", [{"start"}, {"ing"}, {"re"}]),
        (r"ab?c{0,2}de+f*g{2}", [{"de"}, {"g"}, {"a"}]),
        (r"port[ :]*(?P<port>3804|2445) closed", [{"closed"}, {"port"}, {"2445", "3804"}]),
        (r"(?!.*never)^(?<!not )tvs(?=.*refused)", [{"refused"}, {"tvs"}]),
        (r"(?P<name>abc) is (?P=name)", [{"abc"}, {"is"}]),
        (r"key (?:[a-z]+|\d+)", [{"key"}]),
        (r"\d+|err 7", []),
        (r"(?:no (?:such )?host|host (?:not )?known)?x", [{"x"}]),
        (r"(?#a comment)abc", []),
        (r"(?s:abc)", []),
        (r"\x61bc", []),
        (r"[abc(|]d\(e\|f", [{"d"}, {"e"}, {"f"}]),
    ],
)
def test_the_runs_that_a_pattern_needs_are_told_the_rarest_first(pattern: str, sets: list[set[str]]) -> None:
    assert sets_of(AnyCase(pattern)) == sets


def test_a_word_of_the_vocabulary_needs_what_it_stands_for_and_only_where_there_is_a_vocabulary() -> None:
    (word,) = sets_of(compiled("%resolve%"))
    assert {"dns", "lookup"} < word
    assert sets_of(compiled("abcde%resolve%+")) == [{"abcde"}, word]
    assert sets_of(compiled("abcde(?:%resolve%)?%resolve%*")) == [{"abcde"}]
    assert sets_of(compiled("abcde%resolve%|fghij")) == [{"abcde", "fghij"}]
    assert sets_of(AnyCase("abcde%resolve%")) == [{"resolve"}, {"abcde"}]


def test_what_every_line_of_capf_says_is_told_last() -> None:
    assert sets_of(compiled(r"\bcapf\b.{0,20}\b(?:no|nil)\b")) == [{"no", "nil"}, {"capf"}]


def test_something_said_of_a_subject_needs_every_subject_and_one_of_what_is_said() -> None:
    one = near((r"\btvs\b", r"\b(?:port|2445)\b"), r"\b(?:mismatch|differs?)\b|\bwrong\b", r"\blater\b", 20)
    assert sets_of(one) == [{"mismatch", "differ", "wrong"}, {"port", "2445"}, {"tvs"}]


def test_every_example_has_what_its_pattern_needs() -> None:
    assert [one.example for one in CONDITIONS if not met(needed(one.pattern), one.example)] == []


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_text_that_a_pattern_matches_lacks_what_it_needs(data: st.DataObject) -> None:
    pattern = data.draw(st.sampled_from(sorted(PATTERNS)))
    text = data.draw(st.from_regex(re.compile(pattern, re.IGNORECASE | re.ASCII)))
    assert met(needed(PATTERNS[pattern]), text)
    assert met(needed(AnyCase(pattern)), text)


def test_hardly_a_pattern_needs_nothing() -> None:
    assert sum(not needed(one.pattern) for one in CONDITIONS) <= len(CONDITIONS) // 20
