"""Authentication strings: unique, as likely as each other, and never shown."""

import copy
import logging
import pickle
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lscctl.auth_string import AuthString, StringAtCluster, is_auth_string, make_strings, may_lack_zeros
from lscctl.errors import UsageError

DIGITS = st.text("0123456789", min_size=4, max_size=10)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "123",
        "12345678901",
        "12 34",
        "12a4",
        "+1234",
        "1234\n",
        "\uff11\uff12\uff13\uff14",
        "\u0663\u0664\u0665\u0666",
    ],
)
def test_what_no_keypad_types_in_4_to_10_digits_is_refused_without_being_told(text: str) -> None:
    assert not is_auth_string(text)
    with pytest.raises(ValueError, match="4 to 10 digits") as refused:
        AuthString(text)
    assert not text or text not in str(refused.value)


@given(DIGITS)
def test_a_string_shows_itself_only_to_whoever_reveals_it(digits: str) -> None:
    string = AuthString(digits)
    shown = [repr(string), str(string), f"{string}", f"{string!r:>20}", f"{[string]} { {'a': string} }"]
    assert not any(digits in text for text in shown)
    assert string.reveal() == digits


def test_a_string_goes_into_no_pickle_and_into_no_log(caplog: pytest.LogCaptureFixture) -> None:
    string = AuthString("73519028")
    for way in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError, match="not to be kept"):
            way(string)
    logging.getLogger("lscctl").warning("%s %r", string, {"string": string})
    assert "73519028" not in caplog.text


@given(DIGITS, DIGITS)
def test_strings_are_equal_where_their_digits_are(one: str, other: str) -> None:
    assert (AuthString(one) == AuthString(other)) is (one == other)
    assert AuthString(one).is_spelled(other) is (one == other)
    assert len({AuthString(one), AuthString(other)}) == len({one, other})


@given(st.integers(1, 300), st.integers(4, 10), st.sets(st.text("0123456789", min_size=4, max_size=4), max_size=50))
def test_each_name_gets_another_string_of_that_length_and_none_that_is_taken(
    phones: int, length: int, taken: set[str]
) -> None:
    names = [f"SEP{number:012X}" for number in range(phones)]
    made = make_strings(names, length, map(AuthString, taken))
    revealed = [one.reveal() for one in made.values()]
    assert list(made) == names
    assert len(set(revealed)) == phones
    assert all(len(text) == length and is_auth_string(text) for text in revealed)
    assert not taken & set(revealed)


def test_every_string_is_as_likely_as_every_other_those_with_leading_zeros_too() -> None:
    drawn = Counter(make_strings(["a"], 4)["a"].reveal()[0] for _ in range(5_000))
    assert set(drawn) == set("0123456789")
    assert max(drawn.values()) < 2 * min(drawn.values())  # each about 500, whose deviation is 21


def test_a_string_that_is_drawn_twice_or_taken_is_drawn_again() -> None:
    numbers = iter([7, 7, 42, 9])
    made = make_strings(["a", "b"], 6, [AuthString("000042")], below=lambda _: next(numbers))
    assert [one.reveal() for one in made.values()] == ["000007", "000009"]


def test_where_half_of_all_would_be_in_use_longer_ones_are_asked_for() -> None:
    names = [str(number) for number in range(5_001)]
    assert len(make_strings(names[:5_000], 4)) == 5_000
    with pytest.raises(UsageError, match=r"5,001 different authentication strings of 4 digits") as refused:
        make_strings(names, 4)
    assert "--string-length 8" in (refused.value.hint or "")


@pytest.mark.parametrize(
    ("held", "judged"),
    [
        ("", StringAtCluster.NONE),
        ("  ", StringAtCluster.NONE),
        ("73519028", StringAtCluster.HANDED_OUT),
        ("73519028 ", StringAtCluster.HANDED_OUT),
        ("73519029", StringAtCluster.ANOTHER),
        ("*****", StringAtCluster.UNREADABLE),
        ("a9f0c2e7d1", StringAtCluster.UNREADABLE),
    ],
)
def test_what_the_cluster_holds_is_told_without_the_string(held: str, judged: StringAtCluster) -> None:
    assert StringAtCluster.judged(held, AuthString("73519028")) is judged


@pytest.mark.parametrize(
    ("texts", "may"),
    [
        ("", False),
        ("12345678 1234567", True),
        ("12345678 1234567 01234567", False),
        ("12345678 23456789", False),
        ("4711", False),
    ],
)
def test_strings_from_which_a_spreadsheet_took_zeros_are_known_by_their_lengths(texts: str, may: bool) -> None:
    assert may_lack_zeros(AuthString(text) for text in texts.split()) is may
