"""The report of preflight: what each check looked at, found, and what to do."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lscctl.report import checks
from lscctl.report.interface import (
    Block,
    Column,
    Grid,
    Metric,
    PageBlock,
    Paragraph,
    Report,
    Sample,
    Tone,
)
from lscctl.report.wording import count
from lscctl.verdict import CheckResult, Verdict


@dataclass(frozen=True, slots=True)
class PreflightOfCluster:
    """What the report tells of: the checks' results, the cluster's name and version; `phones` is how many the plan would write, or
    for `capf` how many were looked at.

    `at_work` names the run that is under way on the cluster, if one is: what touches every phone must wait for its end. `as_of`
    says when the checks were made, `title` what was looked at, for people.
    """

    results: tuple[CheckResult, ...]
    cluster: str
    version: str
    phones: int
    at_work: str | None = None
    as_of: str | None = None
    title: str = "Preflight"


def preflight_report(told: PreflightOfCluster) -> Report:
    """The report of kind `preflight`."""
    return Report(
        kind="preflight",
        heading={
            "cluster": told.cluster,
            "cucm_version": told.version,
            "phones": told.phones,
            "counts": checks.counts(told.results),
            "run_under_way": told.at_work,
        },
        fields=checks.FIELDS,
        records={"checks": [checks.record(one) for one in told.results]},
        blocks=tuple(_blocks(told)),
        page=tuple(_page(told)),
        as_of=told.as_of,
        sheet=checks.sheet(told.results),
        cases=checks.cases(told.results, told.cluster),
        metrics=tuple(_metrics(told)),
    )


def catalogue_report(known: Sequence[tuple[str, str, str]]) -> Report:
    """The report of kind `preflight-list`: each check's name, title, and what it looks at."""
    return Report(
        kind="preflight-list",
        fields=("check", "title", "looked_at"),
        records={"checks": [dict(zip(("check", "title", "looked_at"), one, strict=True)) for one in known]},
        blocks=(Grid("", (Column("check", whole=True), Column("title"), Column("looks at")), list(known), len(known)),),
    )


def _metrics(told: PreflightOfCluster) -> Iterator[Metric]:
    cluster = {"cluster": told.cluster}
    yield Metric(
        "lscctl_preflight_check",
        "Whether the check has this verdict: 1 for the one that it has, 0 for the others.",
        [
            Sample({**cluster, "check": one.name, "verdict": verdict.value}, one.verdict is verdict)
            for one in told.results
            for verdict in Verdict
        ],
    )
    which = "Phones that the plan would write; of capf check and verify, those that were looked at."
    yield Metric("lscctl_preflight_phones", which, [Sample(cluster, told.phones)])


def _blocks(told: PreflightOfCluster) -> Iterator[Block]:
    yield from checks.blocks(
        f"{told.title} of {told.cluster} (CUCM {told.version}), {count(told.phones, 'phone')}", told.results
    )
    yield from _under_way(told)
    yield checks.in_short(told.results)


def _page(told: PreflightOfCluster) -> Iterator[PageBlock]:
    yield from checks.page(f"Checks for {count(told.phones, 'phone')}", told.results, tuple(_under_way(told)))


def _under_way(told: PreflightOfCluster) -> Iterator[Paragraph]:
    if told.at_work is not None:
        yield Paragraph(f"Under way: {told.at_work}. Nothing that is CLUSTER-WIDE before it has ended.", Tone.BAD)
