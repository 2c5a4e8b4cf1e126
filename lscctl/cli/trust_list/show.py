"""`lscctl trust-list show`: what is in a trust list."""

import time
from typing import Annotated

import typer

from lscctl.cli.connection import Connection
from lscctl.cli.parameters import shares_options
from lscctl.cli.screen import Notices, Output
from lscctl.cli.trust_list.sources import Servers


@shares_options
def show(
    sources: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FILE]...", help="Lists, or what `show itl` printed; - reads standard input."),
    ] = None,
    *,
    servers: Servers,
    connection: Connection,
    output: Output,
) -> int:
    """Show what is in trust lists: who signed them, and whom phones shall trust.

    Reads the files of TFTP servers (ITLFile.tlv, CTLFile.tlv, those of single
    phones), and the text that `show itl` and `show ctl` print on a node, also
    pasted out of a mail: several lists in one text, columns and empty lines
    lost, cut off at either end.

    Examples

        lscctl trust-list show ITLFile.tlv

        lscctl trust-list show - < pasted.txt

        lscctl trust-list show --from-tftp 10.0.0.11 --format json

        lscctl trust-list show --cluster sim --all

    Exit codes

    0 all lists are shown. 2 usage, or no trust list. 5 a server gives none.
    """
    from lscctl.cli.trust_list.gathering import gathered
    from lscctl.report.trust_lists import trust_list_report

    destination = output.opened()
    with gathered(sources or [], servers, connection, Notices(colour=not output.no_color)) as found:
        cluster = None if found.cluster is None else found.cluster.name
        destination.deliver(trust_list_report(found.lists, time.time(), cluster))
    return found.exit_code
