"""`lscctl capf plan`: the steps of a renewal of CAPF's certificate, or to LSCs with a third-party CA."""

from lscctl.cli.answer import Answer
from lscctl.cli.answering import answer
from lscctl.cli.capf.third_party import ThirdPartyCa
from lscctl.cli.connection import Connection, Session
from lscctl.cli.parameters import shares_options
from lscctl.cli.screen import Notices, Output
from lscctl.cli.selection import Selection


@shares_options
def plan(ca: ThirdPartyCa, selection: Selection, connection: Connection, output: Output) -> int:
    """Show the steps of a renewal, or to LSCs with a third-party CA, in order.

    What to do where on this very cluster, what each step touches, and what to
    wait for before the next one. lscctl regenerates nothing itself: a person
    does, with `lscctl capf check` before, `lscctl capf verify` after, and
    `lscctl renew` for the LSCs. Only reads.

    With --issuer the steps lead to LSCs with a third-party CA: `signed`, where
    CAPF signs on with a certificate from that CA; `online`, where CAPF hands
    each request to it; `offline`, where people carry each request there and
    back. Each begins with LSCs of Cisco's own CAPF on a few phones, so that all
    but the CA is known to work.

    Examples

        lscctl capf plan --cluster sim

        lscctl capf plan --output renewal.md

        lscctl capf plan --issuer online --ca ca.pem --output online-ca.md
    """
    from lscctl.cli.checking import Checking
    from lscctl.preflight.capf_renewal.steps import steps
    from lscctl.preflight.third_party.steps import steps as steps_with_a_ca
    from lscctl.report.capf_renewal import RenewalOfCluster, capf_plan_report

    meant = ca.meant()
    checking = Checking(selection.query(), (), "", selection.expect)

    def ask(session: Session, notices: Notices) -> Answer:
        cluster = session.cluster
        ground = checking.ground(session, notices)
        live = ground.live_capf
        told = RenewalOfCluster(
            steps(ground) if meant is None else steps_with_a_ca(ground, *meant, ca.file),
            cluster.name,
            cluster.version,
            ground.now,
            live.subject if live else None,
            live.valid_until if live else None,
            None if meant is None else meant[0],
        )
        return Answer(capf_plan_report(told))

    return answer(connection, output, ask)
