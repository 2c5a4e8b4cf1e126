"""`start-up`: how soon lscctl answers: its help, its causes and the diagnosis of a short log, as multiples of a bare import of
typer and rich; and a status of one model.
"""

import random
import statistics
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks._lab import LSCCTL, lab, timed

ROUNDS = 9
LOG = """\
0001 NOT Mar 12 15:07:01.697091 (347:1289) SECUREAPP-LSC: operation pending: install
0002 ERR Mar 12 15:07:02.697091 (347:1289) SECUREAPP-CAPF: connection to 10.20.0.11:3804 refused
"""


def run(seed: int) -> dict[str, float]:
    """Measure in an order drawn from the seed.

    Figures are medians: `bare_seconds`, `help_seconds`, `causes_seconds` (`lscctl diagnose --list-causes`), `diagnose_seconds` (of
    a log of two lines) of the processor; `help_ratio`, `causes_ratio`, `diagnose_ratio` (each of these by the first);
    `status_seconds` (of `lscctl status --model 8845` on a running simulator with 2,000 phones) of the clock.
    """
    with TemporaryDirectory() as folder:
        log = Path(folder) / "messages"
        log.write_text(LOG)
        seconds = _processor_seconds(
            seed,
            {
                "bare": [sys.executable, "-c", "import typer, rich.console"],
                "help": [*LSCCTL, "--help"],
                "causes": [*LSCCTL, "diagnose", "--list-causes"],
                "diagnose": [*LSCCTL, "diagnose", "--console-log", str(log)],
            },
        )
    with lab("--seed", str(seed), "--phones", "2000") as bench:
        status = [bench.lscctl("status", "--model", "8845").seconds for _ in range(5)]
    return {
        **{f"{name}_seconds": round(one, 3) for name, one in seconds.items()},
        **{f"{name}_ratio": round(one / seconds["bare"], 2) for name, one in seconds.items() if name != "bare"},
        "status_seconds": round(statistics.median(status), 2),
    }


def _processor_seconds(seed: int, commands: dict[str, list[str]]) -> dict[str, float]:
    """What each takes of the processor: other work on the machine makes that longer by much less than the time of the clock."""
    order = [*commands] * ROUNDS
    random.Random(seed).shuffle(order)
    measured: dict[str, list[float]] = {name: [] for name in commands}
    for name in order:
        measured[name].append(timed(commands[name], accepted=(0, 1)).processor_seconds)
    return {name: statistics.median(one) for name, one in measured.items()}
