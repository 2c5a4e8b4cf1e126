"""`diagnosis`: whether the cause that is named first is the true one: every fault and every pair that the simulator can make."""

import argparse
from collections import Counter
from collections.abc import Iterable

from benchmarks import _hostile_log, _mailed
from benchmarks._live import telling
from benchmarks._live.healthy import alarms
from benchmarks._live.telling import Judged
from benchmarks._long_log import figures as long_log
from lscctl.diagnosis.knowledge import load

KNOWLEDGE = load()
LEAST = {
    f"{what}{title}": least
    for what in ("precision", "recall", "mailed_precision", "mailed_recall")
    for title, least in (("", 0.98), ("_one_missing", 0.9))
}
"""What must be reached."""

MOST_YARDSTICKS = {
    "log_yardsticks_per_megabyte": 3.0,
    "hostile_yardsticks_per_megabyte": 80.0,
    "listed_yardsticks_per_megabyte": 80.0,
    "tiny_line_yardsticks_per_thousand": 0.9,
}
"""What reading may take, as multiples of a fixed piece of work that is measured in the same run: no machine is always as quick. A
megabyte of a log as phones write it, one of the slowest log, one of an output that repeats a line of a node's, and 1,000 lines of
one word each of which none begins a record."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How much."""
    parser.add_argument("--rounds", type=int, default=1, help="how often each fault and pair is made (default: 1)")
    parser.add_argument("--sample", type=float, default=1.0, help="share of the pairs that is made (default: 1.0)")
    parser.add_argument("--healthy", type=int, default=10_000, help="healthy phones (default: 10,000)")
    parser.add_argument("--megabytes", type=int, default=200, help="length of a long log that is read (default: 200)")
    parser.add_argument("--show", action="store_true", help="print each phone that is told wrongly")


def run(
    seed: int, *, rounds: int = 1, sample: float = 1.0, healthy: int = 10_000, megabytes: int = 200, show: bool = False
) -> dict[str, float]:
    """Figures: of live clusters `precision` and `recall` of the cause that is named first, with all sources and with one missing,
    in so many `cases`, and `false_alarms` among healthy phones; the same of what was `mailed_`; how long a long log takes, and a
    megabyte of one that is made to be slow."""
    whole, missing = Counter[str](), Counter[str]()
    for judged in _shown(telling.all_judged(seed, KNOWLEDGE, rounds=rounds, sample=sample), show):
        (missing if judged.without else whole)[judged.outcome] += 1
    figures: dict[str, float] = {**_figures(whole, ""), **_figures(missing, "_one_missing")}
    figures |= {"healthy": healthy, "false_alarms": alarms(seed, KNOWLEDGE, healthy, show=show)}
    figures |= _mailed.figures(seed, rounds=rounds, healthy=healthy, show=show)
    figures |= long_log(seed, megabytes)
    figures |= _hostile_log.figures(seed, KNOWLEDGE)
    missed = sum(figures[name] < least for name, least in LEAST.items())
    missed += sum(figures[name] > most for name, most in MOST_YARDSTICKS.items())
    return {**figures, "violations": missed + figures["false_alarms"] + figures["mailed_false_alarms"]}


def _shown(all_judged: Iterable[Judged], show: bool) -> Iterable[Judged]:
    for judged in all_judged:
        if show and judged.outcome != "right":
            print(judged)
        yield judged


def _figures(counts: Counter[str], title: str) -> dict[str, float]:
    told, there = counts["right"] + counts["wrong"], sum(counts.values())
    return {
        f"precision{title}": round(counts["right"] / told, 4) if told else 1.0,
        f"recall{title}": round(counts["right"] / there, 4) if there else 1.0,
        f"cases{title}": there,
    }
