"""A check that could not look says skip, why, and how to grant it; never pass."""

from dataclasses import replace
from typing import Any

import pytest

from lscctl.capf import AuthenticationMode
from lscctl.cucm.cluster import Cluster
from lscctl.cucm.faults import AxlFault
from lscctl.cucm.handshake import Handshake
from lscctl.cucm.names import Resolution
from lscctl.cucm.node_doors import NodeDoors
from lscctl.plan import CapfRequest
from lscctl.preflight import ground as ground_module
from lscctl.preflight.run import run
from lscctl.simulator.cluster import Cluster as Simulated
from lscctl.verdict import CheckResult, Verdict
from tests.preflight.lab import codes, ground, looked_at

EVERYONE = CapfRequest(include_unregistered=True)
NO_HANDSHAKE = Handshake(None, why="the handshake failed: reset by peer")


def only(results: tuple[CheckResult, ...]) -> CheckResult:
    (found,) = results
    return found


def test_without_capf_s_handshake_a_list_is_compared_with_the_database_s_newest_and_says_so() -> None:
    found = looked_at("capf-stopped", checks=["tftp"])["tftp"]
    assert found.verdict is Verdict.PASS
    assert found.evidence.endswith("with the database's newest CAPF certificate, as CAPF shows none")


def test_without_capf_s_handshake_a_list_with_another_certificate_is_a_skip_and_no_pass() -> None:
    found = looked_at("itl-old-capf", "ctl-old-capf", "capf-stopped", checks=["tftp"])["tftp"]
    assert found.verdict is Verdict.SKIP
    assert sorted(codes(found)) == ["ctl-capf-unseen", "itl-capf-unseen"]
    assert all("CAPF's port shows none: the connection is refused" in fault.evidence for fault in found.faults)
    assert all(fault.remedy for fault in found.faults)


def without_certificates(truth: Simulated) -> None:
    truth.connection.execute("DELETE FROM certificate")


def test_without_any_certificate_of_capf_s_there_is_nothing_to_compare_with() -> None:
    found = looked_at("capf-stopped", checks=["tftp", "capf-certificate"], change=without_certificates)
    assert set(codes(found["tftp"])) == {"itl-capf-unseen"}
    assert len(found["tftp"].faults) == 3
    assert codes(found["capf-certificate"]) == ["capf-certificate-unseen"]


def test_a_database_without_certificates_cannot_vouch_for_the_live_one() -> None:
    found = looked_at(checks=["capf-certificate"], change=without_certificates)["capf-certificate"]
    assert (codes(found), found.verdict) == (["capf-store-unseen"], Verdict.SKIP)


def test_a_started_capf_whose_port_tells_nothing_is_a_skip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Cluster, "capf", lambda _: NO_HANDSHAKE)
    found = looked_at(checks=["capf-service"])["capf-service"]
    assert (codes(found), found.verdict) == (["capf-port-unseen"], Verdict.SKIP)
    assert "the handshake failed" in found.faults[0].evidence


