"""Each check against a cluster that is wrong in its way; what cannot be seen is said to be so, and never passes."""

import time

import pytest

from benchmarks.preflight_faults import EXPECTED, named
from lscctl.capf import AuthenticationMode
from lscctl.cucm.cluster import Cluster
from lscctl.plan import CapfRequest
from lscctl.preflight.checks.capf_certificate import ENROLMENT
from lscctl.simulator.cluster import Cluster as Simulated
from lscctl.simulator.failures import KINDS
from lscctl.simulator.scenarios import SCENARIOS
from lscctl.verdict import Verdict
from tests.preflight.lab import codes, looked_at

CLUSTER = ("axl", "clocks", "capf-service", "capf-certificate", "tftp", "tvs", "security-mode", "names")


def test_every_scenario_has_its_faults_told() -> None:
    assert set(EXPECTED) == set(SCENARIOS)


@pytest.mark.parametrize("scenario", sorted(set(EXPECTED) - set(KINDS) | {"itl-corrupt", "capf-frozen"}))
def test_a_scenario_is_named_and_nothing_else(scenario: str) -> None:
    assert named((scenario,)) == EXPECTED[scenario]


def test_what_nobody_sees_before_a_phone_tries_is_not_named() -> None:
    unseen = tuple(name for name in KINDS if not EXPECTED[name])
    assert len(unseen) > 15
    assert named(unseen) == set()


def test_a_healthy_cluster_passes_with_evidence() -> None:
    found = looked_at(checks=CLUSTER)
    assert {one.verdict for one in found.values()} == {Verdict.PASS}
    assert "CN=CAPF-" in found["capf-certificate"].evidence
    assert "LSCs are issued by Cisco CAPF for 1825 days" in found["capf-certificate"].evidence
    assert found["security-mode"].evidence == "non-secure"


def test_the_security_mode_is_told_and_never_a_fault() -> None:
    found = looked_at("mixed-mode", checks=["security-mode", "tftp"])
    assert found["security-mode"].evidence.startswith("mixed mode")
    assert found["tftp"].evidence.startswith("ITL and CTL")


def test_each_fault_has_a_remedy_and_those_for_every_phone_are_marked() -> None:
    found = looked_at("itl-corrupt", checks=["tftp"])["tftp"]
    (fault,) = found.faults
    assert fault.verdict is Verdict.FAIL
    assert fault.where == "cucm-sub2.example.com"
    assert "utils itl reset localkey" in fault.remedy
    assert fault.cluster_wide


def test_in_mixed_mode_the_other_command_re_signs() -> None:
    (fault,) = looked_at("ctl-bad-signature", checks=["tftp"])["tftp"].faults
    assert "utils ctl reset localkey" in fault.remedy


def test_a_user_who_may_only_read_is_told_apart() -> None:
    found = looked_at(checks=["axl"], roles=["axl-read-only", "admin", "serviceability"])["axl"]
    assert codes(found) == ["axl-read-only"]
    assert found.verdict is Verdict.FAIL
    assert "Standard AXL API Access" in found.faults[0].remedy


def test_without_the_role_for_services_the_doors_themselves_are_looked_at() -> None:
    found = looked_at(checks=CLUSTER, roles=["axl", "admin"])
    assert codes(found["axl"]) == ["ris-role", "control-center-role"]
    assert found["capf-service"].verdict is Verdict.PASS
    assert found["tftp"].verdict is Verdict.PASS


def test_without_the_role_and_with_a_silent_port_it_is_a_skip_with_the_way_to_see() -> None:
    found = looked_at("capf-stopped", checks=["capf-service", "capf-certificate"], roles=["axl", "admin"])
    assert codes(found["capf-service"]) == ["capf-service-unseen"]
    assert found["capf-service"].verdict is Verdict.SKIP
    assert "Standard Serviceability" in found["capf-service"].faults[0].remedy
    assert codes(found["capf-certificate"]) == ["capf-certificate-unseen"]


def test_nodes_that_cannot_be_reached_are_skips_and_name_themselves() -> None:
    found = looked_at(checks=["tftp", "names", "clocks"], connect_to={})
    assert found["tftp"].verdict is Verdict.SKIP
    assert {fault.code for fault in found["tftp"].faults} == {"itl-unseen"}
    assert len(found["tftp"].faults) == 3
    assert found["names"].verdict is Verdict.WARN
    assert {fault.where for fault in found["names"].faults} == {
        "cucm-pub.example.com",
        "cucm-sub1.example.com",
        "cucm-sub2.example.com",
    }
    assert found["clocks"].verdict is Verdict.SKIP


def test_clocks_that_are_apart_are_a_warning() -> None:
    found = looked_at(checks=["clocks"], now=lambda: time.time() - 4_000)["clocks"]
    assert codes(found) == ["clock-differs"]
    assert "ahead of ours" in found.faults[0].evidence


def test_an_old_release_needs_no_ca_flags_and_signs_with_call_manager() -> None:
    found = looked_at("capf-no-ca", checks=["capf-certificate", "tftp"], version="11.5")
    assert found["capf-certificate"].verdict is Verdict.PASS
    assert found["tftp"].verdict is Verdict.PASS


def test_profiles_that_differ_from_the_chosen_mode_are_told_with_their_phones() -> None:
    request = CapfRequest(mode=AuthenticationMode.MIC_FIRST)
    found = looked_at(checks=["profiles"], request=request)["profiles"]
    assert "profile-differs" in codes(found)
    assert found.verdict is Verdict.WARN


