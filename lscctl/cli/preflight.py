"""`lscctl preflight`: what would keep an install from working, before it begins."""

from dataclasses import replace
from typing import Annotated

import typer

from lscctl.cli.answering import Answer, answer
from lscctl.cli.connection import Connection, Session
from lscctl.cli.parameters import one_of, shares_options
from lscctl.cli.screen import Notices, Output
from lscctl.cli.selection import Selection, find_phones
from lscctl.cli.settings import Settings

FAULT = 1
_PANEL = "Checks"


@shares_options
def preflight(
    selection: Selection,
    settings: Settings,
    *,
    check: Annotated[
        list[str] | None,
        typer.Option(
            "--check",
            help="Only this check; may be given several times.",
            metavar="NAME",
            rich_help_panel=_PANEL,
            show_default=False,
        ),
    ] = None,
    list_checks: Annotated[
        bool, typer.Option("--list", help="List the checks and end.", rich_help_panel=_PANEL, show_default=False)
    ] = False,
    expiry_warn: Annotated[
        int | None,
        typer.Option(
            "--expiry-warn",
            min=0,
            help="Warn of a CAPF certificate that ends within so many days (180, or the configuration's).",
            metavar="DAYS",
            rich_help_panel=_PANEL,
            show_default=False,
        ),
    ] = None,
    expiry_fail: Annotated[
        int | None,
        typer.Option(
            "--expiry-fail",
            min=0,
            help="Fail one that ends within so many days (30, or the configuration's).",
            metavar="DAYS",
            rich_help_panel=_PANEL,
            show_default=False,
        ),
    ] = None,
    no_registration: Annotated[
        bool,
        typer.Option(
            "--no-registration",
            help="Do not ask RIS who is registered: quicker for many phones.",
            rich_help_panel=_PANEL,
            show_default=False,
        ),
    ] = False,
    connection: Connection,
    output: Output,
) -> int:
    """Check a cluster before LSCs are installed: services, certificates, trust lists, profiles, phones.

    Only reads (but for one write to a phone that cannot exist, which shows
    whether the user may write). Says for everything that is wrong what to do;
    remedies that touch every phone are marked CLUSTER-WIDE. Without selectors
    it looks at every phone of the cluster.

    Examples

        lscctl preflight --model 8845

        lscctl preflight --cluster sim --no-registration

        lscctl preflight --list

        lscctl preflight --cluster sim --check tftp --check tvs --format json

    Exit codes

    0 no check fails. 1 a check fails. 2 usage. 4 no phone matched. 5 cluster
    not reachable, no CUCM, or login refused.
    """
    from lscctl.plan import build_plan
    from lscctl.preflight.checks import ALL
    from lscctl.preflight.ground import Ground
    from lscctl.preflight.run import run
    from lscctl.report.preflight import PreflightOfCluster, catalogue_report, preflight_report
    from lscctl.report.wording import as_of, count
    from lscctl.rollout.journal.lock import holder
    from lscctl.rollout.journal.place import lock_folder
    from lscctl.verdict import Verdict

    wanted = [one_of("--check", name, [one.name for one in ALL]) for name in check or ()]
    if list_checks:
        output.opened().deliver(catalogue_report([(one.name, one.title, one.looked_at) for one in ALL]))
        return 0
    request = settings.request()
    looks = not no_registration and (not wanted or "phones" in wanted)  # RIS takes minutes for a large cluster
    if not looks:
        request = replace(request, include_unregistered=True)  # what nobody looked at shall not empty the plan
    query = selection.query()

    def ask(session: Session, notices: Notices) -> Answer:
        cluster = session.cluster
        found = find_phones(cluster, query, selection.expect, notices, registration=looks)
        for note in found.notes:
            notices.say(f"note: {note}")
        facts = cluster.facts()
        plan = build_plan(found.phones, request, facts, session.protected)
        ground = Ground(
            cluster, plan, request, tries_a_write=True, expiry_warn_days=expiry_warn, expiry_fail_days=expiry_fail
        )
        notices.say(f"checking {cluster.name} for {count(len(found.phones), 'phone')}")
        results = run(ground, wanted)
        owner = holder(lock_folder(), cluster.identity())
        at_work = None if owner is None else str(owner)
        told = PreflightOfCluster(
            results, cluster.name, cluster.version, len(plan.steps), at_work, as_of(facts.now, cluster.clock)
        )
        failed = any(one.verdict is Verdict.FAIL for one in results)
        return Answer(preflight_report(told), FAULT if failed else 0)

    return answer(connection, output, ask)
