"""Prometheus: the text format, as node_exporter's textfile collector reads it."""

import math
from collections.abc import Iterator, Mapping

from lscctl.report.interface import Metric, Page, Report
from lscctl.report.wording import visible

_LABEL = str.maketrans({"\\": r"\\", '"': r"\""})
_HELP = str.maketrans({"\\": r"\\"})


class PrometheusFormat:
    """Each metric once with its HELP and TYPE, its series sorted by their labels; no timestamps, which the collector refuses.

    A series that stands twice would make the collector refuse everything, so only the first of them is written. The file begins
    with a comment, and that is all that a report without metrics is.
    """

    name = "prometheus"

    def pieces(self, report: Report, page: Page) -> Iterator[str]:  # noqa: ARG002 - a machine's page has no width
        """The metrics, by name."""
        yield f"# lscctl {report.kind}\n"
        metrics: dict[str, list[Metric]] = {}
        for metric in report.metrics:
            metrics.setdefault(metric.name, []).append(metric)
        for name, alike in sorted(metrics.items()):
            series: dict[str, str] = {}
            for metric in alike:
                for sample in metric.samples:
                    series.setdefault(_labels(sample.labels), _number(sample.value))
            if series:
                yield f"# HELP {name} {visible(alike[0].help).translate(_HELP)}\n# TYPE {name} gauge\n"
            yield from (f"{name}{labels} {value}\n" for labels, value in sorted(series.items()))


def _labels(labels: Mapping[str, str]) -> str:
    """`{cluster="hq",lsc="expired"}`, what could steer a terminal spelled out."""
    pairs = ",".join(f'{name}="{visible(text).translate(_LABEL)}"' for name, text in labels.items())
    return f"{{{pairs}}}" if pairs else ""


def _number(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return str(int(value)) if value == int(value) else repr(float(value))
