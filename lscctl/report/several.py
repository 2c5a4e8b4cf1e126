"""The answers of several clusters as one report, in which a column, or a label, names the cluster."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import TypeVar

from lscctl.report.interface import (
    Anew,
    Case,
    CaseEnd,
    Cell,
    ClusterAnswer,
    Column,
    Grid,
    Metric,
    PageBlock,
    Paragraph,
    Record,
    Report,
    Sample,
    Sheet,
    Tone,
)

_AnyBlock = TypeVar("_AnyBlock", bound=PageBlock)

FIELDS = ("cluster", "exit_code", "error", "hint")
"""The keys of one cluster's record, in order; JSON has its `answer` besides."""


def together(answers: Sequence[ClusterAnswer]) -> Report:
    """The report of kind `clusters`. The answers' reports may be of different kinds."""
    reports = [(one.cluster, one.report) for one in answers if one.report is not None]
    return Report(
        kind="clusters",
        fields=FIELDS,
        records={"clusters": [cluster_record(one) for one in answers]},
        blocks=tuple(_blocks(answers, {cluster: (report, report.blocks) for cluster, report in reports})),
        page=Anew(partial(_page, answers, reports)),
        sheet=_sheet(answers, reports),
        cases=Anew(partial(_cases, answers)),
        metrics=_metrics(answers, reports),
        as_of=next((report.as_of for _, report in reports if report.as_of), None),
        clusters=answers,
    )


def cluster_record(one: ClusterAnswer) -> Record:
    """How one cluster answered, without its report."""
    return {
        "cluster": one.cluster,
        "exit_code": one.exit_code,
        "error": one.error or None,
        "hint": one.hint or None,
    }


_Faces = Mapping[str, tuple[Report, Sequence[_AnyBlock]]]
"""The clusters' reports, each with the blocks that are meant."""


def _page(answers: Sequence[ClusterAnswer], reports: Sequence[tuple[str, Report]]) -> Iterator[PageBlock]:
    """The blocks of the page, made only when it is written: each cluster's figures and charts, then all phones."""
    faces: dict[str, tuple[Report, Sequence[PageBlock]]] = {
        cluster: (report, tuple(report.page) or report.blocks) for cluster, report in reports
    }
    yield _answers_grid(answers)
    yield from _but_grids(faces)
    yield from _grids(faces)


def _blocks(answers: Sequence[ClusterAnswer], faces: _Faces[_AnyBlock]) -> Iterator[_AnyBlock | Grid | Paragraph]:
    yield _answers_grid(answers)
    yield from _grids(faces)
    yield from _but_grids(faces)


def _answers_grid(answers: Sequence[ClusterAnswer]) -> Grid:
    rows = [(one.cluster, str(one.exit_code), _ending(one)) for one in answers]
    columns = (Column("Cluster", whole=True), Column("Exit code", number=True), Column("Answer"))
    return Grid("Clusters", columns, rows, len(rows))


def _but_grids(faces: _Faces[_AnyBlock]) -> Iterator[_AnyBlock | Paragraph]:
    """What cannot be put together, cluster by cluster."""
    for cluster, (_, blocks) in faces.items():
        said = [block for block in blocks if not isinstance(block, Grid)]
        if said:
            yield Paragraph(cluster, Tone.TITLE)
            yield from said


def _ending(one: ClusterAnswer) -> Cell | str:
    return Cell(one.error.partition("\n")[0].rstrip(":"), Tone.BAD) if one.error else "answered"


def _grids(faces: _Faces[_AnyBlock]) -> Iterator[Grid]:
    """Grids that have the same columns at the same place of their reports, as one."""
    alike: dict[tuple[object, ...], list[tuple[str, Grid]]] = {}
    for cluster, (report, blocks) in faces.items():
        seen: dict[tuple[str, ...], int] = {}
        for grid in (block for block in blocks if isinstance(block, Grid)):
            titles = tuple(column.title for column in grid.columns)
            seen[titles] = seen.get(titles, 0) + 1
            alike.setdefault((report.kind, titles, seen[titles]), []).append((cluster, grid))
    for grids in alike.values():
        named = {grid.title for _, grid in grids}
        yield Grid(
            named.pop() if len(named) == 1 else "",
            (Column("Cluster", whole=True), *grids[0][1].columns),
            Anew(partial(_rows, grids)),
            sum(grid.total for _, grid in grids),
        )


def _rows(grids: Sequence[tuple[str, Grid]]) -> Iterator[Sequence[Cell | str]]:
    """The rows of these grids, each with its cluster in front; made only when they are drawn."""
    for cluster, grid in grids:
        for row in grid.rows:
            yield (cluster, *row)


def _sheet(answers: Sequence[ClusterAnswer], reports: Sequence[tuple[str, Report]]) -> Sheet:
    sheets = {cluster: report.sheet or Sheet(report.fields, Anew(report.rows)) for cluster, report in reports}
    own = ("cluster", "error")
    fields = dict.fromkeys(chain.from_iterable(sheet.fields for sheet in sheets.values()))
    return Sheet(
        (*own, *(key for key in fields if key not in own)), Anew(partial(_sheet_rows, answers, sheets, tuple(fields)))
    )


def _sheet_rows(
    answers: Sequence[ClusterAnswer], sheets: Mapping[str, Sheet], fields: Sequence[str]
) -> Iterator[Record]:
    """A row for each record of each cluster, and one for each cluster that answered nothing."""
    for one in answers:
        empty: Record = dict.fromkeys((*fields, "error"))
        if one.cluster not in sheets:
            yield {**empty, "cluster": one.cluster, "error": one.error}
            continue
        for row in sheets[one.cluster].rows:
            yield {**empty, **row, "cluster": one.cluster}


def _cases(answers: Sequence[ClusterAnswer]) -> Iterator[Case]:
    """Each cluster's cases, whose groups name it; a cluster that went wrong is an error itself."""
    for one in answers:
        if one.error:
            yield Case("clusters", one.cluster, CaseEnd.ERROR, one.error, one.hint)
        for case in one.report.cases if one.report else ():
            named = f"{case.group}.".startswith(f"{one.cluster}.")
            yield case if named else replace(case, group=f"{one.cluster}.{case.group}")


def _metrics(answers: Sequence[ClusterAnswer], reports: Sequence[tuple[str, Report]]) -> tuple[Metric, ...]:
    answered = [Sample({"cluster": one.cluster}, float(not one.error)) for one in answers]
    merged: dict[str, tuple[Metric, list[tuple[str, Iterable[Sample]]]]] = {}
    for cluster, report in reports:
        for metric in report.metrics:
            merged.setdefault(metric.name, (metric, []))[1].append((cluster, metric.samples))
    return (
        Metric(
            "lscctl_cluster_answered", "Whether the cluster could be asked (1) or something went wrong (0).", answered
        ),
        *(replace(metric, samples=Anew(partial(_samples, samples))) for metric, samples in merged.values()),
    )


def _samples(each: Sequence[tuple[str, Iterable[Sample]]]) -> Iterator[Sample]:
    for cluster, samples in each:
        for sample in samples:
            yield replace(sample, labels={"cluster": cluster, **sample.labels})
