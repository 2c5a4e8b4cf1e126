"""`lscctl capf verify`: whether all has followed a renewed certificate of CAPF."""

from lscctl.cli.answering import answer
from lscctl.cli.connection import Connection
from lscctl.cli.parameters import shares_options
from lscctl.cli.screen import Output
from lscctl.cli.selection import Selection


@shares_options
def verify(selection: Selection, connection: Connection, output: Output) -> int:
    """Verify that servers, phones and LSCs have followed a renewed CAPF certificate.

    Each TFTP server hands out lists with the certificate of now, phones hold
    the list of their server (CUCM 14 and later reports it), and no phone has
    an LSC that an earlier certificate signed. Only reads.

    Examples

        lscctl capf verify --cluster sim

        lscctl capf verify --model 8845 --format json

    Exit codes

    0 no check fails. 1 a check fails. 2 usage. 4 no phone matched. 5 cluster
    not reachable, no CUCM, or login refused.
    """
    from lscctl.cli.checking import Checking
    from lscctl.preflight.capf_renewal import AFTER

    checking = Checking(selection.query(), AFTER, "After renewing the CAPF certificate", selection.expect)
    return answer(connection, output, checking.ask)
