"""Moving on from MIC to LSC: which profiles get By Existing Certificate (precedence to LSC), and what speaks against it now.

All of it is pure: it judges what somebody has read from the cluster.
"""

import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from lscctl.capf import AuthenticationMode, CapfSettings
from lscctl.phone import LscState, Phone, SecurityProfile
from lscctl.plan import ClusterFacts, Plan, Protected
from lscctl.profile_change import Lacking, ProfileChange

MOST_NAMED = 100
"""So many phones without an LSC are named; all of them are counted."""

_WHY = {
    LscState.NONE: "no LSC",
    LscState.EXPIRED: "its LSC has expired",
    LscState.FOREIGN: "its LSC is of another issuer",
    LscState.UNKNOWN: "nobody knows how long its LSC is valid",
}

_AGAIN = "Then run the same command again, which counts anew and asks."


@dataclass(frozen=True, slots=True)
class ProfileSeen:
    """A profile as the cluster has it now, None where it is gone, and every phone that uses it, whoever wants it."""

    profile: SecurityProfile | None
    phones: tuple[Phone, ...]
    facts: ClusterFacts


@dataclass(frozen=True, slots=True)
class Against:
    """Why a profile must stay as it is now, what to do about it, and which phones are to blame."""

    reason: str
    next_step: str
    lacking: tuple[Lacking, ...] = ()


def concerned(plan: Plan) -> tuple[SecurityProfile, ...]:
    """The profiles of the plan's phones, those left out too, that have another mode than lsc-first; by name."""
    decided = (*(step.phone for step in plan.steps), *(out.phone for out in plan.left_out))
    profiles = {phone.profile.pkid: phone.profile for phone in decided}
    return tuple(
        sorted(
            (
                one
                for one in profiles.values()
                if one.settings is not None and one.settings.mode is not AuthenticationMode.LSC_FIRST
            ),
            key=lambda one: (one.name, one.pkid),
        )
    )


def planned_change(seen: ProfileSeen, plan: Plan, protected: Protected, *, can_be_applied: bool) -> ProfileChange:
    """What is planned for a profile that is there and holds CAPF settings. `can_be_applied`: whether the cluster can apply one."""
    profile = seen.profile
    if profile is None or profile.settings is None:
        raise ValueError("there is no such profile, or it holds no settings")
    written = {step.phone.pkid for step in plan.steps}
    without = [phone for phone in seen.phones if _why_lacking(phone, seen.facts)]
    to_install = sum(phone.pkid in written for phone in seen.phones)
    change = ProfileChange(
        profile,
        replace(profile.settings, mode=AuthenticationMode.LSC_FIRST),
        len(seen.phones),
        to_install,
        sum(phone.pkid not in written for phone in without),
    )
    against = _always_against(change, seen.phones, protected, can_be_applied=can_be_applied)
    return change if against is None else replace(change, against=against.reason, next_step=against.next_step)


def rechecked_change(reviewed: ProfileChange, anew: ProfileChange | None) -> ProfileChange:
    """A change out of a reviewed plan as it can be carried out now; `anew` is what would be planned now, None where the profile is
    gone or needs nothing any more. It never restarts more phones than were reviewed."""
    if reviewed.against:
        return reviewed
    if anew is None:
        against = "since the plan the profile was deleted, or holds no CAPF settings any more"
        return replace(reviewed, against=against, next_step="Make the plan anew.")
    now = replace(reviewed, to_install=anew.to_install, without=anew.without)
    if anew.against:
        return replace(now, against=f"since the plan: {anew.against}", next_step=anew.next_step)
    if anew.profile.settings not in (reviewed.profile.settings, reviewed.settings):
        return replace(now, against=_drifted(reviewed, anew.profile.settings), next_step="Make the plan anew.")
    if anew.phones > reviewed.phones:
        grown = _grown(reviewed, anew.phones)
        return replace(now, against=grown.reason, next_step="Make the plan anew, which tells all of them.")
    return now


def _pending(phone: Phone) -> bool:
    return phone.pending


