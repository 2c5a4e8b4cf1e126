"""`lscctl delete`: take LSCs off phones."""

from lscctl.cli.attending import Attendance
from lscctl.cli.connection import Connection
from lscctl.cli.guarding import Checks
from lscctl.cli.hand_out_options import HandOutOptions
from lscctl.cli.parameters import shares_options
from lscctl.cli.rollout_options import RolloutOptions
from lscctl.cli.screen import Output
from lscctl.cli.selection import Selection
from lscctl.cli.settings import CountedConsent, DeleteSettings


@shares_options
def delete(  # noqa: PLR0917 - option groups
    selection: Selection,
    settings: DeleteSettings,
    strings: HandOutOptions,
    rollout: RolloutOptions,
    checks: Checks,
    consent: CountedConsent,
    attendance: Attendance,
    connection: Connection,
    output: Output,
) -> int:
    """Delete the LSCs of phones, and see it through.

    Everything else is as in bulk-install: the plan, preflight, waves, gates,
    windows and the journal. Each phone restarts, and proves itself to CAPF as its
    security profile says. The plan tells what stops working without an LSC:
    802.1X, VPN, secure profiles.

    Where the mode of a profile is auth-string, somebody must type a string on
    the phone for this, too: --auth-mode auth-string makes one for each phone
    and hands them out, as in bulk-install.

    --yes is not enough here: type the number of phones at the question, or give
    it with --confirm-count. Another number than that of the phones to write is
    refused, so phones that came since the dry run do not lose their LSC unseen.

    Examples

        lscctl delete --name SEP001122334455 --dry-run

        lscctl delete --device-pool 'Store 12' --confirm-count 14

        lscctl delete --from retired.csv --window 22:00-05:00 --confirm-count 14

        lscctl delete --cluster sim --lsc foreign --dry-run

        lscctl delete --from old.csv --auth-mode auth-string --confirm-count 14

    Exit codes

    0 done. 1 some phones failed, or a gate closed. 2 usage, or nobody to ask. 3 refused before any
    change, another number than --confirm-count, or every phone left out. 4 no phone matched.
    5 cluster not reachable, no CUCM, or login refused. 6 journal or lock. 7 phones still pending
    when the watch ended. 10 a dry run that would change something (--detailed-exitcode). 130
    interrupted.
    """
    from lscctl.cli.installation import Job, carry_out
    from lscctl.cli.sources import FoundPhones

    query = selection.narrowed()
    source = FoundPhones(query, settings.request(), rollout, checks, selection.expect)
    return carry_out(Job(source, consent, attendance, strings=strings.strings(query)), connection, output)
