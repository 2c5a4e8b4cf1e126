"""Rollouts that are killed, cut off, refused and resumed, judged by what the cluster saw: a short run of the benchmark."""

from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from benchmarks import chaos
from benchmarks._chaos.scenario import Operation
from tests import key_ring
from tests.e2e.warm_start import WarmStart


@pytest.fixture(scope="module")
def pool(keys: Path) -> Iterator[Executor]:
    """Processes that need not load the simulator, nor make its keys."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["benchmarks._chaos.ordeal", "tests.key_ring"])
    with ProcessPoolExecutor(4, mp_context=context, initializer=key_ring.install, initargs=(keys,)) as processes:
        yield processes


def test_whatever_happens_to_a_rollout_no_promise_is_broken(
    pool: Executor, warm: WarmStart, capfd: pytest.CaptureFixture[str]
) -> None:
    found = chaos.judge(pool, range(20), Operation.INSTALL, warm.start)
    assert found == 0, capfd.readouterr().err


@pytest.mark.parametrize("operation", [one for one in Operation if one is not Operation.INSTALL])
def test_nor_to_one_of_the_other_operations(
    operation: Operation, pool: Executor, warm: WarmStart, capfd: pytest.CaptureFixture[str]
) -> None:
    found = chaos.judge(pool, range(4), operation, warm.start)
    assert found == 0, capfd.readouterr().err


def test_the_benchmark_counts_runs_and_violations(capfd: pytest.CaptureFixture[str]) -> None:
    figures = chaos.run(seed=20, runs=1)
    assert figures == {"runs": 1, "violations": 0}, capfd.readouterr().err
