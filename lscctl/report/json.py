"""JSON: one object for the whole report, keys in the order of the schema, one record a line."""

import json
from collections.abc import Iterator

from lscctl.report.interface import Page, Report
from lscctl.report.several import cluster_record


class JsonFormat:
    """One JSON object: `schema`, the heading's keys, then the list of records. Text stays text: nothing but ASCII control
    characters is escaped. Of several clusters each has its own report as `answer`."""

    name = "json"

    def pieces(self, report: Report, page: Page) -> Iterator[str]:  # noqa: ARG002 - a machine's page has no width
        """The object, record by record."""
        yield from _clusters(report) if report.clusters else _object(report)
        yield "\n"


def _object(report: Report) -> Iterator[str]:
    for key, value in {"schema": report.schema, **report.heading}.items():
        yield f"{'{' if key == 'schema' else ','}\n  {_text(key)}: {_text(value)}"
    for name, records in report.records.items():
        yield f",\n  {_text(name)}: ["
        separator, end = "\n    ", "]"
        for record in records:
            yield separator + _text({key: record[key] for key in report.fields})
            separator, end = ",\n    ", "\n  ]"
        yield end
    yield "\n}"


def _clusters(report: Report) -> Iterator[str]:
    separator = f'{{\n  "schema": {_text(report.schema)},\n  "clusters": [\n'
    for one in report.clusters:
        yield f'{separator}{_text(cluster_record(one)).removesuffix("}")}, "answer": '
        yield from ("null",) if one.report is None else _object(one.report)
        yield "}"
        separator = ",\n"
    yield "\n  ]\n}"


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
