"""The report of preflight: what each check looked at, found, and what to do."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lscctl.report.interface import (
    Block,
    Case,
    CaseEnd,
    Cell,
    Column,
    Figure,
    Figures,
    Grid,
    Metric,
    PageBlock,
    Paragraph,
    Record,
    Report,
    Sample,
    Sheet,
    Tone,
    Value,
)
from lscctl.report.wording import count, some
from lscctl.verdict import CheckResult, Fault, Verdict

FIELDS = ("check", "title", "verdict", "looked_at", "evidence", "remedy", "cluster_wide", "faults")
"""The keys of one check's record, in order."""

FAULT_FIELDS = ("check", "verdict", "code", "where", "evidence", "remedy", "cluster_wide")
"""The columns of a spreadsheet: a row for each fault, and one for each check without any."""

TONES = {Verdict.PASS: Tone.GOOD, Verdict.WARN: Tone.WARNING, Verdict.SKIP: Tone.WARNING, Verdict.FAIL: Tone.BAD}

CLUSTER_WIDE = "CLUSTER-WIDE, out of hours"
"""How a remedy is marked that touches every phone, in every format."""


@dataclass(frozen=True, slots=True)
class PreflightOfCluster:
    """What the report tells of: the checks' results, the cluster's name and version; `phones` is how many the plan would write.

    `at_work` names the run that is under way on the cluster, if one is: what touches every phone must wait for its end. `as_of`
    says when the checks were made.
    """

    results: tuple[CheckResult, ...]
    cluster: str
    version: str
    phones: int
    at_work: str | None = None
    as_of: str | None = None


def preflight_report(told: PreflightOfCluster) -> Report:
    """The report of kind `preflight`."""
    counts: dict[str, Value] = {
        verdict.value: sum(one.verdict is verdict for one in told.results) for verdict in Verdict
    }
    return Report(
        kind="preflight",
        heading={
            "cluster": told.cluster,
            "cucm_version": told.version,
            "phones": told.phones,
            "counts": counts,
            "run_under_way": told.at_work,
        },
        fields=FIELDS,
        records={"checks": [_record(one) for one in told.results]},
        blocks=tuple(_blocks(told)),
        page=tuple(_page(told)),
        as_of=told.as_of,
        sheet=Sheet(FAULT_FIELDS, [row for one in told.results for row in _fault_rows(one)]),
        cases=[_case(one, told.cluster) for one in told.results],
        metrics=tuple(_metrics(told)),
    )


def catalogue_report(checks: Sequence[tuple[str, str, str]]) -> Report:
    """The report of kind `preflight-list`: each check's name, title, and what it looks at."""
    return Report(
        kind="preflight-list",
        fields=("check", "title", "looked_at"),
        records={"checks": [dict(zip(("check", "title", "looked_at"), one, strict=True)) for one in checks]},
        blocks=(
            Grid("", (Column("check", whole=True), Column("title"), Column("looks at")), list(checks), len(checks)),
        ),
    )


def _record(one: CheckResult) -> Record:
    worst = one.faults[0] if one.faults else None
    return {
        "check": one.name,
        "title": one.title,
        "verdict": one.verdict.value,
        "looked_at": one.looked_at,
        "evidence": worst.evidence if worst else one.evidence,
        "remedy": _remedy(worst) if worst else None,
        "cluster_wide": any(fault.cluster_wide for fault in one.faults),
        "faults": [_fault(fault) for fault in one.faults],
    }


_ENDS = {
    Verdict.PASS: CaseEnd.PASSED,
    Verdict.WARN: CaseEnd.PASSED,
    Verdict.SKIP: CaseEnd.SKIPPED,
    Verdict.FAIL: CaseEnd.FAILED,
}
"""A warning fails nothing, as it does not in the exit code; it stands in the output of its case."""


def _case(one: CheckResult, cluster: str) -> Case:
    if not one.faults:
        return Case(cluster, one.name, CaseEnd.PASSED)
    worst, *others = one.faults
    more = [f"{fault.verdict.value}: {_in_a_line(fault)}. {_remedy(fault)}".rstrip() for fault in others]
    return Case(cluster, one.name, _ENDS[one.verdict], _in_a_line(worst), "\n".join([_remedy(worst), *more]))


