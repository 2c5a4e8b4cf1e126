"""`lscctl runs resume`: go on with a run that was cut off, stopped, or waits for its window."""

from typing import Annotated

import typer

from lscctl.cli.attending import Attendance
from lscctl.cli.connection import Connection
from lscctl.cli.guarding import Checks
from lscctl.cli.hand_out_options import HandOutPlace
from lscctl.cli.parameters import shares_options
from lscctl.cli.rollout_options import RolloutOptions
from lscctl.cli.screen import Output


@shares_options
def resume(
    run: Annotated[
        int | None, typer.Argument(metavar="[RUN]", help="The run's number. Default: the newest that is to go on.")
    ] = None,
    *,
    complete_by: Annotated[
        str | None,
        typer.Option(
            "--complete-by", help="Another deadline for the phones still to write.", metavar="TIME", show_default=False
        ),
    ] = None,
    strings: HandOutPlace,
    checks: Checks,
    rollout: RolloutOptions,
    attendance: Attendance,
    connection: Connection,
    output: Output,
) -> int:
    """Go on with a run as if nothing had happened.

    Asks the cluster first what is true: a write whose answer was lost is
    recognised and not repeated, a phone that is done is done, and no phone is
    written that the plan did not name. The plan and its rules are the
    journal's; options change the rules. Where phones are still to be written
    or applied, preflight looks again first at what may have changed: CAPF, its
    certificate, the TFTP servers' lists, TVS.

    Security profiles that --then-lsc-first left as they were are looked at anew:
    each is changed once all of its phones have a valid LSC. Where one was
    applied, the run goes on waiting for its phones, and never applies it again.

    A run whose gate closed goes on only when its number is given: what failed
    in it is known then, and the gates begin to count anew. Without a number,
    for cron, the newest run that was cut off, stopped or left its window is
    meant, then the newest whose security profiles wait; none is no error.

    Examples

        lscctl runs resume

        lscctl runs resume 12 --max-failures 10%
    """
    from lscctl.cli.runs.going_on import Wanted, go_on

    deadline = None
    if complete_by is not None:
        from lscctl.deadline import DeadlineRule

        deadline = DeadlineRule.parse(complete_by)
    return go_on(Wanted(run, deadline, attendance, rollout, checks, strings.hand_out), connection, output)
