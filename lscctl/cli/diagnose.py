"""`lscctl diagnose`: why phones do not get their LSCs, from what they and their cluster tell, and from what somebody mailed."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lscctl.cli.answer import Answer
from lscctl.cli.answering import answer
from lscctl.cli.connection import Connection, Session, each
from lscctl.cli.diagnosing import Live, Mailed, asked, sorted_words
from lscctl.cli.parameters import shares_options
from lscctl.cli.screen import Notices, Output
from lscctl.cli.selection import Selection, find_phones
from lscctl.cli.standard_input import standard_input
from lscctl.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lscctl.diagnosis.knowledge import Knowledge
    from lscctl.diagnosis.mailed import Given
    from lscctl.report.diagnosis import Diagnoses

FAULT = 1
_KNOWLEDGE = "Causes"


@shares_options
def diagnose(
    what: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SEP|FILE]...",
            help="Device names or MAC addresses; or logs, pages, lists, folders and archives of them (a problem report), "
            "- for standard input.",
            show_default=False,
        ),
    ] = None,
    *,
    live: Live,
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
    selection: Selection,
    connection: Connection,
    output: Output,
) -> int:
    """Find out why phones do not get their LSCs.

    Follows the chain on which an LSC depends - profile, operation,
    registration, configuration and ITL, name resolution, CAPF reached, its
    certificate, LSC issued, registered again - to the first link that is
    broken, and names the causes behind it, the most likely first, each with
    what was seen, how sure it is, what would settle it, and what to do.

    Of phones that are named, found by selectors or left over by a run it asks
    their cluster and the phones themselves, and only reads: the phone's row,
    registration, services, CAPF's port, the TFTP servers' trust lists, the
    phone's web pages and logs, its certificate, its name servers. What cannot
    be had is named. 50 phones a second at most, each waited for 3 seconds.

    Files it reads without any cluster, or beside one: console logs, status
    messages, what `show itl` prints, CAPF traces, pages of a phone, folders and
    archives of them, such as a phone's problem report. What each is it finds
    out by itself, and joins what is of the same phone. A name like
    SEP001122334455, or a MAC address, is a phone unless a file is called so.

    Of many phones those with the same cause are told together, the cause first
    that most share. Secrets in logs are masked.

    Examples

        lscctl diagnose SEP001122334455

        lscctl diagnose --run 12

        lscctl diagnose --model '88*' --status 'Operation Pending' --format csv

        lscctl diagnose SEP001122334455 --capf-trace trace.txt

        lscctl diagnose prt-SEP001122334455.tar.gz

        lscctl diagnose --console-log messages.1 --console-log messages

        echo 'LSC: Connection failed' | lscctl diagnose -

        lscctl diagnose --cause capf-stopped

    Exit codes

    0 nothing broken was seen. 1 a link is broken. 2 usage, or a file that
    cannot be read. 4 no phone matched. 5 the cluster cannot be reached.
    """
    from lscctl.config import config_path
    from lscctl.diagnosis.knowledge import load
    from lscctl.report.causes import causes_report

    own = config_path(connection.config, os.environ).parent / "causes"
    knowledge = load([*([own] if own.is_dir() else []), *(causes or ())])
    if list_causes or cause is not None:
        asks = bool(what) or (live, mailed, selection) != (Live(), Mailed(), Selection())
        _refuse_beside_causes(cause, connection, listed=list_causes, asks=asks)
        told = [knowledge.named(cause)] if cause is not None else [one.cause for one in knowledge.causes.values()]
        output.opened().deliver(causes_report(told))
        return 0
    files, phones = sorted_words(what or ())
    given = mailed.given(files)
    if any(one.path == "-" for one in given):
        standard_input("the file -")
    meant = asked(phones, live, selection, connection)
    if meant is None:
        if selection != Selection():
            raise UsageError(
                "options say which phones are not meant, or how many, and no phone is asked",
                hint="Name phones or give selectors (--model 8845); files by themselves are read whole.",
            )
        return _offline(given, knowledge, connection, live).tell(output.opened(), Notices(colour=not output.no_color))
    from lscctl.finding import Door
    from lscctl.gathering import gather_live
    from lscctl.report.diagnosis import Diagnoses

    several = bool(each(meant.connection))
    if given and several:
        raise UsageError(
            "files are given, and several clusters are meant", hint="Name one of the clusters with --cluster."
        )
    without = live.doors()

    def ask(session: Session, notices: Notices) -> Answer:
        cluster = session.cluster
        registration = Door.REGISTRATION not in without
        found = find_phones(
            cluster, meant.query, selection.expect, notices, registration=registration, missing_ok=several
        )
        cases = gather_live(
            cluster,
            found.phones,
            knowledge,
            files=given,
            planned=meant.planned,
            without=without,
            progress=notices.say,
        )
        diagnoses = [case.diagnosis(knowledge) for case in cases]
        return _answer(Diagnoses(diagnoses, cluster.name, cluster.version, (*cluster.notes, *found.notes)))

    return answer(meant.connection, output, ask)


def _refuse_beside_causes(cause: str | None, connection: Connection, *, listed: bool, asks: bool) -> None:
    """To tell of causes nothing is looked at. Raises UsageError where that is asked for, too."""
    if listed and cause is not None:
        raise UsageError("--list-causes and --cause contradict each other", hint="Give one of them.")
    if asks or connection.cluster or connection.all_clusters or connection.settings:
        raise UsageError(
            f"{'--list-causes' if listed else '--cause'} tells of causes, and looks at nothing",
            hint="Leave phones, files and clusters away; without it a diagnosis holds all causes against what it finds.",
        )


def _offline(given: "Sequence[Given]", knowledge: "Knowledge", connection: Connection, live: Live) -> Answer:
    """The answer from files alone. Raises UsageError where there are none."""
    from lscctl.diagnosis.mailed import gather
    from lscctl.report.diagnosis import Diagnoses

    if not given:
        raise UsageError(
            "nothing was given to look at",
            hint="Name phones (SEP...), give selectors (--name '*' means all) or --run; or name a log, a page, a folder or an "
            "archive of them, or - for standard input.",
        )
    if connection.cluster or connection.settings or connection.all_clusters or live.without:
        raise UsageError(
            f"a cluster is to be asked, and no phone is named; taken for files: {', '.join(one.path for one in given[:3])}",
            hint="Name phones (SEP and 12 hex digits, and no file here of that name), or give selectors; files by themselves "
            "need no cluster.",
        )
    return _answer(Diagnoses([case.diagnosis(knowledge) for case in gather(given, knowledge)]))


def _answer(found: "Diagnoses") -> Answer:
    from lscctl.report.diagnosis import diagnosis_report

    return Answer(diagnosis_report(found), FAULT if any(one.broken for one in found.phones) else 0)