def test_a_started_tvs_whose_port_cannot_be_reached_is_a_skip_by_node(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(NodeDoors, "tvs", lambda *_: Handshake(False, why="the connection is refused"))
    found = looked_at(checks=["tvs"])["tvs"]
    assert (set(codes(found)), found.verdict, len(found.faults)) == ({"tvs-unseen"}, Verdict.SKIP, 3)
    assert "TVS is started, and its port 2445 shows no certificate" in found.faults[0].evidence


def test_a_certificate_that_cannot_be_read_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Handshake(True, b"no certificate")
    monkeypatch.setattr(Cluster, "capf", lambda _: broken)
    monkeypatch.setattr(NodeDoors, "tvs", lambda *_: broken)
    found = looked_at(checks=["capf-certificate", "tvs"])
    assert codes(found["capf-certificate"]) == ["capf-certificate-unseen"]
    assert set(codes(found["tvs"])) == {"tvs-unseen"}


def test_where_no_list_can_be_read_tvs_says_so() -> None:
    def take_away(truth: Simulated) -> None:
        for node in truth.nodes.all():
            truth.nodes.set_file(node, "ITL", None)

    found = looked_at(checks=["tvs"], change=take_away)["tvs"]
    assert set(codes(found)) == {"tvs-list-unseen"}


def test_a_cluster_that_does_not_say_its_mode_may_have_a_ctl_and_it_is_looked_at() -> None:
    def forget(truth: Simulated) -> None:
        truth.connection.execute("DELETE FROM processconfig WHERE paramname = 'ClusterSecurityMode'")

    found = looked_at(checks=["security-mode", "tftp"], change=forget)
    assert (codes(found["security-mode"]), found["security-mode"].verdict) == (["security-mode-unseen"], Verdict.SKIP)
    assert found["tftp"].verdict is Verdict.PASS
    assert codes(looked_at("ctl-old-capf", checks=["tftp"], change=forget)["tftp"]) == ["ctl-old-capf"]


def test_a_node_that_does_not_tell_the_time_is_a_skip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(NodeDoors, "clock_of", lambda *_: None)
    found = looked_at(checks=["clocks"])["clocks"]
    assert (set(codes(found)), len(found.faults)) == ({"node-clock-unseen"}, 2)


def test_a_control_center_that_does_not_know_capf_leaves_it_to_the_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(NodeDoors, "services", lambda *_: ())
    found = looked_at(checks=["capf-service"])["capf-service"]
    assert found.verdict is Verdict.PASS
    stopped = looked_at("capf-stopped", checks=["capf-service"])["capf-service"]
    assert codes(stopped) == ["capf-service-unseen"]


def test_names_that_no_dns_server_tells_of_are_skips_and_no_door_waits_for_them_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def silent(hosts: Any, *, timeout: float) -> dict[str, Resolution]:
        asked.extend(hosts)
        return dict.fromkeys(hosts, Resolution.NO_ANSWER)

    monkeypatch.setattr(ground_module, "resolve", silent)
    found = looked_at(checks=["names", "tftp", "tvs", "clocks"], connect_to={})
    assert len(asked) == 3
    assert {name: set(codes(one)) for name, one in found.items()} == {
        "names": {"name-unseen"},
        "tftp": {"itl-unseen"},
        "tvs": {"tvs-unseen"},
        "clocks": {"node-clock-unseen"},
    }
    assert {one.verdict for one in found.values()} == {Verdict.SKIP}


def test_a_feature_table_that_may_not_be_read_is_a_skip_of_the_models(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = Cluster.rows

    def without_features(self: Cluster, statement: Any) -> Any:
        if "productsupportsfeature" in str(statement):
            raise AxlFault(272, "No SELECT permission.", "executeSQLQuery")
        return rows(self, statement)

    monkeypatch.setattr(Cluster, "rows", without_features)
    found = looked_at(checks=["models"], request=EVERYONE)["models"]
    assert found.verdict is Verdict.SKIP
    assert "models-unseen" in codes(found)


def test_an_itl_status_that_may_not_be_read_is_a_skip_of_the_phones(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = Cluster.rows

    def without_catalog(self: Cluster, statement: Any) -> Any:
        if "syscolumns" in str(statement):
            raise AxlFault(272, "No SELECT permission.", "executeSQLQuery")
        return rows(self, statement)

    monkeypatch.setattr(Cluster, "rows", without_catalog)
    found = looked_at(checks=["phones"], request=EVERYONE)["phones"]
    assert "itl-status-unseen" in codes(found)
    (told,) = (fault for fault in found.faults if fault.code == "itl-status-unseen")
    assert "No SELECT permission" in told.evidence
    assert told.remedy
    assert "does not report" not in found.evidence


def test_phones_whose_registration_nobody_told_are_a_skip() -> None:
    found = looked_at(checks=["phones"])["phones"]
    assert found.verdict is Verdict.SKIP
    assert "registration-unseen" in codes(found)


def test_lscs_of_phones_cannot_be_vouched_for_without_the_database_s_certificates() -> None:
    with ground(request=EVERYONE, change=without_certificates) as stands:
        found = only(run(_all_lsc_first(stands), ["phones"]))
    assert "lsc-issuer-unseen" in codes(found)
    assert "lsc-issuer-untrusted" not in codes(found)


def _all_lsc_first(stands: ground_module.Ground) -> ground_module.Ground:

    steps = tuple(
        replace(
            step,
            phone=replace(step.phone, lsc=replace(step.phone.lsc, issuer="CAPF-gone")),
            settings=replace(step.settings, mode=AuthenticationMode.LSC_FIRST),
        )
        for step in stands.plan.steps
    )
    stands.plan = replace(stands.plan, steps=steps)
    return stands


def test_an_issuer_in_no_trust_store_is_told_with_the_phones_that_show_its_lscs() -> None:
    with ground(request=EVERYONE) as stands:
        found = only(run(_all_lsc_first(stands), ["phones"]))
    (fault,) = [fault for fault in found.faults if fault.code == "lsc-issuer-untrusted"]
    assert "CAPF-gone, which is in none of the cluster's trust stores: Invalid LSC" in fault.evidence


def test_where_neither_capf_nor_the_table_of_certificates_can_be_looked_at_other_faults_are_still_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refused(_: Cluster) -> tuple[bytes, ...]:
        raise AxlFault(272, "No SELECT permission.", "executeSQLQuery")

    monkeypatch.setattr(Cluster, "certificates", refused)
    found = looked_at("itl-corrupt", "capf-stopped", checks=["tftp", "capf-certificate"])
    assert codes(found["tftp"]) == ["itl-corrupt", "itl-capf-unseen", "itl-capf-unseen"]
    assert codes(found["capf-certificate"]) == ["capf-certificate-unseen"]
    live = looked_at(checks=["capf-certificate"])["capf-certificate"]
    assert codes(live) == ["capf-store-unseen"]
