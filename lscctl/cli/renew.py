"""`lscctl renew`: new LSCs before the old ones end, or after CAPF's certificate was renewed; made for cron."""

from typing import Annotated

import typer

from lscctl.cli.attending import Attendance
from lscctl.cli.connection import Connection
from lscctl.cli.guarding import Checks
from lscctl.cli.hand_out_options import HandOutOptions
from lscctl.cli.parameters import length_of_time, share, shares_options
from lscctl.cli.rollout_options import RolloutOptions
from lscctl.cli.screen import Output
from lscctl.cli.selection import Selection
from lscctl.cli.settings import Consent, RenewalSettings

USUAL = "60d"
_PANEL = "Which LSCs"


@shares_options
def renew(
    *,
    within: Annotated[
        str | None,
        typer.Option(
            "--within",
            help=f"LSCs that end within this time, or have ended: {USUAL}, unless another of these options is given.",
            metavar="TIME",
            rich_help_panel=_PANEL,
            show_default=False,
        ),
    ] = None,
    below: Annotated[
        str | None,
        typer.Option(
            "--below",
            help="LSCs with less than this share of their lifetime left (33%).",
            metavar="P%",
            rich_help_panel=_PANEL,
            show_default=False,
        ),
    ] = None,
    old_capf: Annotated[
        bool,
        typer.Option(
            "--old-capf",
            help="LSCs that another certificate signed than CAPF's of now.",
            rich_help_panel=_PANEL,
            show_default=False,
        ),
    ] = False,
    selection: Selection,
    settings: RenewalSettings,
    strings: HandOutOptions,
    rollout: RolloutOptions,
    checks: Checks,
    consent: Consent,
    attendance: Attendance,
    connection: Connection,
    output: Output,
) -> int:
    """Renew LSCs that end soon, or that an earlier CAPF certificate signed.

    Everything else is as in bulk-install: the plan, preflight, the question,
    waves, gates, windows and the journal. Phones without an LSC are none of its
    business. Selectors say among which phones; without any it looks at all of
    them. Where no LSC is to be renewed it says so and ends well, so cron can run
    it every night; selectors that name no phone of the cluster at all are an
    error, as in any command.

    Examples

        lscctl renew --within 60d --dry-run

        lscctl renew --below 33% --window 22:00-05:00 --yes

        lscctl renew --old-capf --limit 500 --yes

        lscctl renew --cluster sim --within 180d --dry-run

    Exit codes

    0 done, or nothing to renew. 1 some phones failed, or a gate closed. 2 usage. 3 refused before
    any change, or every phone left out. 4 the selectors name no phone of the cluster. 5 cluster not
    reachable, no CUCM, or login refused. 6 journal or lock. 7 phones still pending when the watch
    ended. 10 a dry run that would change something (--detailed-exitcode). 130 interrupted.
    """
    from lscctl.cli.installation import Job, carry_out
    from lscctl.cli.sources import FoundPhones, PhonesToRenew

    if within is None and below is None and not old_capf:
        within = USUAL
    query = selection.query()
    found = FoundPhones(query, settings.request_for(renew=True), rollout, checks, selection.expect, none_ok=True)
    source = PhonesToRenew(
        found,
        within=None if within is None else length_of_time("--within", within).total_seconds(),
        below=None if below is None else share("--below", below),
        old_capf=old_capf,
    )
    return carry_out(Job(source, consent, attendance, strings=strings.strings(query)), connection, output)
