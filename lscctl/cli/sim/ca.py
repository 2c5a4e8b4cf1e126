"""`lscctl sim ca`: the certificates of the CA that simulated clusters know besides CAPF."""

from typing import Annotated

import typer


def ca(
    scenario: Annotated[
        str, typer.Argument(metavar="[SCENARIO]", help="Of --cluster sim:SCENARIO; without, of --cluster sim.")
    ] = "",
) -> None:
    """Print the company's CA of an embedded cluster, as PEM.

    It signs where such a cluster has an Online or Offline CA. To try out what
    `lscctl capf` tells of a third-party CA.

    Examples

        lscctl sim ca > ca.pem

        lscctl sim ca online-ca > ca.pem
    """
    from contextlib import closing

    from lscctl.simulator import embedded
    from lscctl.simulator.authority import Authority, Issuer, pem_of
    from lscctl.simulator.database import connect, is_cluster

    folder = embedded.scenario_folder(scenario) if scenario else embedded.default_folder()
    cluster = f"sim:{scenario}" if scenario else "sim"
    state = folder / embedded.STATE_NAME
    if not state.exists():
        typer.echo(f"Nobody has used --cluster {cluster} yet. Use it once: lscctl status --cluster {cluster}", err=True)
        raise typer.Exit(2)
    with closing(connect(state)) as connection:
        if not is_cluster(connection):
            typer.echo(f"--cluster {cluster} is being made just now. Try again.", err=True)
            raise typer.Exit(2)
        typer.echo("".join(pem_of(one) for one in Authority(connection).chain(Issuer.ONLINE)), nl=False)
