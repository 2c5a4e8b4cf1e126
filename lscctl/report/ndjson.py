"""NDJSON: one JSON object a line, one line a record, each line naming its schema."""

import json
from collections.abc import Iterator

from lscctl.report.interface import Page, Report


class NdjsonFormat:
    """One record a line, without the heading: for `jq`, log shippers and streams."""

    name = "ndjson"

    def pieces(self, report: Report, page: Page) -> Iterator[str]:  # noqa: ARG002 - a machine's page has no width
        """The records, line by line."""
        for row in report.rows():
            yield json.dumps({"schema": report.schema, **row}, ensure_ascii=False) + "\n"
