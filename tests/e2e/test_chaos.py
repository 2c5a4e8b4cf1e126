"""Rollouts that are killed, cut off, refused and resumed, judged by what the cluster saw: a short run of the benchmark."""

import pytest

from benchmarks import chaos
from benchmarks._chaos.scenario import Operation


def test_whatever_happens_to_a_rollout_no_promise_is_broken(capfd: pytest.CaptureFixture[str]) -> None:
    figures = chaos.run(seed=0, runs=20)
    assert figures == {"runs": 20, "violations": 0}, capfd.readouterr().err


@pytest.mark.parametrize("operation", [one for one in Operation if one is not Operation.INSTALL])
def test_nor_to_one_of_the_other_operations(operation: Operation, capfd: pytest.CaptureFixture[str]) -> None:
    figures = chaos.run(seed=0, runs=4, operation=operation)
    assert figures == {"runs": 4, "violations": 0}, capfd.readouterr().err
