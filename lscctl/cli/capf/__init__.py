"""`lscctl capf`: the certificate with which CAPF signs, and its renewal."""

import typer

from lscctl.cli.commands import Command, CommandsOnDemand

COMMANDS = {
    "check": Command(
        "lscctl.cli.capf.check", "check", "Check what renewing the CAPF certificate needs, and what it will touch."
    ),
    "plan": Command("lscctl.cli.capf.plan", "plan", "Show the steps of a renewal of the CAPF certificate, in order."),
    "verify": Command(
        "lscctl.cli.capf.verify",
        "verify",
        "Verify that servers, phones and LSCs have followed a renewed CAPF certificate.",
    ),
    "export": Command("lscctl.cli.capf.export", "export", "Write the CAPF certificate and its chain as PEM."),
}


class _Capf(CommandsOnDemand):
    table = COMMANDS


app = typer.Typer(
    name="capf",
    cls=_Capf,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="The certificate with which CAPF signs, and its renewal.",
)


@app.callback()
def capf() -> None:
    """The certificate with which CAPF signs, and its renewal."""
