"""`lscctl capf check`: what renewing CAPF's certificate needs, and what it will touch."""

from lscctl.cli.answering import answer
from lscctl.cli.connection import Connection
from lscctl.cli.parameters import shares_options
from lscctl.cli.screen import Output
from lscctl.cli.selection import Selection


@shares_options
def check(selection: Selection, connection: Connection, output: Output) -> int:
    """Check what renewing the CAPF certificate needs, and what it will touch.

    CAPF and its certificate, the trust lists of every TFTP server, the other
    certificates that phones trust and that must not be renewed at the same
    time, and the LSCs that the certificate signed. Only reads.

    Examples

        lscctl capf check --cluster sim

        lscctl capf check --device-pool 'Berlin*' --format markdown

    Exit codes

    0 no check fails. 1 a check fails. 2 usage. 4 no phone matched. 5 cluster
    not reachable, no CUCM, or login refused.
    """
    from lscctl.cli.checking import Checking
    from lscctl.preflight.capf_renewal import BEFORE

    checking = Checking(selection.query(), BEFORE, "Before renewing the CAPF certificate", selection.expect)
    return answer(connection, output, checking.ask)
