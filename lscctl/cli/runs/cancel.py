"""`lscctl runs cancel`: stop a run for good, and take back what is still pending where that is wanted."""

from typing import Annotated

import typer

from lscctl.cli.attending import JournalOption
from lscctl.cli.connection import Connection
from lscctl.cli.parameters import shares_options


@shares_options
def cancel(
    run: Annotated[int, typer.Argument(metavar="RUN", help="The run's number.", show_default=False)],
    *,
    undo: Annotated[
        bool, typer.Option("--undo", help="Set phones that are still pending back to No Pending Operation.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    journal: JournalOption,
    connection: Connection,
) -> int:
    """Stop a run; it cannot be resumed then. One that has finished stays so.

    A run that is at work is asked to stop: it writes no phone any more, and
    ends once those written are applied. It is asked on this machine only.

    --undo sets phones whose operation still stands back to No Pending
    Operation, by updatePhone alone, never by apply. A phone that was applied
    before may carry it out all the same; each of them is named.

    Examples

        lscctl runs cancel 12

        lscctl runs cancel 12 --undo
    """
    from lscctl.cli.runs.cancelling import cancel_run

    return cancel_run(run, undo=undo, yes=yes, journal=journal.journal, options=connection)
