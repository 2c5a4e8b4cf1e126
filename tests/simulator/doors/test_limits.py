from lscctl.simulator.doors.limits import AnswerMemory, RequestRate
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