def against_writing(
    change: ProfileChange, seen: ProfileSeen, protected: Protected, busy: Callable[[Phone], bool] = _pending
) -> Against | None:
    """Why the profile must not be given its new mode now, None where it may: all of its phones have a valid LSC, none is `busy`,
    and they are no more than somebody agreed to."""
    if seen.profile is None:
        return Against("the profile is gone", "Nothing: no phone can use it.")
    if seen.profile.settings != change.profile.settings:
        return Against(
            _drifted(change, seen.profile.settings), "Find out who changed it, then run the same command again."
        )
    if (untouchable := against_applying(change, seen, protected, busy)) is not None:
        return untouchable
    if found := lacking(seen.phones, seen.facts):
        return Against(
            f"{_phones(len(found))} of {len(seen.phones):,} that use it {_have(len(found))} no valid LSC",
            "Install their LSCs, or give them another profile; then go on with the run.",
            found,
        )
    return None


def against_applying(
    change: ProfileChange, seen: ProfileSeen, protected: Protected, busy: Callable[[Phone], bool] = _pending
) -> Against | None:
    """Why the profile's phones must not be restarted now, None where they may be."""
    if (always := _always_against(change, seen.phones, protected, can_be_applied=True)) is not None:
        return always
    if len(seen.phones) > change.phones:
        return _grown(change, len(seen.phones))
    # what CAPF has under way runs with the profile's settings: they must not change below it [field guide 2]
    if at_work := sorted(phone.name for phone in seen.phones if busy(phone)):
        return Against(
            f"{_phones(len(at_work))} of it {_have(len(at_work))} an operation under way: {_some(at_work)}",
            "Wait for them, or take the operations back; then go on with the run.",
        )
    return None


def lacking(phones: Iterable[Phone], facts: ClusterFacts) -> tuple[Lacking, ...]:
    """Those of the phones that have no valid LSC to prove themselves with, by name."""
    found = [Lacking(phone.name, why) for phone in phones if (why := _why_lacking(phone, facts))]
    return tuple(sorted(found, key=lambda one: one.name))


def is_done(change: ProfileChange, seen: ProfileSeen) -> bool:
    """Whether the profile has what it was to have."""
    return seen.profile is not None and seen.profile.settings == change.settings


def by_profile(changes: Iterable[ProfileChange]) -> Mapping[str, ProfileChange]:
    """`{pkid of the profile: its change}`."""
    return {change.profile.pkid: change for change in changes}


def _always_against(
    change: ProfileChange, phones: Sequence[Phone], protected: Protected, *, can_be_applied: bool
) -> Against | None:
    """What no LSC of a phone would help against."""
    profile = change.profile
    if profile.predefined:
        return Against(
            "it is predefined, and CUCM lets nobody change it",
            _by_a_copy(profile),
        )
    if not can_be_applied:
        return Against(
            "this CUCM cannot apply a profile, which came with 10.0",
            _by_a_copy(profile),
        )
    for phone in phones:
        if cover := protected.covers(phone):
            return Against(
                f"{phone.name} uses it, and {cover}",
                f"Give that phone another profile, or remove it from `protected` in the configuration. {_AGAIN}",
            )
    return None


def _by_a_copy(profile: SecurityProfile) -> str:
    """The way for a profile that cannot be changed: phones move one by one, each once it has an LSC."""
    return (
        "Its phones move to a copy, in waves, those that have an LSC by then: lscctl profiles set-mode "
        f"{shlex.quote(profile.name)} lsc-first --copy-to NAME --lsc valid --lsc expiring"
    )


def _why_lacking(phone: Phone, facts: ClusterFacts) -> str:
    """Why the phone could not prove itself by its LSC; '' where it could, as far as the cluster says.

    A CUCM before 11.5 keeps no expiry: any LSC counts there [field guide 4].
    """
    state = phone.lsc.state(now=facts.now, expiring_within=0.0, own_issuers=facts.own_issuers)
    if state is LscState.UNKNOWN and not facts.keeps_lsc_expiry:
        return ""
    return _WHY.get(state, "")


def _drifted(change: ProfileChange, settings: CapfSettings | None) -> str:
    return f"it has {settings or 'no CAPF settings'} now, and was planned with {change.profile.settings}"


def _grown(change: ProfileChange, phones: int) -> Against:
    return Against(
        f"{phones:,} phones use it now, and only {change.phones:,} were agreed to",
        "Run the same command again, which tells all of them and asks.",
    )


def _phones(number: int) -> str:
    return f"{number:,} phone{'' if number == 1 else 's'}"


def _have(number: int) -> str:
    return "has" if number == 1 else "have"


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3:,} more" if len(names) > 3 else "")
