"""`lscctl config`: the configuration file, where it is and what it says."""

import typer

from lscctl.cli.config.add_schema import add_schema
from lscctl.cli.config.check import check
from lscctl.cli.config.path import path
from lscctl.cli.config.schema import schema
from lscctl.cli.config.show import show
from lscctl.cli.documentation import DocumentedCommand

app = typer.Typer(
    name="config", no_args_is_help=True, rich_markup_mode=None, help="The configuration: where it is, what it says."
)
app.command("add-schema", cls=DocumentedCommand)(add_schema)
app.command("check", cls=DocumentedCommand)(check)
app.command("path", cls=DocumentedCommand)(path)
app.command("show", cls=DocumentedCommand)(show)
app.command("schema", cls=DocumentedCommand)(schema)
