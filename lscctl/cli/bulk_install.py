"""`lscctl bulk-install`: LSCs on all phones that the selectors mean."""

from lscctl.cli.attending import Attendance
from lscctl.cli.connection import Connection
from lscctl.cli.guarding import Checks
from lscctl.cli.hand_out_options import HandOutOptions
from lscctl.cli.mending import Mending
from lscctl.cli.parameters import shares_options
from lscctl.cli.rollout_options import RolloutOptions
from lscctl.cli.screen import Output
from lscctl.cli.selection import Selection
from lscctl.cli.settings import Consent, Settings


@shares_options
def bulk_install(  # noqa: PLR0917 - option groups
    selection: Selection,
    settings: Settings,
    strings: HandOutOptions,
    rollout: RolloutOptions,
    checks: Checks,
    mending: Mending,
    consent: Consent,
    attendance: Attendance,
    connection: Connection,
    output: Output,
) -> int:
    """Install LSCs on many phones and see them through.

    Finds the phones, decides for each whether it can take part, shows the
    plan, checks the cluster (see lscctl preflight), asks, writes and applies the operation, watches CAPF, and tells how
    every phone ended. Each phone restarts.

    --auth-mode auth-string makes an authentication string for each phone and
    hands them out in a file that only its owner can read, before the first
    phone is written; see --hand-out. Somebody must type each on its phone, where
    ten wrong tries lock it for ten minutes.

    At least one selector must be given. Several selectors must all hold; one
    that is given several times means any of its values.

    Examples

        lscctl bulk-install --model 8845 --dry-run

        lscctl bulk-install --device-pool 'Berlin*' --complete-by 'sat 04:00'

        lscctl bulk-install --lsc expiring --expires-within 60d --renew --yes

        lscctl bulk-install --from phones.csv --expect 120 --yes --format json

        lscctl bulk-install --cluster sim --model 8845

        lscctl bulk-install --model 8845 --auth-mode mic-first --fix

        lscctl bulk-install --model 8845 --auth-mode auth-string --yes

        lscctl bulk-install --profile '8845 MIC' --then-lsc-first

    Exit codes

    0 done. 1 some phones failed, a gate closed, or a profile kept its mode. 2 usage. 3 refused before any change, or
    every phone left out. 4 no phone matched. 5 cluster not reachable, no CUCM,
    or login refused. 6 journal or lock. 7 phones still pending when the watch ended. 10 a dry run
    that would change something (--detailed-exitcode). 130 interrupted.
    """
    from lscctl.cli.installation import Job, carry_out
    from lscctl.cli.sources import FoundPhones

    query = selection.narrowed()
    source = FoundPhones(query, settings.request(), rollout, checks, selection.expect)
    job = Job(source, consent, attendance, mending.fix, strings=strings.strings(query))
    return carry_out(job, connection, output)
