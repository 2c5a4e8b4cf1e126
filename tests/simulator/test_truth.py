"""The truth about a phone: the first link of its chain that is broken."""

import pytest

from lscctl.simulator.failures import KINDS
from lscctl.simulator.links import FAULTS, Broken, Link
from lscctl.simulator.scenarios import play
from lscctl.simulator.services import TVS
from tests.simulator.lab import SOON, STRING, Lab
from tests.simulator.test_scenarios import first_ones, there


@pytest.mark.parametrize("name", [name for name in KINDS if name != "slow-keys"])
def test_a_failure_that_is_switched_on_is_the_truth_once_the_phone_met_it(name: str) -> None:
    lab = Lab()
    phone = lab.phone()
    lab.fail(phone, name)
    lab.install(phone, minutes=30)
    assert lab.cluster.truth.first_broken(phone) == Broken(FAULTS[name], name)


def test_nothing_is_broken_where_nothing_went_wrong_or_nothing_was_tried() -> None:
    lab = Lab()
    phone, slow, untouched = lab.phone(), lab.phone("Cisco 8841"), lab.phone("Cisco 8851")
    lab.fail(slow, "slow-keys")
    lab.fail(untouched, "tvs")
    lab.install(phone, minutes=30)
    lab.install(slow, minutes=30)
    assert [lab.cluster.truth.first_broken(one) for one in (phone, slow, untouched)] == [None, None, None]


@pytest.mark.parametrize(
    ("both", "first"),
    [
        (("tvs", "mode-mismatch"), "mode-mismatch"),
        (("tvs", "dns"), "dns"),
        (("dns", "itl-corrupt"), "itl-corrupt"),
        (("capf-unreachable", "capf-certificate"), "capf-unreachable"),
        (("capf-certificate", "key-generation"), "capf-certificate"),
        (("lost", "no-configuration"), "no-configuration"),
        (("capf-frozen", "phone-communication"), "capf-frozen"),
        (("ca-rejected", "tvs"), "ca-rejected"),
    ],
)
def test_of_two_failures_the_one_is_met_that_comes_first_in_the_chain(both: tuple[str, str], first: str) -> None:
    lab = Lab()
    phone = lab.phone()
    for name in both:
        lab.fail(phone, name)
    lab.install(phone, minutes=30)
    assert lab.cluster.truth.first_broken(phone) == Broken.by(first)


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("itl-old-capf", "capf-certificate"),
        ("itl-without-capf", "no-capf-in-itl"),
        ("ctl-old-capf", "capf-certificate"),
        ("capf-regenerated", "capf-certificate"),
        ("tftp-not-activated", "tftp-stopped"),
        ("capf-port-closed", "capf-unreachable"),
        ("capf-frozen", "capf-frozen"),
        ("capf-stopped", "capf-stopped"),
        ("fips-online-ca", "ca-communication"),
        ("itl-corrupt", "itl-corrupt"),
        ("itl-bad-signature", "itl-corrupt"),
        ("trust-lost", "itl-mismatch"),
        ("capf-not-activated", "capf-stopped"),
        ("offline-ca", "offline-ca"),
        ("capf-no-ca", "capf-certificate-unfit"),
    ],
)
def test_what_is_wrong_with_the_cluster_is_the_truth_of_its_phones(name: str, fault: str) -> None:
    lab = Lab()
    phone = there(lab)
    play(lab.cluster, [name])
    lab.install(phone)
    assert lab.cluster.truth.first_broken(phone) == Broken.by(fault)


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("itl-of-another-cluster", "itl-mismatch"),
        ("ipv6-phones", "capf-refuses-ipv6"),
        ("lsc-issuer-untrusted", "invalid-lsc"),
        ("ec-preferred", "ec-preferred"),
        ("over-expressway", "over-expressway"),
        ("unregistered", "not-registered"),
        ("authentication-strings-missing", "string-missing"),
        ("string-in-secure-profile", "string-in-secure-profile"),
    ],
)
def test_what_is_wrong_with_some_phones_is_their_truth(name: str, fault: str) -> None:
    lab = Lab("auth-strings-typed=never")
    phone = first_ones(lab)[0]
    play(lab.cluster, [name])
    lab.install(phone)
    assert lab.cluster.truth.first_broken(phone) == Broken.by(fault)


