"""The clusters of `benchmarks preflight-faults`: with every seed, what goes wrong is seen on phones that take part."""

import itertools
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks._scenario_ground import healthy_cluster
from benchmarks.preflight_faults import EXPECTED, codes, named
from lscctl.simulator.cluster import Cluster
from lscctl.simulator.scenarios.interface import some_phones

_MISMATCHED = (
    "SELECT p.node FROM sim_phone p JOIN registrationdynamic r ON r.fkdevice = p.fkdevice"
    " JOIN typeitlstatus t ON t.enum = r.tkitlstatus AND t.name = 'Mismatch'"
    " WHERE p.status = 'Registered' AND p.fkdevice NOT IN (SELECT fkdevice FROM sim_lsc)"
)
"""Where phones are registered that hold another ITL than their server and have no LSC, so that an install takes them along."""


@pytest.fixture(scope="module", autouse=True)
def a_dozen_keys_for_all() -> Iterator[None]:
    """Keys are most of what a cluster costs, and no matter here."""
    made = [rsa.generate_private_key(65537, 2048) for _ in range(12)]
    keys = itertools.cycle(made)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rsa, "generate_private_key", lambda *_, **__: next(keys))
        yield


@settings(deadline=None, max_examples=50)
@given(st.integers(min_value=0, max_value=2**31))
def test_with_every_seed_all_is_at_home_and_phones_without_an_lsc_ask_each_server(seed: int) -> None:
    truth = healthy_cluster(seed)
    assert _one(truth, "SELECT count(*) FROM sim_phone WHERE status <> 'Registered' OR expressway = 't'") == 0
    assert _one(truth, "SELECT count(*) FROM sim_lsc") == 1
    assert len(some_phones(truth)) == 3
    assert _one(truth, "SELECT fkdevice FROM sim_lsc") not in some_phones(truth)
    assert _mismatched(truth) == set()
    for node in truth.nodes.all():
        truth.nodes.set_file(node, "ITL", truth.nodes.made(node, "ITL")[:-40])
    truth.held_lists.settle()
    assert _mismatched(truth) == {node.name for node in truth.nodes.all()}
    truth.close()


@pytest.mark.parametrize("seed", [12, 4_711])
@pytest.mark.parametrize("scenario", ["itl-corrupt", "itl-bad-signature", "capf-not-restarted"])
def test_what_a_seed_hid_is_named(scenario: str, seed: int) -> None:
    assert named((scenario,), seed) == EXPECTED[scenario]


def test_what_is_said_of_the_healthy_cluster_hides_nothing_that_is_expected() -> None:
    assert codes((), 12).isdisjoint(set().union(*EXPECTED.values()))


def _mismatched(truth: Cluster) -> set[str]:
    return {str(node) for (node,) in truth.connection.execute(_MISMATCHED)}


def _one(truth: Cluster, query: str) -> object:
    (found,) = truth.connection.execute(query).fetchone()
    return found
