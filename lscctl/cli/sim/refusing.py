"""How the simulator's commands refuse."""

from typing import NoReturn

import typer


def refuse(reason: str) -> NoReturn:
    """End with one line that tells why, and exit code 2."""
    typer.echo(f"lscctl sim: {reason}", err=True)
    raise typer.Exit(2)
