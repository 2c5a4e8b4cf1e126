"""`lscctl runs`: what became of runs, and going on with them."""

import typer

from lscctl.cli.documentation import DocumentedCommand
from lscctl.cli.runs import cancel, prune, resume, retry, show, watch
from lscctl.cli.runs.list import list_runs

app = typer.Typer(
    name="runs", no_args_is_help=True, rich_markup_mode=None, help="Runs: how they stand, and going on with them."
)
app.command("list", cls=DocumentedCommand)(list_runs)
app.command("show", cls=DocumentedCommand)(show.show)
app.command("watch", cls=DocumentedCommand)(watch.watch)
app.command("resume", cls=DocumentedCommand)(resume.resume)
app.command("retry", cls=DocumentedCommand)(retry.retry)
app.command("cancel", cls=DocumentedCommand)(cancel.cancel)
app.command("prune", cls=DocumentedCommand)(prune.prune)
