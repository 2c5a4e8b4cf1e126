"""`lscctl config`: the configuration file: make it, see it, check it."""

import typer

from lscctl.cli.config.add_schema import add_schema
from lscctl.cli.config.check import check
from lscctl.cli.config.init import init
from lscctl.cli.config.path import path
from lscctl.cli.config.schema import schema
from lscctl.cli.config.show import show
from lscctl.cli.documentation import DocumentedCommand

app = typer.Typer(
    name="config", no_args_is_help=True, rich_markup_mode=None, help="The configuration: make it, see it, check it."
)
app.command("add-schema", cls=DocumentedCommand)(add_schema)
app.command("check", cls=DocumentedCommand)(check)
app.command("init", cls=DocumentedCommand)(init)
app.command("path", cls=DocumentedCommand)(path)
app.command("show", cls=DocumentedCommand)(show)
app.command("schema", cls=DocumentedCommand)(schema)
