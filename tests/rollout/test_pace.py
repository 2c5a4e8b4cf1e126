"""Pauses after trouble, and the interval between polls, in injected time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lscctl.rollout.pace import LONGEST_PAUSE, Patience, PollInterval, Timer
from tests.rollout.fakes import Clock


def test_a_clock_set_back_never_stretches_a_span() -> None:
    clock = Clock()
    timer = Timer(clock.now)
    timer.start(30)
    clock.error = -7200
    assert timer.left == 30
    clock.sleep(30)
    assert timer.left == 0


def test_pauses_double_until_the_longest() -> None:
    clock = Clock()
    patience = Patience(3600, clock.now, lambda: 1.0)
    pauses = []
    for _ in range(9):
        pause = patience.trouble()
        assert pause
        pauses.append(pause)
        clock.sleep(pause)
    assert pauses == [1, 2, 4, 8, 16, 32, LONGEST_PAUSE, LONGEST_PAUSE, LONGEST_PAUSE]


def test_refusals_that_arrive_together_count_as_one() -> None:
    clock = Clock()
    patience = Patience(600, clock.now, lambda: 1.0)
    assert patience.trouble() == 1
    assert [patience.trouble() for _ in range(7)] == [0] * 7
    clock.sleep(1)
    assert patience.trouble() == 2


def test_retry_after_is_honoured_but_never_beyond_the_patience() -> None:
    clock = Clock()
    patience = Patience(600, clock.now, lambda: 0.0)
    assert patience.trouble(retry_after=45) == 45
    assert patience.trouble(retry_after=90_000) == 600


def test_patience_runs_out_once_nothing_was_served_for_its_whole_length() -> None:
    clock = Clock()
    patience = Patience(10, clock.now, lambda: 1.0)
    pauses = 0
    while (pause := patience.trouble()) is not None:
        clock.sleep(pause)
        pauses += 1
    assert pauses == 4
    assert clock.at >= Clock().at + 10


def test_a_served_call_ends_the_trouble_but_not_a_pause_that_it_was_sent_before() -> None:
    clock = Clock()
    patience = Patience(600, clock.now, lambda: 1.0)
    assert not patience.well()
    patience.trouble()
    assert not patience.well()
    assert patience.pause
    clock.sleep(1)
    assert patience.well()
    assert patience.trouble() == 1


def test_polls_slow_down_to_the_longest_interval_while_nothing_ends() -> None:
    interval = PollInterval(1, 30)
    waits = [interval.after(ended=0, watched=500, took=0.1, writing=False) for _ in range(12)]
    assert waits[0] == 1.5
    assert waits == sorted(waits)
    assert waits[-1] == 30


def test_polls_quicken_while_phones_end() -> None:
    interval = PollInterval(1, 30)
    for _ in range(12):
        interval.after(ended=0, watched=500, took=0.1, writing=False)
    assert interval.after(ended=200, watched=500, took=0.1, writing=False) == 15
    interval.hasten()
    assert interval.after(ended=500, watched=500, took=0.1, writing=False) == 1


@given(
    st.lists(
        st.tuples(st.integers(0, 40_000), st.integers(1, 40_000), st.floats(0, 300), st.booleans()),
        min_size=1,
        max_size=20,
    )
)
def test_polling_never_takes_more_than_a_third_of_the_time(polls: list[tuple[int, int, float, bool]]) -> None:
    interval = PollInterval(1, 30)
    for ended, watched, took, writing in polls:
        wait = interval.after(ended=min(ended, watched), watched=watched, took=took, writing=writing)
        assert wait >= max(1, 2 * took)
        assert wait <= max(30, 2 * took)


@pytest.mark.parametrize("refused", [True, False])
def test_time_in_which_nobody_tried_is_none_in_which_the_cluster_refused(refused: bool) -> None:
    clock = Clock()
    patience = Patience(300, clock.now, lambda: 0.5)

    def trouble() -> bool:
        return patience.refused() if refused else patience.trouble() is not None

    assert trouble()
    patience.rest()  # the window has closed
    clock.pass_by(20 * 3600)
    assert trouble()
    clock.pass_by(200)
    assert trouble()
    clock.pass_by(200)
    assert not trouble(), "what it refuses from then on counts as ever"