def test_two_certificates_of_capf_at_once_are_told_by_server() -> None:
    def restart_one(truth: Simulated) -> None:
        truth.nodes.write_lists(truth.nodes.publisher)

    found = looked_at("capf-regenerated", checks=["tftp"], change=restart_one)["tftp"]
    assert {fault.where for fault in found.faults} == {"cucm-sub1.example.com", "cucm-sub2.example.com"}


def test_the_configuration_s_thresholds_count_for_every_check_of_the_cluster() -> None:
    (warned,) = looked_at("capf-ageing", checks=["capf-certificate"])["capf-certificate"].faults
    assert warned.verdict is Verdict.WARN
    (failed,) = looked_at("capf-ageing", checks=["capf-certificate"], expiry_fail=120)["capf-certificate"].faults
    assert (failed.code, failed.verdict) == ("capf-certificate-expiring", Verdict.FAIL)
    assert looked_at("capf-ageing", checks=["capf-certificate"], expiry_warn=60)["capf-certificate"].faults == ()
    assert (
        looked_at("capf-ageing", checks=["capf-certificate"], expiry_warn=60, expiry_fail=120)[
            "capf-certificate"
        ].verdict
        is Verdict.FAIL
    )  # the harder of the two counts, whichever is the longer


def with_an_online_ca(truth: Simulated, *, running: bool) -> None:
    """LSCs are an Online CA's, and its service is there on the publisher."""
    truth.parameters.set("Certificate Issuer to Endpoint", "Online CA")
    publisher = truth.nodes.publisher.pkid
    for statement, values in (
        ("INSERT INTO typeservice (enum, name, moniker) VALUES (99, ?, 'ENROLMENT')", (ENROLMENT,)),
        (
            "INSERT INTO processnodeservice (pkid, fkprocessnode, tkservice, isactive) VALUES ('99', ?, 99, 't')",
            (publisher,),
        ),
        ("INSERT INTO sim_service VALUES ('99', ?, 0)", ("t" if running else "f",)),
    ):
        truth.connection.execute(statement, values)


def test_an_online_ca_s_service_is_there_and_started_and_the_issuer_is_told() -> None:
    found = looked_at(checks=["capf-certificate"], change=lambda truth: with_an_online_ca(truth, running=True))
    assert found["capf-certificate"].verdict is Verdict.PASS
    assert found["capf-certificate"].evidence.endswith("LSCs are issued by an Online CA")


def test_an_online_ca_s_service_that_is_stopped_is_a_fault() -> None:
    found = looked_at(checks=["capf-certificate"], change=lambda truth: with_an_online_ca(truth, running=False))
    (fault,) = found["capf-certificate"].faults
    assert (fault.code, fault.verdict, fault.where) == ("enrolment-service", Verdict.FAIL, "cucm-pub.example.com")
    assert "is stopped" in fault.evidence


def test_an_online_ca_s_service_that_nobody_may_look_at_is_a_skip() -> None:
    found = looked_at(
        checks=["capf-certificate"], roles=["axl", "admin"], change=lambda truth: with_an_online_ca(truth, running=True)
    )["capf-certificate"]
    assert (codes(found), found.verdict) == (["enrolment-service-unseen"], Verdict.SKIP)
    assert "Standard Serviceability" in found.faults[0].remedy


@pytest.mark.parametrize(("value", "wanted"), [("1", ["fips-online-ca"]), ("Enabled", ["fips-online-ca"]), ("0", [])])
def test_fips_mode_excludes_an_online_ca(value: str, wanted: list[str]) -> None:
    def fips(truth: Simulated) -> None:
        with_an_online_ca(truth, running=True)
        truth.connection.execute(
            "INSERT INTO processconfig (pkid, tkservice, paramname, paramvalue) VALUES ('98', 11, 'FIPSMode', ?)",
            (value,),
        )

    assert codes(looked_at(checks=["capf-certificate"], change=fips)["capf-certificate"]) == wanted


def test_a_cluster_newer_than_any_known_one_is_a_warning_and_one_before_8_0_a_fault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for release, wanted in (((16, 0), ["axl-version-unknown"]), ((7, 1), ["axl-version-old"]), ((8, 0), [])):
        monkeypatch.setattr(Cluster, "release", release)
        assert codes(looked_at(checks=["axl"])["axl"]) == wanted


def test_each_missing_role_is_named_with_what_it_is_for() -> None:
    found = looked_at(checks=["axl"], roles=["axl", "admin"])["axl"]
    remedies = {fault.code: fault.remedy for fault in found.faults}
    assert remedies.keys() == {"ris-role", "control-center-role"}
    assert all("Standard CCM Admin Users and Standard Serviceability" in remedy for remedy in remedies.values())


def test_addresses_need_no_dns_and_are_told_apart_from_names() -> None:
    def renumber(truth: Simulated) -> None:
        truth.connection.execute("UPDATE processnode SET name = '127.0.0.1' WHERE name = 'cucm-sub2.example.com'")

    found = looked_at(checks=["names"], change=renumber, connect_to={})["names"]
    assert "names: 2, addresses: 1" in found.evidence
    assert {fault.where for fault in found.faults} == {"cucm-pub.example.com", "cucm-sub1.example.com"}


def test_a_tvs_with_a_new_certificate_is_one_fault_that_names_the_lists_without_it() -> None:
    (fault,) = looked_at("tvs-renewed", checks=["tvs"])["tvs"].faults
    assert (fault.code, fault.where, fault.cluster_wide) == ("tvs-not-in-itl", "cucm-sub2.example.com", True)
    assert (
        "the ITL of cucm-pub.example.com, cucm-sub1.example.com, cucm-sub2.example.com does not hold" in fault.evidence
    )
