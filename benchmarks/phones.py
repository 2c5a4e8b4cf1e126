"""`phones`: a thousand phones asked at their own doors while half of them are not there: certificates, pages, and a diagnosis.

The simulator runs in a process of its own. Every phone has its web access on; those that are not there take the connection and say
nothing, which is as slow as a phone can be.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path

from benchmarks._lab import Lab, lab
from lscctl.config import load
from lscctl.cucm.cluster import Cluster
from lscctl.cucm.phone_pages import PagesSeen
from lscctl.finding import Door
from lscctl.gathering.visits import visits
from lscctl.phone import PhoneQuery
from lscctl.simulator.cluster import Cluster as SimulatedCluster

PHONES = 1000
MOST_SECONDS = 60.0
MOST_MB = 250.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How many phones."""
    parser.add_argument("--phones", type=int, default=PHONES)


def run(seed: int, phones: int = PHONES) -> dict[str, float]:
    """Audit all certificates with `lscctl inspect`, read all pages and logs, then diagnose all phones with `lscctl diagnose`.

    Figures: `inspect_seconds` and `peak_mb` of the command; `pages_seconds`, `answered` phones and `pages` of the visits;
    `diagnose_seconds` and `diagnose_mb`, and how many phones it `diagnosed` with pages of their own. `violations`: how many of the
    limits at the top of this file are broken, and whether fewer answered, or were diagnosed, than are there.
    """
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder, "cluster.db")
        there = _prepared(state, seed, phones)
        with lab("--state", str(state)) as bench:
            audit = bench.lscctl("inspect", "--name", "*", "--format", "json", accepted=(0, 1))
            print(f"inspect: {audit.seconds:.1f} s, {audit.peak_mb:.0f} MB", flush=True)
            started = time.perf_counter()
            visited = _visited(bench)
            seconds = time.perf_counter() - started
            told = Path(folder, "diagnosis.json")
            diagnosis = bench.lscctl("diagnose", "--name", "*", "--format", "json", accepted=(0, 1), to=told)
            print(f"diagnose: {diagnosis.seconds:.1f} s, {diagnosis.peak_mb:.0f} MB", flush=True)
            diagnosed = _diagnosed(told)
    answered = sum(not seen.unseen for seen in visited)
    broken = (
        audit.seconds >= MOST_SECONDS,
        audit.peak_mb >= MOST_MB,
        seconds >= MOST_SECONDS,
        answered < there,
        diagnosis.seconds >= MOST_SECONDS,
        diagnosis.peak_mb >= MOST_MB,
        diagnosed < there,
    )
    return {
        "phones": phones,
        "there": there,
        "inspect_seconds": round(audit.seconds, 1),
        "peak_mb": round(audit.peak_mb, 1),
        "pages_seconds": round(seconds, 1),
        "answered": answered,
        "pages": sum(len(seen.pages) for seen in visited),
        "diagnose_seconds": round(diagnosis.seconds, 1),
        "diagnose_mb": round(diagnosis.peak_mb, 1),
        "diagnosed": diagnosed,
        "violations": sum(broken),
    }


def _prepared(state: Path, seed: int, phones: int) -> int:
    """A cluster in a file whose phones have web access all, every second of them on the network; says how many those are."""
    cluster = SimulatedCluster.create(path=state, seed=seed, phones=phones)
    try:
        pkids = [pkid for (pkid,) in cluster.connection.execute("SELECT fkdevice FROM sim_phone ORDER BY fkdevice")]
        cluster.connection.executemany(
            "UPDATE sim_phone SET web = 'on', httpd = 'Yes', expressway = 'f', status = 'Registered', ip = ?, powered = ?,"
            " node = coalesce(node, (SELECT name FROM processnode WHERE tknodeusage = 0)) WHERE fkdevice = ?",
            [
                (f"10.77.{number // 250}.{number % 250 + 1}", "tf"[number % 2], pkid)
                for number, pkid in enumerate(pkids)
            ],
        )
    finally:
        cluster.close()
    return -(-phones // 2)


def _diagnosed(told: Path) -> int:
    """How many phones were diagnosed with pages of their own."""
    diagnoses = json.loads(told.read_text())["diagnoses"]
    return sum(any(place["source"] == "phone-page" for place in one["looked_at"]) for one in diagnoses)


def _visited(bench: Lab) -> list[PagesSeen]:
    config = load(None, bench.environment).cluster("bench")
    cluster = Cluster.connect(config, bench.told["password"])
    with cluster:
        found = visits(cluster, cluster.find(PhoneQuery()).phones, {Door.PHONE_CERTIFICATES})
        return [visit.pages for visit in found if visit.pages is not None]
