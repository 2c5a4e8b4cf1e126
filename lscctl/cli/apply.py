"""`lscctl apply`: carry out a plan that was kept in a file and reviewed."""

from typing import Annotated

import typer

from lscctl.cli.attending import Attendance
from lscctl.cli.connection import Connection
from lscctl.cli.guarding import Checks
from lscctl.cli.hand_out_options import HandOutOptions
from lscctl.cli.parameters import shares_options
from lscctl.cli.screen import Output
from lscctl.cli.settings import CountedConsent


@shares_options
def apply(
    plan: Annotated[
        str, typer.Argument(metavar="PLAN", help="The plan's file; - reads standard input.", show_default=False)
    ],
    *,
    strict: Annotated[
        bool,
        typer.Option(
            "--strict",
            help="Refuse (exit 3) if any phone cannot be written as planned, instead of leaving it out.",
            rich_help_panel="The run",
            show_default=False,
        ),
    ] = False,
    strings: HandOutOptions,
    checks: Checks,
    consent: CountedConsent,
    attendance: Attendance,
    connection: Connection,
    output: Output,
) -> int:
    """Carry out a plan that somebody has reviewed, and nothing else.

    The plan is what bulk-install, install, renew, delete, troubleshoot or runs
    retry writes with --dry-run --output plan.json: the same phones, settings and
    rules. It is for its own cluster; another one is refused, and so is a file that
    was changed since.

    Phones are looked at again first. One that is not as it was planned (another
    profile, mode, device pool, model or LSC), that is gone, protected or busy by
    now, or that a new plan would leave out, is left out with the reason. The
    plan is shown, the cluster is checked, and it asks. A deadline such as 4h or
    04:00 counts from now; one that has passed is refused. A plan that deletes LSCs
    needs --confirm-count, or the number typed, as delete does.

    Examples

        lscctl bulk-install --model 8845 --dry-run --output plan.json

        lscctl apply plan.json

        lscctl apply plan.json --dry-run --strict --detailed-exitcode

        lscctl apply plan.json --yes --notify ./tell-the-team

    Exit codes

    0 done. 1 some phones failed, or a gate closed. 2 usage, or no plan that this
    lscctl can carry out. 3 refused before any change: another cluster,
    preflight, a deadline that has passed, or every phone left out. 5 cluster not
    reachable, no CUCM, or login refused. 6 journal or lock. 7 phones still
    pending when the watch ended. 10 a dry run that would change something
    (--detailed-exitcode). 130 interrupted.
    """
    import sys

    from lscctl.cli.installation import Job, carry_out
    from lscctl.cli.same_cluster import at_cluster_of
    from lscctl.cli.sources import ReviewedPlan
    from lscctl.plan_file import read_plan

    kept = read_plan(plan, sys.stdin.buffer)
    source = ReviewedPlan(kept, checks, strict, attendance.journal, consent.dry_run)
    job = Job(source, consent, attendance, strings=strings.strings())
    return carry_out(job, at_cluster_of(kept.told.identity, connection), output)
