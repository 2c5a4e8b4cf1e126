"""`chaos`: rollouts that are killed, cut off, refused and resumed, while the cluster restarts and others change its phones.

Each run is a scenario of its own seed; a seed that fails is named, and fails again with `--runs 1 --seed N` and the same
`--operation`. Several run at a time, since a rollout mostly waits.
"""

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

from benchmarks._chaos.invariants import violations
from benchmarks._chaos.lab import Launch, cold
from benchmarks._chaos.ordeal import suffer
from benchmarks._chaos.scenario import Operation

AT_A_TIME = 8
RUNS = 200


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this benchmark takes beyond a seed."""
    parser.add_argument("--runs", type=int, default=RUNS, help=f"how many rollouts (default: {RUNS})")
    parser.add_argument(
        "--operation", type=Operation, choices=list(Operation), default=Operation.INSTALL, help="(default: install)"
    )
    parser.add_argument("--at-a-time", type=int, default=AT_A_TIME, help=f"side by side (default: {AT_A_TIME})")


def run(
    seed: int, runs: int = RUNS, at_a_time: int = AT_A_TIME, operation: Operation = Operation.INSTALL
) -> dict[str, int]:
    """Run them and give the figures: `runs`, `violations`; each violation is told on stderr."""
    with ProcessPoolExecutor(at_a_time, mp_context=get_context("spawn")) as pool:
        return {"runs": runs, "violations": judge(pool, range(seed, seed + runs), operation)}


def judge(pool: Executor, seeds: Sequence[int], operation: Operation, launch: Launch = cold) -> int:
    """How many violations the scenarios of these seeds bring to light; each is told on stderr."""
    found = 0
    for seed, told in zip(seeds, pool.map(partial(_one, operation, launch), seeds), strict=True):
        for line in told:
            print(f"seed {seed}: {line}", file=sys.stderr, flush=True)
        found += len(told)
    return found


def _one(operation: Operation, launch: Launch, seed: int) -> list[str]:
    return violations(suffer(seed, operation, launch))
