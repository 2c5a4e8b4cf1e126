"""`--then-lsc-first`: reads the security profiles of a plan's phones, with all of their phones, for what the plan does to them."""

from collections.abc import Iterable
from dataclasses import replace

from lscctl.capf import AuthenticationMode
from lscctl.cli.connection import Session
from lscctl.errors import Refused
from lscctl.lsc_first import concerned, planned_change
from lscctl.plan import Plan
from lscctl.profile_change import ProfileChange


def with_profiles(plan: Plan, session: Session, also: Iterable[str] = ()) -> Plan:
    """The plan, and what then becomes of its phones' profiles, and of those with the pkids `also`.

    Raises Refused where there are profiles to be changed and none of them can be.
    """
    pkids = dict.fromkeys((*(profile.pkid for profile in concerned(plan)), *also))
    found = changes_now(plan, session, pkids)
    then = tuple(change for change in found if not _has_it(change))
    if then and all(change.against for change in then):
        told = "\n".join(f"  {change.profile.name!r} would stay as it is: {change.against}" for change in then)
        ways = "\n".join(dict.fromkeys(change.next_step for change in then if change.next_step))
        raise Refused(
            f"--then-lsc-first: no security profile of these phones can be changed; no phone was changed:\n{told}",
            hint=f"Leave --then-lsc-first away to install the LSCs.\n{ways}",
        )
    return replace(plan, then=then)


def changes_now(plan: Plan, session: Session, pkids: Iterable[str]) -> tuple[ProfileChange, ...]:
    """What would be planned now for the profiles of these pkids, by name; those that are gone are left away."""
    cluster = session.cluster
    changes = []
    for pkid in pkids:
        seen = cluster.profiles.seen(pkid)
        if seen.profile is not None and seen.profile.settings is not None:
            able = cluster.profiles.can_be_applied
            changes.append(planned_change(seen, plan, session.protected, can_be_applied=able))
    return tuple(sorted(changes, key=lambda change: (change.profile.name, change.profile.pkid)))


def _has_it(change: ProfileChange) -> bool:
    settings = change.profile.settings
    return settings is not None and settings.mode is AuthenticationMode.LSC_FIRST
