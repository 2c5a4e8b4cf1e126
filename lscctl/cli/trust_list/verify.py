"""`lscctl trust-list verify`: whether a trust list is what it should be."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lscctl.cli.connection import Connection
from lscctl.cli.parameters import shares_options
from lscctl.cli.screen import Notices, Output
from lscctl.cli.trust_list.sources import Servers
from lscctl.errors import UsageError

if TYPE_CHECKING:
    from lscctl.cucm.cluster import Cluster
    from lscctl.report.list_from import Comparison, ListFrom
    from lscctl.trustlist.certificate import Certificate
    from lscctl.trustlist.values import TrustList

NOT_SOUND = 1


@shares_options
def verify(
    sources: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FILE]...", help="Lists, or what `show itl` printed; - reads standard input."),
    ] = None,
    *,
    against: Annotated[
        Path | None,
        typer.Option(
            "--against",
            help="A certificate that the CAPF record must be (PEM or DER), or a list that this one must be like.",
            metavar="FILE",
            show_default=False,
        ),
    ] = None,
    servers: Servers,
    connection: Connection,
    output: Output,
) -> int:
    """Verify the signatures of trust lists.

    The signature is good, bad, or unknown: what a node printed carries none
    that can be checked, so there the answer is what the node itself said. A
    certificate that has expired is warned of; it makes no signature bad.

    With --all, or --cluster beside --from-tftp, the CAPF record must be the
    certificate that CAPF presents now.

    Examples

        lscctl trust-list verify ITLFile.tlv

        lscctl trust-list verify ITLFile.tlv --against capf.pem

        lscctl trust-list verify --cluster sim --all

    Exit codes

    0 every signature is good, and everything compared is the same. 1 not so,
    or not known. 2 usage, or no trust list. 5 a server gives none.
    """
    from lscctl.cli.trust_list.gathering import gathered
    from lscctl.report.trust_lists import verification_report

    destination = output.opened()
    with gathered(sources or [], servers, connection, Notices(colour=not output.no_color)) as found:
        lists, cluster = found.lists, found.cluster
        if cluster is not None:
            lists = [replace(one, comparisons=(_live_capf(one, cluster),)) for one in lists]
    if against is not None:
        wanted = _wanted(str(against))
        lists = [replace(one, comparisons=(*one.comparisons, _compared(one, wanted, against.name))) for one in lists]
    destination.deliver(verification_report(lists, None if cluster is None else cluster.name))
    return found.exit_code or (0 if all(one.sound for one in lists) else NOT_SOUND)


def _live_capf(one: "ListFrom", cluster: "Cluster") -> "Comparison":
    """The CAPF record against the certificate that CAPF presents now."""
    from lscctl.report.list_from import Comparison
    from lscctl.trustlist.certificate import Certificate

    answer = cluster.capf()
    if not answer.certificate:
        return Comparison("CAPF record and CAPF's port", None, f"CAPF shows no certificate: {answer.why}")
    return _compared(one, Certificate.read(answer.certificate), "CAPF's certificate of now")


def _wanted(path: str) -> "Certificate | TrustList":
    """The certificate, or the list, that is in a file. Raises UsageError and TrustListError, which name it."""
    from lscctl.cli.trust_list.sources import content_of, lists_in
    from lscctl.trustlist.certificate import Certificate

    content = content_of(path)
    for reader in (Certificate.read, lambda given: Certificate.from_pem(given.decode("ascii", "replace"))):
        try:
            return reader(content)
        except ValueError:
            continue  # perhaps it is a list
    lists = lists_in(content, path)
    if len(lists) != 1:
        raise UsageError(f"--against {path} holds {len(lists)} lists", hint="Give a file with one.")
    return lists[0].trust_list


def _compared(one: "ListFrom", wanted: "Certificate | TrustList", name: str) -> "Comparison":
    from lscctl.report.list_from import Comparison
    from lscctl.report.wording import count
    from lscctl.trustlist.comparison import Match, capf_record_is, diff
    from lscctl.trustlist.values import TrustList

    if isinstance(wanted, TrustList):
        differences = diff(wanted, one.trust_list)
        why = (
            f"{count(len(differences), 'difference')}, which `lscctl trust-list diff` shows"
            if differences
            else "the same"
        )
        return Comparison(f"like {name}", not differences, why)
    found = capf_record_is(one.trust_list, wanted)
    return Comparison(
        f"CAPF record and {name}", None if found.match is Match.UNKNOWN else found.match is Match.SAME, found.why
    )
