"""`lscctl report capf`: what CAPF knows of phones."""

from typing import Annotated

import typer

from lscctl.cli.answer import Answer
from lscctl.cli.answering import answer
from lscctl.cli.connection import Connection, Session
from lscctl.cli.metrics_options import Metrics
from lscctl.cli.parameters import one_of, shares_options
from lscctl.cli.screen import Notices, Output
from lscctl.cli.selection import Selection, look_up


@shares_options
def capf(
    selection: Selection,
    *,
    by: Annotated[
        str | None,
        typer.Option(
            "--by",
            help="Count phones that have these in common: model, device-pool, profile, issuer, status.",
            metavar="KEY,...",
            show_default=False,
        ),
    ] = None,
    metrics: Metrics,
    connection: Connection,
    output: Output,
) -> int:
    """Report what CAPF knows of phones, by phone or grouped.

    What CUCM's own CAPF report tells - security profile, authentication mode,
    operation, status, when LSC and issuer end, who issued it - with model,
    device pool, keys, why an operation failed and what to do. Authentication
    strings are told to be there, never which. Only reads.

    Examples

        lscctl report capf --cluster sim --model 8845

        lscctl report capf --by device-pool,status

        lscctl report capf --format csv --output capf.csv
    """
    from lscctl.report.capf import GroupsOfCluster, capf_groups_report, capf_report

    metrics.check(output)
    query = selection.query()
    keys = _keys(by)

    def ask(session: Session, notices: Notices) -> Answer:
        told = look_up(session, query, selection, notices)
        if keys:
            return Answer(capf_groups_report(GroupsOfCluster(told, keys), per_phone=metrics.per_phone))
        return Answer(capf_report(told, per_phone=metrics.per_phone))

    return answer(connection, output, ask)


def _keys(by: str | None) -> tuple[str, ...]:
    """The words of --by, each once; UsageError for another one, with the nearest."""
    from lscctl.report.summaries import GROUPINGS

    words = [] if by is None else by.split(",")
    return tuple(dict.fromkeys(one_of("--by", word, GROUPINGS) for word in words))
