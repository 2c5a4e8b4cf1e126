from dataclasses import replace
from datetime import time, timedelta
from fractions import Fraction
from itertools import islice
from math import ceil, floor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from lscctl.errors import UsageError
from lscctl.rules import Amount, Limit, Rules, Then, WaveBy, WaveSizes, WritePath
from lscctl.window import Window, Windows

amounts = st.one_of(
    st.integers(0, 50_000).map(lambda number: Amount(number=number)),
    st.integers(0, 10_000).map(lambda parts: Amount(percent=Fraction(parts, 100))),
)
sizes = amounts.filter(lambda amount: bool(amount.exactly(1)))
limits = st.builds(Limit, amounts.filter(lambda amount: amount.percent is not None), st.integers(0, 5)) | st.builds(
    Limit, amounts
)
waves = st.builds(WaveSizes, st.lists(sizes, min_size=1, max_size=4).map(tuple), st.sampled_from(Then))
times = st.times().map(lambda clock: time(clock.hour, clock.minute))
windows = st.builds(
    Windows,
    st.lists(
        st.builds(Window, st.text(), st.lists(st.integers(0, 6)).map(tuple), times, times, st.integers(0, 7)),
        max_size=2,
    ).map(tuple),
    st.booleans(),
)
durations = st.integers(1, 10**7).map(lambda seconds: timedelta(seconds=seconds))
rules = st.builds(
    Rules,
    canary=amounts,
    waves=waves,
    wave_by=st.sampled_from(WaveBy),
    max_failures=limits,
    max_lost=limits,
    max_in_flight=st.integers(1, 10_000),
    max_rate=st.none() | st.floats(0.001, 1e6),
    wave_timeout=st.none() | durations,
    pause_between=durations,
    windows=windows,
    write_path=st.sampled_from(WritePath),
    concurrency=st.integers(1, 64),
)


@given(rules)
def test_rules_come_back_from_the_journal_unchanged(given_: Rules) -> None:
    journal = TypeAdapter(Rules)
    assert journal.validate_json(journal.dump_json(given_)) == given_


@given(amounts)
def test_an_amount_reads_as_it_is_told(amount: Amount) -> None:
    assert Amount.parse(str(amount)) == amount


@given(limits)
def test_a_limit_reads_as_it_is_told(limit: Limit) -> None:
    assert Limit.parse(str(limit)) == limit


@given(waves.filter(lambda each: each.then is not Then.SAME))
def test_wave_sizes_read_as_they_are_told(given_: WaveSizes) -> None:
    assert WaveSizes.parse(str(given_)) == given_


@pytest.mark.parametrize(
    ("text", "told"), [("5", "5"), (" 1% ", "1%"), ("2.5 %", "2.5%"), ("02.50%", "2.5%"), ("0", "0"), ("100%", "100%")]
)
def test_an_amount_is_a_number_or_a_percentage(text: str, told: str) -> None:
    assert str(Amount.parse(text)) == told


@given(st.integers(0, 10_000), st.integers(0, 50_000), st.integers(0, 5))
def test_a_size_rounds_up_and_a_limit_rounds_down(hundredths: int, total: int, at_least: int) -> None:
    percent = Amount(percent=Fraction(hundredths, 100))
    assert percent.of(total) == ceil(Fraction(hundredths * total, 10_000))
    assert Limit(percent, at_least).of(total) == max(at_least, floor(Fraction(hundredths * total, 10_000)))


def test_a_number_is_the_same_of_any_total() -> None:
    assert Amount(number=5).of(2) == Amount(number=5).of(40_000) == Limit(Amount(number=5)).of(2) == 5


