import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lscctl.simulator.doors.disturbances import Disturbance, Disturbances, Harm


def harms(disturbances: Disturbances, operation: str, times: int) -> list[list[Harm]]:
    return [[due.harm for due in disturbances.due(operation)] for _ in range(times)]


@pytest.mark.parametrize(
    ("spec", "disturbance"),
    [
        ("drop-before", Disturbance(Harm.DROP_BEFORE)),
        ("drop-after:updatePhone@3-5", Disturbance(Harm.DROP_AFTER, "updatePhone", 3, 5)),
        ("cut:executeSQLQuery@2", Disturbance(Harm.CUT, "executeSQLQuery", 2, 2)),
        ("http-503:*@4-", Disturbance(Harm.UNAVAILABLE, "*", 4, None)),
        ("html~0.25", Disturbance(Harm.HTML, probability=0.25)),
        ("delay=2.5:getPhone@1-2~0.5", Disturbance(Harm.DELAY, "getPhone", 1, 2, 0.5, 2.5)),
    ],
)
def test_a_spec_is_read(spec: str, disturbance: Disturbance) -> None:
    assert Disturbance.parse(spec) == disturbance


@pytest.mark.parametrize("spec", ["", "explode", "delay", "cut=3", "cut@0", "cut@5-3", "cut~2", "cut~1.5", "cut:a:b"])
def test_a_spec_that_makes_no_sense_is_refused(spec: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        Disturbance.parse(spec)


@given(st.text())
def test_no_text_brings_the_reader_down(spec: str) -> None:
    with contextlib.suppress(ValueError):
        assert Disturbance.parse(spec).probability <= 1


def test_times_count_per_disturbance_and_only_its_operation() -> None:
    disturbances = Disturbances([Disturbance.parse("cut:updatePhone@2-3")])
    assert harms(disturbances, "getPhone", 3) == [[], [], []]
    assert harms(disturbances, "updatePhone", 4) == [[], [Harm.CUT], [Harm.CUT], []]


def test_delays_add_up_with_one_other_harm() -> None:
    disturbances = Disturbances(map(Disturbance.parse, ["delay=1", "html", "delay=2", "cut"]))
    assert harms(disturbances, "x", 1) == [[Harm.DELAY, Harm.DELAY, Harm.HTML]]
    disturbances.clear()
    assert harms(disturbances, "x", 1) == [[]]


def test_a_probability_is_drawn_from_the_seed() -> None:
    draws = [harms(Disturbances([Disturbance.parse("cut~0.3")], seed=7), "x", 200) for _ in range(2)]
    assert draws[0] == draws[1]
    assert 30 < sum(map(len, draws[0])) < 90
