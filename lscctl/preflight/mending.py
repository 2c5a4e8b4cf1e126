"""Safe remedies: what lscctl can put right by itself, each once somebody has agreed to that very thing.

Only what touches no phone is among them. Restarting TFTP, signing lists anew, regenerating certificates touch every phone: the
checks describe them, and nobody is offered them here.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from lscctl.capf import CapfSettings, CertificateOperation
from lscctl.cucm.cluster import Cluster
from lscctl.cucm.control_center import Running
from lscctl.cucm.nodes import CAPF, ClusterNode
from lscctl.deadline import ClusterClock
from lscctl.drift import came_since
from lscctl.errors import ClusterError
from lscctl.lsc_first import ProfileSeen
from lscctl.phone import Phone, SecurityProfile
from lscctl.plan import CapfRequest, ClusterFacts, Plan, Protected, build_plan
from lscctl.reasons import PROFILE_DIFFERS
from lscctl.verdict import CheckResult

_PATIENCE: Final = 120.0
"""Seconds in which a service must have started."""

_LOOK: Final = 2.0


@dataclass(frozen=True, slots=True)
class SafeRemedy:
    """`what` is done, as a sentence without its end; `consequence` says whom it concerns. `do` raises WireFault."""

    what: str
    consequence: str
    do: Callable[[], None]


def of_services(
    cluster: Cluster, results: Iterable[CheckResult], *, sleep: Callable[[float], None] = time.sleep
) -> Iterator[SafeRemedy]:
    """Activate or start CAPF on the publisher, where a check found that it is not. Raises WireFault."""
    codes = {fault.code for one in results for fault in one.faults}
    if not codes & {"capf-not-activated", "capf-stopped"}:
        return
    publisher = next((node for node in cluster.nodes.all() if node.publisher), None)
    if publisher is None:
        return
    begin, verb = (cluster.nodes.start, "start") if "capf-stopped" in codes else (cluster.nodes.activate, "activate")

    def do() -> None:
        begin(publisher, CAPF)
        _wait_until_started(cluster, publisher, sleep)

    yield SafeRemedy(f"{verb} {CAPF} on {publisher.name}", "No phone restarts by that.", do)


def _wait_until_started(cluster: Cluster, node: ClusterNode, sleep: Callable[[float], None]) -> None:
    for _ in range(int(_PATIENCE / _LOOK)):
        said = cluster.nodes.services(node, (CAPF,))
        if any(state.running is Running.STARTED for state in said):
            return
        sleep(_LOOK)
    raise ClusterError(
        f"{CAPF} on {node.name} has not started within {_PATIENCE:.0f} seconds",
        hint="Look at Serviceability > Control Center on the publisher.",
    )


@dataclass(frozen=True, slots=True)
class ProfileRemedies:
    """What can be done about profiles that differ from what was asked for: `remedies`, and for the others `notes` why not."""

    remedies: tuple[SafeRemedy, ...]
    notes: tuple[str, ...]


def of_profiles(cluster: Cluster, plan: Plan, request: CapfRequest, protected: Protected) -> ProfileRemedies:
    """Give custom profiles the settings asked for, where phones can take part then that are left out now. Raises WireFault.

    Their phones are counted first. They are not restarted: those of the plan are applied wave by wave, others take the new
    settings with their next restart. Never for predefined profiles, secure ones, and those of protected phones.
    """
    remedies: list[SafeRemedy] = []
    notes: list[str] = []
    for profile, after, phones in _that_differ(plan, request, cluster.facts(), protected):
        if why := _never(profile, after):
            notes.append(why)
            continue
        users = _seen(cluster, profile).phones
        if why := _held_off(users, protected, cluster.clock):
            notes.append(f"security profile {profile.name!r} is not changed: {why}")
            continue
        remedies.append(_set(cluster, profile, after, users, phones, protected=protected))
    return ProfileRemedies(tuple(remedies), tuple(notes))


def _that_differ(
    plan: Plan, request: CapfRequest, facts: ClusterFacts, protected: Protected
) -> list[tuple[SecurityProfile, CapfSettings, int]]:
    """The profiles, by name, that differ from what was asked for; the settings to give them, and how many phones that lets in."""
    profiles: dict[str, tuple[SecurityProfile, CapfSettings]] = {}
    changed: list[Phone] = []
    for out in plan.left_out:
        profile = out.phone.profile
        if profile.settings is not None and any(finding.reason in PROFILE_DIFFERS for finding in out.findings):
            after = _asked(profile.settings, request)
            profiles[profile.pkid] = (profile, after)
            changed.append(replace(out.phone, profile=replace(profile, settings=after)))
    let_in = Counter(step.phone.profile.pkid for step in build_plan(changed, request, facts, protected).steps)
    return sorted(((*profiles[pkid], phones) for pkid, phones in let_in.items()), key=lambda one: one[0].name)


def _asked(settings: CapfSettings, request: CapfRequest) -> CapfSettings:
    return replace(
        settings,
        mode=request.mode or settings.mode,
        key_order=request.key_order or settings.key_order,
        key_size=request.key_size or settings.key_size,
        ec_key_size=request.ec_key_size or settings.ec_key_size,
    )


def _never(profile: SecurityProfile, after: CapfSettings) -> str | None:
    if profile.predefined:
        return (
            f"security profile {profile.name!r} is predefined and cannot be changed: lscctl profiles set-mode "
            f"{profile.name!r} {after.mode.short} --copy-to NAME copies it and moves its phones"
        )
    if profile.secure:
        return f"security profile {profile.name!r} is {profile.security_mode}: look at it yourself"
    return None


def _seen(cluster: Cluster, profile: SecurityProfile) -> ProfileSeen:
    return cluster.profiles.seen(profile.pkid)


def _held_off(users: Sequence[Phone], protected: Protected, clock: ClusterClock) -> str | None:
    held = next((cover for phone in users if (cover := protected.covers(phone))), None)
    busy = sum(_has_an_operation(phone, clock) for phone in users)
    return held or (
        f"{busy:,} of its phones have an operation under way, which runs with its settings" if busy else None
    )


def _has_an_operation(phone: Phone, clock: ClusterClock) -> bool:
    """Whether CAPF has something under way for the phone, or before it: one that was not applied yet may show an old status
    (*assumed*)."""
    stands = phone.operation is not CertificateOperation.NONE
    return phone.pending or (stands and clock.is_ahead(phone.finish_time))


def _changed_since(profile: SecurityProfile, counted: Sequence[Phone], now: ProfileSeen) -> str | None:
    """What came since the profile's phones were counted, and somebody agreed: that is not written over, nor changed below it."""
    if now.profile is None:
        return f"{profile.name!r} is gone: somebody deleted it since"
    if now.profile != profile:
        return f"{_difference(profile, now.profile)}: somebody changed it since"
    known = {phone.pkid: phone for phone in counted}
    if more := sum(phone.pkid not in known for phone in now.phones):
        return f"{more:,} more of the cluster's phones got {profile.name!r} since"
    busy = sum(came_since(known[phone.pkid], phone.reading) for phone in now.phones)
    return f"{busy:,} of its phones were given an operation since, which runs with its settings" if busy else None


