"""`lscctl diagnose`: why a phone does not get its LSC, from what somebody mailed."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lscctl.cli.parameters import shares_options
from lscctl.cli.screen import Output
from lscctl.errors import UsageError

if TYPE_CHECKING:
    from lscctl.diagnosis.mailed import Given

FAULT = 1
_PANEL = "What each file is"
_KNOWLEDGE = "Causes"


@dataclass(frozen=True, slots=True)
class Mailed:
    """The options that name files and say what they are."""

    console_log: Annotated[
        list[str] | None,
        typer.Option(
            "--console-log",
            help="A phone's console log; of rotated files the oldest first.",
            metavar="FILE",
            rich_help_panel=_PANEL,
            show_default=False,
        ),
    ] = None
    status_messages: Annotated[
        list[str] | None,
        typer.Option(
            "--status-messages",
            help="A phone's status messages, or what its screen said.",
            metavar="FILE",
            rich_help_panel=_PANEL,
            show_default=False,
        ),
    ] = None
    show_itl: Annotated[
        list[str] | None,
        typer.Option(
            "--show-itl",
            help="What `show itl` printed, or an ITLFile.tlv.",
            metavar="FILE",
            rich_help_panel=_PANEL,
            show_default=False,
        ),
    ] = None
    capf_trace: Annotated[
        list[str] | None,
        typer.Option(
            "--capf-trace",
            help="A trace of the CAPF service.",
            metavar="FILE",
            rich_help_panel=_PANEL,
            show_default=False,
        ),
    ] = None
    phone_page: Annotated[
        list[str] | None,
        typer.Option(
            "--phone-page",
            help="A page of a phone's web server, HTML or XML.",
            metavar="FILE",
            rich_help_panel=_PANEL,
            show_default=False,
        ),
    ] = None

    def given(self, sources: list[str]) -> list["Given"]:
        """Everything that was named. UsageError for nothing."""
        from lscctl.diagnosis.mailed import Given
        from lscctl.finding import Source

        named = [
            *((Source.CONSOLE_LOG, path) for path in self.console_log or ()),
            *((Source.STATUS_MESSAGES, path) for path in self.status_messages or ()),
            *((Source.SHOW_ITL, path) for path in self.show_itl or ()),
            *((Source.CAPF_TRACE, path) for path in self.capf_trace or ()),
            *((Source.PHONE_PAGE, path) for path in self.phone_page or ()),
        ]
        found = [*(Given(path) for path in sources), *(Given(path, source) for source, path in named)]
        if not found:
            raise UsageError(
                "nothing was given to look at",
                hint="Name a log, a page, a folder or an archive of them, or - for standard input.",
            )
        return found


@shares_options
def diagnose(
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE]...",
            help="Logs, pages, lists, folders and archives of them (a problem report); - reads standard input.",
        ),
    ] = None,
    *,
    mailed: Mailed,
    cause: Annotated[
        str | None,
        typer.Option(
            "--cause",
            help="Explain this cause and end.",
            metavar="NAME",
            rich_help_panel=_KNOWLEDGE,
            show_default=False,
        ),
    ] = None,
    list_causes: Annotated[
        bool,
        typer.Option("--list-causes", help="List the causes and end.", rich_help_panel=_KNOWLEDGE, show_default=False),
    ] = False,
    causes: Annotated[
        list[Path] | None,
        typer.Option(
            "--causes",
            help="A folder of causes of your own, one TOML file each, beside those in `causes` of the configuration's folder; "
            "one of the same name takes a cause's place.",
            metavar="FOLDER",
            rich_help_panel=_KNOWLEDGE,
            show_default=False,
        ),
    ] = None,
    output: Output,
) -> int:
    """Find out why a phone does not get its LSC, from what somebody mailed.

    Follows the chain on which an LSC depends - profile, operation,
    registration, configuration and ITL, name resolution, CAPF reached, its
    certificate, LSC issued, registered again - to the first link that is
    broken, and names the causes behind it, the most likely first, each with
    what was seen, how sure it is, what would settle it, and what to do.

    What each file is it finds out by itself: console logs, status messages,
    what `show itl` prints, CAPF traces, pages of a phone, and folders and
    archives of them, such as a phone's problem report. Of many phones those
    with the same cause are told together. Secrets in logs are masked.

    Examples

        lscctl diagnose prt-SEP001122334455.tar.gz

        lscctl diagnose --console-log messages.1 --console-log messages

        lscctl diagnose folder-of-reports --format csv --output causes.csv

        echo 'LSC: Connection failed' | lscctl diagnose -

        lscctl diagnose --cause capf-stopped

    Exit codes

    0 nothing broken was seen. 1 a link is broken. 2 usage, or a file that
    cannot be read.
    """
    from lscctl.config import config_path
    from lscctl.diagnosis.knowledge import load
    from lscctl.diagnosis.mailed import gather
    from lscctl.report.diagnosis import Diagnoses, causes_report, diagnosis_report

    destination = output.opened()
    own = config_path(None, os.environ).parent / "causes"
    knowledge = load([*([own] if own.is_dir() else []), *(causes or ())])
    if list_causes or cause is not None:
        told = [knowledge.named(cause)] if cause is not None else [one.cause for one in knowledge.causes.values()]
        destination.deliver(causes_report(told))
        return 0
    cases = gather(mailed.given(sources or []), knowledge)
    found = Diagnoses([case.diagnosis(knowledge) for case in cases])
    destination.deliver(diagnosis_report(found))
    return FAULT if any(one.broken for one in found.phones) else 0
