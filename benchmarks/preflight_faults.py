"""`preflight-faults`: for each scenario of the simulator, and each pair of them, whether preflight names just the faults there."""

import argparse
import itertools
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from pathlib import Path

from benchmarks._scenario_ground import healthy_cluster
from benchmarks._scenario_pairs import MISMATCH, expected
from lscctl.config import ClusterConfig
from lscctl.cucm.cluster import Cluster
from lscctl.phone import PhoneQuery
from lscctl.plan import CapfRequest, Protected, build_plan
from lscctl.preflight.ground import Ground
from lscctl.preflight.run import run as run_checks
from lscctl.simulator.cluster import Cluster as Simulated
from lscctl.simulator.database import connect
from lscctl.simulator.failures import KINDS
from lscctl.simulator.scenarios import SCENARIOS, play
from lscctl.simulator.server import SimulatorServer

EXPECTED = {
    "healthy": set[str](),
    "capf-not-activated": {"capf-not-activated", "capf-certificate-unseen"},
    "capf-stopped": {"capf-stopped", "capf-certificate-unseen"},
    "capf-frozen": {"capf-frozen", "capf-certificate-unseen"},
    "capf-port-closed": {"capf-port-closed", "capf-certificate-unseen"},
    "capf-elsewhere": {"capf-elsewhere"},
    "capf-expired": {"capf-certificate-expired"},
    "capf-expiring": {"capf-certificate-expiring"},
    "capf-ageing": {"capf-certificate-expiring"},
    "capf-no-ca": {"capf-certificate-no-ca"},
    "capf-sha1": {"capf-certificate-weak"},
    "capf-rsa-1024": {"capf-certificate-weak"},
    "capf-regenerated": {"itl-old-capf"},
    # the certificate that signs is not in the database, so LSCs of it look like somebody else's
    "capf-not-restarted": {"capf-certificate-differs", "phones-foreign-lsc"},
    "capf-from-ca": set(),
    "capf-chain-missing": {"capf-chain-missing"},
    "capf-from-subordinate-ca": set(),
    # what only a rollout with that CA needs, `lscctl capf check --issuer` looks at
    "capf-ca-not-for-calls": set(),
    "capf-ca-path-length": set(),
    "offline-ca": {"offline-ca"},
    "online-ca": set(),
    "online-ca-down": set(),
    "online-ca-rejects": set(),
    "online-ca-untrusted": set(),
    "enrolment-service": {"enrolment-service"},
    "fips-online-ca": {"fips-online-ca"},
    "mixed-mode": set(),
    "tftp-stopped": {"tftp-stopped"},
    "tftp-not-activated": {"tftp-not-activated", "tvs-list-unseen"},
    "itl-without-capf": {"itl-without-capf"},
    "itl-old-capf": {"itl-old-capf"},
    "itl-corrupt": {"itl-corrupt", MISMATCH},
    "itl-bad-signature": {"itl-bad-signature", MISMATCH},
    "itl-missing": {"itl-missing"},
    "itl-signer-expired": {"itl-certificate-expired"},
    "itl-differs": {"itl-differs"},
    "itl-of-before": {MISMATCH},
    "itl-of-another-cluster": {MISMATCH},
    "trust-lost": {MISMATCH},
    "ctl-without-capf": {"ctl-without-capf"},
    "ctl-old-capf": {"ctl-old-capf"},
    "ctl-corrupt": {"ctl-corrupt"},
    "ctl-bad-signature": {"ctl-bad-signature"},
    "ctl-missing": {"ctl-missing"},
    "tvs-stopped": {"tvs-stopped"},
    "tvs-not-activated": {"tvs-not-activated"},
    "tvs-renewed": {"tvs-not-in-itl"},
    "clock-ahead": {"clock-differs"},
    "node-clock": {"node-clock-differs"},
    "node-addresses": set(),
    "name-unresolved": {"name-unresolved", "itl-unseen", "tvs-unseen", "node-clock-unseen"},
    "unregistered": {"phones-not-registered"},
    "over-expressway": {"phones-over-expressway"},
    "ipv6-phones": {"ipv6-refused"},
    "operations-of-others": {"phones-operation-pending"},
    "authentication-strings-missing": {"phones-no-authentication-string"},
    "string-in-secure-profile": {"phones-string-in-secure-profile", "phones-secure-profile"},
    "mic-only": {"phones-mic-only"},
    "lsc-issuer-untrusted": {"lsc-issuer-untrusted", "phones-foreign-lsc"},
    "lsc-expired": {"phones-expired-lsc"},
    "lsc-expiry-unknown": {"phones-lsc-unknown-expiry"},
    "ec-preferred": {"model-ec-issues-nothing"},
    "secure-profiles": {"phones-secure-profile"},
    # what a phone, or the way to it, has is seen by nobody before it tries
    **{name: set() for name in KINDS if name not in ("capf-frozen", "itl-corrupt")},
}
"""What preflight must name in each scenario, and nothing else."""

_PATIENCE = 5.0
"""Seconds that a node may take to answer: on a busy machine those of a simulator that is well need more than one."""


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
    right = told = there = missing = violations = 0
    with ProcessPoolExecutor() as pool:
        for names, found in zip(played, pool.map(partial(named, seed=seed), played, chunksize=4), strict=True):
            must, may = (wanted - _always(seed) for wanted in expected(names, EXPECTED))
            missed, invented = must - found, found - must - may
            right += len(found - invented)
            told += len(found)
            there += len(must)
            missing += len(missed)
            violations += bool(missed or invented)
            wrong = f"  MISSED {sorted(missed)}" if missed else ""
            wrong += f"  INVENTED {sorted(invented)}" if invented else ""
            print(f"{' + '.join(names):45} {', '.join(sorted(found)) or '-'}{wrong}", flush=True)
    return {
        "clusters": len(played),
        "precision": round(right / told, 4) if told else 1.0,
        "recall": round((there - missing) / there, 4),
        "violations": violations,
    }


@cache
def _healthy(seed: int) -> bytes:
    """The database of a healthy cluster: making one takes longer than copying it."""
    truth = healthy_cluster(seed)
    content = truth.connection.serialize()
    truth.close()
    return content


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    """Where this process keeps one TLS identity for all its servers, until it ends."""
    return tempfile.TemporaryDirectory(prefix="lscctl-preflight-faults-")


@cache
def _always(seed: int) -> frozenset[str]:
    """What preflight says of the healthy cluster: there are phones of old models, and By Null String is worth a warning."""
    return frozenset(codes((), seed))


def named(scenarios: tuple[str, ...], seed: int = 1) -> set[str]:
    """What preflight names in a cluster in which these scenarios happened, and not without them."""
    return codes(scenarios, seed) - _always(seed)


def codes(scenarios: Iterable[str], seed: int = 1) -> set[str]:
    """All that preflight says of such a cluster, by the codes of its faults."""
    connection = connect(None)
    connection.deserialize(_healthy(seed))
    truth = Simulated(connection)
    play(truth, scenarios)
    with SimulatorServer(truth, certificate_folder=Path(_folder().name)) as server:
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
            found = cluster.find(PhoneQuery())
            plan = build_plan(found.phones, CapfRequest(), cluster.facts(), Protected())
            results = run_checks(Ground(cluster, plan, CapfRequest(), tries_a_write=True))
    truth.close()
    return {fault.code for one in results for fault in one.faults}
