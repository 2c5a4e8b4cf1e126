"""NDJSON: one JSON object a line, one line a record, each line naming its schema."""

from collections.abc import Iterator, Mapping

from lscctl.report.interface import Page, Report, Value
from lscctl.report.json import json_text
from lscctl.report.several import cluster_record


class NdjsonFormat:
    """One record a line, without the heading: for `jq`, log shippers and streams. Of several clusters each line names its own; one
    that went wrong has a line that says so."""

    name = "ndjson"

    def pieces(self, report: Report, page: Page) -> Iterator[str]:  # noqa: ARG002 - a machine's page has no width
        """The records, line by line."""
        if not report.clusters:
            yield from _lines(report, {})
        for one in report.clusters:
            if one.error:
                yield _line({"schema": report.schema, **cluster_record(one)})
            if one.report is not None:
                yield from _lines(one.report, {"cluster": one.cluster})


def _lines(report: Report, of: Mapping[str, Value]) -> Iterator[str]:
    for row in report.rows():
        yield _line({"schema": report.schema, **of, **row})


def _line(record: Mapping[str, Value]) -> str:
    return json_text(record) + "\n"
