"""`lscctl sim scenarios`: what can be wrong with simulated clusters."""

import json

import typer

from lscctl.cli.sim.listing import Format, FormatOption, write_table


def scenarios(
    output: FormatOption = Format.TABLE,
) -> None:
    """List what can be wrong with clusters: the --scenario names.

    `--cluster sim:NAME` is an embedded cluster with which just this is wrong,
    in every command; several names are joined with +.

    Examples

        lscctl sim scenarios

        lscctl preflight --cluster sim:itl-old-capf --no-registration
    """
    from lscctl.simulator.scenarios import SCENARIOS

    if output is Format.JSON:
        typer.echo(json.dumps([{"name": one.name, "means": one.says} for one in SCENARIOS.values()], indent=2))
        return
    write_table(("name", "means"), [(one.name, one.says) for one in SCENARIOS.values()])
