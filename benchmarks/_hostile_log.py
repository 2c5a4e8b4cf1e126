"""Logs that are made to be slow to read: the words and examples of every cause, again and again, in short and long lines."""

import random
import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks import _yardstick
from lscctl.diagnosis.knowledge import Knowledge
from lscctl.diagnosis.mailed import Given, gather
from lscctl.finding import Source

SHAPES = (
    *((length, " ") for length in (100, 200, 600, 3_900, 60_000)),
    *((length, joint) for joint in ("-", "_", "=", "") for length in (600, 3_900)),
)
"""So long are the lines of each log, and that stands between their words: patterns may go back and forth in what is joined."""

LISTED = (
    "Cisco Trust Verification Service[STARTED]\n",
    "tcp 212 0 10.20.0.10:3804 10.20.1.17:50112 CLOSE_WAIT 4711/capf\n",
    "CriticalServiceDown: Cisco Certificate Authority Proxy Function is down\n",
    "10:00:01.1 IP 10.20.1.17.50112 > 10.20.0.10.3804: Flags [S], seq 1\n",
    "%ASA-4-106023: Deny tcp src voice:10.20.1.17/50322 dst dc:10.20.0.10/3804 by access-group\n",
)
"""Lines of what nodes and the network print: outputs that repeat one of them are read, too."""

_HEAD = "{n:04d} ERR Mar 12 15:07:53.697091 SECUREAPP-capf "
_REPEATS = 4
"""So often each is measured; the least counts."""


def figures(seed: int, knowledge: Knowledge, size: int = 2**19, lines: int = 2**15) -> dict[str, float]:
    """Figures: for a megabyte of the slowest of these logs, for one of the slowest output that repeats a line of a node's, and for
    1,000 lines of a log that says `capf` in each and nothing else, so that none begins a record, the processor's time and how many
    yardsticks that is; each the least of some repeats."""
    hostile_times: list[float] = []
    line_times: list[float] = []
    listed_times: list[float] = []
    yardsticks: list[float] = []
    for _ in range(_REPEATS):
        yardsticks.append(_yardstick.seconds())
        hostile_times.append(max(_seconds(seed, knowledge, size, *shape) for shape in SHAPES))
        listed_times.append(max(_processor(one * (size // len(one)), knowledge, Source.NODE_OUTPUT) for one in LISTED))
        yardsticks.append(_yardstick.seconds())
        line_times.append(_processor("capf\n" * lines, knowledge) / lines)
    megabyte, line, yardstick = min(hostile_times), min(line_times), min(yardsticks)
    listed = min(listed_times) * 2**20 / size
    return {
        "hostile_seconds_per_megabyte": round(megabyte, 2),
        "hostile_yardsticks_per_megabyte": round(megabyte / yardstick, 1),
        "listed_yardsticks_per_megabyte": round(listed / yardstick, 1),
        "tiny_line_microseconds": round(line * 1e6, 1),
        "tiny_line_yardsticks_per_thousand": round(line * 1_000 / yardstick, 2),
    }


def _seconds(seed: int, knowledge: Knowledge, size: int, length: int, joint: str) -> float:
    text = hostile(random.Random(seed), knowledge, size, length, joint)
    return _processor(text, knowledge) * 2**20 / len(text)


def _processor(text: str, knowledge: Knowledge, source: Source = Source.CONSOLE_LOG) -> float:
    with tempfile.TemporaryDirectory(prefix="lscctl-hostile-") as folder:
        file = Path(folder) / "messages"
        file.write_text(text)
        started = time.process_time()
        gather([Given(str(file), source)], knowledge)
        return time.process_time() - started


def hostile(rng: random.Random, knowledge: Knowledge, size: int, length: int, joint: str) -> str:
    """About `size` letters, in lines of `length`: each says a word, some words, or most of an example over and over, `joint`
    between them."""
    units = list(_units(rng, knowledge))
    lines: list[str] = []
    while len(lines) * (length + 1) < size:
        unit = rng.choice(units).replace(" ", joint)
        line = _HEAD.format(n=len(lines) % 10_000) + f"{len(lines)} " + unit * (length // len(unit) + 1)
        lines.append(line[:length])
    return "\n".join(lines)


def _units(rng: random.Random, knowledge: Knowledge) -> Iterator[str]:
    for condition in knowledge.conditions():
        literal = sorted(set(re.findall(r"[a-z]{2,}", re.sub(r"\\.", " ", condition.text))))
        for word in (*condition.words, *literal):
            yield f"{word} "
        if len(literal) > 2:
            yield " ".join(rng.sample(literal, 3)) + " "
        if condition.example:
            yield condition.example[: len(condition.example) * 2 // 3] + " "
