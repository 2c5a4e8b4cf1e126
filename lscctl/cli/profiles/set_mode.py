"""`lscctl profiles set-mode`: another authentication mode for a profile, or for a copy of it to which phones are moved."""

import difflib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from glob import escape
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lscctl.capf import AuthenticationMode
from lscctl.cli import connection as connections
from lscctl.cli.attending import Attendance
from lscctl.cli.confirming import can_ask, require_yes
from lscctl.cli.connection import Connection
from lscctl.cli.parameters import shares_options
from lscctl.cli.profiles.lacking import warn_of_lacking
from lscctl.cli.rollout_options import RolloutOptions
from lscctl.cli.screen import Destination, Notices, Output
from lscctl.cli.selection import Selection, check_count
from lscctl.cli.settings import Consent, ProfileSettings
from lscctl.drift import came_since
from lscctl.errors import ClusterError, Interrupted, NoPhoneMatched, Refused, UsageError
from lscctl.report.wording import count, some

if TYPE_CHECKING:
    from lscctl.capf import CapfSettings
    from lscctl.phone import Phone, PhoneQuery, ProfileInUse
    from lscctl.plan import Protected

WOULD_CHANGE = 10


@shares_options
def set_mode(
    named: Annotated[str, typer.Argument(metavar="PROFILE", help="The profile's name.")],
    mode: Annotated[
        str,
        typer.Argument(metavar="MODE", help="null-string, auth-string, lsc-first or mic-first, or Cisco's wording."),
    ],
    *,
    copy_to: Annotated[
        str | None,
        typer.Option(
            "--copy-to",
            help="Leave the profile as it is: copy it to this name with the new mode, and move its phones there.",
            metavar="NAME",
            show_default=False,
        ),
    ] = None,
    apply: Annotated[
        bool,
        typer.Option("--apply", help="Apply it even if it has these settings already.", show_default=False),
    ] = False,
    selection: Selection,
    settings: ProfileSettings,
    rollout: RolloutOptions,
    consent: Consent,
    attendance: Attendance,
    connection: Connection,
    output: Output,
) -> int:
    """Change a profile's authentication mode (and keys), and apply it.

    Applying it can restart every phone that uses the profile, whoever wants it:
    they are counted by device pool first, and nothing is written without a yes.
    Held off while a run is at work on the cluster, or an operation of its phones
    is under way. --apply goes on where the cluster failed between the two.

    Predefined profiles cannot be changed. With --copy-to the profile is copied
    to a new name, the copy gets the mode, and its phones (or those of them that
    the selectors mean) are moved there: a run in waves, with a journal, as of
    bulk-install. A copy that is there already from last time is used again.

    Examples

        lscctl profiles set-mode '8845 SIP - LSC first' mic-first --dry-run

        lscctl profiles set-mode 'Office phones' null-string --key-order rsa-only

        lscctl profiles set-mode 'Cisco 8845 - Standard SIP Non-Secure Profile' \\
            mic-first --copy-to '8845 MIC' --model 8845

    Exit codes

    0 done, or nothing to do. 1 some phones were not moved. 2 usage. 3 refused before any change. 4 no such
    profile, or no phone of it. 5 cluster not reachable, no CUCM, or login refused. 6 journal or
    lock. 10 a dry run that would change something (--detailed-exitcode). 130 interrupted.
    """
    from lscctl.cli.profiles.copying import Move, copy_and_move

    wanted = settings.over(mode)
    consent.check()
    attendance.check()
    query = selection.query()
    if query.profiles:
        raise UsageError("--profile contradicts the profile that is named", hint="Leave it away.")
    destination = output.opened()
    notices = Notices(colour=not output.no_color)
    if not (consent.dry_run or consent.yes or can_ask()):
        raise UsageError(
            "there is nobody to ask: standard input is not a terminal", hint="See --dry-run, then give --yes."
        )
    with connections.connect(connection, notices, rollout.concurrency) as session:
        found = _named(session.cluster.profiles.in_use(), named)
        if copy_to is None and found.profile.predefined:
            copy_to = _offered_name(found, consent)
        after = wanted(settings_of(found))
        _refuse_string_in_secure(found, after)
        if copy_to is not None:
            _refuse_without_part_in_a_move(apply=apply, rollout=rollout)
            move = Move(found, _as_name(copy_to, found), after, query, selection.expect)
            moved = copy_and_move(
                move, session, rollout=rollout, attendance=attendance, consent=consent, notices=notices
            )
            return moved.tell(destination, notices)
        _refuse_selectors(query)
        if (rollout, attendance) != (RolloutOptions(), Attendance(journal=attendance.journal)):
            raise UsageError(
                "without --copy-to the profile is applied at once: there are no waves, gates or windows",
                hint="Leave these options away, or name a copy with --copy-to: phones are moved there in waves.",
            )
        change = Change(found, after, consent, anyway=apply, expect=selection.expect)
        return change.carry_out(session, attendance.journal, destination, notices)


