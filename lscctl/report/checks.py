"""What checks found, in every face of a report: shared by the reports of preflight and of the configuration."""

from collections import Counter
from collections.abc import Iterator, Sequence

from lscctl.report.interface import (
    Block,
    Case,
    CaseEnd,
    Cell,
    Column,
    Figure,
    Figures,
    Grid,
    PageBlock,
    Paragraph,
    Record,
    Sheet,
    Tone,
    Value,
)
from lscctl.report.wording import some
from lscctl.verdict import CheckResult, Fault, Verdict

FIELDS = ("check", "title", "verdict", "looked_at", "evidence", "remedy", "cluster_wide", "faults")
"""The keys of one check's record, in order."""

FAULT_FIELDS = ("check", "verdict", "code", "where", "evidence", "remedy", "cluster_wide")
"""The columns of a spreadsheet: a row for each fault, and one for each check without any."""

TONES = {Verdict.PASS: Tone.GOOD, Verdict.WARN: Tone.WARNING, Verdict.SKIP: Tone.WARNING, Verdict.FAIL: Tone.BAD}

CLUSTER_WIDE = "CLUSTER-WIDE, out of hours"
"""How a remedy is marked that touches every phone, in every format."""


def counts(results: Sequence[CheckResult]) -> dict[str, Value]:
    """How many checks have each verdict."""
    return {verdict.value: sum(one.verdict is verdict for one in results) for verdict in Verdict}


def in_short(results: Sequence[CheckResult]) -> Paragraph:
    """The counts in one line."""
    return Paragraph(", ".join(f"{number} {verdict}" for verdict, number in counts(results).items()), Tone.FAINT)


def sheet(results: Sequence[CheckResult]) -> Sheet:
    """The faults as flat rows."""
    return Sheet(FAULT_FIELDS, [row for one in results for row in _fault_rows(one)])


def cases(results: Sequence[CheckResult], cluster: str) -> list[Case]:
    """Each check as a CI system shows it, in the cluster's group."""
    return [_case(one, cluster) for one in results]


def blocks(title: str, results: Sequence[CheckResult]) -> Iterator[Block]:
    """The checks as a table, then what to do."""
    rows = [row for one in results for row in _rows(one)]
    yield Grid(title, _COLUMNS, rows, len(rows))
    remedies = _remedies(results)
    if remedies:
        yield Paragraph("What to do", Tone.TITLE)
    for codes, remedy, verdict in remedies:
        yield Paragraph(f"{codes}: {remedy}", TONES[verdict])


def page(title: str, results: Sequence[CheckResult], before: Sequence[PageBlock] = ()) -> Iterator[PageBlock]:
    """The same for a page: what is wrong comes first, and each row names its check, so that rows can change places."""
    number = Counter(one.verdict for one in results)
    figures = [Figure(one.value, number[one], TONES[one] if number[one] else Tone.PLAIN) for one in Verdict]
    yield Figures([Figure("checks", len(results)), *figures])
    yield from before
    remedies = [(Cell(codes, TONES[verdict]), remedy) for codes, remedy, verdict in _remedies(results)]
    if remedies:
        yield Grid("What to do", (Column("fault"), Column("remedy")), remedies, len(remedies))
    rows = [(one.name, *row[1:]) for one in results for row in _rows(one)]
    yield Grid(title, _COLUMNS, rows, len(rows))


def _remedies(results: Sequence[CheckResult]) -> list[tuple[str, str, Verdict]]:
    """Each remedy once, with the codes of the faults that it is for, and the verdict of the first."""
    faults = [fault for one in results for fault in one.faults if fault.remedy]
    remedies = []
    for remedy in dict.fromkeys(map(_remedy, faults)):
        concerned = [fault for fault in faults if _remedy(fault) == remedy]
        remedies.append((", ".join(dict.fromkeys(fault.code for fault in concerned)), remedy, concerned[0].verdict))
    return remedies


def record(one: CheckResult) -> Record:
    """One check, for programs."""
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
