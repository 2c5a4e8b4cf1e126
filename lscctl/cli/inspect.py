"""`lscctl inspect`: the certificates that phones hold, and what they are worth."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lscctl.cli.answer import Answer
from lscctl.cli.answering import answer
from lscctl.cli.connection import Connection, Session, each
from lscctl.cli.parameters import shares_options
from lscctl.cli.screen import Notices, Output, OutputFailed, check_writable
from lscctl.cli.selection import Selection, find_phones
from lscctl.cli.standard_input import standard_input
from lscctl.errors import UsageError

if TYPE_CHECKING:
    from lscctl.inspection import Inspected
    from lscctl.phone import Phone, PhoneQuery
    from lscctl.report.inspect import InspectedOfCluster
    from lscctl.trustlist.certificate import Certificate

FAULT = 1
_MOST_BYTES = 64 * 1024 * 1024


@shares_options
def inspect(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SEP]...", help="Device names or MAC addresses.", show_default=False),
    ] = None,
    *,
    file: Annotated[
        list[Path] | None,
        typer.Option(
            "--file",
            help="Certificates of phones out of a file instead: PEM, DER, or a CAPF trace that holds some; - reads standard input.",
            metavar="FILE",
            show_default=False,
        ),
    ] = None,
    pem: Annotated[
        Path | None,
        typer.Option(
            "--pem",
            help="Save a copy of what was seen, PEM, whole or not at all.",
            metavar="FILE",
            show_default=False,
        ),
    ] = None,
    selection: Selection,
    connection: Connection,
    output: Output,
) -> int:
    """Show the certificates of phones, and what they are worth.

    A phone shows its LSC over HTTPS, or its MIC where it has none. inspect
    tells whose it is and how long it lasts, whether the CAPF certificate in use
    signed it, an older one or a third party, which of Cisco's manufacturing CAs
    issued a MIC, and whether CUCM believes the same: the end, the issuer, the
    public key. It only reads. Up to three phones are told in full.

    Over a selection it audits: 50 phones a second at most, each waited for
    3 seconds. Phones whose web access is off are named, and not asked.

    With --file a certificate is judged by itself; with a --cluster beside it,
    by that cluster's certificates, and the phone that it names is compared.

    Examples

        lscctl inspect SEP001122334455

        lscctl inspect SEP001122334455 --pem lsc.pem

        lscctl inspect --model '88*' --lsc valid --format csv --output audit.csv

        lscctl inspect --file lsc.pem --cluster hq

    Exit codes

    0 nothing speaks against what was seen; phones that nobody could see are
    named. 1 a certificate is not trusted, or CUCM believes otherwise; or --pem
    had nothing to save. 2 usage. 4 no phone matched.
    """
    from lscctl.report.inspect import inspect_report

    query = _query(names or [], selection, files=bool(file))
    if pem is not None:
        if str(pem) == "-":
            raise UsageError("--pem: standard output carries the report", hint="Name a file.")
        check_writable("--pem", pem)
        if each(connection):
            raise UsageError(
                "--pem is one file, and several clusters are meant", hint="Name one of them with --cluster."
            )

    def told(found: "InspectedOfCluster") -> Answer:
        failure = None if pem is None else _saved(pem, found.inspected, Notices(colour=not output.no_color))
        return Answer(inspect_report(found), FAULT if found.faults else 0, failure)

    if file:
        asks = connection.cluster or connection.host or connection.all_clusters
        if connection.settings and not asks:
            raise UsageError(
                "options say how to reach a cluster, and none is asked",
                hint="Name it with --cluster, or leave these options away.",
            )
        certificates = [one for path in file for one in _certificates(path)]
        if not asks:
            return told(_by_themselves(certificates)).tell(output.opened(), Notices(colour=not output.no_color))
        return answer(connection, output, lambda session, _: told(_out_of_files(session, certificates)))
    return answer(connection, output, lambda session, notices: told(_asked(session, query, selection, notices)))


def _query(names: Sequence[str], selection: Selection, *, files: bool) -> "PhoneQuery":
    """Which phones are meant; raises UsageError where nothing says so, or too much does."""
    from lscctl.phone_list import parse_phone_list

    query = selection.query()
    if names and query.names_listed is not None:
        raise UsageError("phones are named twice, on the command line and by --from", hint="Name them in one place.")
    if names:
        query = replace(
            query, names_listed=parse_phone_list("\n".join(names).encode(), "the names on the command line")
        )
    if files and (names or selection != Selection()):
        raise UsageError(
            "--file holds certificates, and phones are named beside it",
            hint="Leave the phones away: with --cluster the phone that a certificate names is looked up.",
        )
    if not files and not query.selects:
        raise UsageError(
            "no phone is named", hint="Name phones (SEP...), give selectors (--name '*' means all), or a --file."
        )
    return query


def _asked(session: Session, query: "PhoneQuery", selection: Selection, notices: Notices) -> "InspectedOfCluster":
    from lscctl.cucm.inspecting import authorities_of, inspect_phones
    from lscctl.report.inspect import InspectedOfCluster

    cluster = session.cluster
    found = find_phones(cluster, query, selection.expect, notices)
    authorities = authorities_of(cluster)
    inspected = inspect_phones(cluster, found.phones, authorities, notices.say)
    now = cluster.clock.utc().timestamp()
    return InspectedOfCluster(
        inspected, now, cluster.name, cluster.version, authorities, (*cluster.notes, *found.notes)
    )


def _out_of_files(session: Session, certificates: Sequence[tuple[str, "Certificate"]]) -> "InspectedOfCluster":
    """Certificates out of files, each compared with what the cluster holds of the phone that it names."""
    from lscctl.cucm.inspecting import authorities_of
    from lscctl.inspection import Sight, inspect, phone_named
    from lscctl.phone import PhoneQuery
    from lscctl.report.inspect import InspectedOfCluster

    cluster = session.cluster
    named = {phone_named(certificate) for _, certificate in certificates} - {None}
    phones: dict[str, Phone] = {}
    if named:
        query = PhoneQuery(names_listed=tuple(sorted(name for name in named if name)))
        phones = {phone.name.upper(): phone for phone in cluster.find(query, registration=False).phones}
    keys = cluster.public_keys([phone.pkid for phone in phones.values()])
    authorities = authorities_of(cluster)
    now = cluster.clock.utc().timestamp()

    def judged(source: str, certificate: "Certificate") -> "Inspected":
        phone = phones.get(phone_named(certificate) or "")
        sight = Sight(source, certificate, stored_key=keys.get(phone.pkid) if phone else None)
        return inspect(sight, phone, authorities, now)

    inspected = [judged(source, certificate) for source, certificate in certificates]
    return InspectedOfCluster(inspected, now, cluster.name, cluster.version, authorities, tuple(cluster.notes))


def _by_themselves(certificates: Sequence[tuple[str, "Certificate"]]) -> "InspectedOfCluster":
    import time

    from lscctl.inspection import Authorities, Sight, inspect
    from lscctl.report.inspect import InspectedOfCluster

    now = time.time()
    return InspectedOfCluster(
        [inspect(Sight(source, one), None, Authorities(), now) for source, one in certificates], now
    )


def _certificates(path: Path) -> Iterator[tuple[str, "Certificate"]]:
    """What is in a file, each with the file's name. Raises UsageError."""
    from lscctl.trustlist.certificate import Certificate

    try:
        if str(path) == "-":
            content = standard_input("--file -").read(_MOST_BYTES + 1)
        else:
            with path.open("rb") as opened:
                content = opened.read(_MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"--file {path} cannot be read: {error.strerror}", hint="Name a file that can.") from error
    if len(content) > _MOST_BYTES:
        raise UsageError(f"--file {path} is larger than {_MOST_BYTES:,} bytes", hint="Cut the certificates out of it.")
    try:
        found = Certificate.read_all(content)
    except ValueError as error:
        raise UsageError(f"--file {path}: {error}", hint="Give certificates as PEM, DER or PKCS #7 (.p7b).") from error
    yield from (("standard input" if str(path) == "-" else path.name, one) for one in found)


def _saved(pem: Path, inspected: Sequence["Inspected"], notices: Notices) -> OutputFailed | None:
    """Save what was seen, each certificate under its subject; what went wrong, if anything did. What is no LSC is told."""
    from lscctl.cli.whole_file import write_whole
    from lscctl.inspection import Kind
    from lscctl.report.wording import count, visible

    seen = [one.certificate for one in inspected if one.certificate is not None]
    if not seen:
        return OutputFailed(
            f"--pem {str(pem)!r} was not written: no certificate was seen",
            hint="Turn on the phone's web access, or use --file.",
        )
    try:
        # a subject is the phone's own text: neither a line of it nor its dashes may look like PEM
        write_whole(pem, (f"# {visible(one.subject).replace('--', '- -')}\n{one.pem}" for one in seen))
    except OSError as failure:
        return OutputFailed(f"--pem {str(pem)!r} could not be written: {failure.strerror or failure}")
    if others := sum(one.kind is not Kind.LSC for one in inspected if one.certificate is not None):
        lscs = count(len(seen) - others, "LSC")
        notices.warn(
            f"{pem} holds {lscs} and {count(others, 'certificate')} of phones that show none: select with --lsc valid for LSCs only"
        )
    return None
