"""The throttle against a model of a cluster's queue of change notifications, hours in a second or two."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lscctl.rollout.throttle import Throttle
from tests.rollout.fakes import Clock
from tests.rollout.notification_queue import Cluster, Rate, Writer, alternating, bursts, changing, steady


def limits(drain: int) -> list[int]:
    """Of queues: twenty seconds' worth of drain, and the 1,500 of the FAQ [field guide 3]."""
    return sorted({min(20 * drain, 1500), 1500})


def must_be_used_well(writer: Writer) -> None:
    writer.write(10 * writer.cluster.limit)
    assert writer.utilisation >= 0.9
    assert writer.rejected_share < 0.02


@pytest.mark.parametrize("latency", [0.01, 0.05])
@pytest.mark.parametrize(("drain", "limit"), [(drain, limit) for drain in (5, 30, 120) for limit in limits(drain)])
def test_a_steady_cluster_is_used_well(drain: int, limit: int, latency: float) -> None:
    must_be_used_well(Writer(Cluster(limit, steady(drain)), latency=latency))


def test_the_quickest_cluster_is_used_well_by_calls_that_are_quick_enough() -> None:
    must_be_used_well(Writer(Cluster(1500, steady(200)), latency=0.02))
    must_be_used_well(Writer(Cluster(1500, steady(200)), latency=0.05, concurrency=16))


@pytest.mark.parametrize(
    ("drain", "limit"),
    [
        (changing(5, 60, 50), 1000),
        (changing(50, 60, 5), 1000),
        (changing(20, 60, 200), 1500),
        (changing(200, 20, 20), 1500),
        (alternating(30, 10, 60), 600),
        (alternating(200, 60, 40), 1500),
    ],
)
def test_a_cluster_whose_drain_changes_up_to_tenfold_is_used_well(drain: Rate, limit: int) -> None:
    must_be_used_well(Writer(Cluster(limit, drain), latency=0.02))


@pytest.mark.parametrize("off", [2, 5, 10])
@pytest.mark.parametrize(("drain", "limit"), [(5, 100), (10, 200), (25, 1500), (100, 1500), (200, 1500)])
def test_a_cluster_that_another_client_half_fills_in_bursts_is_used_well(drain: int, limit: int, off: float) -> None:
    must_be_used_well(Writer(Cluster(limit, steady(drain), bursts(drain / 2, on=5, off=off)), latency=0.02))


@pytest.mark.parametrize(("drain", "limit"), [(20, 400), (50, 1000), (100, 1500)])
def test_a_client_that_takes_everything_for_a_minute_leaves_the_next_minute_well_used(drain: int, limit: int) -> None:
    must_be_used_well(Writer(Cluster(limit, steady(drain), bursts(drain / 2, on=60, off=60))))


@settings(derandomize=True, max_examples=10, deadline=None)
@given(
    drain=st.integers(10, 150),
    seconds=st.integers(20, 60),
    factor=st.sampled_from((0.3, 0.5, 1.0, 2.0, 3.0)),
    taken=st.sampled_from((0.0, 0.2, 0.4)),
    seed=st.integers(0, 1000),
)
def test_any_cluster_is_used_well(drain: int, seconds: int, factor: float, taken: float, seed: int) -> None:
    after = min(150.0, max(5.0, drain * factor))
    limit = min(1500, int(seconds * max(drain, after)))
    others = bursts(min(drain, after) * taken, on=3, off=4)
    writer = Writer(Cluster(limit, changing(drain, 3 * limit / drain, after), others), latency=0.02, seed=seed)
    must_be_used_well(writer)


def test_the_first_overflow_costs_at_most_the_calls_under_way() -> None:
    writer = Writer(Cluster(1000, steady(20)), latency=0.05)
    writer.run(lambda: writer.refused > 0, lambda: 5000)
    writer.write_for(1.0)
    assert 1 <= writer.refused <= 8


def test_later_overflows_of_a_slow_cluster_cost_one_refusal_each() -> None:
    writer = Writer(Cluster(100, steady(5)))
    writer.write(600)
    refused = writer.refused
    writer.write(1000)
    assert 5 <= writer.refused - refused <= 13


def test_a_full_queue_of_a_slow_cluster_never_runs_empty_while_there_is_work() -> None:
    writer = Writer(Cluster(100, steady(5)))
    writer.write(200)
    for _ in range(400):
        writer.write(2)
        assert writer.cluster.outstanding > 20


def test_without_any_throttling_all_calls_are_under_way_within_four_round_trips() -> None:
    writer = Writer(Cluster(1_000_000, steady(1000)), latency=0.05)
    writer.write_for(0.2)
    assert writer.most_under_way == 8
    writer.write_for(60)
    assert writer.accepted > 0.95 * 60 * 8 / 0.05
    assert writer.throttle.limited_by == ""


