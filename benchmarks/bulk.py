"""`bulk`: 2,000 simulated phones from start to summary.

The simulator runs in a process of its own, with fast phones and no throttle; lscctl runs as a user runs it. Wall time
and peak memory are the client's as the system accounts for them; writes and reads are counted from the simulator's log,
not by the client.
"""

import json
from collections import Counter

from benchmarks._lab import Lab, lab

PHONES = 2000
WRITES = ("updatePhone", "applyPhone", "doDeviceReset", "executeSQLUpdate")
READS = ("executeSQLQuery", "getPhone", "listPhone", "getCCMVersion", "selectCmDevice", "selectCmDeviceExt")


def run(seed: int) -> dict[str, float]:
    """Run it and give the figures: `phones`, `seconds`, `peak_mb`, `writes_per_phone`, `reads`."""
    fast = ("--phone-speed", "2000", "--assume", "notification-limit=1000000")
    with lab("--seed", str(seed), "--phones", str(PHONES * 5), *fast) as bench:
        names = _plannable(bench)
        (bench.folder / "phones.txt").write_text("\n".join(names) + "\n")
        before = bench.requests()
        ran = bench.lscctl("bulk-install", "--from", str(bench.folder / "phones.txt"), "--yes", "--format", "json")
        requests = bench.requests() - before
    states = Counter(phone["state"] for phone in json.loads(ran.out)["phones"])
    if states != {"installed": PHONES}:
        raise SystemExit(f"not all phones were installed: {dict(states)}")
    return {
        "phones": PHONES,
        "seconds": round(ran.seconds, 1),
        "peak_mb": round(ran.peak_mb, 1),
        "writes_per_phone": sum(requests[operation] for operation in WRITES) / PHONES,
        "reads": sum(requests[operation] for operation in READS),
    }


def _plannable(bench: Lab) -> list[str]:
    """Names of phones that a plan would write, as many as are wanted."""
    dry_run = bench.lscctl("bulk-install", "--model", "88*", "--model", "78*", "--dry-run", "--format", "json")
    names = [step["name"] for step in json.loads(dry_run.out)["steps"]]
    if len(names) < PHONES:
        raise SystemExit(f"the simulated cluster has only {len(names)} phones that a plan would write")
    return names[:PHONES]
