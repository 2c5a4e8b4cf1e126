"""What renewing CAPF's certificate touches, and whether all has followed, looked at on simulated clusters."""

import pytest

from lscctl.cucm.faults import Unreachable
from lscctl.cucm.nodes import TFTP, ClusterNode
from lscctl.preflight.capf_renewal import AFTER, BEFORE
from lscctl.preflight.capf_renewal.other_certificates import OtherCertificatesCheck
from lscctl.preflight.capf_renewal.steps import steps
from lscctl.preflight.checks.of_the_plan import everyone
from lscctl.preflight.run import run
from lscctl.simulator.authority import Issuer
from lscctl.simulator.cluster import Cluster as Simulated
from lscctl.trustlist.values import TrustList
from lscctl.verdict import CheckResult, Verdict
from tests.preflight.lab import codes, ground

CHECKS = {"before": BEFORE, "after": AFTER}


def looked_at(when: str, *scenarios: str, version: str = "15.0", **config: object) -> dict[str, CheckResult]:
    with ground(*scenarios, version=version, **config) as stands:  # type: ignore[arg-type]
        return {one.name: one for one in run(stands, checks=CHECKS[when])}


def signed_by_now(truth: Simulated) -> int:
    """How many phones the cluster's own database has with an LSC of today's CAPF."""
    names = truth.connection.execute("SELECT lscissuername FROM device WHERE tkclass = 1 AND lscissuername IS NOT NULL")
    own = truth.authority.issuer_name(Issuer.LIVE, "cn")
    return sum(own in name for (name,) in names)


def test_before_a_renewal_nothing_fails_on_a_healthy_cluster_and_its_lscs_are_counted() -> None:
    counted: list[int] = []
    with ground(change=lambda truth: counted.append(signed_by_now(truth))) as stands:
        found = {one.name: one for one in run(stands, checks=BEFORE)}
    assert not [one.name for one in found.values() if one.verdict is Verdict.FAIL]
    assert found["lscs"].evidence.startswith(f"{counted[0]} phone")


def test_after_a_renewal_each_lsc_of_the_certificate_of_before_is_a_fault_until_it_is_renewed() -> None:
    found = looked_at("after", "capf-regenerated")
    assert codes(found["lscs"]) == ["lsc-of-another-certificate"]
    assert found["lscs"].verdict is Verdict.FAIL
    assert "lscctl renew --cluster bench --old-capf" in found["lscs"].faults[0].remedy
    assert all("lscctl trust-list verify --cluster bench --all" in fault.remedy for fault in found["tftp"].faults)
    assert "itl-old-capf" in codes(found["tftp"])
    assert looked_at("before", "capf-regenerated")["lscs"].verdict is Verdict.WARN


def test_phones_that_hold_the_list_of_before_are_named_and_have_not_followed() -> None:
    found = looked_at("after", "itl-of-before")["held-lists"]
    assert "itl-status-mismatch" in codes(found)
    assert found.verdict is Verdict.FAIL
    assert looked_at("after")["held-lists"].verdict is not Verdict.FAIL


def test_phones_that_report_no_list_are_not_said_to_hold_the_right_one() -> None:
    with ground() as stands:
        silent = sum(phone.protocol == "SCCP" for phone, _ in everyone(stands))
        (found,) = run(stands, ["held-lists"], AFTER)
    assert silent
    assert f"{silent} phone" in found.evidence.split("; ")[1]
    assert "SCCP report none" in found.evidence


def test_where_capf_shows_nothing_nobody_can_say_who_signed_what() -> None:
    assert codes(looked_at("before", "capf-port-closed")["lscs"]) == ["lscs-unseen"]


def test_lscs_of_an_online_ca_do_not_depend_on_the_certificate_of_capf() -> None:
    found = looked_at("after", "online-ca")["lscs"]
    assert found.verdict is Verdict.PASS
    assert "issued by an Online CA" in found.evidence


def test_what_an_older_release_does_not_keep_is_not_called_verified() -> None:
    found = looked_at("after", version="10.5")
    assert codes(found["held-lists"]) == ["itl-status-unknown"]
    assert codes(found["lscs"]) == ["lsc-issuer-unknown"]
    assert {found[name].verdict for name in ("held-lists", "lscs")} == {Verdict.SKIP}
    assert looked_at("before", version="10.5")["lscs"].verdict is Verdict.PASS


def test_where_nobody_keeps_who_signed_an_lsc_all_of_them_are_renewed() -> None:
    with ground(version="10.5") as stands:
        having = sum(phone.lsc.present for phone, _ in everyone(stands))
        (step,) = [one for one in steps(stands) if one.what.startswith("Renew")]
    assert having
    assert f"{having} now" in step.what
    assert step.note == "lscctl bulk-install --cluster bench --lsc unknown --renew"


def test_certificates_that_end_soon_too_are_told_once_each_for_a_night_of_their_own() -> None:
    faults = looked_at("before", expiry_warn=4000)["other-certificates"].faults
    assert {fault.evidence.split(" (")[0] for fault in faults} == {
        "the certificate of CallManager",
        "the certificate of TVS",
        "the certificate of ITLRecovery",
    }
    assert len({fault.evidence for fault in faults}) == len(faults)
    assert all(fault.cluster_wide for fault in faults)


def test_a_certificate_that_has_ended_is_not_said_to_end_in_days() -> None:
    (fault,) = looked_at("before", "itl-signer-expired")["other-certificates"].faults
    assert fault.evidence.startswith("the certificate of ITLRecovery (")
    assert fault.evidence.endswith(") has expired")


def test_other_certificates_are_looked_at_where_the_first_tftp_server_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    with ground(expiry_warn=4000) as stands:
        first, *others = [node for node in stands.nodes if node.has(TFTP)]
        lists = stands.trust_list

        def without_the_first(node: ClusterNode, name: str) -> TrustList:
            if node == first:
                raise Unreachable(f"{node.name} is away")
            return lists(node, name)

        monkeypatch.setattr(stands, "trust_list", without_the_first)
        found = OtherCertificatesCheck().run(stands)
    assert others
    assert set(codes(found)) == {"another-certificate-ends"}
    assert {fault.where for fault in found.faults} == {others[0].name}


@pytest.mark.parametrize(
    ("scenario", "version", "says", "says_not"),
    [
        ("healthy", "15.0", "Phone Interaction on Certificate Update", "CTL"),
        ("healthy", "12.5", "CSCue55353", "Phone Interaction"),
        ("mixed-mode", "15.0", "utils ctl update CTLFile", "CSCue55353"),
        ("capf-from-ca", "15.0", "the CA's chain into CAPF-trust first", "CAPF > Regenerate"),
    ],
)
def test_the_steps_are_those_of_this_cluster(scenario: str, version: str, says: str, says_not: str) -> None:
    with ground(scenario, version=version) as stands:
        told = "\n".join(f"{one.what} {one.where} {one.note}" for one in steps(stands))
    assert says in told
    assert says_not not in told
    order = [told.index(word) for word in ("lscctl capf check", "Restart Cisco Tftp", "Reset the phones", "--old-capf")]
    assert order == sorted(order)