@dataclass(frozen=True, slots=True)
class Change:
    """A profile that is changed where it stands."""

    found: "ProfileInUse"
    after: "CapfSettings"
    consent: Consent
    anyway: bool = False
    """Whether it is applied though it has these settings already."""
    expect: int | None = None
    """How many phones are to use it; None for any number."""

    def carry_out(
        self, session: connections.Session, journal: Path | None, destination: Destination, notices: Notices
    ) -> int:
        """Count, show, ask, update, apply; the exit code."""
        from lscctl.cli.keeping import keeping
        from lscctl.report.profiles import profile_change_report

        cluster, profile = session.cluster, self.found.profile
        if not cluster.profiles.can_be_applied:
            raise Refused(
                f"CUCM {cluster.version} cannot apply a profile, which came with 10.0; nothing was changed",
                hint="Use --copy-to NAME: phones are moved to a copy and reset one by one, in waves.",
            )
        before, after = settings_of(self.found), self.after
        phones = self._that_may_restart(session)
        check_count(len(phones), self.expect)
        report = profile_change_report(self.found, str(after), Counter(phone.device_pool for phone in phones))
        if after == before and not self.anyway:
            notices.say(f"{profile.name!r} has these settings already: nothing to do (--apply applies it all the same)")
            return 0
        if self.consent.dry_run:
            warn_of_lacking(phones, after, cluster, notices)
            destination.deliver(report)
            return WOULD_CHANGE if self.consent.detailed_exitcode else 0
        notices.show(report)
        warn_of_lacking(phones, after, cluster, notices)
        if not self.consent.yes:
            require_yes(f"Change the profile on {cluster.name}? {count(len(phones), 'phone')} may restart")
        with keeping(cluster.identity(), journal, session.audit) as keeper:
            self._refuse_changed(cluster.profiles.in_use())
            self._refuse_untold(phones, self._that_may_restart(session))
            if after != before:
                with (
                    _told_how_to_go_on(),
                    keeper.remedy(f"set security profile {profile.name!r} from {before} to {after}"),
                ):
                    cluster.profiles.change(profile.pkid, after)
            with _told_how_to_go_on(), keeper.remedy(f"apply security profile {profile.name!r}"):
                cluster.profiles.apply(profile.pkid)
        destination.deliver(report)
        return 0

    def _that_may_restart(self, session: connections.Session) -> "list[Phone]":
        """The profile's phones now. Raises Refused where they must not be touched."""
        phones = _users(session, self.found)
        _refuse_protected(phones, session.protected)
        _refuse_busy(phones)
        return phones

    def _refuse_changed(self, profiles: "Sequence[ProfileInUse]") -> None:
        """Raises Refused where somebody has changed the profile since it was asked: that would be written over."""
        profile = self.found.profile
        now = next((one.profile for one in profiles if one.profile.pkid == profile.pkid), None)
        if now is None or now.settings != profile.settings:
            has = "is gone" if now is None else f"has {now.settings or 'no CAPF settings'} now, not {profile.settings}"
            raise Refused(
                f"{profile.name!r} {has}: somebody changed it since it was asked; nothing was changed by lscctl",
                hint="Run the same command again, which tells how it stands.",
            )

    def _refuse_untold(self, told: "Sequence[Phone]", now: "Sequence[Phone]") -> None:
        """Raises Refused where more phones have the profile than somebody agreed to, or one was given an operation since."""
        known = {phone.pkid: phone for phone in told}
        _refuse_operations(
            [phone for phone in now if phone.pkid in known and came_since(known[phone.pkid], phone.reading)]
        )
        if untold := [phone.name for phone in now if phone.pkid not in known]:
            raise Refused(
                f"{count(len(untold), 'more phone')} got the profile since it was asked: {some(untold)}; nothing was changed",
                hint="Run the same command again, which tells all of them.",
            )


def settings_of(found: "ProfileInUse") -> "CapfSettings":
    """The profile's CAPF settings. Raises Refused where it has none that lscctl knows."""
    if found.profile.settings is None:
        raise Refused(
            f"{found.profile.name!r} holds no CAPF settings that lscctl knows", hint="Look at it in CUCM's own page."
        )
    return found.profile.settings


