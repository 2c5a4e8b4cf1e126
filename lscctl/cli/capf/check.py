"""`lscctl capf check`: what renewing CAPF's certificate needs, or a third-party CA, and what it will touch."""

from lscctl.cli.answering import answer
from lscctl.cli.capf.third_party import NOTHING_TO_SIGN, ThirdPartyCa
from lscctl.cli.connection import Connection
from lscctl.cli.parameters import shares_options
from lscctl.cli.screen import Output
from lscctl.cli.selection import Selection


@shares_options
def check(ca: ThirdPartyCa, selection: Selection, connection: Connection, output: Output) -> int:
    """Check what renewing the CAPF certificate, or a third-party CA, needs and touches.

    CAPF and its certificate, the trust lists of every TFTP server, the other
    certificates that phones trust and that must not be renewed at the same
    time, and the LSCs that the certificate signed. Only reads.

    With --issuer it looks at what LSCs with a third-party CA need instead: the
    CA's chain and whether it may sign that, the trust stores, who is set to
    issue LSCs, for an Online CA the enrolment service, its parameters, FIPS
    mode and EC keys. What is not there yet fails, or is warned of where it
    comes last.

    Examples

        lscctl capf check --cluster sim

        lscctl capf check --issuer online --ca ca.pem --model '88*'

        lscctl capf check --device-pool 'Berlin*' --format markdown

    Exit codes

    0 no check fails. 1 a check fails. 2 usage. 4 no phone matched. 5 cluster
    not reachable, no CUCM, or login refused.
    """
    from lscctl.cli.checking import Checking
    from lscctl.preflight.capf_renewal import BEFORE
    from lscctl.preflight.third_party import before

    meant = ca.meant()
    query = selection.query()
    if meant is None:
        checking = Checking(query, BEFORE, "Before renewing the CAPF certificate", selection.expect, everybody=True)
    else:
        title = f"Before LSCs with {meant[0].words}"
        checking = Checking(query, before(*meant), title, selection.expect, request=NOTHING_TO_SIGN, everybody=True)
    return answer(connection, output, checking.ask)
