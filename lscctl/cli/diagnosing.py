"""What `lscctl diagnose` is given - files that somebody mailed, phones, a run of the journal - and which of these a word is."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from lscctl.cli.connection import Connection
from lscctl.cli.parameters import one_of
from lscctl.cli.selection import Selection
from lscctl.errors import NoPhoneMatched, UsageError

if TYPE_CHECKING:
    from lscctl.capf import CapfSettings
    from lscctl.diagnosis.mailed import Given
    from lscctl.finding import Door
    from lscctl.phone import PhoneQuery

_PANEL = "What each file is"
_LIVE = "Asking a cluster and its phones"
_PHONE: Final = re.compile(r"(?:[A-Z]{3})?[0-9A-F]{12}", re.IGNORECASE)
_SUCCEEDED: Final = ("installed", "deleted", "fetched", "moved")


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

    def given(self, sources: Sequence[str]) -> list["Given"]:
        """Everything that was named, `sources` among it."""
        from lscctl.diagnosis.mailed import Given
        from lscctl.finding import Source

        named = [
            *((Source.CONSOLE_LOG, path) for path in self.console_log or ()),
            *((Source.STATUS_MESSAGES, path) for path in self.status_messages or ()),
            *((Source.SHOW_ITL, path) for path in self.show_itl or ()),
            *((Source.CAPF_TRACE, path) for path in self.capf_trace or ()),
            *((Source.PHONE_PAGE, path) for path in self.phone_page or ()),
        ]
        return [*(Given(path) for path in sources), *(Given(path, source) for source, path in named)]


@dataclass(frozen=True, slots=True)
class Live:
    """The options of a live diagnosis."""

    run: Annotated[
        int | None,
        typer.Option(
            "--run",
            help="The phones of this run that did not come to a good end.",
            metavar="RUN",
            rich_help_panel=_LIVE,
            show_default=False,
        ),
    ] = None
    journal: Annotated[
        Path | None,
        typer.Option(
            "--journal", help="The journal with that run.", metavar="FILE", rich_help_panel=_LIVE, show_default=False
        ),
    ] = None
    without: Annotated[
        list[str] | None,
        typer.Option(
            "--without",
            help="Leave this source alone: phone-pages, phone-certificates, registration, parameters, services, capf-port, "
            "certificates, trust-lists, itl-status, names.",
            metavar="SOURCE",
            rich_help_panel=_LIVE,
            show_default=False,
        ),
    ] = None

    def doors(self) -> "frozenset[Door]":
        """The doors that are left alone. Raises UsageError."""
        from lscctl.finding import Door

        return frozenset(Door(one_of("--without", word, tuple(Door))) for word in self.without or ())


@dataclass(frozen=True, slots=True)
class Asked:
    """Phones that are to be diagnosed live: which, at which cluster, and how a run meant to write each, `{name: settings}`."""

    query: "PhoneQuery"
    connection: Connection
    planned: "Mapping[str, CapfSettings]"


def sorted_words(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """The files and the phones among words of the command line: `SEP001122334455`, or a MAC address in any spelling, is a phone,
    unless there is a file of that name."""
    files: list[str] = []
    phones: list[str] = []
    for word in words:
        is_phone = _PHONE.fullmatch(re.sub(r"[:.-]", "", word)) is not None and not Path(word).exists()
        (phones if is_phone else files).append(word)
    return files, phones


def asked(phones: Sequence[str], live: Live, selection: Selection, connection: Connection) -> Asked | None:
    """What is to be asked of which cluster; None where no phone is named in any way. Raises UsageError, NoPhoneMatched."""
    from lscctl.phone_list import parse_phone_list

    query = selection.query()
    if sum((bool(phones), query.names_listed is not None, live.run is not None)) > 1:
        raise UsageError(
            "phones are named twice: on the command line, by --from or by --run", hint="Name them in one place."
        )
    if live.journal is not None and live.run is None:
        raise UsageError("--journal is where --run looks, and no run is named", hint="Add --run, or leave it away.")
    if live.run is not None:
        return _of_run(live, live.run, query, connection)
    if phones:
        listed = parse_phone_list("\n".join(phones).encode(), "the names on the command line")
        query = replace(query, names_listed=listed)
    return Asked(query, connection, {}) if query.selects else None


def _of_run(live: Live, number: int, query: "PhoneQuery", connection: Connection) -> Asked:
    """The phones of a run that did not come to a good end, those under way among them."""
    from lscctl.cli.runs.going_on import loaded_run
    from lscctl.cli.same_cluster import at_cluster_of
    from lscctl.outcome import PhoneState
    from lscctl.rollout.standing import Standing

    loaded = loaded_run(live.journal, number)
    well = {PhoneState(state) for state in _SUCCEEDED} | {PhoneState.QUEUED, PhoneState.CANCELLED}
    steps = {
        step.phone.name: step.settings
        for step in loaded.plan.steps
        if loaded.standings.get(step.phone.name, Standing()).state not in well
    }
    if not steps:
        raise NoPhoneMatched(
            f"run {number} has no phone that failed or is still under way",
            hint=f"lscctl runs show {number} tells its counts.",
        )
    found = replace(query, names_listed=tuple(steps))
    return Asked(found, at_cluster_of(loaded.run.identity, connection), steps)
