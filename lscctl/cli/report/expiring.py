"""`lscctl report expiring`: LSCs that end soon, have ended, or whose end nobody knows."""

from typing import Annotated

import typer

from lscctl.cli.answer import Answer
from lscctl.cli.answering import answer
from lscctl.cli.connection import Connection, Session
from lscctl.cli.metrics_options import Metrics
from lscctl.cli.parameters import length_of_time, share, shares_options
from lscctl.cli.screen import Notices, Output
from lscctl.cli.selection import Selection, look_up
from lscctl.errors import UsageError

FAULT = 1
_PANEL = "Thresholds"


@shares_options
def expiring(
    selection: Selection,
    *,
    within: Annotated[
        str,
        typer.Option(
            "--within", help="Tell of LSCs that end within this time.", metavar="TIME", rich_help_panel=_PANEL
        ),
    ] = "90d",
    fail_within: Annotated[
        str | None,
        typer.Option(
            "--fail-within",
            help="Exit with 1 if an LSC ends within this time (14d), or has ended.",
            metavar="TIME",
            rich_help_panel=_PANEL,
            show_default=False,
        ),
    ] = None,
    fail_below: Annotated[
        str | None,
        typer.Option(
            "--fail-below",
            help="Exit with 1 if an LSC has less than this share of its lifetime left (33%).",
            metavar="P%",
            rich_help_panel=_PANEL,
            show_default=False,
        ),
    ] = None,
    metrics: Metrics,
    connection: Connection,
    output: Output,
) -> int:
    """Report LSCs that end soon or have ended, and those whose end CUCM does not know.

    By phone, by month, by device pool and model. Only reads. CUCM keeps when
    an LSC ends, not when it began: the share of its lifetime is reckoned from
    the validity that CAPF is set to.

    Examples

        lscctl report expiring --cluster sim --within 180d

        lscctl report expiring --fail-within 14d --output expiring.xml

        lscctl report expiring --fail-below 33% --device-pool 'Berlin*'

    Exit codes

    0 done. 1 an LSC is beyond --fail-within or --fail-below. 4 no phone matched.
    """
    from lscctl.cucm.parameters import lsc_lifetime
    from lscctl.report.expiring import ExpiringOfCluster, Thresholds, expiring_report

    metrics.check(output)
    query = selection.query()
    told_within = length_of_time("--within", within).total_seconds()
    fault_within = None if fail_within is None else length_of_time("--fail-within", fail_within).total_seconds()
    fault_below = None if fail_below is None else share("--fail-below", fail_below)

    def ask(session: Session, notices: Notices) -> Answer:
        told = look_up(session, query, selection, notices)
        lifetime = lsc_lifetime(session.cluster.parameters(), told.facts.issuer)
        if fault_below is not None and lifetime is None:
            raise UsageError(
                f"--fail-below: nobody can say how long LSCs of {told.cluster} last; they are issued by: {told.facts.issuer}",
                hint="Use --fail-within.",
            )
        found = ExpiringOfCluster(told, Thresholds(told_within, fault_within, fault_below, lifetime))
        return Answer(expiring_report(found, per_phone=metrics.per_phone), FAULT if found.faults else 0)

    return answer(connection, output, ask)
