"""The report of `config check`: whether a cluster is set up on this computer so that lscctl can work on it."""

from dataclasses import dataclass

from lscctl.report import checks
from lscctl.report.interface import Report
from lscctl.verdict import CheckResult


@dataclass(frozen=True, slots=True)
class ClusterChecked:
    """What the report tells of: the configuration's file, None where the cluster needs none; its name, and the checks' results."""

    path: str | None
    cluster: str
    results: tuple[CheckResult, ...]


def config_check_report(told: ClusterChecked) -> Report:
    """The report of kind `config-check`."""
    title = told.cluster if told.path is None else f"{told.cluster} in {told.path}"
    return Report(
        kind="config-check",
        heading={"path": told.path, "cluster": told.cluster, "counts": checks.counts(told.results)},
        fields=checks.FIELDS,
        records={"checks": [checks.record(one) for one in told.results]},
        blocks=(*checks.blocks(title, told.results), checks.in_short(told.results)),
        page=tuple(checks.page(title, told.results)),
        sheet=checks.sheet(told.results),
        cases=checks.cases(told.results, told.cluster),
    )
