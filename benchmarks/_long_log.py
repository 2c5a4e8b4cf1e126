"""A console log of hundreds of megabytes, written and read: how long that takes, and how much memory."""

import random
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from benchmarks import _yardstick
from benchmarks._faults import play
from benchmarks._phone_logs import GENERATIONS, Story, written
from lscctl.diagnosis.knowledge import load
from lscctl.diagnosis.mailed import Given, gather

_MEGABYTE = 2**20


def figures(seed: int, megabytes: int) -> dict[str, float]:
    """Figures: `seconds` of the processor to read so many megabytes, how many yardsticks each takes, and `megabytes` of memory;
    in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        seconds, yardsticks, memory = pool.submit(_read, seed, megabytes).result()
    return {
        "log_megabytes": megabytes,
        "log_seconds": round(seconds, 1),
        "log_yardsticks_per_megabyte": round(yardsticks / megabytes, 2),
        "log_memory_megabytes": round(memory),
    }


def _read(seed: int, megabytes: int) -> tuple[float, float, float]:
    rng = random.Random(seed)
    stories = []
    for generation in GENERATIONS:
        story = Story(rng, generation)
        play(story, ["capf-unreachable"])
        stories.append(written(story, noise=20_000, wrap=False, chatter=0.9).encode())
    with tempfile.NamedTemporaryFile(prefix="lscctl-log-") as file:
        size = 0
        while size < megabytes * _MEGABYTE:
            size += file.write(rng.choice(stories))
        file.flush()
        knowledge = load()
        before = _yardstick.seconds()
        started = time.process_time()
        (case,) = gather([Given(str(Path(file.name)))], knowledge)
        seconds = time.process_time() - started
        yardstick = min(before, _yardstick.seconds())
    if not case.attempts_in_all:
        raise ValueError("the log's attempts were not seen")
    return seconds, seconds / yardstick, _peak_megabytes()


def _peak_megabytes() -> float:
    """The most memory that this process had; `getrusage` would tell that of the process that started it, where that is more."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024
