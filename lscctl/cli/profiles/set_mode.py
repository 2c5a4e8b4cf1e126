"""`lscctl profiles set-mode`: another authentication mode for a profile, and so for every phone that uses it."""

import sys
from collections import Counter
from collections.abc import Sequence
from glob import escape
from typing import TYPE_CHECKING, Annotated

import typer

from lscctl.cli import connection as connections
from lscctl.cli.connection import Connection
from lscctl.cli.parameters import shares_options
from lscctl.cli.screen import Notices, Output
from lscctl.cli.settings import Consent, ProfileSettings
from lscctl.errors import Interrupted, NoPhoneMatched, Refused, UsageError

if TYPE_CHECKING:
    from lscctl.capf import CapfSettings
    from lscctl.cucm.cluster import Cluster
    from lscctl.phone import Phone, ProfileInUse
    from lscctl.plan import Protected

WOULD_CHANGE = 10


@shares_options
def set_mode(
    profile: Annotated[str, typer.Argument(metavar="PROFILE", help="The profile's name.")],
    mode: Annotated[
        str,
        typer.Argument(metavar="MODE", help="null-string, auth-string, lsc-first or mic-first, or Cisco's wording."),
    ],
    *,
    settings: ProfileSettings,
    consent: Consent,
    connection: Connection,
    output: Output,
) -> int:
    """Change a profile's authentication mode (and keys), and apply it.

    Applying it can restart every phone that uses the profile, whoever wants it:
    they are counted by device pool first, and nothing is written without a yes.
    Predefined profiles cannot be changed. Held off while a run is at work on
    the cluster.

    Examples

        lscctl profiles set-mode '8845 SIP - LSC first' mic-first --dry-run

        lscctl profiles set-mode 'Office phones' null-string --key-order rsa-only

    Exit codes

    0 done, or nothing to do. 2 usage. 3 refused before any change. 4 no such
    profile. 5 cluster not reachable, no CUCM, or login refused. 6 journal or
    lock. 10 a dry run that would change something (--detailed-exitcode).
    """
    from lscctl.cli.keeping import alone
    from lscctl.phone import PhoneQuery
    from lscctl.report.profiles import profile_change_report

    wanted = settings.over(mode)
    consent.check()
    destination = output.opened()
    notices = Notices(colour=not output.no_color)
    if not (consent.dry_run or consent.yes or (sys.stdin.isatty() and sys.stderr.isatty())):
        raise UsageError(
            "there is nobody to ask: standard input is not a terminal", hint="See --dry-run, then give --yes."
        )
    with connections.connect(connection, notices) as session:
        cluster = session.cluster
        found = _named(cluster.profiles(), profile)
        before = _changeable(found)
        after = wanted(before)
        users = cluster.find(PhoneQuery(profiles=(escape(found.profile.name),)), registration=False).phones
        phones = [phone for phone in users if phone.profile.pkid == found.profile.pkid]
        _refuse_protected(phones, session.protected)
        report = profile_change_report(found, str(after), Counter(phone.device_pool for phone in phones))
        if after == before:
            notices.say(f"{profile!r} has these settings already: nothing to do")
            return 0
        if consent.dry_run:
            destination.deliver(report)
            return WOULD_CHANGE if consent.detailed_exitcode else 0
        notices.show(report)
        if not consent.yes:
            _ask(len(phones), cluster)
        with alone(cluster.identity()):
            cluster.set_profile(found.profile.pkid, after)
            cluster.apply_profile(found.profile.pkid)
        destination.deliver(report)
    return 0


def _named(profiles: "Sequence[ProfileInUse]", name: str) -> "ProfileInUse":
    import difflib

    found = next((one for one in profiles if one.profile.name == name), None)
    if found is None:
        near = difflib.get_close_matches(name, [one.profile.name for one in profiles], n=1)
        hint = f"Did you mean {near[0]!r}?" if near else "`lscctl profiles list` shows them."
        raise NoPhoneMatched(f"there is no phone security profile {name!r}", hint=hint)
    return found


def _changeable(found: "ProfileInUse") -> "CapfSettings":
    profile = found.profile
    if profile.predefined:
        raise Refused(
            f"{profile.name!r} is predefined: CUCM lets nobody change it",
            hint="Copy it to a new name (System > Security > Phone Security Profile), change the copy, and give the phones that.",
        )
    if profile.settings is None:
        raise Refused(
            f"{profile.name!r} holds no CAPF settings that lscctl knows", hint="Look at it in CUCM's own page."
        )
    return profile.settings


def _refuse_protected(phones: "list[Phone]", protected: "Protected") -> None:
    for phone in phones:
        if cover := protected.covers(phone):
            raise Refused(
                f"{phone.name} uses the profile, and {cover}",
                hint="Give that phone another profile, or remove it from `protected` in the configuration.",
            )


def _ask(phones: int, cluster: "Cluster") -> None:
    from lscctl.report.wording import count

    try:
        agreed = typer.confirm(f"Change the profile on {cluster.name}? {count(phones, 'phone')} may restart", err=True)
    except typer.Abort as abort:
        raise Interrupted("interrupted at the question; nothing was changed") from abort
    if not agreed:
        raise Refused("not agreed; nothing was changed")
