"""`lscctl report changes`: what became different of phones between two reports, or since one."""

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from lscctl.cli.answer import Answer
from lscctl.cli.answering import answer
from lscctl.cli.connection import Connection, Session
from lscctl.cli.parameters import shares_options
from lscctl.cli.screen import Notices, Output
from lscctl.cli.selection import Selection, check_count, look_up
from lscctl.cli.standard_input import standard_input
from lscctl.errors import UsageError

if TYPE_CHECKING:
    from lscctl.changes import PhoneKey, PhoneThen
    from lscctl.phone import PhoneQuery
    from lscctl.report.cluster import PhonesOfCluster
    from lscctl.report_file import PastReport


@shares_options
def changes(
    old: Annotated[str, typer.Argument(metavar="OLD", help="The older report; - reads standard input.")],
    new: Annotated[
        str | None,
        typer.Argument(metavar="[NEW]", help="The newer one; without it the cluster is asked.", show_default=False),
    ] = None,
    *,
    selection: Selection,
    connection: Connection,
    output: Output,
) -> int:
    """Report what became different of phones between two reports, or since one.

    Phones that came or are gone, LSCs installed, renewed, removed or expired
    since, and other statuses, security profiles, modes and device pools:
    counted first, then phone by phone. A report is what `status`, `report capf`
    or `report expiring` wrote as JSON, NDJSON or CSV. One that was made with
    selectors is compared with the same selectors, or all other phones are new.

    Examples

        lscctl status --output monday.json

        lscctl report changes monday.json

        lscctl report changes monday.json friday.csv --device-pool 'Berlin*'

    Exit codes

    0 done. 2 a file is no such report, or of another cluster. 4 no phone matched.
    """
    from lscctl.report_file import read_report

    if old == new == "-":
        raise UsageError("only one report can be standard input", hint="Name a file for the other.")
    if selection.ask_auth_string or selection.auth_string is not None:
        raise UsageError(
            "reports tell nothing of authentication strings",
            hint="Ask a cluster for the phones that hold one: lscctl status --ask-auth-string",
        )
    if new is not None and (connection.cluster or connection.all_clusters or connection.settings):
        raise UsageError(
            "two reports are compared with each other, and a cluster is named beside them",
            hint="Leave the cluster away, or the newer report: then the older one is compared with the cluster as it is now.",
        )
    if "-" in (old, new):
        standard_input("the report -")
    query = selection.query()
    before = read_report(old, sys.stdin.buffer)
    if new is not None:
        after = read_report(new, sys.stdin.buffer)
        _check_clusters(before, after.clusters, after.where)
        told = _compared(before, after, query, selection.expect)
        return told.tell(output.opened(), Notices(colour=not output.no_color))

    def ask(session: Session, notices: Notices) -> Answer:
        cluster = session.cluster.name
        _check_clusters(before, frozenset({cluster}), cluster)
        everyone = replace(selection, expect=None)
        registration = query.registered is not None
        now = _as_of_now(look_up(session, _every_phone(), everyone, notices, registration=registration))
        return _compared(before.of_cluster(cluster), now, query, selection.expect)

    return answer(connection, output, ask)


def _every_phone() -> "PhoneQuery":
    """Phones that were meant then may be in another pool by now: who takes part is decided over both sides."""
    from lscctl.phone import PhoneQuery

    return PhoneQuery()


def _as_of_now(told: "PhonesOfCluster") -> "PastReport":
    """The cluster as it is now, in the words of a report."""
    from lscctl.report.phones import phone_then
    from lscctl.report_file import PastReport

    phones: dict[PhoneKey, PhoneThen] = {(told.cluster, phone.name): phone_then(phone, told) for phone in told.phones}
    return PastReport(told.cluster, None, phones, told.notes)


def _check_clusters(old: "PastReport", new: frozenset[str], where: str) -> None:
    """Refuse what is of other clusters; a report without names may be of any."""
    if old.clusters and new and not old.clusters & new:
        of_old, of_new = (", ".join(sorted(names)) for names in (old.clusters, new))
        raise UsageError(
            f"{old.where} is of another cluster: it tells of {of_old}, {where} of {of_new}",
            hint="Name that cluster with --cluster, or compare reports of one cluster.",
        )


def _compared(old: "PastReport", new: "PastReport", query: "PhoneQuery", expect: int | None) -> Answer:
    from lscctl.changes import changes as differences
    from lscctl.cli.report.taking_part import taking_part
    from lscctl.report.changes import Compared, Side, changes_report

    before, after = old.beside(new)
    then, now = taking_part(query, before, after)
    check_count(len(then.keys() | now.keys()), expect)
    clusters = {cluster for cluster, _ in (*then, *now) if cluster}
    told = Compared(
        Side(old.where, old.kind, len(then)),
        Side(new.where, new.kind, len(now)),
        tuple(differences(then, now)),
        clusters.pop() if len(clusters) == 1 else "",
        new.notes,
    )
    return Answer(changes_report(told))
