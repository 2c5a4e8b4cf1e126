"""`bulk`: 2,000 simulated phones from start to summary.

The simulator runs in a process of its own, with fast phones and no throttle, and with a RIS that the dry run which finds
the phones does not use up; lscctl runs as a user runs it, and keeps to its own 15 requests to RIS a minute. Wall time and
peak memory are the client's as the system accounts for them; writes and reads are counted from the simulator's log, not
by the client.
"""

import json
from collections import Counter

from benchmarks._lab import lab

PHONES = 2000
WRITES = ("updatePhone", "applyPhone", "doDeviceReset", "executeSQLUpdate")
READS = ("executeSQLQuery", "getPhone", "listPhone", "getCCMVersion", "selectCmDevice", "selectCmDeviceExt")


def run(seed: int) -> dict[str, float]:
    """Run it and give the figures: `phones`, `seconds`, `peak_mb`, `writes_per_phone`, `reads`."""
    fast = ("--phone-speed", "2000", "--assume", "notification-limit=1000000", "--assume", "ris-rate=1000")
    with lab("--seed", str(seed), "--phones", str(PHONES * 5), *fast) as bench:
        names = bench.phones_of_a_plan(PHONES)
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
