"""A pattern that is asked once for all texts that differ in digits only must not miss any that the pattern itself finds."""

import random
import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lscctl.diagnosis.any_case import AnyCase
from lscctl.diagnosis.any_digits import ANY, numbers, of_any_digits
from lscctl.diagnosis.knowledge import Condition
from lscctl.diagnosis.wording import near
from tests.diagnosis.logs import KNOWLEDGE

ASKED = [one for one in KNOWLEDGE.conditions() if one.example]


def other_digits(text: str, rng: random.Random) -> str:
    """The text with some of its digits changed."""
    return "".join(str(rng.randrange(10)) if letter.isdigit() and rng.random() < 0.7 else letter for letter in text)


@given(st.sampled_from(ASKED), st.sampled_from(ASKED), st.randoms())
def test_what_a_condition_finds_is_found_whatever_the_digits(
    one: Condition, other: Condition, rng: random.Random
) -> None:
    text = other_digits(
        rng.choice((one.example, f"{one.example} {other.example}", f"{other.example} {one.example}")), rng
    )
    assume(not any(number in text for number in numbers(one.pattern)))
    loose = of_any_digits(one.pattern)
    if loose is not None and one.pattern.search(text):
        assert loose.search(text.translate(ANY))


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"\berr(?:no)? 11[13]\b", "errno 113"),
        (r"rc=[1-4]x", "rc=3x"),
        (r"^(?!.*\b111\b).*refused", "refused, 110"),
        (r"^(?!.*\b[45]xx).*x509", "chain of x509"),
        (r"(?<!v)4\b", "ip 4"),
        (r"(?!a1?)b", "b1"),
        (r"\bca\b(?!:[0-9a-f]{0,4}:)", "ca:12 ca"),
        (r"\d{1,3}(?:\.\d{1,3}){3}", "10.20.0.10"),
    ],
)
def test_digits_that_are_asked_for_or_forbidden_may_be_any(pattern: str, text: str) -> None:
    loose = of_any_digits(AnyCase(pattern))
    assert re.search(pattern, text)
    assert loose is not None
    assert loose.search(text.translate(ANY))


@pytest.mark.parametrize("pattern", [r"(?P<a>\d)(?P=a)", r"(\d)\1", r"[^1]x", r"(?!(?!1)a)b"])
def test_of_some_patterns_nobody_knows(pattern: str) -> None:
    assert of_any_digits(AnyCase(pattern)) is None
    assert of_any_digits(near((pattern,), "x", "", 10)) is None


def test_long_numbers_stand_for_themselves() -> None:
    pattern = AnyCase(r"port (?:2445|3804)|\d{4} of 25")
    loose = of_any_digits(pattern)
    assert numbers(pattern) == {"2445", "3804"}
    assert loose is not None
    assert not loose.search("port 0000")
    assert loose.search("0000 of 00")


def test_what_forbids_because_of_digits_forbids_nothing() -> None:
    loose = of_any_digits(near(("port",), "closed", "53", 20))
    assert loose is not None
    assert loose.search("port 00 closed")


def test_of_hardly_a_condition_nobody_knows() -> None:
    assert sum(of_any_digits(one.pattern) is None for one in ASKED) <= len(ASKED) // 100
