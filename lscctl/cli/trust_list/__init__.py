"""`lscctl trust-list`: what phones are told to trust, read, checked and compared."""

import typer

from lscctl.cli.documentation import DocumentedCommand
from lscctl.cli.trust_list import diff, show, verify

app = typer.Typer(
    name="trust-list",
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Trust lists (ITL, CTL): read, verify, compare.",
)
app.command("show", cls=DocumentedCommand)(show.show)
app.command("verify", cls=DocumentedCommand)(verify.verify)
app.command("diff", cls=DocumentedCommand)(diff.diff)
