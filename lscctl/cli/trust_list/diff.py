"""`lscctl trust-list diff`: what differs between two trust lists."""

from typing import TYPE_CHECKING, Annotated

import typer

from lscctl.cli.connection import Connection
from lscctl.cli.parameters import shares_options
from lscctl.cli.screen import Notices, Output
from lscctl.errors import UsageError

if TYPE_CHECKING:
    from lscctl.cucm.routes import Routes
    from lscctl.report.list_from import ListFrom

DIFFERENT = 1


@shares_options
def diff(
    before: Annotated[
        str,
        typer.Argument(metavar="BEFORE", help="A list, what `show itl` printed, - for standard input, or tftp:HOST."),
    ],
    after: Annotated[str, typer.Argument(metavar="AFTER", help="The other one.")],
    *,
    connection: Connection,
    output: Output,
) -> int:
    """Show what differs between two trust lists: records added, removed, changed.

    Two TFTP servers, yesterday and today, a phone's list and its server's. A
    file and a printed list can be compared, too: what only one of them can
    know is no difference. With --cluster its configuration's ways to the servers
    are taken.

    Examples

        lscctl trust-list diff ITLFile.tlv.yesterday ITLFile.tlv

        lscctl trust-list diff pub.tlv - < printed-on-sub1.txt

        lscctl trust-list diff tftp:10.0.0.11 tftp:10.0.0.12

        lscctl trust-list diff --cluster sim \\
            tftp:cucm-pub.example.com tftp:cucm-sub1.example.com

    Exit codes

    0 they are the same. 1 they differ. 2 usage, or no trust list. 5 a server gives none.
    """
    from lscctl.cli.trust_list.gathering import ways_to_servers
    from lscctl.cli.trust_list.sources import STANDARD_INPUT
    from lscctl.report.trust_lists import difference_report
    from lscctl.trustlist.comparison import diff as differences_between

    if before == after == STANDARD_INPUT:
        raise UsageError("standard input can be one of the two lists only", hint="Name a file for the other one.")
    destination = output.opened()
    with ways_to_servers(connection, Notices(colour=not output.no_color)) as routes:
        old, new = _one(before, routes), _one(after, routes)
    differences = differences_between(old.trust_list, new.trust_list)
    destination.deliver(difference_report(old, new, differences))
    return DIFFERENT if differences else 0


def _one(source: str, routes: "Routes | None") -> "ListFrom":
    from lscctl.cli.trust_list.sources import read

    lists = read(source, routes)
    if len(lists) != 1:
        raise UsageError(f"{source} holds {len(lists)} lists, not one", hint="Keep one of them in the text.")
    return lists[0]
