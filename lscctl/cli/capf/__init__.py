"""`lscctl capf`: the certificate with which CAPF signs, its renewal, and LSCs with a third-party CA."""

import typer

from lscctl.cli.commands import Command, CommandsOnDemand

COMMANDS = {
    "check": Command(
        "lscctl.cli.capf.check",
        "check",
        "Check what renewing the CAPF certificate, or a third-party CA (--issuer), needs and touches.",
    ),
    "plan": Command(
        "lscctl.cli.capf.plan",
        "plan",
        "Show the steps of a renewal, or to LSCs of a third-party CA (--issuer), in order.",
    ),
    "verify": Command(
        "lscctl.cli.capf.verify",
        "verify",
        "Verify that servers, phones and LSCs have followed a renewal, or a third-party CA (--issuer).",
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
    help="CAPF's certificate: its renewal, and LSCs with another CA.",
)


@app.callback()
def capf() -> None:
    """CAPF's certificate: its renewal, and LSCs with another CA."""
