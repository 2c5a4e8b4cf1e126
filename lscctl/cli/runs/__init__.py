"""`lscctl runs`: what became of runs, and going on with them."""

import typer

from lscctl.cli.documentation import DocumentedCommand
from lscctl.cli.runs.cancel import cancel
from lscctl.cli.runs.resume import resume
from lscctl.cli.runs.retry import retry

app = typer.Typer(
    name="runs", no_args_is_help=True, rich_markup_mode=None, help="Runs: how they stand, and going on with them."
)
app.command("resume", cls=DocumentedCommand)(resume)
app.command("retry", cls=DocumentedCommand)(retry)
app.command("cancel", cls=DocumentedCommand)(cancel)
