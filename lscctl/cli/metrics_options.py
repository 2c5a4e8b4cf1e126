"""What monitoring systems are told beyond counts: an option that the reports on phones share."""

from dataclasses import dataclass
from typing import Annotated

import typer


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
