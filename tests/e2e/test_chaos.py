"""Rollouts that are killed, cut off, refused and resumed, judged by what the cluster saw: a short run of the benchmark."""

import pytest

from benchmarks import chaos


def test_whatever_happens_to_a_rollout_no_promise_is_broken(capfd: pytest.CaptureFixture[str]) -> None:
    figures = chaos.run(seed=0, runs=20)
    assert figures == {"runs": 20, "violations": 0}, capfd.readouterr().err
