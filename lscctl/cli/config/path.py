"""`lscctl config path`: where the configuration file is."""

import os
from pathlib import Path
from typing import Annotated

import typer

ConfigFile = Annotated[
    Path | None, typer.Option("--config", help="Another configuration file.", metavar="FILE", show_default=False)
]


def path(config: ConfigFile = None) -> None:
    """Show where the configuration file is looked for.

    Example

        lscctl config path
    """
    from lscctl.config import config_path

    typer.echo(str(config_path(config, os.environ)))
