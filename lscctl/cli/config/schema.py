"""`lscctl config schema`: what the keys of the JSON answers mean."""

import json
from typing import Annotated

import typer

from lscctl.cli.parameters import one_of


def schema(
    kind: Annotated[
        str | None,
        typer.Argument(metavar="[KIND]", help="A kind of answer: status, plan, run. Without it: list the kinds."),
    ] = None,
) -> None:
    """Show the JSON Schema of an answer: every key, what it means, what it may hold.

    Each JSON answer names its schema in its first key: `lscctl.status/1` is
    version 1 of the kind status. The schema describes the whole answer, and in
    `#/$defs/line` one line of NDJSON.

    Examples

        lscctl config schema

        lscctl config schema status
    """
    from lscctl.report.schemas import kinds, text_of

    if kind is not None:
        typer.echo(text_of(one_of("the kind", kind, kinds())), nl=False)
        return
    width = max(map(len, kinds()))
    for known in kinds():
        typer.echo(f"{known.ljust(width)}  {json.loads(text_of(known))['description']}")
