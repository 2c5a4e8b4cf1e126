"""Where trust lists come from: files, standard input, and TFTP servers."""

import re
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lscctl.errors import UsageError

if TYPE_CHECKING:
    from lscctl.cucm.cluster import Cluster
    from lscctl.cucm.routes import Routes
    from lscctl.report.list_from import ListFrom
    from lscctl.trustlist.values import TrustList

_PANEL = "Servers"
STANDARD_INPUT = "-"
TFTP = "tftp:"
"""What marks a source as a server: `tftp:HOST`, `tftp:HOST/CTLFile.tlv`."""

_PHONE = re.compile(r"SEP[0-9A-F]{12}", re.IGNORECASE)
_TIMEOUT = 10.0
_USUAL_FILE = "ITLFile.tlv"


@dataclass(frozen=True, slots=True)
class Servers:
    """The options that name TFTP servers, and which list of theirs is meant."""

    from_tftp: Annotated[
        list[str] | None,
        typer.Option(
            "--from-tftp",
            help="Fetch it from this TFTP server (HTTP 6970, then TFTP 69); may be given several times.",
            metavar="HOST",
            rich_help_panel=_PANEL,
            show_default=False,
        ),
    ] = None
    all_servers: Annotated[
        bool,
        typer.Option(
            "--all",
            help="Fetch it from every TFTP server of the cluster.",
            rich_help_panel=_PANEL,
            show_default=False,
        ),
    ] = False
    ctl: Annotated[
        bool, typer.Option("--ctl", help="The CTL instead of the ITL.", rich_help_panel=_PANEL, show_default=False)
    ] = False
    phone: Annotated[
        str | None,
        typer.Option(
            "--phone",
            help="The list that is meant for this phone (ITLSEP...tlv).",
            metavar="NAME",
            rich_help_panel=_PANEL,
            show_default=False,
        ),
    ] = None

    @property
    def file(self) -> str:
        """The file's name on a server."""
        kind = "CTL" if self.ctl else "ITL"
        return f"{kind}{self.phone.upper()}.tlv" if self.phone else f"{kind}File.tlv"

    def check(self, files: Sequence[str]) -> None:
        """UsageError where no list is named at all, or a phone by no phone's name."""
        if self.phone is not None and not _PHONE.fullmatch(self.phone):
            raise UsageError(f"--phone {self.phone}: no phone has such a name", hint="A name is as in SEP001122334455.")
        if (self.ctl or self.phone is not None) and not (self.from_tftp or self.all_servers):
            raise UsageError(
                "--ctl and --phone say which file of a server is meant, and no server is named",
                hint="Add --from-tftp HOST or --all; a file is what it is.",
            )
        if not (files or self.from_tftp or self.all_servers):
            raise UsageError(
                "no trust list was named", hint="Name a file, - for standard input, or give --from-tftp or --all."
            )


def read_all(sources: Sequence[str]) -> list["ListFrom"]:
    """All lists of all sources, in order. Raises UsageError and TrustListError, which name the source."""
    return [one for source in sources for one in read(source)]


def fetched(host: str, file: str, routes: "Routes | None" = None) -> "ListFrom":
    """A list from a TFTP server. Raises WireFault and TrustListError, which name the server."""
    from lscctl.cucm.routes import Routes
    from lscctl.cucm.trust_files import fetch
    from lscctl.trustlist.binary import parse
    from lscctl.trustlist.values import TrustListError

    found = fetch(host, file, routes=routes or Routes(), timeout=_TIMEOUT)
    try:
        trust_list = parse(found.content, file)
    except TrustListError as error:
        raise TrustListError(f"{file} of {host}: {error.message}", hint=error.hint) from None
    return judged(f"{host} ({found.door})", trust_list)


def servers_of(cluster: "Cluster") -> list[str]:
    """Every TFTP server of a cluster. Raises UsageError where there is none."""
    from lscctl.cucm.nodes import TFTP as SERVICE

    servers = [node.name for node in cluster.nodes.all() if node.has(SERVICE)]
    if not servers:
        raise UsageError(
            f"Cisco Tftp is activated on no node of {cluster.name}", hint="Name a server with --from-tftp."
        )
    return servers


def read(source: str, routes: "Routes | None" = None) -> list["ListFrom"]:
    """The lists of one source: a file, `-` for standard input, or `tftp:HOST[/FILE]`, to which `routes` may know a way."""
    if source.startswith(TFTP):
        host, _, file = source.removeprefix(TFTP).removeprefix("//").partition("/")
        if not host:
            raise UsageError(f"{source} names no server", hint="Write tftp:HOST, or tftp:HOST/CTLFile.tlv.")
        return [fetched(host, file or _USUAL_FILE, routes)]
    return lists_in(content_of(source), source)


def lists_in(content: bytes, source: str) -> list["ListFrom"]:
    """The lists in what came from a source. Raises TrustListError, which names it."""
    from lscctl.trustlist.reading import read as read_lists
    from lscctl.trustlist.values import TrustListError

    name = "standard input" if source == STANDARD_INPUT else source
    try:
        return [judged(name, one) for one in read_lists(content, source)]
    except TrustListError as error:
        raise TrustListError(f"{name}: {error.message}", hint=error.hint) from None


def judged(source: str, trust_list: "TrustList") -> "ListFrom":
    """A list with what its signature and the dates of its certificates are worth now."""
    from lscctl.report.list_from import ListFrom
    from lscctl.trustlist.verification import verify, warnings

    return ListFrom(source, trust_list, verify(trust_list), tuple(warnings(trust_list, time.time())))


def content_of(source: str) -> bytes:
    """What a file holds, or standard input, but no more than a list can have. Raises UsageError."""
    from lscctl.trustlist.reading import MOST_BYTES

    try:
        if source == STANDARD_INPUT:
            return sys.stdin.buffer.read(MOST_BYTES + 1)
        with Path(source).open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(
            f"{source} cannot be read: {error.strerror}", hint="Name a file, or - for standard input."
        ) from error