def test_a_phone_without_a_list_where_its_server_has_none_either_is_told_so() -> None:
    lab = Lab()
    phone = there(lab)
    play(lab.cluster, ["itl-missing"])
    lab.cluster.connection.execute("UPDATE sim_phone SET itl = NULL WHERE fkdevice = ?", (phone,))
    lab.install(phone)
    assert lab.cluster.truth.first_broken(phone) == Broken.by("itl-missing")


def test_where_tvs_runs_nowhere_nobody_vouches_for_the_lsc_but_one_that_runs_is_enough() -> None:
    lab = Lab()
    nodes, phone = lab.cluster.nodes.all(), lab.phone()
    for node in nodes[1:]:
        lab.cluster.control_service(node, TVS, "Stop")
    assert lab.install(phone) == "Upgrade Success"
    lab.cluster.control_service(nodes[0], TVS, "Stop")
    assert lab.install(phone) == "Operation Pending"
    assert lab.cluster.truth.first_broken(phone) == Broken.by("tvs-stopped")


def test_wrong_strings_are_the_truth_until_the_tenth_locks_the_phone_and_the_right_one_mends_it() -> None:
    lab = Lab("auth-strings-typed=never")
    phone = lab.phone()
    lab.install(phone, mode=STRING, authentication_string="4711")
    told = []
    for _ in range(10):
        lab.cluster.type_string(phone, "0000")
        told.append(lab.cluster.truth.first_broken(phone))
    assert told == [Broken.by("invalid-string")] * 9 + [Broken.by("string-locked")]
    lab.wait(minutes=11)
    lab.cluster.type_string(phone, "4711")
    lab.wait(minutes=15)
    assert lab.cluster.truth.first_broken(phone) is None


def test_a_phone_is_mended_when_its_next_try_succeeds() -> None:
    lab = Lab()
    phone = lab.phone()
    lab.fail(phone, "itl-mismatch")
    lab.install(phone)
    lab.cluster.mend_phones("itl-mismatch")
    lab.cluster.reset(phone, hard=True)
    lab.wait(minutes=10)
    assert lab.cluster.truth.first_broken(phone) is None


def test_a_phone_that_only_has_its_mic_is_told_so_where_the_mode_wants_an_lsc() -> None:
    lab = Lab("lsc-first-with-mic=pending")
    phone = lab.phone()
    lab.use_profile(phone, "LSC first")
    lab.install(phone)
    assert lab.cluster.truth.first_broken(phone) == Broken(Link.PROFILE, "mic-only")


def test_what_is_wrong_with_a_profile_is_the_first_link_wherever_the_phone_came_to_a_stop() -> None:
    lab = Lab()
    phone = lab.phone()
    lab.use_profile(phone, "EC preferred")
    lab.fail(phone, "dns")
    lab.install(phone)
    assert lab.cluster.truth.first_broken(phone) == Broken(Link.PROFILE, "ec-preferred")


def test_an_operation_that_came_too_late_is_so_whatever_the_phone_would_have_met() -> None:
    lab = Lab()
    phone = lab.phone()
    lab.fail(phone, "tvs")
    lab.write(phone, finish_time=SOON)
    lab.wait(minutes=120)
    lab.cluster.apply(phone)
    lab.wait(minutes=10)
    assert lab.cluster.truth.first_broken(phone) == Broken.by("late")


def test_every_failure_breaks_a_link() -> None:
    assert set(KINDS) - {"slow-keys"} <= set(FAULTS)
