"""`preflight`: every check on a cluster of 20 nodes and 40,000 phones, without and with the look at who is registered.

The simulator runs in a process of its own, at the pace and with the limits of a real one: RIS takes 15 requests a minute, for
1,000 phones each. All 20 nodes run TFTP and TVS and serve phones, more than any real cluster has. lscctl runs as a user runs
it, and looks at every phone.
"""

import argparse
import re
import time
from collections.abc import Sequence
from datetime import datetime

from benchmarks._lab import Lab, Timed, lab

NODES = 20
PHONES = 40_000
MOST_SECONDS = 60.0
MOST_MB = 250.0
RIS_RATE = 15
PHONES_A_REQUEST = 1000
_REQUEST = re.compile(r"^(\S+ \S+) .* POST selectCmDeviceExt .* in ([\d.]+) ms", re.MULTILINE)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How large the cluster is."""
    parser.add_argument("--nodes", type=int, default=NODES)
    parser.add_argument("--phones", type=int, default=PHONES)


def run(seed: int, nodes: int = NODES, phones: int = PHONES) -> dict[str, float]:
    """Check twice. Times are wall seconds of the whole command, memory is its peak, resident.

    Figures: `seconds` and `peak_mb` without registration, `registration_seconds` and `registration_peak_mb` with it;
    `ris_requests`, and `most_in_a_minute` of them in any 60 seconds; `seconds_over_ris`, by how much the second takes longer
    than the waits that RIS' rate asks for. `violations`: how many of the limits at the top of this file are broken.
    """
    with lab("--seed", str(seed), "--phones", str(phones), nodes=nodes) as bench:
        plain = _preflight(bench, "--no-registration")
        time.sleep(60)  # one command knows nothing of the request that another made within RIS' minute
        earlier = bench.requests()["selectCmDeviceExt"]
        full = _preflight(bench)
        asked = _ris_requests(bench.stop())[earlier:]
    most = _most_in_a_minute(asked)
    waits = 60.0 * ((len(asked) - 1) // RIS_RATE)
    broken = (
        plain.seconds >= MOST_SECONDS,
        max(plain.peak_mb, full.peak_mb) >= MOST_MB,
        most > RIS_RATE,
        len(asked) > -(-phones // PHONES_A_REQUEST),
        full.seconds - waits >= MOST_SECONDS,
    )
    return {
        "nodes": nodes,
        "phones": phones,
        "seconds": round(plain.seconds, 1),
        "peak_mb": round(plain.peak_mb, 1),
        "registration_seconds": round(full.seconds, 1),
        "registration_peak_mb": round(full.peak_mb, 1),
        "ris_requests": len(asked),
        "most_in_a_minute": most,
        "seconds_over_ris": round(full.seconds - waits, 1),
        "violations": sum(broken),
    }


def _preflight(bench: Lab, *options: str) -> Timed:
    ran = bench.lscctl("preflight", "--format", "json", *options)
    print(f"preflight {' '.join(options)}: {ran.seconds:.1f} s, {ran.peak_mb:.0f} MB", flush=True)
    return ran


def _ris_requests(log: str) -> list[float]:
    """When each request came to RIS, in seconds, the first one first; the simulator logs a request once it is answered."""
    return sorted(
        datetime.strptime(when, "%Y-%m-%d %H:%M:%S,%f").timestamp() - float(lasted) / 1000  # noqa: DTZ007 - only differences
        for when, lasted in _REQUEST.findall(log)
    )


def _most_in_a_minute(asked: Sequence[float]) -> int:
    return max((sum(start <= one < start + 60 for one in asked) for start in asked), default=0)
