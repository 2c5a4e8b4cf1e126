"""`lscctl diagnose`: why a phone does not get its LSC, from what somebody mailed."""

import contextlib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from lscctl.cli.parameters import shares_options
from lscctl.cli.screen import Output
from lscctl.errors import UsageError

FAULT = 1
_PANEL = "What was mailed"
_KNOWLEDGE = "Causes"


@shares_options
def diagnose(
    console_log: Annotated[
        list[Path] | None,
        typer.Option(
            "--console-log",
            help="A phone's console log; rotated files, the oldest first. - reads standard input.",
            metavar="FILE",
            rich_help_panel=_PANEL,
            show_default=False,
        ),
    ] = None,
    *,
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
            help="A folder of causes of your own, one TOML file each; one of the same name takes a cause's place.",
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

    Examples

        lscctl diagnose --console-log messages

        lscctl diagnose --console-log messages.1 --console-log messages

        lscctl diagnose --list-causes

        lscctl diagnose --cause capf-stopped

    Exit codes

    0 nothing broken was seen. 1 a link is broken. 2 usage, or a file that
    cannot be read.
    """
    from lscctl.diagnosis.knowledge import load
    from lscctl.diagnosis.mailed import diagnoses, of_console_logs
    from lscctl.report.diagnosis import Diagnoses, causes_report, diagnosis_report

    destination = output.opened()
    knowledge = load(causes or ())
    if list_causes or cause is not None:
        told = [knowledge.named(cause)] if cause is not None else [one.cause for one in knowledge.causes.values()]
        destination.deliver(causes_report(told))
        return 0
    if not console_log:
        raise UsageError("nothing was given to look at", hint="Name a file with --console-log.")
    with _opened(console_log) as logs:
        cases = [of_console_logs(logs, knowledge)]
    found = Diagnoses(diagnoses(cases, knowledge))
    destination.deliver(diagnosis_report(found))
    return FAULT if any(one.broken for one in found.phones) else 0


@contextlib.contextmanager
def _opened(paths: Sequence[Path]) -> Iterator[list[tuple[str, BinaryIO]]]:
    with contextlib.ExitStack() as open_files:
        try:
            yield [
                ("standard input", sys.stdin.buffer)
                if str(path) == "-"
                else (str(path), open_files.enter_context(path.open("rb")))
                for path in paths
            ]
        except OSError as error:
            raise UsageError(f"{error.filename} cannot be read: {error.strerror}") from error
