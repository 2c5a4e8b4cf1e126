"""`lscctl`: the commands, in the order in which people meet them."""

import os
import sys
from typing import Annotated

import typer

from lscctl import __version__
from lscctl.cli.commands import Command, CommandsOnDemand

COMMANDS = {
    "bulk-install": Command(
        "lscctl.cli.bulk_install", "bulk_install", "Install LSCs on many phones and see them through."
    ),
    "install": Command("lscctl.cli.install", "install", "Install the LSC of one phone, or of a few, by name."),
    "apply": Command("lscctl.cli.apply", "apply", "Carry out a plan that somebody has reviewed, and nothing else."),
    "renew": Command(
        "lscctl.cli.renew", "renew", "Renew LSCs that end soon, or that an earlier CAPF certificate signed."
    ),
    "delete": Command("lscctl.cli.delete", "delete", "Delete the LSCs of phones, and see it through."),
    "troubleshoot": Command(
        "lscctl.cli.troubleshoot", "troubleshoot", "Have CAPF fetch the MIC and LSC of phones into its trace."
    ),
    "preflight": Command(
        "lscctl.cli.preflight",
        "preflight",
        "Check a cluster before LSCs are installed: services, certificates, trust lists, profiles, phones.",
    ),
    "status": Command("lscctl.cli.status", "status", "Show phones with their certificates and what CAPF is at."),
    "diagnose": Command("lscctl.cli.diagnose", "diagnose", "Find out why phones do not get their LSCs."),
    "inspect": Command("lscctl.cli.inspect", "inspect", "Show the certificates of phones, and what they are worth."),
    "report": Command("lscctl.cli.report", "app", "Reports: LSCs that end, what CAPF knows of phones, what changed."),
    "runs": Command("lscctl.cli.runs", "app", "Runs: how they stand, and going on with them."),
    "profiles": Command("lscctl.cli.profiles", "app", "Security profiles: what they hold, and who uses them."),
    "trust-list": Command("lscctl.cli.trust_list", "app", "Trust lists (ITL, CTL): read, verify, compare."),
    "capf": Command("lscctl.cli.capf", "app", "CAPF's certificate: its renewal, and LSCs with another CA."),
    "config": Command("lscctl.cli.config", "app", "The configuration: make it, see it, check it."),
    "completion": Command(
        "lscctl.cli.completion.command", "completion", "Print what makes bash, zsh or fish complete lscctl's words."
    ),
    "sim": Command(
        "lscctl.cli.sim", "app", "A simulated CUCM cluster: serve it, see what it assumes, break its phones."
    ),
}
"""Every command, in the order in which people meet them."""


class _Lscctl(CommandsOnDemand):
    table = COMMANDS


app = typer.Typer(
    name="lscctl",
    cls=_Lscctl,
    no_args_is_help=True,
    add_completion=False,
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


def run() -> None:
    """Carry a command line out; `lscctl.__main__` is the way in."""
    _open_what_is_closed()
    app(prog_name="lscctl")


def _open_what_is_closed() -> None:
    """Let standard streams that lscctl was started without lead nowhere, so that no file gets their numbers."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode, encoding="utf-8"))