def _in_a_line(fault: Fault) -> str:
    where = f" ({fault.where})" if fault.where else ""
    return f"{fault.code}{where}: {fault.evidence}"


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
    yield Metric("lscctl_preflight_phones", "Phones that the plan would write.", [Sample(cluster, told.phones)])


def _fault(fault: Fault) -> Record:
    return {
        "code": fault.code,
        "verdict": fault.verdict.value,
        "where": fault.where or None,
        "evidence": fault.evidence,
        "remedy": _remedy(fault),
        "cluster_wide": fault.cluster_wide,
    }


def _fault_rows(one: CheckResult) -> Iterator[Record]:
    if not one.faults:
        yield dict.fromkeys(FAULT_FIELDS) | {
            "check": one.name,
            "verdict": Verdict.PASS.value,
            "evidence": one.evidence,
            "cluster_wide": False,
        }
    for fault in one.faults:
        yield {"check": one.name, **_fault(fault)}


def _remedy(fault: Fault) -> str:
    """What to do; that it is for the hours when nobody works stands in the text, wherever that is copied to."""
    return f"{CLUSTER_WIDE}: {fault.remedy}" if fault.cluster_wide else fault.remedy


_COLUMNS = (Column("check", whole=True), Column("verdict", whole=True), Column("evidence"))


def _blocks(told: PreflightOfCluster) -> Iterator[Block]:
    rows = [row for one in told.results for row in _rows(one)]
    yield Grid(
        f"Preflight of {told.cluster} (CUCM {told.version}), {count(told.phones, 'phone')}", _COLUMNS, rows, len(rows)
    )
    remedies = _remedies(told.results)
    if remedies:
        yield Paragraph("What to do", Tone.TITLE)
    for codes, remedy, verdict in remedies:
        yield Paragraph(f"{codes}: {remedy}", TONES[verdict])
    yield from _under_way(told)
    said = [f"{sum(one.verdict is verdict for one in told.results)} {verdict.value}" for verdict in Verdict]
    yield Paragraph(", ".join(said), Tone.FAINT)


def _page(told: PreflightOfCluster) -> Iterator[PageBlock]:
    """What is wrong comes first, and each row names its check, so that rows can change places."""
    counts = Counter(one.verdict for one in told.results)
    figures = [Figure(one.value, counts[one], TONES[one] if counts[one] else Tone.PLAIN) for one in Verdict]
    yield Figures([Figure("checks", len(told.results)), *figures])
    yield from _under_way(told)
    remedies = [(Cell(codes, TONES[verdict]), remedy) for codes, remedy, verdict in _remedies(told.results)]
    if remedies:
        yield Grid("What to do", (Column("fault"), Column("remedy")), remedies, len(remedies))
    rows = [(one.name, *row[1:]) for one in told.results for row in _rows(one)]
    yield Grid(f"Checks for {count(told.phones, 'phone')}", _COLUMNS, rows, len(rows))


def _under_way(told: PreflightOfCluster) -> Iterator[Paragraph]:
    if told.at_work is not None:
        yield Paragraph(f"Under way: {told.at_work}. Nothing that is CLUSTER-WIDE before it has ended.", Tone.BAD)


def _remedies(results: Sequence[CheckResult]) -> list[tuple[str, str, Verdict]]:
    """Each remedy once, with the codes of the faults that it is for, and the verdict of the first."""
    faults = [fault for one in results for fault in one.faults if fault.remedy]
    remedies = []
    for remedy in dict.fromkeys(map(_remedy, faults)):
        concerned = [fault for fault in faults if _remedy(fault) == remedy]
        remedies.append((", ".join(dict.fromkeys(fault.code for fault in concerned)), remedy, concerned[0].verdict))
    return remedies


def _rows(one: CheckResult) -> Iterator[tuple[Cell | str, ...]]:
    """A row for each fault; what is the same on many nodes is said once, with their names."""
    if not one.faults:
        yield (one.name, Cell(Verdict.PASS.value, TONES[Verdict.PASS]), one.evidence)
    alike: dict[tuple[str, Verdict, str], list[str]] = {}
    for fault in one.faults:
        alike.setdefault((fault.code, fault.verdict, fault.evidence), []).append(fault.where)
    for number, ((code, verdict, evidence), places) in enumerate(alike.items()):
        where = f" ({some(places)})" if any(places) else ""
        yield ("" if number else one.name, Cell(verdict.value, TONES[verdict]), f"{code}{where}: {evidence}")
