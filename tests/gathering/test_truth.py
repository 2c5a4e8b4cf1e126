"""Every failure and every scenario that the simulator knows, asked live over its sockets, beside the simulator's own truth."""

import pytest

from lscctl.simulator.failures import KINDS
from lscctl.simulator.scenarios import SCENARIOS, play
from tests.gathering.scene import served
from tests.simulator.lab import Lab
from tests.simulator.test_scenarios import first_ones, there

BROKEN_NONETHELESS = {"capf-expired", "capf-no-ca"}
"""CAPF signs with a certificate that is worth nothing: phones take their LSCs, which are worth nothing either."""

NEIGHBOURS = {
    "capf-certificate": {"capf-reached", "capf-certificate"},
    "tvs": {"configuration", "lsc-issued"},
    "phone-communication": {"capf-reached", "lsc-issued"},
}
"""Failures of which what phones say fits more than one link."""


def held_against_truth(lab: Lab, phone: str) -> None:
    truth = lab.cluster.truth.first_broken(phone)
    with served(lab) as scene:
        found = scene.diagnosis(phone)
    seen = found.broken.name.value if found.broken else None
    if truth is None:
        assert (seen, found.causes) == (None, ()), found.causes
    else:
        assert seen in NEIGHBOURS.get(truth.fault, {truth.link.value}), (truth, found.causes)


@pytest.mark.parametrize("name", KINDS)
def test_the_first_broken_link_of_each_failure_is_found(name: str) -> None:
    lab = Lab()
    phone = lab.phone(where="p.web = 'on'")
    lab.fail(phone, name)
    lab.install(phone, minutes=30)
    held_against_truth(lab, phone)


@pytest.mark.parametrize("name", [name for name in SCENARIOS if name not in KINDS and name not in BROKEN_NONETHELESS])
def test_the_first_broken_link_in_each_scenario_is_found_and_nothing_where_nothing_is_broken(name: str) -> None:
    lab = Lab()
    of_the_last_node, among_some = there(lab), first_ones(lab)[0]
    play(lab.cluster, [name])
    for phone in (of_the_last_node, among_some):
        lab.install(phone, minutes=30)
        held_against_truth(lab, phone)


@pytest.mark.parametrize("name", sorted(BROKEN_NONETHELESS))
def test_a_certificate_of_capf_that_is_worth_nothing_is_told_though_phones_take_their_lscs(name: str) -> None:
    lab = Lab()
    phone = there(lab)
    play(lab.cluster, [name])
    lab.install(phone)
    with served(lab) as scene:
        assert scene.diagnosis(phone).causes[0].cause.name == "capf-certificate-unfit"
