"""`lscctl profiles`: the phone security profiles, which hold the CAPF settings."""

import typer

from lscctl.cli.documentation import DocumentedCommand
from lscctl.cli.profiles.check import check
from lscctl.cli.profiles.list import list_profiles
from lscctl.cli.profiles.set_mode import set_mode

app = typer.Typer(
    name="profiles",
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Security profiles: what they hold, and who uses them.",
)
app.command("list", cls=DocumentedCommand)(list_profiles)
app.command("check", cls=DocumentedCommand)(check)
app.command("set-mode", cls=DocumentedCommand)(set_mode)
