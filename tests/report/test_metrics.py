from prometheus_client.parser import text_string_to_metric_families

from lscctl.report.interface import Report
from lscctl.report.plan import plan_report
from lscctl.report.preflight import PreflightOfCluster, preflight_report
from tests.report.every_report import CHECKS
from tests.report.phones_in_sight import PHONES, planned
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
