"""Prometheus's own tool finds nothing to say of what lscctl tells a monitoring system."""

import subprocess

import pytest

from lscctl.report.interface import Report
from tests.report.every_report import every_report
from tests.report.published import written
from tests.system.conftest import tool


@pytest.mark.parametrize("report", every_report(), ids=lambda report: report.kind)
def test_promtool_reads_the_metrics_of_every_report_and_finds_no_fault(report: Report) -> None:
    ran = subprocess.run(
        [tool("promtool"), "check", "metrics"],
        input=written(report, "prometheus"),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