def _refuse_protected(phones: "Sequence[Phone]", protected: "Protected") -> None:
    """Raises Refused where the change would touch a protected phone."""
    for phone in phones:
        if cover := protected.covers(phone):
            raise Refused(
                f"{phone.name} uses the profile, and {cover}",
                hint="Give that phone another profile, or remove it from `protected` in the configuration.",
            )


def _refuse_busy(phones: "Sequence[Phone]") -> None:
    """An operation that CAPF has under way runs with the profile's settings: they must not change below it [field guide 2]."""
    _refuse_operations([phone for phone in phones if phone.pending])


def _refuse_operations(busy: "Sequence[Phone]") -> None:
    if busy:
        names = some([phone.name for phone in busy])
        raise Refused(
            f"{count(len(busy), 'phone')} of the profile {'has' if len(busy) == 1 else 'have'} an operation under way: {names}",
            hint="Wait for them, or take the operations back.",
        )


def _refuse_string_in_secure(found: "ProfileInUse", after: "CapfSettings") -> None:
    if found.profile.secure and after.mode is AuthenticationMode.AUTH_STRING:
        raise Refused(
            f"{found.profile.name!r} is {found.profile.security_mode}: By Authentication String needs Non Secure",
            hint="Choose another mode, or a Non Secure profile until the phones have their LSCs.",
        )


def _as_name(copy_to: str, found: "ProfileInUse") -> str:
    name = copy_to.strip()
    if not name or name.casefold() == found.profile.name.casefold():
        raise UsageError(f"--copy-to {copy_to!r} is no name for a copy", hint="Give a name of its own.")
    return name


@contextmanager
def _told_how_to_go_on() -> Iterator[None]:
    """Where the cluster fails in the middle, the way on is told: the same command would find nothing to change."""
    try:
        yield
    except ClusterError as error:
        further = "Then go on with the same command and --apply: its phones must hear of what was changed."
        error.hint = f"{error.hint or ''}\n{further}".strip()
        raise


def _users(session: connections.Session, found: "ProfileInUse") -> "list[Phone]":
    from lscctl.phone import PhoneQuery

    users = session.cluster.find(PhoneQuery(profiles=(escape(found.profile.name),)), registration=False).phones
    return [phone for phone in users if phone.profile.pkid == found.profile.pkid]


def _named(profiles: "Sequence[ProfileInUse]", name: str) -> "ProfileInUse":
    found = next((one for one in profiles if one.profile.name == name), None)
    if found is None:
        near = difflib.get_close_matches(name, [one.profile.name for one in profiles], n=1)
        hint = f"Did you mean {near[0]!r}?" if near else "`lscctl profiles list` shows them."
        raise NoPhoneMatched(f"there is no phone security profile {name!r}", hint=hint)
    return found


def _offered_name(found: "ProfileInUse", consent: Consent) -> str:
    """The name of the copy that somebody at a terminal wants instead; Refused where nobody does, or nobody is there."""
    refusal = Refused(
        f"{found.profile.name!r} is predefined: CUCM lets nobody change it",
        hint="Add --copy-to NAME: lscctl copies it to that name with the new mode and moves its phones there, in waves. "
        "Selectors such as --device-pool say which of them.",
    )
    if consent.dry_run or consent.yes or not can_ask():
        raise refusal
    typer.echo(f"{found.profile.name!r} is predefined: CUCM lets nobody change it.", err=True)
    question = f"Copy it, and move its {found.phones:,} phones there? Name of the copy, empty for no"
    try:
        name: str = typer.prompt(question, default="", show_default=False, err=True)
    except typer.Abort as abort:
        raise Interrupted("interrupted at the question; nothing was changed") from abort
    if not name.strip():
        raise refusal
    return name.strip()


def _refuse_without_part_in_a_move(*, apply: bool, rollout: RolloutOptions) -> None:
    if apply:
        raise UsageError(
            "--apply is about the profile that is named, and with --copy-to it stays as it is",
            hint="Leave it away: each phone that moves is applied.",
        )
    if rollout.write_path is not None:
        raise UsageError("--write-path is about operations: phones are moved by AXL only", hint="Leave it away.")


def _refuse_selectors(query: "PhoneQuery") -> None:
    if query.selects or query != replace(query, limit=None):
        raise UsageError(
            "without --copy-to the profile is changed for all of its phones, whatever selectors say",
            hint="Leave the selectors away, or name a copy for these phones with --copy-to.",
        )
