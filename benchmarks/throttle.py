"""`throttle`: bulk installs against clusters whose queue of change notifications drains slowly, changes, or is shared.

Each simulator runs in a process of its own and answers 503 to writes while its queue is over its limit. Each run writes
at least ten times that limit, an updatePhone and an applyPhone a phone. How much of what could be worked off was, from
the first write to the last, and how many requests were refused, the simulators count, not the client. Scenarios run side
by side, but the quickest only beside the slowest: 200 writes a second keep a small machine busy.
"""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from benchmarks._lab import Lab, lab

LATENCY_MS = 20
ENDS = (0, 1, 7)
"""Exit codes of a run that wrote all phones: some have failed by then, and it was told not to wait for the others."""


@dataclass(frozen=True)
class Scenario:
    """One cluster: `drain` and `others` as `sim serve` takes them."""

    name: str
    limit: int
    drain: str
    others: str | None = None

    @property
    def phones(self) -> int:
        """So many that the writes of those that a plan does not leave out are ten times the limit."""
        return 63 * self.limit // 10


QUICKEST = Scenario("steady_200", 1500, "200")
BESIDE_IT = (Scenario("steady_5", 100, "5"), Scenario("a_quarter_of_8_taken", 160, "8", "2/4/6"))
AFTER_IT = (
    Scenario("rising_8_to_80", 1500, "8,30:80"),
    Scenario("falling_40_to_10", 800, "40,170:10"),
    Scenario("half_of_120_taken", 1500, "120", "60/5/10"),
)


def run(seed: int) -> dict[str, float]:
    """Run all and give the figures: the worst `utilisation` and `rejected_share`, and each scenario's, with its rate."""
    measured: dict[Scenario, dict[str, float]] = {}

    def measure(scenario: Scenario) -> None:
        measured[scenario] = _measure(scenario, seed)

    with ThreadPoolExecutor(len(BESIDE_IT) + len(AFTER_IT)) as beside:
        under_way = [beside.submit(measure, scenario) for scenario in BESIDE_IT]
        measure(QUICKEST)
        under_way += [beside.submit(measure, scenario) for scenario in AFTER_IT]
        for each in under_way:
            each.result()
    figures = {
        "utilisation": min(own["utilisation"] for own in measured.values()),
        "rejected_share": max(own["rejected_share"] for own in measured.values()),
    }
    for scenario in (QUICKEST, *BESIDE_IT, *AFTER_IT):
        figures |= {f"{scenario.name}_{key}": value for key, value in measured[scenario].items()}
    return figures


def _measure(scenario: Scenario, seed: int) -> dict[str, float]:
    limit = ("--assume", f"notification-limit={scenario.limit}", "--drain", scenario.drain)
    others = ("--other-client", scenario.others) if scenario.others else ()
    size = ("--phones", str(scenario.phones), "--phone-speed", "2000", "--latency", str(LATENCY_MS))
    with lab("--seed", str(seed), *size, *limit, *others) as bench:
        _install(bench)
        log = bench.stop()
    usage = json.loads(re.findall(r"change notifications from the first write to the last: (\{.*\})", log)[-1])
    if usage["accepted"] < 10 * scenario.limit:
        raise SystemExit(f"{scenario.name}: only {usage['accepted']} writes were accepted")
    figures = {
        "utilisation": usage["utilisation"],
        "rejected_share": round(usage["refused"] / (usage["accepted"] + usage["refused"]), 4),
        "rate": round(usage["accepted"] / usage["seconds"], 1),
    }
    print(f"{scenario.name:26} {figures}", flush=True)
    return figures


def _install(bench: Lab) -> None:
    """Write and apply whatever can be, in one wave that nothing but the cluster slows down."""
    everybody = ("--model", "*", "--renew", "--include-unregistered")
    unhindered = ("--canary", "0", "--waves", "rest", "--max-in-flight", "100000", "--no-wait")
    regardless = ("--max-failures", "100%", "--max-lost", "100%")
    bench.lscctl("bulk-install", *everybody, *unhindered, *regardless, "--yes", "--format", "json", accepted=ENDS)
