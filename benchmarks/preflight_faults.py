"""`preflight-faults`: for each scenario of the simulator, and each pair of them, whether preflight names just the faults there."""

import argparse
import itertools
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor

from lscctl.config import ClusterConfig
from lscctl.cucm.cluster import Cluster
from lscctl.phone import PhoneQuery
from lscctl.plan import InstallRequest, Protected, build_plan
from lscctl.preflight.ground import Ground
from lscctl.preflight.run import run as run_checks
from lscctl.simulator.cluster import Cluster as Simulated
from lscctl.simulator.scenarios import SCENARIOS, play
from lscctl.simulator.server import SimulatorServer

EXPECTED = {
    "healthy": set[str](),
    "mixed-mode": set(),
    "capf-not-activated": {"capf-not-activated", "capf-certificate-unseen"},
    "capf-stopped": {"capf-stopped", "capf-certificate-unseen"},
    "capf-frozen": {"capf-frozen", "capf-certificate-unseen"},
    "capf-elsewhere": {"capf-elsewhere"},
    "capf-expired": {"capf-certificate-expired"},
    "capf-expiring": {"capf-certificate-expiring"},
    "capf-ageing": {"capf-certificate-expiring"},
    "capf-no-ca": {"capf-certificate-no-ca"},
    "capf-regenerated": {"itl-old-capf"},
    "capf-not-restarted": {"capf-certificate-differs"},
    "capf-chain-missing": {"capf-chain-missing"},
    "offline-ca": {"offline-ca"},
    "enrolment-service": {"enrolment-service"},
    "tftp-stopped": {"tftp-stopped"},
    "itl-without-capf": {"itl-without-capf"},
    "itl-old-capf": {"itl-old-capf"},
    "itl-corrupt": {"itl-corrupt"},
    "itl-bad-signature": {"itl-bad-signature"},
    "itl-missing": {"itl-missing"},
    "ctl-without-capf": {"ctl-without-capf"},
    "ctl-old-capf": {"ctl-old-capf"},
    "ctl-bad-signature": {"ctl-bad-signature"},
    "ctl-missing": {"ctl-missing"},
    "tvs-stopped": {"tvs-stopped"},
    "tvs-not-activated": {"tvs-not-activated"},
    "tvs-renewed": {"tvs-not-in-itl"},
}
"""What preflight must name in each scenario, and nothing else."""

_PATIENCE = 0.5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which of them."""
    parser.add_argument("--single", action="store_true", help="no pairs")


def run(seed: int, single: bool = False) -> dict[str, float]:
    """Play them all. Figures: `clusters`, `precision`, `recall`, `violations` (clusters in which either is not 1)."""
    unknown = set(SCENARIOS) ^ set(EXPECTED)
    if unknown:
        raise SystemExit(f"the simulator's scenarios and this table differ: {', '.join(sorted(unknown))}")
    played: list[tuple[str, ...]] = [(name,) for name in EXPECTED]
    if not single:
        played += itertools.combinations([name for name in EXPECTED if EXPECTED[name]], 2)
    with ProcessPoolExecutor(initializer=_prepare, initargs=(seed,)) as pool:
        named = list(pool.map(_named, played, chunksize=4))
    right = told = there = violations = 0
    for names, found in zip(played, named, strict=True):
        must, may = _expected(names)
        missed, invented = must - found, found - must - may
        right += len(found & (must | may))
        told += len(found)
        there += len(must)
        violations += bool(missed or invented)
        wrong = f"  MISSED {sorted(missed)}" if missed else ""
        wrong += f"  INVENTED {sorted(invented)}" if invented else ""
        print(f"{' + '.join(names):45} {', '.join(sorted(found)) or '-'}{wrong}", flush=True)
    missing = sum(len(_expected(names)[0] - found) for names, found in zip(played, named, strict=True))
    return {
        "clusters": len(played),
        "precision": round(right / told, 4) if told else 1.0,
        "recall": round((there - missing) / there, 4),
        "violations": violations,
    }


_NO_HANDSHAKE = {"capf-not-activated", "capf-stopped", "capf-frozen"}
_NEW_CERTIFICATE = {
    "capf-expired",
    "capf-expiring",
    "capf-ageing",
    "capf-no-ca",
    "capf-regenerated",
    "capf-chain-missing",
}


def _expected(names: tuple[str, ...]) -> tuple[set[str], set[str]]:
    """What must be named, and what may be: the second of two scenarios can undo, or hide, what the first did."""
    must = set[str]().union(*(EXPECTED[name] for name in names))
    if len(names) == 1:
        return must, set()
    may = set(must)
    for name in names:
        (other,) = set(names) - {name}
        if _hides(other, name):
            must -= EXPECTED[name] - EXPECTED[other]
    return must, may | _follows(names)


def _hides(other: str, name: str) -> bool:
    """Whether one scenario hides another from everybody, or undoes it."""
    lists = ("itl-", "ctl-")
    return (
        (other in _NO_HANDSHAKE and (name in _NEW_CERTIFICATE or name.endswith("old-capf") or name in _NO_HANDSHAKE))
        or (other in _NO_HANDSHAKE and name == "capf-not-restarted")
        or (other == "tftp-stopped" and name.startswith(lists))
        or (other in _NEW_CERTIFICATE and name in _NEW_CERTIFICATE | {"capf-not-restarted"})
        or (other in _NEW_CERTIFICATE and name.startswith(lists))
        or (other.startswith("itl-") and name.startswith("itl-"))
        or (other.startswith("ctl-") and name.startswith("ctl-"))
        or (other == "capf-not-restarted" and name in _NEW_CERTIFICATE)
        or {other, name} == {"offline-ca", "enrolment-service"}
        or {other, name} == {"tvs-stopped", "tvs-not-activated"}
        or (other in ("tvs-stopped", "tvs-not-activated") and name == "tvs-renewed")
        or (other.startswith("itl-") and name == "tvs-renewed")
    )


def _follows(names: tuple[str, ...]) -> set[str]:
    """What is there in a pair of scenarios and in neither of them alone."""
    found = set[str]()
    ctl = any(name.startswith("ctl-") for name in names)
    if ctl and _NEW_CERTIFICATE & set(names):
        found.add("ctl-old-capf")
    if _NO_HANDSHAKE & set(names) and "itl-old-capf" in names:
        found.add("itl-differs")
    if "capf-not-activated" in names:
        found |= {"itl-without-capf", "ctl-without-capf"}
    return found


_baseline: set[str] = set()
_seed = 1


def _prepare(seed: int) -> None:
    global _baseline, _seed  # noqa: PLW0603 - one value for each worker process
    _seed = seed
    _baseline = _codes(())


def _named(names: tuple[str, ...]) -> set[str]:
    return _codes(names) - _baseline


def _codes(scenarios: Iterable[str]) -> set[str]:
    truth = Simulated.create(phones=20, seed=_seed)
    play(truth, scenarios)
    with SimulatorServer(truth) as server:
        config = ClusterConfig(
            "bench",
            host="127.0.0.1",
            port=server.port,
            user=server.user,
            ca_bundle=server.ca_file,
            connect_to=server.doors(),
            connect_timeout=_PATIENCE,
        )
        with Cluster.connect(config, server.password, now=time.time, sleep=time.sleep) as cluster:
            found = cluster.find(PhoneQuery(), registration=False)
            plan = build_plan(found.phones, InstallRequest(), cluster.facts(), Protected())
            results = run_checks(Ground(cluster, plan, InstallRequest(), tries_a_write=True))
    truth.close()
    return {fault.code for one in results for fault in one.faults if not fault.code.startswith("phones-")}
