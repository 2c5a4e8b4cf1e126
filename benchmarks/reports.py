"""`reports`: every report on phones, in every format, of a cluster of 40,000.

The simulator runs in a process of its own. lscctl runs as a user runs it, its output in a file; so the table is the one that a
pipe gets, its first 1,000 rows. `changes` compares two kept reports in which every phone is in another device pool, and `since`
one of them with the cluster as it is.
"""

import argparse
import filecmp
from collections.abc import Iterator

from benchmarks._lab import Lab, Timed, lab

PHONES = 40_000
MOST_SECONDS = 30.0
MOST_SECONDS_OF_A_TABLE = 10.0
MOST_MB = 200.0
FORMATS = ("table", "json", "ndjson", "csv", "markdown", "junit", "prometheus", "html")
COMMANDS = {
    "status": ("status",),
    "expiring": (
        "report",
        "expiring",
        "--within",
        "365d",
        "--fail-within",
        "14d",
        "--fail-below",
        "33%",
    ),
    "capf": ("report", "capf"),
    "groups": ("report", "capf", "--by", "model,device-pool,profile,issuer,status"),
    "changes": ("report", "changes", "{folder}/old.json", "{folder}/new.json"),
    "since": ("report", "changes", "{folder}/old.json"),
}


OF_PHONES = ("status", "expiring", "capf")
"""Those of which metrics are written with a series for each phone."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How large the cluster is."""
    parser.add_argument("--phones", type=int, default=PHONES)


def run(seed: int, phones: int = PHONES) -> dict[str, float]:
    """Make every report in every format once, and one in JSON twice.

    Figures, of the slowest and of the largest report in each format: `FORMAT_seconds`, wall seconds of the whole command;
    `FORMAT_peak_mb`, its peak, resident. `violations`: how many reports break the limits at the top of this file, and whether the
    two that were made of the same phones differ.
    """
    with lab("--seed", str(seed), "--phones", str(phones)) as bench:
        new, old = bench.folder / "new.json", bench.folder / "old.json"
        for file in (new, bench.folder / "again.json"):
            bench.lscctl("status", "--format", "json", to=file)
        with new.open() as lines, old.open("w") as moved:  # never the whole text: a child's peak starts at its parent's
            moved.writelines(line.replace('"device_pool": "', '"device_pool": "Old ') for line in lines)
        measured = {(name, kind): made for name, kind, made in _reports(bench)}
        same = filecmp.cmp(new, bench.folder / "again.json", shallow=False)
    figures: dict[str, float] = {"phones": phones}
    for kind in FORMATS:
        runs = [made for (_, of), made in measured.items() if of == kind]
        figures[f"{kind}_seconds"] = round(max(made.seconds for made in runs), 1)
        figures[f"{kind}_peak_mb"] = round(max(made.peak_mb for made in runs))
    figures["violations"] = (not same) + sum(_too_much(kind, made) for (_, kind), made in measured.items())
    return figures


def _reports(bench: Lab) -> Iterator[tuple[str, str, Timed]]:
    for name, arguments in COMMANDS.items():
        for kind in FORMATS:
            to = bench.folder / f"{name}.{kind}"
            more = ("--per-phone",) if kind == "prometheus" and name in OF_PHONES else ()
            command = [*(argument.format(folder=bench.folder) for argument in arguments), *more]
            made = bench.lscctl(*command, "--format", kind, accepted=(0, 1), to=to)
            size = to.stat().st_size / 1e6
            print(f"{name} {kind}: {made.seconds:.1f} s, {made.peak_mb:.0f} MB, {size:.1f} MB written", flush=True)
            to.unlink()
            yield name, kind, made


def _too_much(kind: str, made: Timed) -> bool:
    most = MOST_SECONDS_OF_A_TABLE if kind == "table" else MOST_SECONDS
    return made.seconds >= most or made.peak_mb >= MOST_MB
