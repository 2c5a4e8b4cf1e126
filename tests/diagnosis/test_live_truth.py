"""Live clusters with faults in them: what is named first is what the simulator knows to be wrong."""

from collections import Counter

import pytest

from benchmarks._live.faults import CLUSTER_FAULTS, NODE_FAULTS, PHONE_FAULTS, SBD
from benchmarks._live.healthy import alarms
from benchmarks._live.telling import Rng, Stage, cluster_stage, phones_and_nodes
from benchmarks._live.truth import CAUSES
from lscctl.diagnosis.knowledge import load
from lscctl.gathering import Door
from lscctl.simulator.links import FAULTS

KNOWLEDGE = load()
PHONES = 1_500


def wrong(stage: Stage, without: Door | None = None) -> list[str]:
    stage.play(days=0)
    with stage.bench.client() as client:
        judged = list(stage.judge(client, KNOWLEDGE, stage.phones, without))
    stage.bench.close()
    assert len(judged) > len(stage.phones) / 2 or without
    return [str(one) for one in judged if one.outcome != "right"]


def test_every_fault_of_a_phone_or_its_node_is_told_on_every_generation() -> None:
    stage = phones_and_nodes(Rng(1), 0.0, PHONES)
    assert {name for phone in stage.phones for name in phone.names} == {
        one.name for one in (*PHONE_FAULTS, *NODE_FAULTS)
    }
    assert {phone.model for phone in stage.phones} > set(SBD)
    assert wrong(stage) == []


def test_some_pairs_are_told_and_without_the_phones_pages_what_can_be_told_then() -> None:
    assert len(wrong(phones_and_nodes(Rng(2), 0.15, PHONES))) <= 2
    assert wrong(phones_and_nodes(Rng(3), 0.0, PHONES), Door.PHONE_PAGES) == []


@pytest.mark.parametrize("fault", CLUSTER_FAULTS, ids=lambda fault: fault.name)
def test_every_fault_of_the_cluster_is_told(fault: object) -> None:
    (chosen,) = (one for one in CLUSTER_FAULTS if one is fault)
    assert wrong(cluster_stage((chosen,), Rng(4), 0.0, PHONES)) == []


def test_for_phones_that_are_well_nothing_is_named() -> None:
    assert alarms(5, KNOWLEDGE, 150, phones=PHONES, show=True) == 0


def test_the_benchmark_has_a_cause_for_each_fault_of_the_simulator_and_makes_each() -> None:
    made = {one.truth for one in (*PHONE_FAULTS, *NODE_FAULTS, *CLUSTER_FAULTS)}
    assert set(CAUSES) == set(FAULTS) - {"no-capf-settings"}
    assert made == set(CAUSES)
    assert {cause for causes in CAUSES.values() for cause in causes} <= set(KNOWLEDGE.causes)
    assert Counter(map(len, CAUSES.values()))[0] == 1  # `failed` alone, which nobody is given a cause for
