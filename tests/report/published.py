"""Answers held against their published schemas, with somebody else's validator."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from lscctl.report import formats
from lscctl.report.interface import Page, Report
from lscctl.report.schemas import text_of


def written(report: Report, name: str, width: int | None = None) -> str:
    """The report in that format, as a file would hold it."""
    return "".join(formats.by_name(name).pieces(report, Page(width)))


@cache
def schema_of(kind: str) -> dict[str, Any]:
    """The published schema of the kind."""
    read: dict[str, Any] = json.loads(text_of(kind))
    return read


@cache
def _validators(kind: str) -> tuple[Draft202012Validator, Draft202012Validator]:
    """That of a whole answer, and that of one line of NDJSON."""
    whole = schema_of(kind)
    line = {"$schema": whole["$schema"], "$ref": "#/$defs/line", "$defs": whole["$defs"]}
    return Draft202012Validator(whole), Draft202012Validator(line)


def check(report: Report) -> None:
    """Fail unless the answer and each of its lines are as published, keys in the published order too."""
    schema = schema_of(report.kind)
    check_answer(written(report, "json"))
    assert list(report.fields) == list(schema["$defs"]["record"]["properties"]), report.kind
    for text in written(report, "ndjson").split("\n")[:-1]:
        line = json.loads(text)
        for kind in (report.kind, _kind(line)):  # a line of one of several clusters is of its own kind, too
            _validators(kind)[1].validate(line)
    for one in report.clusters:
        if one.report is not None:
            check(one.report)


def check_answer(text: str) -> None:
    """Fail unless this JSON is as its schema says, with its keys in the published order."""
    answer = json.loads(text)
    schema = schema_of(_kind(answer))
    assert answer["schema"] == schema["title"]
    _validators(_kind(answer))[0].validate(answer)
    assert _in_order(answer, schema["properties"]), (answer["schema"], list(answer))


def _kind(answer: Mapping[str, Any]) -> str:
    kind: str = answer["schema"].removeprefix("lscctl.").partition("/")[0]
    return kind


def _in_order(keys: Iterable[str], published: Iterable[str]) -> bool:
    found = list(keys)
    return found == [key for key in published if key in found]
