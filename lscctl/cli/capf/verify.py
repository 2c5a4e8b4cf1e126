"""`lscctl capf verify`: whether all has followed a renewed certificate of CAPF, or a third-party CA."""

from typing import Annotated

import typer

from lscctl.cli.answering import answer
from lscctl.cli.capf.third_party import NOTHING_TO_SIGN, ThirdPartyCa
from lscctl.cli.connection import Connection
from lscctl.cli.parameters import shares_options
from lscctl.cli.screen import Output
from lscctl.cli.selection import Selection
from lscctl.errors import UsageError

USUAL_SAMPLE = 20
"""Phones that show their certificates."""


@shares_options
def verify(
    ca: ThirdPartyCa,
    sample: Annotated[
        int | None,
        typer.Option(
            "--sample",
            min=1,
            help=f"With --issuer: so many phones are asked for their certificate ({USUAL_SAMPLE}).",
            metavar="N",
            rich_help_panel="A third-party CA",
            show_default=False,
        ),
    ] = None,
    *,
    selection: Selection,
    connection: Connection,
    output: Output,
) -> int:
    """Verify that servers, phones and LSCs have followed a renewal, or a third-party CA.

    Each TFTP server hands out lists with the certificate of now, phones hold
    the list of their server (CUCM 14 and later reports it), and no phone has
    an LSC that an earlier certificate signed. Only reads.

    With --issuer it verifies LSCs with a third-party CA: who issues, the CA's
    chain and the trust stores, CAPF's certificate or the enrolment service,
    the issuer of each phone's LSC, and over HTTPS, for a sample of phones,
    that the CA's key really signed it, for how long, and for what use.

    Examples

        lscctl capf verify --cluster sim

        lscctl capf verify --issuer online --ca ca.pem --from pilot.txt

        lscctl capf verify --model 8845 --format json

    Exit codes

    0 no check fails. 1 a check fails. 2 usage. 4 no phone matched. 5 cluster
    not reachable, no CUCM, or login refused.
    """
    from lscctl.cli.checking import Checking
    from lscctl.preflight.capf_renewal import AFTER
    from lscctl.preflight.third_party import after

    meant = ca.meant()
    if meant is None and sample is not None:
        raise UsageError(
            "--sample needs --issuer: after a renewal of CAPF's own certificate no phone is asked for what it shows",
            hint="Say who signs (--issuer signed, online or offline), or look at phones with `lscctl inspect`.",
        )
    query = selection.query()
    if meant is None:
        checking = Checking(query, AFTER, "After renewing the CAPF certificate", selection.expect, everybody=True)
    else:
        checks, title = after(*meant, sample or USUAL_SAMPLE), f"LSCs with {meant[0].words}"
        checking = Checking(
            query, checks, title, selection.expect, request=NOTHING_TO_SIGN, registration=True, everybody=True
        )
    return answer(connection, output, checking.ask)
