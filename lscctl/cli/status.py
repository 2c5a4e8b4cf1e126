"""`lscctl status`: phones and their certificates as the cluster has them now."""

from typing import TYPE_CHECKING, Annotated

import typer

from lscctl.cli.answer import Answer
from lscctl.cli.answering import answer
from lscctl.cli.connection import Connection, Session
from lscctl.cli.metrics_options import Metrics
from lscctl.cli.parameters import shares_options
from lscctl.cli.screen import Notices, Output
from lscctl.cli.selection import Selection, look_up
from lscctl.cli.status_watch import WatchOptions, watch_status

if TYPE_CHECKING:
    from lscctl.report.cluster import PhonesOfCluster


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
    watching: WatchOptions,
    metrics: Metrics,
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

    --watch goes on looking: a live view at a terminal, in a pipe or in CI a line
    for each change. One look is one page of SQL, however many phones there are,
    and RIS is left alone. Phones that come later are not watched.

    Examples

        lscctl status --model 8845

        lscctl status --lsc expired --lsc none --registered

        lscctl status --status 'Upgrade Failed*' --format csv --output failed.csv

        lscctl status --cluster sim --expires-within 30d --format json

        lscctl status --device-pool 'Berlin*' --registration --format csv

        lscctl status --output phones.html

        lscctl status --output lscctl.prom --output phones.xml

        lscctl status --model 8845 --watch --every 10s

    Exit codes

    0 done. 1 a phone failed while --until-done watched. 4 no phone matched.
    130 ctrl-C ended --watch.
    """
    from lscctl.report.phones import phones_report

    query = selection.query()
    every = watching.interval(output, registration=registration)
    metrics.check(output)

    def ask(session: Session, notices: Notices) -> Answer:
        return Answer(phones_report(looked_up(session, notices), per_phone=metrics.per_phone))

    def looked_up(session: Session, notices: Notices) -> "PhonesOfCluster":
        return look_up(session, query, selection, notices, registration=registration)

    if every is not None:
        return watch_status(every, connection, output, looked_up, until_done=watching.until_done)
    return answer(connection, output, ask)
