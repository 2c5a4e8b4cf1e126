"""`lscctl config schema`: what the keys of the JSON answers, and of the configuration file, mean."""

import json
from typing import Annotated

import typer

from lscctl.cli.parameters import one_of

FILE = "file"
"""Beside the kinds of answers: the configuration file."""


def schema(
    kind: Annotated[
        str | None,
        typer.Argument(metavar="[KIND]", help="A kind of answer: status, plan, run; or file. Without it: list them."),
    ] = None,
) -> None:
    """Show the JSON Schema of an answer, or of the file: every key, what it means, what it may hold.

    Each JSON answer names its schema in its first key: `lscctl.status/1` is
    version 1 of the kind status. The schema describes the whole answer, and in
    `#/$defs/line` one line of NDJSON.

    The kind file is the configuration file itself. Editors that know TOML check
    it as you type, once its first line is `#:schema ./schema.json`.

    Examples

        lscctl config schema

        lscctl config schema status

        lscctl config schema file > schema.json
    """
    from lscctl.report.schemas import kinds

    if kind is not None:
        typer.echo(_text_of(one_of("the kind", kind, [*kinds(), FILE])), nl=False)
        return
    width = max(map(len, kinds()))
    for known in (*kinds(), FILE):
        typer.echo(f"{known.ljust(width)}  {json.loads(_text_of(known))['description']}")


def _text_of(kind: str) -> str:
    from lscctl.config import file_schema
    from lscctl.report.schemas import text_of

    return file_schema.text() if kind == FILE else text_of(kind)
