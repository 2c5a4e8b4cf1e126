"""`lscctl capf export`: the certificate with which CAPF signs, for those who are to trust LSCs."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lscctl.cli import connection as connections
from lscctl.cli.connection import Connection
from lscctl.cli.parameters import shares_options
from lscctl.cli.screen import Notices, OutputFailed, check_writable, write_quietly
from lscctl.cli.whole_file import write_whole

if TYPE_CHECKING:
    from lscctl.trustlist.certificate import Certificate


@shares_options
def export(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="Where to; standard output without, or with -.", show_default=False),
    ] = None,
    *,
    connection: Connection,
) -> int:
    """Write the CAPF certificate and its chain as PEM.

    For RADIUS and VPN servers that are to trust phones with an LSC: the
    certificate that CAPF presents now, and, where a CA signed it, the chain
    that the cluster holds, as LSCs carry none themselves. Only reads.

    Examples

        lscctl capf export --cluster sim

        lscctl capf export --cluster sim capf.pem

    Exit codes

    0 written. 1 the file cannot be written. 2 usage. 5 CAPF shows no certificate, or cluster not reachable.
    """
    from lscctl.cli.live_capf import live_capf
    from lscctl.plan import Issuer
    from lscctl.preflight.ground import readable
    from lscctl.trustlist.certificate import chain_of

    if file is not None and str(file) != "-" and (file.is_dir() or file.is_file() or not file.exists()):
        check_writable("FILE", file)
    notices = Notices()
    with connections.connect(connection, notices) as session:
        cluster = session.cluster
        live = live_capf(cluster)
        issuer = cluster.facts().issuer
        stored = [one for one in map(readable, cluster.certificates()) if one is not None]
    chain = chain_of(live, stored)
    if issuer in (Issuer.ONLINE_CA, Issuer.OFFLINE_CA):
        notices.warn(
            f"LSCs are issued by an {issuer}: whoever is to trust them needs that CA's chain, not this certificate"
        )
    if not chain[-1].self_issued:
        notices.warn(f"the chain is not whole: the cluster holds no certificate of {chain[-1].issuer}")
    for one in chain:
        notices.say(f"{one.subject}: {one.key}, SHA-256 {one.fingerprint('sha256')}")
    _write(chain, file)
    return 0


def _write(chain: "Sequence[Certificate]", file: Path | None) -> None:
    texts = [one.pem for one in chain]
    if file is None or str(file) == "-":
        write_quietly(sys.stdout, texts, "ascii")
        return
    try:
        write_whole(file, texts)
    except OSError as failure:
        raise OutputFailed(
            f"{file} could not be written: {failure.strerror or failure}",
            hint="Make room or give access, or name another place; without FILE it goes to standard output.",
        ) from failure
