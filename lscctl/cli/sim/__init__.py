"""`lscctl sim`: the simulated cluster to try lscctl, or any AXL client, on."""

import typer

from lscctl.cli.documentation import DocumentedCommand
from lscctl.cli.sim.assumptions import assumptions
from lscctl.cli.sim.ca import ca
from lscctl.cli.sim.failures import failures
from lscctl.cli.sim.reset import reset
from lscctl.cli.sim.scenarios import scenarios
from lscctl.cli.sim.serve import serve

app = typer.Typer(
    name="sim",
    no_args_is_help=True,
    rich_markup_mode=None,
    help="A simulated CUCM cluster: serve it, see what it assumes, break its phones.",
)
app.command("serve", cls=DocumentedCommand)(serve)
app.command("assumptions", cls=DocumentedCommand)(assumptions)
app.command("failures", cls=DocumentedCommand)(failures)
app.command("scenarios", cls=DocumentedCommand)(scenarios)
app.command("reset", cls=DocumentedCommand)(reset)
app.command("ca", cls=DocumentedCommand)(ca)
