"""`lscctl profiles list`: every phone security profile of a cluster."""

from fnmatch import fnmatchcase
from typing import Annotated

import typer

from lscctl.cli.answer import Answer
from lscctl.cli.answering import answer
from lscctl.cli.connection import Connection, Session
from lscctl.cli.parameters import shares_options
from lscctl.cli.screen import Notices, Output


@shares_options
def list_profiles(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="Only these: names or globs.", show_default=False)
    ] = None,
    *,
    used: Annotated[bool, typer.Option("--used", help="Only those that phones use.", show_default=False)] = False,
    connection: Connection,
    output: Output,
) -> int:
    """List the phone security profiles: their CAPF settings, and how many phones use each.

    Predefined ones can be neither changed nor deleted. Only reads.

    Examples

        lscctl profiles list --cluster sim --used

        lscctl profiles list --cluster sim '*8845*' --format json
    """
    from lscctl.cli.completion.known import Known, remember
    from lscctl.report.profiles import profiles_report

    def ask(session: Session, _notices: Notices) -> Answer:
        cluster = session.cluster
        every = cluster.profiles.in_use()
        remember(cluster.name, Known(profiles=frozenset(one.profile.name for one in every)))
        found = [
            one
            for one in every
            if (one.phones or not used)
            and (not names or any(fnmatchcase(one.profile.name.casefold(), name.casefold()) for name in names))
        ]
        return Answer(profiles_report(found, cluster.name, cluster.version))

    return answer(connection, output, ask)
