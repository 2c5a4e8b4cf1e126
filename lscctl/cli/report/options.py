"""Options that the reports share."""

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
            help="In prometheus, also a series for each phone: as many as there are phones.",
            rich_help_panel="Output",
            show_default=False,
        ),
    ] = False
