"""`start-up`: how soon lscctl answers: its help beside a bare import of typer and rich, and a status of one model."""

import random
import statistics
import sys

from benchmarks._lab import LSCCTL, lab, timed

ROUNDS = 9
BARE = [sys.executable, "-c", "import typer, rich.console"]


def run(seed: int) -> dict[str, float]:
    """Measure in an order drawn from the seed.

    Figures are medians: `help_seconds`, `bare_seconds`, `help_ratio` (the first by the second), `status_seconds` (of
    `lscctl status --model 8845` on a running simulator with 2,000 phones).
    """
    order = ["help", "bare"] * ROUNDS
    random.Random(seed).shuffle(order)
    commands = {"help": [*LSCCTL, "--help"], "bare": BARE}
    measured: dict[str, list[float]] = {"help": [], "bare": []}
    for which in order:
        measured[which].append(timed(commands[which]).seconds)
    with lab("--seed", str(seed), "--phones", "2000") as bench:
        status = [bench.lscctl("status", "--model", "8845").seconds for _ in range(5)]
    help_seconds, bare_seconds = (statistics.median(measured[which]) for which in ("help", "bare"))
    return {
        "help_seconds": round(help_seconds, 3),
        "bare_seconds": round(bare_seconds, 3),
        "help_ratio": round(help_seconds / bare_seconds, 2),
        "status_seconds": round(statistics.median(status), 2),
    }
