"""What refusals tell about the queue, in plain numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lscctl.rollout.drain import Drain


def full_after(writes: int, seconds: float) -> Drain:
    """A queue that was full after so many writes in so many seconds."""
    drain = Drain()
    drain.begin(0.0)
    accept(drain, writes)
    drain.overflowed(seconds)
    return drain


def accept(drain: Drain, writes: int) -> None:
    for _ in range(writes):
        drain.accepted()


def test_nothing_limits_the_pace_before_the_first_overflow() -> None:
    drain = Drain()
    drain.begin(0.0)
    accept(drain, 5000)
    assert drain.pace is None


@given(st.integers(10, 2000), st.floats(1, 600))
def test_what_was_accepted_from_one_overflow_to_the_next_is_our_share(writes: int, seconds: float) -> None:
    drain = full_after(1000, 10)
    accept(drain, writes)
    assert drain.overflowed(10 + seconds)
    assert drain.share == pytest.approx(writes / seconds)


def test_the_share_remembers_as_much_as_a_hundred_writes_of_earlier_turns() -> None:
    drain = full_after(1000, 10)
    accept(drain, 400)
    drain.overflowed(50)
    accept(drain, 100)
    drain.overflowed(70)
    assert drain.share == pytest.approx((100 + 100) / (10 + 20))


def test_refusals_with_next_to_nothing_accepted_in_between_are_one_overflow() -> None:
    drain = full_after(1000, 10)
    accept(drain, 2)
    assert not drain.overflowed(12)
    assert not drain.overflowed(16)
    accept(drain, 40)
    assert drain.overflowed(20)


def test_time_in_which_all_was_refused_counts_no_more_than_the_time_after_it() -> None:
    drain = full_after(1000, 10)
    drain.overflowed(70)
    accept(drain, 100)
    drain.overflowed(80)
    assert drain.share == pytest.approx(100 / (10 + 10))


def test_a_call_that_was_under_way_when_the_queue_overflowed_ends_no_turn() -> None:
    drain = full_after(1000, 10)
    accept(drain, 50)
    drain.another()
    accept(drain, 50)
    drain.overflowed(20)
    assert drain.share == pytest.approx(10)


def test_a_queue_that_was_not_known_to_be_full_teaches_nothing() -> None:
    drain = full_after(1000, 10)
    accept(drain, 100)
    drain.overflowed(20)
    drain.begin(3600)
    accept(drain, 500)
    drain.overflowed(3610)
    assert drain.share == pytest.approx(10)


def test_the_pace_starts_at_our_share_climbs_gently_and_then_ever_faster() -> None:
    drain = full_after(1000, 10)
    accept(drain, 200)
    drain.overflowed(30)
    paces = []
    for _ in range(40):
        assert drain.pace is not None
        paces.append(drain.pace)
        accept(drain, 10)
    assert paces[0] == pytest.approx(10)
    assert paces == sorted(paces)
    assert paces[5] < 12
    assert paces[-1] > 80


def test_a_pause_is_a_quarter_of_what_the_queue_lasts_at_most() -> None:
    drain = full_after(230, 10)
    accept(drain, 40)
    drain.overflowed(12)
    assert drain.share == pytest.approx(20)
    assert drain.pause == pytest.approx(1)  # (230 - 10 * 20) / 20 / 4, but for the shortest pause
    drain = full_after(1000, 10)
    accept(drain, 40)
    drain.overflowed(12)
    assert 1 < drain.pause <= 10


def test_pauses_never_grow_beyond_half_the_time_in_which_the_queue_may_run_empty() -> None:
    drain = full_after(1200, 10)
    accept(drain, 100)
    drain.overflowed(15)  # 20 a second, so it holds about 1,000
    assert drain.longest_pause == pytest.approx(1000 / 20 / 2)


def test_where_more_was_worked_off_for_us_before_the_climb_comes_sooner() -> None:
    """Another client may leave as suddenly as it came: the queue must not run empty before we notice."""

    def slow_turns_after(writes: int) -> Drain:
        drain = full_after(1500, 5)
        accept(drain, writes)
        drain.overflowed(15)
        for turn in range(3):
            accept(drain, 50)
            drain.overflowed(15 + 50 * (turn + 1))
        accept(drain, 30)
        return drain

    quick_before, slow_before = slow_turns_after(1000), slow_turns_after(10)
    assert quick_before.pace is not None
    assert slow_before.pace is not None
    assert quick_before.pace > 2 * slow_before.pace
