"""`lscctl report`: what the LSCs of a cluster are worth, told for whoever asks."""

import typer

from lscctl.cli.documentation import DocumentedCommand
from lscctl.cli.report.capf import capf
from lscctl.cli.report.changes import changes
from lscctl.cli.report.expiring import expiring

app = typer.Typer(
    name="report",
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Reports: LSCs that end, what CAPF knows of phones, what changed.",
)
app.command("expiring", cls=DocumentedCommand)(expiring)
app.command("capf", cls=DocumentedCommand)(capf)
app.command("changes", cls=DocumentedCommand)(changes)
