"""`lscctl sim reset`: the embedded cluster, forgotten."""

import typer

from lscctl.cli.sim.refusing import refuse


def reset() -> None:
    """Forget the embedded cluster of --cluster sim.

    The next command with --cluster sim meets a fresh one. Refused while another
    command still uses it.

    Example

        lscctl sim reset
    """
    from lscctl.simulator import embedded

    try:
        removed = embedded.reset()
    except embedded.EmbeddedError as error:
        refuse(str(error))
    typer.echo("The embedded simulator is reset." if removed else "There was nothing to reset.", err=True)
