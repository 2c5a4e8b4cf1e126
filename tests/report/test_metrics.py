from dataclasses import replace

from prometheus_client.parser import text_string_to_metric_families

from lscctl.capf import CertificateOperation
from lscctl.history import RunState
from lscctl.identity import ClusterIdentity
from lscctl.outcome import PhoneState
from lscctl.phone import ProfileInUse
from lscctl.report.interface import Report
from lscctl.report.list_from import ListFrom
from lscctl.report.plan import plan_report
from lscctl.report.preflight import PreflightOfCluster, preflight_report
from lscctl.report.profiles import CheckedProfile, profile_check_report, profiles_report
from lscctl.report.run import RunOnCluster, run_report
from lscctl.report.runs import RememberedRun, remembered_run_report, runs_report
from lscctl.report.trust_lists import difference_report, trust_list_report
from lscctl.trustlist.comparison import diff
from lscctl.trustlist.reading import read
from lscctl.trustlist.verification import verify
from tests.report.every_report import CHECKS
from tests.report.phones_in_sight import NOW, NULL_STRING, PHONES, planned
from tests.report.published import written
from tests.report.runs_in_sight import run_of, summary_of
from tests.trustlist.lists import identity, itl, printed

LAB = ClusterIdentity("lab", "cucm.example.com", "publisher")


def series(report: Report, name: str) -> dict[tuple[str, ...], float]:
    """`{values of the labels but the cluster: value}` of one metric, as Prometheus reads it."""
    found = {}
    for metric in text_string_to_metric_families(written(report, "prometheus")):
        if metric.name == name:
            for sample in metric.samples:
                cluster, *labels = sample.labels.values()
                assert cluster == "lab"
                found[tuple(labels)] = sample.value
    return found


def test_a_plan_is_counted_by_decision_and_reason() -> None:
    report = plan_report(planned(*PHONES))
    assert series(report, "lscctl_plan_phones") == {
        ("install",): 2,
        ("delete",): 0,
        ("troubleshoot",): 0,
        ("move",): 0,
        ("left-out",): 3,
    }
    assert series(report, "lscctl_plan_left_out_phones")[("valid-lsc",)] == 1
    assert series(report, "lscctl_plan_left_out_phones")[("protected",)] == 0
    assert series(report, "lscctl_plan_warned_phones")[("null-string",)] == 2


def test_each_check_has_one_verdict() -> None:
    report = preflight_report(PreflightOfCluster(CHECKS, "lab", "15.0", 12))
    verdicts = series(report, "lscctl_preflight_check")
    assert [key for key, value in verdicts.items() if value] == [
        ("axl", "pass"),
        ("profiles", "warn"),
        ("tftp", "fail"),
    ]
    assert len(verdicts) == 4 * len(CHECKS)
    assert series(report, "lscctl_preflight_phones") == {(): 12}


def test_profiles_are_counted_by_their_phones_with_what_they_hold() -> None:
    in_use = [ProfileInUse(NULL_STRING, "Cisco 8845", "SIP", 7)]
    assert series(profiles_report(in_use, "lab", "15.0"), "lscctl_profile_phones") == {
        (NULL_STRING.name, "Non Secure", "null-string"): 7
    }
    checked = [CheckedProfile("a", True, 2, 0), CheckedProfile("b", False, 1, 3, ("no",))]
    report = profile_check_report(checked, {}, "lab", "15.0")
    assert series(report, "lscctl_profile_agrees") == {("a",): 1, ("b",): 0}


def test_a_run_is_counted_by_state_with_its_times_and_costs() -> None:
    report = run_report(
        RunOnCluster(
            summary_of(PhoneState.INSTALLED, PhoneState.FAILED), CertificateOperation.INSTALL, "lab", "15.0", 12
        )
    )
    counted = series(report, "lscctl_run_phones")
    assert {state for (state,), phones in counted.items() if phones} == {"installed", "failed"}
    assert len(counted) == len(PhoneState)
    for name, value in {
        "lscctl_run_start_timestamp_seconds": NOW,
        "lscctl_run_end_timestamp_seconds": NOW + 2_400,
        "lscctl_run_writes": 8,
        "lscctl_run_reads": 5,
        "lscctl_run_gate_closed": 0,
    }.items():
        assert series(report, name) == {(): value}


def test_runs_are_counted_by_how_they_ended_and_the_last_one_has_its_time() -> None:
    runs = [
        replace(run_of(state, PhoneState.INSTALLED, started=NOW + number, number=number), identity=LAB)
        for number, state in enumerate((RunState.FINISHED, RunState.FINISHED, RunState.CRASHED))
    ]
    report = runs_report(runs)
    counted = series(report, "lscctl_runs")
    assert (counted[("finished",)], counted[("crashed",)], counted[("failed",)]) == (2, 1, 0)
    assert series(report, "lscctl_last_run_start_timestamp_seconds") == {(): NOW + 2}
    remembered = remembered_run_report(RememberedRun(runs[0], summary_of(PhoneState.INSTALLED)))
    assert [state for (state,), value in series(remembered, "lscctl_run_state").items() if value] == ["finished"]


def test_trust_lists_tell_their_signatures_and_when_their_certificates_end() -> None:
    (good,), (pasted,) = read(itl()), read(printed().encode())
    lists = [ListFrom("sub1", good, verify(good)), ListFrom("-", pasted, verify(pasted))]
    report = trust_list_report(lists, NOW, "lab")
    signatures = series(report, "lscctl_trust_list_signature")
    assert [key for key, value in signatures.items() if value] == [("-", "ITL", "unknown"), ("sub1", "ITL", "good")]
    ends = series(report, "lscctl_trust_list_certificate_expiry_timestamp_seconds")
    capf = identity("CAPF-0a1b2c3d").certificate
    (end,) = [end for key, end in ends.items() if key[:3] == ("sub1", "ITL", "CAPF")]
    assert end == capf.not_valid_after_utc.timestamp()
    assert 'cluster="' not in written(trust_list_report(lists, NOW), "prometheus")


def test_differences_between_two_lists_are_counted() -> None:
    (one,), (other,) = read(itl()), read(itl(capf="CAPF-99999999"))
    before, after = ListFrom("a", one, verify(one)), ListFrom("b", other, verify(other))
    text = written(difference_report(before, after, diff(one, other)), "prometheus")
    assert f'lscctl_trust_list_differences{{before="a",after="b"}} {len(diff(one, other))}' in text