def test_the_defaults_are_those_of_a_careful_engineer() -> None:
    careful = Rules()
    assert str(careful.canary) == "5"
    assert list(islice(careful.waves.of(40_000), 5)) == [10, 100, 500, 1_000, 2_000]
    assert [careful.max_failures.of(phones) for phones in (5, 40, 60, 1_000)] == [2, 2, 3, 50]
    assert [careful.max_lost.of(phones) for phones in (5, 99, 100, 1_000)] == [0, 0, 1, 10]
    assert (careful.max_in_flight, careful.concurrency, careful.max_rate) == (200, 8, None)
    assert (careful.wave_timeout, careful.pause_between) == (timedelta(hours=2), timedelta(0))
    assert (careful.wave_by, careful.write_path) == (WaveBy.SPREAD, WritePath.AXL)
    assert careful.windows.always


@pytest.mark.parametrize(
    ("text", "phones", "first"),
    [
        ("10,100,500,rest", 4_000, [10, 100, 500, 4_000, 4_000]),
        ("10, 100, 500", 4_000, [10, 100, 500, 1_000, 2_000, 4_000, 4_000]),
        ("1%,10%,Rest", 950, [10, 95, 950]),
        ("rest", 7, [7]),
        ("3", 100, [3, 6, 12]),
    ],
)
def test_waves_are_as_large_as_asked_and_then_grow_or_take_the_rest(text: str, phones: int, first: list[int]) -> None:
    assert list(islice(WaveSizes.parse(text).of(phones), len(first))) == first


def test_a_fixed_size_is_that_of_every_wave() -> None:
    assert list(islice(WaveSizes.fixed("500").of(9_000), 3)) == [500, 500, 500]
    assert list(islice(WaveSizes.fixed("50%").of(9), 3)) == [5, 5, 5]
    assert str(WaveSizes.fixed("50%")) == "50% each"


@pytest.mark.parametrize(
    "text", ["", "five", "-1", "101%", "1/2", "5 phones", "1e3", "2,5%", "%", "\N{ARABIC-INDIC DIGIT FIVE}", "1_000"]
)
def test_an_amount_that_is_not_understood_is_refused_with_the_option_and_the_forms(text: str) -> None:
    with pytest.raises(UsageError, match=r"--canary '.*' is not understood") as caught:
        Amount.parse(text, "--canary")
    assert "2.5%" in (caught.value.hint or "")
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("text", ["", "5% at least", "5 at least 2", "at least 2", "105% at least 2"])
def test_a_limit_that_is_not_understood_is_refused_with_the_option(text: str) -> None:
    with pytest.raises(UsageError, match=r"--max-failures '.*' is not understood"):
        Limit.parse(text, "--max-failures")


@pytest.mark.parametrize("text", ["", "10,,100", "10,0,rest", "0%", "rest,10", "10,rest,rest", "10;100", "10,"])
def test_waves_that_are_not_understood_are_refused_with_the_forms(text: str) -> None:
    with pytest.raises(UsageError, match=r"--waves '.*' is not understood") as caught:
        WaveSizes.parse(text)
    assert "10,100,500,rest" in (caught.value.hint or "")


@pytest.mark.parametrize("text", ["0", "0%"])
def test_a_wave_without_phones_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"--wave-size '0%?' is a wave without phones"):
        WaveSizes.fixed(text)


def test_values_that_mean_nothing_cannot_be_made() -> None:
    for broken in (
        Amount,
        lambda: Amount(number=1, percent=Fraction(1)),
        lambda: Amount(number=-1),
        lambda: Amount(percent=Fraction(101)),
        lambda: WaveSizes(()),
        lambda: WaveSizes((Amount(number=0),)),
        lambda: replace(Rules(), concurrency=0),
        lambda: replace(Rules(), max_in_flight=0),
        lambda: replace(Rules(), max_rate=0.0),
        lambda: replace(Rules(), max_rate=float("inf")),
        lambda: replace(Rules(), wave_timeout=timedelta(0)),
        lambda: replace(Rules(), pause_between=timedelta(seconds=-1)),
    ):
        with pytest.raises(ValueError, match=" "):
            broken()
