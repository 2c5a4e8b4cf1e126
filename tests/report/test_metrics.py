from prometheus_client.parser import text_string_to_metric_families

from lscctl.phone import LscState
from lscctl.report.interface import Report
from lscctl.report.phones import phones_report
from lscctl.report.plan import plan_report
from lscctl.report.preflight import PreflightOfCluster, preflight_report
from tests.report.every_report import CHECKS
from tests.report.phones_in_sight import DAY, FAILED, NOW, PHONES, WITH_LSC, planned, told
from tests.report.published import written


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


def test_phones_are_counted_by_model_and_lsc_and_none_is_told_too() -> None:
    counted = series(phones_report(told(*PHONES)), "lscctl_phones")
    assert counted["Cisco 8845", "expired"] == counted["Cisco 8845", "expiring"] == counted["Cisco 7841", "none"] == 1
    assert counted["Cisco 7841", "expired"] == 0
    assert len(counted) == 3 * len(LscState)
    assert sum(counted.values()) == len(PHONES)


def test_phones_are_counted_by_site_and_by_how_their_last_operation_stands() -> None:
    report = phones_report(told(*PHONES))
    assert series(report, "lscctl_site_phones")["Berlin", "unknown"] == 1
    assert series(report, "lscctl_operation_phones") == {
        ("none",): 2,
        ("pending",): 1,
        ("success",): 1,
        ("failed",): 1,
        ("unrecognised",): 0,
    }
    assert series(report, "lscctl_operation_failures") == {("User Initiated Request Late/Timedout",): 1}


def test_each_bucket_of_expiry_holds_those_before_it() -> None:
    counted = series(phones_report(told(*PHONES)), "lscctl_expiring_lscs")
    assert {int(days): phones for (days,), phones in counted.items() if days != "+Inf"} == {
        0: 1,
        7: 1,
        14: 1,
        30: 1,
        60: 1,
        90: 2,
        180: 2,
        365: 2,
    }
    assert counted[("+Inf",)] == 2
    assert series(phones_report(told(*PHONES)), "lscctl_next_lsc_expiry_timestamp_seconds") == {(): NOW + 69 * DAY}


def test_phones_have_series_of_their_own_only_where_somebody_asks_for_them() -> None:
    name = "lscctl_phone_lsc_expiry_timestamp_seconds"
    assert series(phones_report(told(*PHONES)), name) == {}
    assert series(phones_report(told(*PHONES), per_phone=True), name) == {
        (WITH_LSC.name, "Cisco 8845", "Berlin"): NOW + 69 * DAY,
        (FAILED.name, "Cisco 8845", "Berlin"): NOW - 3 * DAY,
    }


def test_a_plan_is_counted_by_decision_and_reason() -> None:
    report = plan_report(planned(*PHONES))
    assert series(report, "lscctl_plan_phones") == {("install",): 2, ("move",): 0, ("left-out",): 3}
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
