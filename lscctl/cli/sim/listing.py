"""How what the simulator can play is listed: as a table, or as JSON."""

import os
import sys
from enum import StrEnum
from typing import Annotated

import typer

from lscctl.cli.parameters import one_of


class Format(StrEnum):
    """How a listing is written."""

    TABLE = "table"
    JSON = "json"


FormatOption = Annotated[
    Format,
    typer.Option(
        "--format",
        help="table or json.",
        metavar="NAME",
        parser=lambda text: Format(one_of("--format", text, Format)),
    ),
]


def write_table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    """Write a table to stdout, as wide as the screen."""
    from lscctl.cli.screen import page_for, write_quietly
    from lscctl.report import formats
    from lscctl.report.interface import Column, Grid, Report

    grid = Grid("", [Column(head) for head in heads], rows, len(rows))
    report = Report("listing", (), {}, blocks=[grid])
    page = page_for(sys.stdout, os.environ, colour=True)
    write_quietly(sys.stdout, formats.by_name("table").pieces(report, page))
