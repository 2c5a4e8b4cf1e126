"""`lscctl config`: the configuration file, where it is and what it says."""

import os
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    name="config", no_args_is_help=True, rich_markup_mode=None, help="The configuration: where it is, what it says."
)

_ConfigFile = Annotated[
    Path | None, typer.Option("--config", help="Another configuration file.", metavar="FILE", show_default=False)
]


@app.command("path")
def path(config: _ConfigFile = None) -> None:
    """Show where the configuration file is looked for.

    Example

        lscctl config path
    """
    from lscctl.config import config_path

    typer.echo(str(config_path(config, os.environ)))
