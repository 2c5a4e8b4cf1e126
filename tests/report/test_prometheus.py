import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import Metric as ReadMetric
from prometheus_client.parser import text_string_to_metric_families

from lscctl.report.interface import Metric, Report, Sample
from lscctl.report.wording import visible
from tests.report.every_report import every_report
from tests.report.nasty import texts
from tests.report.published import written


def prometheus(*metrics: Metric) -> str:
    return written(Report("status", (), {}, metrics=metrics), "prometheus")


def read(text: str) -> list[ReadMetric]:
    return list(text_string_to_metric_families(text))


@given(texts, texts, st.floats(allow_nan=False))
def test_labels_help_and_values_are_read_back(label: str, help_text: str, value: float) -> None:
    metric = Metric("lscctl_phones", help_text, [Sample({"cluster": "hq", "model": label}, value)])
    (found,) = read(prometheus(metric))
    assert (found.name, found.type) == ("lscctl_phones", "gauge")
    assert found.documentation.strip() == visible(help_text).strip()
    (sample,) = found.samples
    assert sample.labels == {"cluster": "hq", "model": visible(label)}
    assert sample.value == value


def test_a_metric_is_told_once_and_its_series_in_order() -> None:
    one = Metric("lscctl_b", "B.", [Sample({"cluster": "z"}, 1), Sample({"cluster": "a"}, 2.5)])
    other = Metric("lscctl_a", "A.", [Sample({}, float("inf")), Sample({}, 3)])
    assert prometheus(one, other, Metric("lscctl_b", "B.", [Sample({"cluster": "m"}, 3)])) == (
        "# lscctl status\n"
        "# HELP lscctl_a A.\n# TYPE lscctl_a gauge\nlscctl_a +Inf\n"
        "# HELP lscctl_b B.\n# TYPE lscctl_b gauge\n"
        'lscctl_b{cluster="a"} 2.5\nlscctl_b{cluster="m"} 3\nlscctl_b{cluster="z"} 1\n'
    )


def test_a_report_without_metrics_is_a_comment() -> None:
    assert prometheus() == "# lscctl status\n"
    assert read(prometheus()) == []
    assert prometheus(Metric("lscctl_none", "None.", [])) == "# lscctl status\n"


@pytest.mark.parametrize("report", every_report(), ids=lambda report: report.kind)
def test_every_report_keeps_the_conventions_of_names_labels_and_help(report: Report) -> None:
    text = written(report, "prometheus")
    assert text.endswith("\n")
    seen = set()
    for metric in read(text):
        assert re.fullmatch(r"lscctl_[a-z]+(_[a-z]+)*", metric.name)
        assert not metric.name.endswith(("_total", "_count", "_sum", "_bucket", "_info"))
        assert ("timestamp" in metric.name) == metric.name.endswith("_timestamp_seconds")
        assert re.fullmatch(r"[A-Z].*\.", metric.documentation)
        for sample in metric.samples:
            assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", name) for name in sample.labels)
            assert "le" not in sample.labels
            assert next(iter(sample.labels)) == "cluster" or report.kind.startswith(("trust-list", "diagnosis"))
            key = (metric.name, *sample.labels.items())
            assert key not in seen
            seen.add(key)
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    for before, after in pairwise(lines):
        assert before.partition("{")[0] != after.partition("{")[0] or before < after
