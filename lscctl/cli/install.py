"""`lscctl install`: LSCs on phones that are named one by one."""

from typing import Annotated

import typer

from lscctl.cli.attending import Attendance
from lscctl.cli.connection import Connection
from lscctl.cli.guarding import Checks
from lscctl.cli.hand_out_options import HandOutOptions
from lscctl.cli.mending import Mending
from lscctl.cli.parameters import shares_options
from lscctl.cli.rollout_options import RolloutOptions
from lscctl.cli.screen import Output
from lscctl.cli.settings import Consent, Settings


@shares_options
def install(  # noqa: PLR0917 - option groups
    names: Annotated[
        list[str], typer.Argument(metavar="SEP...", help="Device names or MAC addresses.", show_default=False)
    ],
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
    """Install the LSC of one phone, or of a few, by name.

    Cisco's documented procedure for a single phone: set the certificate
    operation to Install/Upgrade with a finish time and the authentication mode
    and key of the phone's security profile, save, apply the configuration, and
    wait for Upgrade Success. The checks, the plan, the question and the exit
    codes are those of bulk-install.

    Examples

        lscctl install SEP001122334455

        lscctl install SEP001122334455 00:11:22:33:44:66 --renew --yes

        lscctl install --cluster sim --dry-run SEP001122334455
    """
    from lscctl.cli.installation import Job, carry_out
    from lscctl.cli.sources import FoundPhones
    from lscctl.phone import PhoneQuery
    from lscctl.phone_list import parse_phone_list

    query = PhoneQuery(names_listed=parse_phone_list("\n".join(names).encode(), "the names on the command line"))
    source = FoundPhones(query, settings.request(), rollout, checks)
    job = Job(source, consent, attendance, mending.fix, strings=strings.strings())
    return carry_out(job, connection, output)
