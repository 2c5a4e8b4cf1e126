"""Which words a line holds, and what patterns need: found quickly, and the same as by asking for each."""

import random
import re

from hypothesis import given
from hypothesis import strategies as st

from lscctl.diagnosis.knowledge import load
from lscctl.diagnosis.necessary import needed
from lscctl.diagnosis.sightings import Line, Questions
from lscctl.diagnosis.spotting import Spotted
from lscctl.diagnosis.wording import Searching, near
from lscctl.finding import Place, Source

LETTERS = "ab1 2é-_"
PLACE = Place(Source.CONSOLE_LOG, "messages", 1)
CONDITIONS = load().conditions()


@given(
    st.lists(st.text("ab12 -", min_size=2, max_size=5), max_size=12),
    st.lists(st.text(LETTERS, max_size=14), max_size=5),
)
def test_words_spotted_are_those_that_a_text_holds_whatever_was_looked_at_before(
    words: list[str], texts: list[str]
) -> None:
    spotted = Spotted(words)
    for text in [*texts, *texts]:
        assert spotted.in_text(text) == tuple(word for word in dict.fromkeys(words) if word in text)


@st.composite
def patterns(draw: st.DrawFn, depth: int = 3) -> str:
    if not depth:
        return draw(st.sampled_from(["ab", "a", "b_a", "bab", r"\b", r"\w*", "[ab]", " ", ".{0,2}", "^", "$", r"1\d"]))
    one, other = draw(patterns(depth - 1)), draw(patterns(depth - 1))
    return draw(
        st.sampled_from(
            [
                "{0}{1}",
                "(?:{0}|{1})",
                "(?:{0})?{1}",
                "(?:{0})+{1}",
                "(?!{0}){1}",
                "(?={0}){1}",
                "(?P<x>{0})",
                "(?<!ab){0}",
            ]
        )
    ).format(one.replace("?P<x>", "?:"), other.replace("?P<x>", "?:"))


def _lacks(text: str, pattern: Searching) -> bool:
    return any(not any(one in text.lower() for one in texts) for texts in needed(pattern))


@given(patterns(), st.text("abAB_1 ", max_size=12))
def test_a_pattern_is_in_no_text_that_lacks_what_it_needs(pattern: str, text: str) -> None:
    compiled = re.compile(pattern, re.IGNORECASE)
    assert not (compiled.search(text) and _lacks(text, compiled))


@given(patterns(), patterns(), st.text("abAB_1 ", max_size=14))
def test_nothing_is_said_in_a_text_that_lacks_what_that_needs(about: str, says: str, text: str) -> None:
    said = near((about,), f"{says}|%well%", "", 9)
    assert not (said.search(text) and _lacks(text, said))


def test_what_a_pattern_needs_is_known_of_nearly_all_that_comes_with_lscctl() -> None:
    of_lines = [one for one in CONDITIONS if one.words]
    assert sum(not needed(one.pattern) for one in of_lines) <= 3
    assert not [one.example for one in of_lines if one.example.isascii() and _lacks(one.example, one.pattern)]


def test_the_same_is_found_in_many_lines_as_by_asking_all_that_a_line_has_a_word_of() -> None:
    rng = random.Random(3)
    examples = [one.example for one in CONDITIONS if one.example]
    words = sorted({word for one in CONDITIONS for word in one.words})
    questions = Questions(CONDITIONS)
    found = 0
    for at in range(700):
        flat = " ".join([*rng.sample(words, 3), rng.choice(examples), *rng.sample(words, 2)])
        flat = flat if at % 9 else f"{flat} \u0130\u017f\u212a"
        unbroken = flat if at % 5 else flat.replace(" ", "", 2)
        line = Line(PLACE, flat, during=rng.choice([(), ("attempt",), ("attempt", "capf"), ("tvs",)]))
        told = {
            number: text for number, pattern, text in questions.of_line(line, flat, unbroken) if pattern.search(text)
        }
        assert told == _by_asking_all(line, flat, unbroken)
        found += len(told)
    assert found > 700


def _by_asking_all(line: Line, flat: str, unbroken: str) -> dict[int, str]:
    found: dict[int, str] = {}
    tried = set()
    for during in (None, *line.during):
        asked: dict[str, list[int]] = {}
        for number, one in enumerate(CONDITIONS):
            if line.place.source in one.sources and one.during == during:
                for word in one.words:
                    asked.setdefault(word, []).append(number)
        for word in (one for one in asked if one in flat.lower() or one in unbroken.lower()):
            text = flat if word in flat.lower() else unbroken
            for number in asked[word]:
                if number not in tried and CONDITIONS[number].pattern.search(text):
                    found[number] = text
                tried.add(number)
    return found
