"""What monitoring systems are told beyond counts: an option that the reports on phones share."""

from dataclasses import dataclass
from typing import Annotated

import typer

from lscctl.cli.screen import Output
from lscctl.errors import UsageError
from lscctl.report import formats


@dataclass(frozen=True, slots=True)
class Metrics:
    """What a monitoring system is told."""

    per_phone: Annotated[
        bool,
        typer.Option(
            "--per-phone",
            help="With --format prometheus: also a series for each phone that has an LSC. Mind how many that are.",
            rich_help_panel="Output",
            show_default=False,
        ),
    ] = False

    def check(self, output: Output) -> None:
        """UsageError where nothing is written that could tell more."""
        told = [formats.by_name(output.format or "table"), *(formats.by_suffix(path) for path in output.output or ())]
        if self.per_phone and not any(one.name == "prometheus" for one in told):
            raise UsageError(
                "--per-phone is about metrics, and none are written",
                hint="Add --format prometheus or --output FILE.prom, or leave it away.",
            )