def _difference(before: SecurityProfile, now: SecurityProfile) -> str:
    if now.name != before.name:
        return f"{before.name!r} has the name {now.name!r} now"
    if now.settings != before.settings:
        return f"{before.name!r} has {now.settings} now, not {before.settings}"
    if now.security_mode is not before.security_mode:
        return f"{before.name!r} is {now.security_mode} now, not {before.security_mode}"
    return f"{before.name!r} has other settings now"


def _set(
    cluster: Cluster,
    profile: SecurityProfile,
    after: CapfSettings,
    users: Sequence[Phone],
    ours: int,
    *,
    protected: Protected,
) -> SafeRemedy:
    sites = Counter(phone.device_pool for phone in users).most_common()
    by_site = ", ".join(f"{site}: {number:,}" for site, number in sites)
    others = f"; {len(users) - ours:,} of them have no part in this run" if len(users) > ours else ""

    def do() -> None:
        now = _seen(cluster, profile)
        if why := _held_off(now.phones, protected, cluster.clock) or _changed_since(profile, users, now):
            raise ClusterError(why, hint="Wait for that, then run the same command again.")
        cluster.profiles.change(profile.pkid, after)

    return SafeRemedy(
        f"set security profile {profile.name!r} from {profile.settings} to {after}",
        f"{len(users):,} phones use it ({by_site}){others}. None restarts by that; each takes it with its next restart.",
        do,
    )
