"""A sieve must keep every demand that a text meets, and should let most others fall."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lscctl.diagnosis import sieve
from lscctl.diagnosis.sieve import Sieve, numbers_in

TEXTS = st.sampled_from(["capf", "ca ", " no ", "no", "n", "itl", "trust list", "2445", "rc=0", ":", "802.1x", "x"])
DEMANDS = st.lists(st.lists(st.sets(TEXTS, min_size=1), min_size=1, max_size=3), max_size=12)
LINES = st.lists(
    TEXTS | st.sampled_from(["CAPF", "capfx", "nocapf", "Cafe", "-", "_", " ", "é", "rc = 0", "24451"]), max_size=12
).map("".join)


def told(demands: list[list[set[str]]], text: str) -> list[int]:
    return [*numbers_in(Sieve(demands).may_meet(text.lower()))]


def meets(demand: list[set[str]], text: str) -> bool:
    return all(any(one in text.lower() for one in those) for those in demand)


@given(DEMANDS, LINES)
def test_every_demand_that_is_met_is_told(demands: list[list[set[str]]], line: str) -> None:
    assert {number for number, demand in enumerate(demands) if meets(demand, line)} <= {*told(demands, line)}


@pytest.mark.parametrize(
    ("demand", "text", "may"),
    [
        ([{"capf"}], "securecapf: x", True),
        ([{"capf"}], "ca pf", False),
        ([{"ca "}], "the ca is", True),
        ([{"ca "}], "the cable", False),
        ([{" ec"}], "key ec", True),
        ([{" ec"}], "sec", False),
        ([{"tvs", "itl"}, {"fail"}], "tvs failed", True),
        ([{"tvs", "itl"}, {"fail"}], "tvs is up", False),
        ([{"2445"}], "port 2445", True),
        ([{"2445"}], "port 2444", False),
        ([set()], "anything", False),
        ([], "anything", True),
    ],
)
def test_a_demand_falls_where_the_letters_of_one_of_its_sets_are_not_there(
    demand: list[set[str]], text: str, *, may: bool
) -> None:
    assert told([[{"other"}], demand], text) == ([1] if may else [])


def test_of_letters_beyond_ascii_only_the_first_set_is_asked() -> None:
    demands: list[list[set[str]]] = [[{"capf"}, {"is"}], [{"tvs"}, {"is"}]]
    assert told(demands, "capf \u0131s") == [0]
    assert told(demands, "capf es") == []


def test_with_any_digits_every_number_may_stand_there() -> None:
    one = Sieve([[{"port"}, {"2445"}], [{"tvs"}, {"2445"}]])
    assert [*numbers_in(one.may_meet("port 0000"))] == []
    assert [*numbers_in(one.may_meet("port 0000", any_digits=True))] == [0]


def test_words_are_forgotten_before_they_take_much_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sieve, "MOST_KNOWN", 10)
    one = Sieve([[{"capf"}]])
    for at in range(200):
        assert one.may_meet(f"{'a' * at}capf {'b' * at}") == 1
        assert len(one._known) <= 10
