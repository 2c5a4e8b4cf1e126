"""JSON: one object for the whole report, keys in the order of the schema, one record a line."""

import json
from collections.abc import Iterator

from lscctl.report.interface import Page, Report


class JsonFormat:
    """One JSON object: `schema`, the heading's keys, then the list of records. Text stays text: nothing but ASCII control
    characters is escaped."""

    name = "json"

    def pieces(self, report: Report, page: Page) -> Iterator[str]:  # noqa: ARG002 - a machine's page has no width
        """The object, record by record."""
        for key, value in {"schema": report.schema, **report.heading}.items():
            yield f"{'{' if key == 'schema' else ','}\n  {_text(key)}: {_text(value)}"
        for name, records in report.records.items():
            yield f",\n  {_text(name)}: ["
            separator, end = "\n    ", "]"
            for record in records:
                yield separator + _text({key: record[key] for key in report.fields})
                separator, end = ",\n    ", "\n  ]"
            yield end
        yield "\n}\n"


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
