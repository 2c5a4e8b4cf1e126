"""`scale`: 10,000 and 40,000 phones in growing waves, against a cluster that works off 200 change notifications a second.

The simulator runs in a process of its own, with fast phones, so that the cluster's queue is what limits the run; each
updatePhone and each applyPhone that it accepts puts one notification into the queue, and a full queue answers 503. lscctl
runs as a user runs it, with its journal, the default canary and the default waves. What a user would set is
`--max-in-flight`: the default of 200 spares call processing, and phones that are polled every few seconds would not fill
the queue with it.

Assumed of the cluster: `notification-drain=200` is the issue's figure; the queue's limit is the field guide's 1,500. A wave
ends when its phones are back, and RIS tells that for 1,000 phones a request, 15 times a minute. Real phones need minutes for
what these do within a second, so real waves end minutes apart; to measure the rollout and not that, RIS is as much quicker
as the small waves follow closer on each other: `ris-rate=600`, which the client is told by its configuration. To plan
40,000 phones takes 40 requests, too; `*_plan_seconds` tells the time for all before the first wave and after the last.
"""

import json
import re
import resource
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from benchmarks._lab import Lab, lab

SIZES = (10_000, 40_000)
DRAIN = 200
IN_FLIGHT = 3000
RIS_RATE = 600
MODELS = ("88*", "78*")
"""Their MICs are of the CAs that CAPF trusts, so that every phone succeeds."""

WIDER = ("--renew", "--include-mic-only")
"""Phones with a valid LSC, too, and those that have only their MIC: else the cluster would have to be larger still."""


@dataclass(frozen=True, slots=True)
class Rollout:
    """One run: `seconds` of its waves, from the first look at a phone to the last; all else is of the whole command.

    `drain_ratio` is `seconds` by the time in which the cluster works off what was written.
    """

    phones: int
    waves: int
    seconds: float
    plan_seconds: float
    cpu_seconds: float
    peak_mb: float
    drain_ratio: float
    refused: float


def run(seed: int) -> dict[str, float]:
    """Roll out to both numbers of phones.

    Figures: `drain_ratio` and `peak_mb`, the worse of the two; `cost_ratio`, by how much a phone of one run costs more than
    one of the other, in seconds of the waves or in seconds of the client's processor, whichever is worse; and for each run
    what `Rollout` holds. `rejected_share` is of all writes.
    """
    runs = [_roll_out(phones, seed) for phones in SIZES]
    costs = ([each.seconds / each.phones for each in runs], [each.cpu_seconds / each.phones for each in runs])
    figures = {
        "drain_ratio": max(each.drain_ratio for each in runs),
        "cost_ratio": round(max(max(cost) / min(cost) for cost in costs), 3),
        "peak_mb": max(each.peak_mb for each in runs),
    }
    for each in runs:
        size = f"{each.phones // 1000}k"
        figures |= {
            f"{size}_waves": each.waves,
            f"{size}_seconds": each.seconds,
            f"{size}_plan_seconds": each.plan_seconds,
            f"{size}_cpu_ms_per_phone": round(1000 * each.cpu_seconds / each.phones, 2),
            f"{size}_peak_mb": each.peak_mb,
            f"{size}_drain_ratio": each.drain_ratio,
            f"{size}_rejected_share": each.refused,
        }
    return figures


def _roll_out(phones: int, seed: int) -> Rollout:
    """Install on so many phones of a cluster that has twice as many."""
    settings = ("--phone-speed", "2000", "--assume", f"notification-drain={DRAIN}", "--assume", f"ris-rate={RIS_RATE}")
    with lab("--seed", str(seed), "--phones", str(2 * phones), *settings) as bench:
        with (bench.folder / "config.toml").open("a") as config:
            config.write(f"ris-rate = {RIS_RATE}\n")
        listed = bench.folder / "phones.txt"
        made = [sys.executable, "-m", "benchmarks.scale", str(bench.folder / "config.toml"), str(phones)]
        with listed.open("w") as names:
            subprocess.run(made, env=bench.environment, stdout=names, check=True)
        before = _processor_seconds()
        options = ("--yes", "--format", "json", "--max-in-flight", str(IN_FLIGHT))
        ran = bench.lscctl("bulk-install", "--from", str(listed), *WIDER, *options)
        used = _processor_seconds() - before
        writes = _answers_to_writes(bench)
    told = json.loads(ran.out)
    states = {state: number for state, number in told["counts"].items() if number}
    if states != {"installed": phones}:
        raise SystemExit(f"not all phones were installed: {states}")
    began, ended = (datetime.fromisoformat(told[moment]).timestamp() for moment in ("started", "ended"))
    return Rollout(
        phones=phones,
        waves=max(phone["wave"] for phone in told["phones"]),
        seconds=ended - began,
        plan_seconds=round(ran.seconds - (ended - began), 1),
        cpu_seconds=used,
        peak_mb=round(ran.peak_mb, 1),
        drain_ratio=round((ended - began) / (writes["ok"] / DRAIN), 3),
        refused=round(writes["503"] / writes.total(), 4),
    )


def _processor_seconds() -> float:
    """What commands that have ended took of the processor; the simulator has not ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _answers_to_writes(bench: Lab) -> Counter[str]:
    """How many writes had which outcome (`ok`, `503`), as the simulator logged them."""
    with (bench.folder / "simulator.log").open() as log:
        found = (re.search(r" POST (?:updatePhone|applyPhone) .*: (.+) in [\d.]+ ms", line) for line in log)
        return Counter(each[1] for each in found if each)


def _print_plannable(config: str, number: str) -> None:
    """Print the names of so many phones that a plan would write."""
    # Imported here, not above: a child's peak starts at its parent's, so the parent has to stay small.
    import os  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415

    from lscctl.config import load, password  # noqa: PLC0415
    from lscctl.cucm.cluster import Cluster  # noqa: PLC0415
    from lscctl.phone import PhoneQuery  # noqa: PLC0415
    from lscctl.plan import CapfRequest, Protected, build_plan  # noqa: PLC0415

    chosen = load(Path(config), os.environ).cluster()
    with Cluster.connect(chosen, password(chosen, None)) as cluster:
        found = cluster.find(PhoneQuery(models=MODELS))
        plan = build_plan(found.phones, CapfRequest(renew=True, include_mic_only=True), cluster.facts(), Protected())
    names = [step.phone.name for step in plan.steps]
    if len(names) < int(number):
        raise SystemExit(f"the simulated cluster has only {len(names)} phones that a plan would write")
    print("\n".join(names[: int(number)]))


if __name__ == "__main__":
    _print_plannable(*sys.argv[1:])
