"""`lscctl`: the commands, in the order in which people meet them."""

from typing import Annotated

import typer

from lscctl import __version__
from lscctl.cli import bulk_install, config, install, preflight, profiles, runs, sim, status, trust_list
from lscctl.cli.documentation import DocumentedCommand
from lscctl.cli.explain import ExplainingGroup

app = typer.Typer(
    name="lscctl",
    cls=ExplainingGroup,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"lscctl {__version__}")
        raise typer.Exit


@app.callback()
def lscctl(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """Put Locally Significant Certificates (LSCs) on the phones of a Cisco Unified CM cluster, safely and in bulk.

    Try it on an embedded CUCM; nothing else is needed:

        lscctl bulk-install --cluster sim --model 8845
    """


app.command("bulk-install", cls=DocumentedCommand)(bulk_install.bulk_install)
app.command("install", cls=DocumentedCommand)(install.install)
app.command("preflight", cls=DocumentedCommand)(preflight.preflight)
app.command("status", cls=DocumentedCommand)(status.status)
app.add_typer(runs.app, name="runs")
app.add_typer(profiles.app, name="profiles")
app.add_typer(trust_list.app, name="trust-list")
app.add_typer(config.app, name="config")
app.add_typer(sim.app, name="sim")


def run() -> None:
    """The entry point of the `lscctl` command."""
    app(prog_name="lscctl")
