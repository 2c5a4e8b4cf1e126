"""`lscctl capf plan`: the steps of a renewal of CAPF's certificate."""

from lscctl.cli.answering import Answer, answer
from lscctl.cli.connection import Connection, Session
from lscctl.cli.parameters import shares_options
from lscctl.cli.screen import Notices, Output
from lscctl.cli.selection import Selection


@shares_options
def plan(selection: Selection, connection: Connection, output: Output) -> int:
    """Show the steps of a renewal of the CAPF certificate, in order.

    What to do where on this very cluster, what each step touches, and what to
    wait for before the next one. lscctl regenerates nothing itself: a person
    does, with `lscctl capf check` before, `lscctl capf verify` after, and
    `lscctl renew` for the LSCs. Only reads.

    Examples

        lscctl capf plan --cluster sim

        lscctl capf plan --output renewal.md
    """
    from lscctl.cli.checking import Checking
    from lscctl.preflight.capf_renewal.steps import steps
    from lscctl.report.capf_renewal import RenewalOfCluster, capf_plan_report

    checking = Checking(selection.query(), (), "", selection.expect)

    def ask(session: Session, notices: Notices) -> Answer:
        cluster = session.cluster
        ground = checking.ground(session, notices)
        live = ground.live_capf
        told = RenewalOfCluster(
            steps(ground),
            cluster.name,
            cluster.version,
            ground.now,
            live.subject if live else None,
            live.valid_until if live else None,
        )
        return Answer(capf_plan_report(told))

    return answer(connection, output, ask)