def test_other_clients_get_room_after_each_overflow() -> None:
    writer = Writer(Cluster(400, steady(20)))
    writer.write(800)
    before = writer.refused
    writer.run(lambda: writer.refused > before, lambda: 5000)
    pause = writer.throttle.next_in
    assert 0.9 <= pause <= 6
    assert writer.throttle.limited_by == "cluster"
    assert writer.throttle.concurrency == 1


class Told:
    """A throttle that a test tells what happens, on a clock that the test moves."""

    def __init__(self, concurrency: int = 8, ceiling: float | None = None, chance: float = 0.5) -> None:
        self.clock = Clock()
        self.throttle = Throttle(self.clock.now, lambda: chance, concurrency, ceiling)

    def serve(self, number: int = 1, seconds: float = 0.05) -> None:
        for _ in range(number):
            if self.throttle.next_in:
                self.clock.sleep(self.throttle.next_in)
            self.throttle.sent()
            self.clock.sleep(seconds)
            self.throttle.served(seconds)

    def refuse(self, retry_after: float | None = None) -> float:
        """Send a write as soon as it may leave, into a full queue; say how long the pause after it is."""
        if self.throttle.next_in:
            self.clock.sleep(self.throttle.next_in)
        self.throttle.sent()
        self.clock.sleep(0.05)
        self.throttle.refused(retry_after)
        return self.throttle.next_in

    def lose(self) -> float:
        if self.throttle.next_in:
            self.clock.sleep(self.throttle.next_in)
        self.throttle.sent()
        self.clock.sleep(0.05)
        self.throttle.slow_or_lost()
        return self.throttle.next_in


def test_retry_after_is_honoured() -> None:
    told = Told()
    told.serve(100)
    assert told.refuse(retry_after=37) == pytest.approx(37)
    assert told.refuse(retry_after=1) < 37


def test_calls_that_were_under_way_are_refused_in_the_same_pause() -> None:
    told = Told()
    told.serve(100)
    for _ in range(8):
        told.throttle.sent()
    told.throttle.refused(None)
    pause = told.throttle.next_in
    for _ in range(7):
        told.throttle.refused(None)
    assert told.throttle.next_in == pytest.approx(pause)
    told.throttle.refused(30.0)
    assert told.throttle.next_in == pytest.approx(30)


def test_pauses_grow_while_everything_is_refused_and_one_call_at_a_time_asks() -> None:
    told = Told()
    told.serve(1000)
    pauses = []
    for _ in range(8):
        pauses.append(told.refuse())
        assert told.throttle.concurrency == 1
    assert pauses == sorted(pauses)
    assert pauses[0] >= 1
    assert 5 <= pauses[-1] <= 66
    told.serve()
    assert told.throttle.concurrency > 1


def test_pauses_vary_with_chance() -> None:
    early, late = Told(chance=0.0), Told(chance=1.0)
    for told in (early, late):
        told.serve(100)
    assert early.refuse() < late.refuse()


def test_lost_connections_halve_the_calls_under_way_and_pause_longer_each_time() -> None:
    told = Told()
    told.serve(100)
    assert told.throttle.concurrency == 8
    pauses = [told.lose() for _ in range(8)]
    assert pauses == sorted(pauses)
    assert pauses[0] == pytest.approx(1)
    assert pauses[-1] == pytest.approx(60)
    told.serve()
    assert (told.throttle.concurrency, told.throttle.limited_by) == (2, "cluster")
    told.serve(100)
    assert (told.throttle.concurrency, told.throttle.limited_by) == (8, "")


def test_one_timeout_leaves_half_of_the_calls() -> None:
    told = Told()
    told.serve(100)
    told.lose()
    told.serve()
    assert told.throttle.concurrency in (4, 5)


def test_growing_latency_takes_calls_away_gently_and_gives_them_back() -> None:
    told = Told()
    told.serve(100, seconds=0.05)
    told.serve(10, seconds=0.3)
    assert told.throttle.concurrency == 8
    told.serve(20, seconds=2.0)
    assert 5 <= told.throttle.concurrency < 8
    assert told.throttle.limited_by == "cluster"
    told.serve(100, seconds=2.0)
    assert told.throttle.concurrency >= 1
    told.serve(200, seconds=0.05)
    assert told.throttle.concurrency == 8


def test_a_cluster_that_has_always_been_slow_is_not_taken_for_one_that_grows_slower() -> None:
    told = Told()
    told.serve(100, seconds=3.0)
    assert told.throttle.concurrency == 8


