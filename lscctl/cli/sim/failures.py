"""`lscctl sim failures`: what can go wrong with simulated phones."""

import json

import typer

from lscctl.cli.sim.listing import Format, FormatOption, write_table


def failures(
    output: FormatOption = Format.TABLE,
) -> None:
    """List what can go wrong with phones: the names of --fail.

    Examples

        lscctl sim failures

        lscctl sim serve --fail invalid-mic=10% --fail 'lost=SEP0011*'
    """
    from lscctl.simulator.failures import KINDS

    if output is Format.JSON:
        rows = [
            {"name": name, "strikes_at": kind.stage, "means": kind.seen, "status": kind.cause, "message": kind.message}
            for name, kind in KINDS.items()
        ]
        typer.echo(json.dumps(rows, indent=2))
        return
    write_table(
        ("name", "strikes at", "means", "the phone says"),
        [(name, kind.stage, kind.seen, kind.message) for name, kind in KINDS.items()],
    )
    typer.echo("Which phones: a count (5), a share (10%) or a glob of names (SEP0011*):")
    typer.echo("--fail invalid-mic=10%")
    typer.echo("A count or a share is of the phones that could enrol otherwise;")
    typer.echo("no WHICH means all of those.")
