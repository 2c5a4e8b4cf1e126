"""`lscctl preflight`: what would keep an install from working, before it begins."""

from typing import Annotated

import typer

from lscctl.cli.answering import answer
from lscctl.cli.connection import Connection
from lscctl.cli.parameters import one_of, shares_options
from lscctl.cli.screen import Output
from lscctl.cli.selection import Selection
from lscctl.cli.settings import CheckedSettings
from lscctl.errors import UsageError

_PANEL = "Checks"


@shares_options
def preflight(
    selection: Selection,
    settings: CheckedSettings,
    *,
    check: Annotated[
        list[str] | None,
        typer.Option(
            "--check",
            help="Only this check; may be given several times.",
            metavar="NAME",
            rich_help_panel=_PANEL,
            show_default=False,
        ),
    ] = None,
    list_checks: Annotated[
        bool, typer.Option("--list", help="List the checks and end.", rich_help_panel=_PANEL, show_default=False)
    ] = False,
    expiry_warn: Annotated[
        int | None,
        typer.Option(
            "--expiry-warn",
            min=0,
            help="Warn of a CAPF certificate that ends within so many days (180, or the configuration's).",
            metavar="DAYS",
            rich_help_panel=_PANEL,
            show_default=False,
        ),
    ] = None,
    expiry_fail: Annotated[
        int | None,
        typer.Option(
            "--expiry-fail",
            min=0,
            help="Fail one that ends within so many days (30, or the configuration's).",
            metavar="DAYS",
            rich_help_panel=_PANEL,
            show_default=False,
        ),
    ] = None,
    no_registration: Annotated[
        bool,
        typer.Option(
            "--no-registration",
            help="Do not ask RIS who is registered: quicker for many phones.",
            rich_help_panel=_PANEL,
            show_default=False,
        ),
    ] = False,
    connection: Connection,
    output: Output,
) -> int:
    """Check a cluster before LSCs are installed: services, certificates, trust lists, profiles, phones.

    Only reads (but for one write to a phone that cannot exist, which shows
    whether the user may write). Says for everything that is wrong what to do;
    remedies that touch every phone are marked CLUSTER-WIDE. Without selectors
    it looks at every phone of the cluster.

    Examples

        lscctl preflight --model 8845

        lscctl preflight --cluster sim --no-registration

        lscctl preflight --list

        lscctl preflight --cluster sim --check tftp --check tvs --format json

    Exit codes

    0 no check fails. 1 a check fails. 2 usage. 4 no phone matched. 5 cluster
    not reachable, no CUCM, or login refused.
    """
    from lscctl.cli.checking import Checking
    from lscctl.preflight.checks import ALL
    from lscctl.report.preflight import catalogue_report

    wanted = [one_of("--check", name, [one.name for one in ALL]) for name in check or ()]
    if list_checks:
        if wanted or (selection, settings) != (Selection(), CheckedSettings()):
            raise UsageError("--list lists all checks and looks at nothing", hint="Leave the other options away.")
        output.opened().deliver(catalogue_report([(one.name, one.title, one.looked_at) for one in ALL]))
        return 0
    if wanted and "capf-certificate" not in wanted and (expiry_warn, expiry_fail) != (None, None):
        raise UsageError(
            "--expiry-warn and --expiry-fail are about the check capf-certificate, which is not asked for",
            hint="Leave them away, or add --check capf-certificate.",
        )
    checking = Checking(
        selection.query(),
        [one for one in ALL if not wanted or one.name in wanted],
        "Preflight",
        selection.expect,
        settings.request(),
        registration=not no_registration
        and (not wanted or "phones" in wanted),  # RIS takes minutes for a large cluster
        writes=True,
        expiry_warn=expiry_warn,
        expiry_fail=expiry_fail,
    )
    return answer(connection, output, checking.ask)
