"""`lscctl status`: phones and their certificates as the cluster has them now."""

from typing import Annotated

import typer

from lscctl.cli.answering import Answer, answer
from lscctl.cli.connection import Connection, Session
from lscctl.cli.parameters import shares_options
from lscctl.cli.screen import Notices, Output
from lscctl.cli.selection import Selection, look_up


@shares_options
def status(
    selection: Selection,
    *,
    registration: Annotated[
        bool,
        typer.Option(
            "--registration",
            help="Also ask RIS who is registered: 1,000 phones a request, 15 requests a minute.",
            show_default=False,
        ),
    ] = False,
    per_phone: Annotated[
        bool,
        typer.Option(
            "--per-phone",
            help="With --format prometheus: also a series for each phone that has an LSC. Mind how many that are.",
            show_default=False,
        ),
    ] = False,
    connection: Connection,
    output: Output,
) -> int:
    """Show phones with their certificates and what CAPF is at.

    Certificate status, LSC expiry, operation under way, deadline, and the
    authentication mode of the security profile. Only reads. Without selectors
    it shows every phone of the cluster. A table shows its first 1,000 phones
    and says how many more there are; json, ndjson, csv and html hold them all.
    html is a page for people: counts, charts, failures with remedies, and a
    table that sorts and filters, in one file that needs no server.
    Who is registered is told only with --registration or --registered: RIS,
    which knows it, takes minutes for tens of thousands of phones.

    Examples

        lscctl status --model 8845

        lscctl status --lsc expired --lsc none --registered

        lscctl status --status 'Upgrade Failed*' --format csv --output failed.csv

        lscctl status --cluster sim --expires-within 30d --format json

        lscctl status --device-pool 'Berlin*' --registration --format csv

        lscctl status --output phones.html

        lscctl status --output lscctl.prom --output phones.xml
    """
    from lscctl.report.phones import phones_report

    query = selection.query()

    def ask(session: Session, notices: Notices) -> Answer:
        told = look_up(session, query, selection, notices, registration=registration)
        return Answer(phones_report(told, per_phone=per_phone))

    return answer(connection, output, ask)
