"""`lscctl troubleshoot`: have CAPF fetch the certificates of phones into its trace."""

from lscctl.cli.attending import Attendance
from lscctl.cli.connection import Connection
from lscctl.cli.guarding import Checks
from lscctl.cli.hand_out_options import HandOutOptions
from lscctl.cli.parameters import shares_options
from lscctl.cli.rollout_options import RolloutOptions
from lscctl.cli.screen import Output
from lscctl.cli.selection import Selection
from lscctl.cli.settings import Consent, TroubleshootSettings


@shares_options
def troubleshoot(  # noqa: PLR0917 - option groups
    selection: Selection,
    settings: TroubleshootSettings,
    strings: HandOutOptions,
    rollout: RolloutOptions,
    checks: Checks,
    consent: Consent,
    attendance: Attendance,
    connection: Connection,
    output: Output,
) -> int:
    """Have CAPF fetch the MIC and LSC of phones into its trace.

    CAPF's operation Troubleshoot: the phone shows the certificates that it has,
    and CAPF writes them into its trace file on the publisher, for Cisco TAC or
    for you. No certificate changes. Each phone restarts all the same, so
    everything is as in bulk-install: the plan, preflight, the question, waves,
    gates, windows and the journal, and with --auth-mode auth-string the strings
    that somebody must type on the phones.

    `lscctl inspect` shows the certificates of phones without any of this, where
    their web access is on.

    Examples

        lscctl troubleshoot --name SEP001122334455

        lscctl troubleshoot --status 'Upgrade Failed: Invalid*' --limit 5 --yes

        lscctl troubleshoot --cluster sim --model 8845 --dry-run

    Exit codes

    0 done. 1 some phones failed, or a gate closed. 2 usage. 3 refused before any change, or
    every phone left out. 4 no phone matched. 5 cluster not reachable, no CUCM,
    or login refused. 6 journal or lock. 7 phones still pending when the watch ended. 10 a dry run
    that would change something (--detailed-exitcode). 130 interrupted.
    """
    from lscctl.cli.installation import Job, carry_out
    from lscctl.cli.sources import FoundPhones

    query = selection.narrowed()
    source = FoundPhones(query, settings.request(), rollout, checks, selection.expect)
    return carry_out(Job(source, consent, attendance, strings=strings.strings(query)), connection, output)