@pytest.mark.parametrize("ceiling", [0.5, 7.0, 90.0])
def test_the_ceiling_is_reached_and_never_passed(ceiling: float) -> None:
    writer = Writer(Cluster(1_000_000, steady(1000)), ceiling=ceiling)
    seconds = max(60.0, 40 / ceiling)
    writer.write_for(seconds)
    assert writer.accepted >= 0.95 * ceiling * seconds - 1
    for window in (0.5, 2.0, 10.0):
        for first, left in enumerate(writer.sent_at):
            within = sum(1 for at in writer.sent_at[first : first + int(ceiling * window) + 9] if at < left + window)
            assert within <= ceiling * window + 2.5
    assert writer.throttle.limited_by == "--max-rate"


def test_a_ceiling_above_what_the_cluster_takes_is_not_what_limits() -> None:
    writer = Writer(Cluster(200, steady(10)), ceiling=400)
    writer.write(2000)
    assert writer.utilisation >= 0.9
    assert writer.throttle.limited_by == "cluster"


def test_a_ceiling_below_what_the_cluster_takes_meets_no_refusal() -> None:
    writer = Writer(Cluster(100, steady(10)), ceiling=9)
    writer.write(2000)
    assert writer.refused == 0
    assert writer.throttle.limited_by == "--max-rate"


@pytest.mark.parametrize("ceiling", [None, 20.0])
@pytest.mark.parametrize("leap", [-7200.0, -5.0, 5.0, 90.0, 7200.0])
def test_a_clock_that_leaps_neither_stalls_nor_bursts(leap: float, ceiling: float | None) -> None:
    writer = Writer(Cluster(200, steady(10)), ceiling=ceiling)
    writer.write(1000)
    for wait in (3.3, 20.7, 31.1):
        writer.write_for(wait)
        before = writer.accepted, writer.refused
        writer.clock_error += leap
        writer.write_for(60)
        assert writer.accepted - before[0] >= 0.8 * 60 * 10
        assert writer.refused - before[1] <= 6
    assert writer.utilisation >= 0.9
    assert writer.rejected_share < 0.02


@settings(derandomize=True, max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.floats(0.1, 20), st.floats(-1e5, 1e5)), min_size=1, max_size=6), st.integers(0, 99))
def test_whatever_the_clock_does_writing_goes_on(leaps: list[tuple[float, float]], seed: int) -> None:
    writer = Writer(Cluster(200, steady(20)), latency=0.02, seed=seed)
    writer.write(400)
    for seconds, leap in leaps:
        writer.write_for(seconds)
        writer.clock_error += leap
    before = writer.time
    writer.write(400)
    assert writer.time - before <= 400 / 20 * 1.6


def test_a_clock_that_leaps_while_a_call_is_under_way_does_not_slow_the_next_ones() -> None:
    told = Told()
    told.serve(200)
    told.refuse()
    told.serve(100)
    told.refuse()
    told.serve(50)
    told.throttle.sent()
    told.clock.error += 7200
    told.throttle.served(0.05)
    told.refuse()
    before = told.clock.at
    told.serve(50)
    assert told.clock.at - before < 60


def test_a_rest_is_not_taken_for_a_cluster_that_drains_slowly() -> None:
    writer = Writer(Cluster(200, steady(10)))
    writer.write(1000)
    for _ in range(3):
        writer.wait_for(600)
        before = writer.time
        writer.write(400)
        assert writer.time - before <= 400 / 10


def test_writing_less_than_the_pace_allows_does_not_raise_it() -> None:
    writer = Writer(Cluster(400, steady(20)))
    writer.write(1000)
    for _ in range(200):
        writer.write(2)
        writer.wait_for(1.0)
    before = writer.refused
    writer.write(400)
    assert writer.refused - before <= 10


def test_the_rate_is_what_was_served_lately() -> None:
    told = Told(concurrency=1)
    assert told.throttle.rate == 0
    told.serve(400, seconds=0.05)
    assert told.throttle.rate == pytest.approx(20, rel=0.1)
    told.clock.sleep(60)
    assert told.throttle.rate < 0.1


def test_two_clients_share_a_cluster() -> None:
    """The second one is another lscctl: both together use what is drained, neither is shut out."""
    cluster = Cluster(400, steady(20))
    clock = Clock(0)
    dice = [random.Random(seed) for seed in (1, 2)]
    clients = [Throttle(clock.now, each.random, 8, None) for each in dice]
    accepted, refused = [0, 0], [0, 0]
    while sum(accepted) < 8000:
        clock.sleep(0.004)
        cluster.forward(clock.at)
        for number, client in enumerate(clients):
            if client.next_in > 0:
                continue
            client.sent()
            if cluster.write():
                accepted[number] += 1
                client.served(0.004)
            else:
                refused[number] += 1
                client.refused(None)
    assert cluster.worked_off / cluster.could >= 0.9
    assert sum(refused) / 8000 < 0.02
    assert min(accepted) > 0.2 * 8000
