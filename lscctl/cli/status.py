"""`lscctl status`: phones and their certificates as the cluster has them now."""

from lscctl.cli.answering import Answer, answer
from lscctl.cli.connection import Connection, Session
from lscctl.cli.parameters import shares_options
from lscctl.cli.screen import Notices, Output
from lscctl.cli.selection import Selection, find_phones


@shares_options
def status(selection: Selection, connection: Connection, output: Output) -> int:
    """Show phones with their certificates and what CAPF is at.

    Certificate status, LSC expiry, operation under way, deadline, and the
    authentication mode of the security profile. Only reads. Without selectors
    it shows every phone of the cluster. A table shows its first 1,000 phones
    and says how many more there are; json, ndjson and csv hold them all.

    Examples

        lscctl status --model 8845

        lscctl status --lsc expired --lsc none --registered

        lscctl status --status 'Upgrade Failed*' --format csv --output failed.csv

        lscctl status --cluster sim --expires-within 30d --format json
    """
    from lscctl.report.cluster import PhonesOfCluster
    from lscctl.report.phones import phones_report

    query = selection.query()

    def ask(session: Session, notices: Notices) -> Answer:
        cluster = session.cluster
        # a table does not tell who is registered, so RIS, which bears few requests, is left alone
        found = find_phones(cluster, query, selection.expect, notices, registration=output.tells_records)
        told = PhonesOfCluster(
            found.phones,
            cluster.facts(),
            cluster.name,
            cluster.version,
            cluster.clock,
            selection.expiring_within,
            (*cluster.notes, *found.notes),
        )
        return Answer(phones_report(told))

    return answer(connection, output, ask)
