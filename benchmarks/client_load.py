"""A ready AXL client from our schema beside one from Cisco's full WSDL: time, and memory beyond a bare import.

Both are of version 12.5, the newest that `ciscoaxl` brings; each measurement has a process of its own, and no cache is used.
"""

import json
import random
import resource
import statistics
import subprocess
import sys
import time
from importlib.resources import files
from typing import Any

VERSION = "12.5"
ROUNDS = 5


def run(seed: int) -> dict[str, float]:
    """Measure both several times, in an order drawn from the seed.

    Figures are medians: `*_seconds` until the client is ready, `*_mb` of peak memory that this adds to the imports;
    `time_ratio` and `memory_ratio` are ours divided by Cisco's.
    """
    order = ["ours", "cisco"] * ROUNDS
    random.Random(seed).shuffle(order)
    measured: dict[str, list[tuple[float, float]]] = {"ours": [], "cisco": []}
    for whose in order:
        child = subprocess.run(
            [sys.executable, "-m", "benchmarks.client_load", whose], check=True, capture_output=True, text=True
        )
        seconds, megabytes = json.loads(child.stdout)
        print(f"{whose:6} {seconds:8.3f} s {megabytes:8.1f} MB", flush=True)
        measured[whose].append((seconds, megabytes))
    figures: dict[str, float] = {}
    for whose, results in measured.items():
        figures[f"{whose}_seconds"] = round(statistics.median(seconds for seconds, _ in results), 4)
        figures[f"{whose}_mb"] = round(statistics.median(megabytes for _, megabytes in results), 2)
    figures["time_ratio"] = round(figures["ours_seconds"] / figures["cisco_seconds"], 4)
    figures["memory_ratio"] = round(figures["ours_mb"] / figures["cisco_mb"], 4)
    return figures


def _measure(whose: str) -> tuple[float, float]:
    """Seconds and megabytes of one load, in this process, after the imports that both need."""
    # Imported here, not above: a child's peak starts at its parent's, so the parent has to stay small.
    import zeep  # noqa: PLC0415

    from lscctl.cucm.axl import Axl  # noqa: PLC0415
    from lscctl.cucm.schema import Schema  # noqa: PLC0415
    from lscctl.cucm.transport import Endpoint, Transport  # noqa: PLC0415

    wsdl = str(files("ciscoaxl") / "schema" / VERSION / "AXLAPI.wsdl")
    zeep_client: Any = zeep.Client
    before = _peak_megabytes()
    started = time.perf_counter()
    if whose == "ours":
        client: object = Axl(Schema.bundled(VERSION), Transport(Endpoint("cucm.invalid", "user", "")))
    else:
        client = zeep_client(wsdl)
    seconds = time.perf_counter() - started
    added = _peak_megabytes() - before
    del client
    return seconds, added


def _peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    print(json.dumps(_measure(sys.argv[1])))
