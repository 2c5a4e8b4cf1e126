"""JSON: one object for the whole report, keys in the order of the schema, one record a line."""

import json
import re
from collections.abc import Iterator

from lscctl.report.interface import Page, Report
from lscctl.report.several import cluster_record

_STEERING = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters beyond ASCII's first ones, line ends of Unicode, marks of writing direction, halves of characters."""


class JsonFormat:
    """One JSON object: `schema`, the heading's keys, then the list of records. Of several clusters each has its own report as
    `answer`. Text stays text: nothing is escaped but what could steer a terminal, or end a line for some reader."""

    name = "json"

    def pieces(self, report: Report, page: Page) -> Iterator[str]:  # noqa: ARG002 - a machine's page has no width
        """The object, record by record."""
        yield from _clusters(report) if report.clusters else _object(report)
        yield "\n"


def _object(report: Report) -> Iterator[str]:
    for key, value in {"schema": report.schema, **report.heading}.items():
        yield f"{'{' if key == 'schema' else ','}\n  {json_text(key)}: {json_text(value)}"
    for name, records in report.records.items():
        yield f",\n  {json_text(name)}: ["
        separator, end = "\n    ", "]"
        for record in records:
            yield separator + json_text({key: record[key] for key in report.fields})
            separator, end = ",\n    ", "\n  ]"
        yield end
    yield "\n}"


def _clusters(report: Report) -> Iterator[str]:
    separator = f'{{\n  "schema": {json_text(report.schema)},\n  "clusters": [\n'
    for one in report.clusters:
        yield f'{separator}{json_text(cluster_record(one)).removesuffix("}")}, "answer": '
        yield from ("null",) if one.report is None else _object(one.report)
        yield "}"
        separator = ",\n"
    yield "\n  ]\n}"


def json_text(value: object) -> str:
    """The value as JSON in one line."""
    return _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))
