"""`lscctl runs show`: what became of one run, or of one phone in it."""

from typing import Annotated

import typer

from lscctl.cli.attending import JournalOption
from lscctl.cli.parameters import shares_options
from lscctl.cli.screen import Notices, Output
from lscctl.errors import UsageError


@shares_options
def show(
    run: Annotated[int | None, typer.Argument(metavar="RUN", help="The run's number. Default: the newest.")] = None,
    *,
    phones: Annotated[bool, typer.Option("--phones", help="All phones, with wave, state and deadline.")] = False,
    phone: Annotated[
        str | None,
        typer.Option(
            "--phone", help="The story of this phone: what happened to it, when.", metavar="NAME", show_default=False
        ),
    ] = None,
    journal: JournalOption,
    output: Output,
) -> int:
    """Show how a run ended, or stands.

    Its phones by state and by wave, which gate closed and why, the phones that
    need a person with what can be done for them, and the command that goes on
    with it. json, ndjson and csv hold all phones.

    Examples

        lscctl runs show

        lscctl runs show 12 --phones

        lscctl runs show 12 --phone SEP001122334455

        lscctl runs show 12 --format csv --output night.csv
    """
    from lscctl.cli.remembered import meant, remembered
    from lscctl.report.runs import PhoneStory, RememberedRun, remembered_run_report, story_report

    if phones and phone is not None:
        raise UsageError("--phones and --phone contradict each other", hint="Give one of them.")
    destination = output.opened()
    with remembered(journal.journal) as history:
        past = meant(history, run, Notices(colour=not output.no_color))
        if history is None or past is None:
            return 0
        if phone is not None:
            destination.deliver(story_report(PhoneStory(past, phone, history.story(past.number, phone))))
        else:
            destination.deliver(
                remembered_run_report(
                    RememberedRun(past, history.summary(past.number), phones, history.remedies(past.number))
                )
            )
    return 0
