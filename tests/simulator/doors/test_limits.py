import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lscctl.simulator.doors.limits import AnswerMemory, RequestRate
from lscctl.simulator.doors.load import Bursts, Steps
from lscctl.simulator.doors.notifications import ChangeNotifications


class Time:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_the_queue_is_over_its_limit_until_time_has_drained_it() -> None:
    time = Time()
    queue = ChangeNotifications(time, limit=100, drained_per_second=10, per_write=2)
    for _ in range(50):
        queue.written(1)
    assert not queue.over_limit
    queue.add(1)
    assert queue.over_limit
    assert queue.outstanding == 101
    time.now += 5
    assert not queue.over_limit
    assert queue.outstanding == 51
    time.now += 3600
    assert queue.outstanding == 0


def test_a_clock_that_is_set_back_drains_nothing() -> None:
    time = Time()
    queue = ChangeNotifications(time, drained_per_second=1)
    queue.add(10)
    time.now -= 100
    assert queue.outstanding == 10


def test_the_drain_follows_its_timetable_from_the_first_write_on() -> None:
    time = Time()
    queue = ChangeNotifications(time, drained_per_second=Steps.parse("10,5:100,6:0"))
    time.now += 3600
    queue.written(1000)
    drained = []
    for _ in range(8):
        before = queue.outstanding
        time.now += 1
        drained.append(before - queue.outstanding)
    assert drained == [10, 10, 10, 10, 10, 100, 0, 0]


def test_the_drain_can_be_changed_in_between() -> None:
    time = Time()
    queue = ChangeNotifications(time, drained_per_second=10)
    queue.written(1000)
    time.now += 10
    queue.drained_per_second = 50
    time.now += 10
    assert queue.outstanding == 1000 - 100 - 500
    assert queue.drained_per_second == 50


def test_other_clients_come_and_go_from_the_first_write_on() -> None:
    time = Time()
    queue = ChangeNotifications(time, drained_per_second=0, others=Bursts.parse("10/2/3"))
    time.now += 60
    assert queue.outstanding == 0
    queue.written(0)
    seen = []
    for _ in range(10):
        time.now += 1
        seen.append(queue.outstanding)
    assert seen == [25, 50, 50, 50, 50, 75, 100, 100, 100, 100]
    queue.set_others(Bursts.parse("7"))
    time.now += 10
    assert queue.outstanding == 170


def test_the_usage_counts_what_was_worked_off_from_the_first_write_to_the_last() -> None:
    time = Time()
    queue = ChangeNotifications(time, limit=100, drained_per_second=10)
    assert queue.usage.utilisation == 1
    time.now += 500
    assert queue.admit()
    queue.written(101)
    assert not queue.admit()
    time.now += 20  # it runs empty after ten seconds
    assert queue.admit()
    queue.written(1)
    time.now += 500
    assert (queue.usage.accepted, queue.usage.refused) == (2, 1)
    assert queue.usage.worked_off == pytest.approx(101)
    assert queue.usage.possible == pytest.approx(200)
    assert queue.usage.utilisation == pytest.approx(101 / 200)


@given(
    st.lists(st.floats(0.001, 50), min_size=1, max_size=30),
    st.sampled_from(["3", "2/1/1", "1.1/0.3/0.7", "9/7/0.1"]),
    st.sampled_from(["5", "5,1:10", "1,0.1:2,0.2:3,7.7:0"]),
)
def test_it_makes_no_difference_how_often_one_looks(waits: list[float], others: str, drain: str) -> None:
    ends = []
    for looks in (True, False):
        time = Time()
        queue = ChangeNotifications(time, limit=0, drained_per_second=Steps.parse(drain), others=Bursts.parse(others))
        queue.written(100)
        for wait in waits:
            time.now += wait
            assert not looks or queue.outstanding >= 0
        queue.written(1)
        ends.append((queue.usage.worked_off, queue.usage.possible))
    assert ends[0] == pytest.approx(ends[1], rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("spec", ["", "fast", "10,", "10,5", "10,0:5", "10,5:1,5:2", "10,9:1,5:2", "-1", "1e3"])
def test_a_drain_that_makes_no_sense_is_refused(spec: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(repr(spec))}"):
        Steps.parse(spec)


@pytest.mark.parametrize("spec", ["", "often", "5/1", "5/0/3", "5/1/2/3", "-5"])
def test_another_client_that_makes_no_sense_is_refused(spec: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(repr(spec))}"):
        Bursts.parse(spec)


def test_answers_under_way_may_hold_so_much_together() -> None:
    memory = AnswerMemory(one=8, together=16)
    assert memory.hold(8)
    assert memory.hold(8)
    assert not memory.hold(1)
    memory.release(8)
    assert memory.hold(1)


def test_the_suggested_rows_of_an_answer_fit() -> None:
    memory = AnswerMemory(one=8_000_000)
    assert memory.suggested_rows(rows=2816, size=26_700_000) == 801
    assert memory.suggested_rows(rows=1, size=9_000_000) == 1


def test_fifteen_requests_fit_in_any_minute() -> None:
    time = Time()
    rate = RequestRate(time, 15)
    assert all(rate.admits() for _ in range(15))
    assert not rate.admits()
    time.now += 59
    assert not rate.admits()
    time.now += 1
    assert [rate.admits() for _ in range(16)] == [True] * 15 + [False]
