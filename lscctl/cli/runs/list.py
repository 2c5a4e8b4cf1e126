"""`lscctl runs list`: all runs that the journal has."""

from lscctl.cli.attending import JournalOption
from lscctl.cli.parameters import shares_options
from lscctl.cli.screen import Output


@shares_options
def list_runs(journal: JournalOption, output: Output) -> int:
    """List the runs, the newest first.

    Number, cluster, who began it, when, how it stands, its phones by state, and
    why it ended early if it did. A run that is called crashed was cut off: it
    can be resumed.

    Examples

        lscctl runs list

        lscctl runs list --format json
    """
    from lscctl.cli.remembered import remembered
    from lscctl.report.runs import runs_report

    destination = output.opened()
    with remembered(journal.journal) as history:
        if history is None:
            destination.deliver(runs_report(()))
        else:
            destination.deliver(runs_report(history.runs(), history.remedies(None)))
    return 0
