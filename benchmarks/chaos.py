"""`chaos`: rollouts that are killed, cut off, refused and resumed, while the cluster restarts and others change its phones.

Each run is a scenario of its own seed; a seed that fails is named, and fails again with `--runs 1 --seed N` and the same
`--operation`. Several run at a time, since a rollout mostly waits.
"""

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

from benchmarks._chaos.invariants import violations
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
    found = 0
    with ProcessPoolExecutor(at_a_time, mp_context=get_context("spawn")) as pool:
        for number, told in zip(
            range(seed, seed + runs), pool.map(partial(_one, operation), range(seed, seed + runs)), strict=True
        ):
            for line in told:
                print(f"seed {number}: {line}", file=sys.stderr, flush=True)
            found += len(told)
    return {"runs": runs, "violations": found}


def _one(operation: Operation, seed: int) -> list[str]:
    return violations(suffer(seed, operation))
