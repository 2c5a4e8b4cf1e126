"""The digest of a report: two that say the same have the same one, however their JSON is spelled."""

import hashlib
import json
from collections.abc import Iterator

from lscctl.report.interface import Report


def digest_of(report: Report) -> str:
    """`sha256:` and 64 hex digits, of the report's JSON with its keys sorted and nothing between its parts, in UTF-8."""
    hashed = hashlib.sha256()
    for piece in _pieces(report):
        hashed.update(piece.encode("utf-8", "backslashreplace"))
    return f"sha256:{hashed.hexdigest()}"


def _pieces(report: Report) -> Iterator[str]:
    content = {"schema": report.schema, **report.heading, **report.records}
    opening = "{"
    for key in sorted(content):
        yield f"{opening}{_text(key)}:"
        opening = ","
        if key not in report.records:
            yield _text(content[key])
            continue
        separator = "["
        for record in report.records[key]:
            yield separator + _text({field: record[field] for field in report.fields})
            separator = ","
        yield "]" if separator == "," else "[]"
    yield "}"


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
