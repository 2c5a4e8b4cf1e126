"""What must hold for security profiles, by what the cluster saw in the instant of each change."""

from collections import Counter
from collections.abc import Callable, Iterator

from benchmarks._chaos.chronicle import Chronicle
from benchmarks._chaos.scenario import Kind, Operation
from benchmarks._chaos.witness import ProfileSeen, is_lsc_first
from lscctl.profile_change import ProfileCall, ProfileState

_SETTLES = 3.0
"""Seconds within which a client cannot have seen what others did to a phone."""


def only_when_all_have_one(chronicle: Chronicle) -> Iterator[str]:
    """A profile gets lsc-first only while each of its phones has a valid LSC."""
    for seen in chronicle.truth.profiles:
        if is_lsc_first(seen.mode) and (without := _unforeseen(chronicle, seen, seen.without)):
            yield f"{_name(chronicle, seen.pkid)} was given lsc-first, and {', '.join(without)} had no valid LSC"


def applied_at_most_once(chronicle: Chronicle) -> Iterator[str]:
    """A profile is applied at most once in a run, and only with its new mode, unless somebody took that just then."""
    applied = [seen for seen in chronicle.truth.profiles if not seen.mode]
    for pkid, times in Counter(seen.pkid for seen in applied).items():
        if times > 1:
            yield f"{_name(chronicle, pkid)} was applied {times} times"
    for seen in applied:
        if not is_lsc_first(seen.has) and not _met_lately(chronicle, seen.at, Kind.MODE):
            yield f"{_name(chronicle, seen.pkid)} was applied while its mode was {seen.has}"


def those_before_are_back(chronicle: Chronicle) -> Iterator[str]:
    """No profile is touched while more phones of those that were applied before are away than may be lost, unless a person has gone
    on behind that gate. Phones that went off by themselves may have done so once they were back."""
    gone = {fired.phone for fired in chronicle.fired if fired.trouble.kind is Kind.GONE}
    for seen in chronicle.truth.profiles:
        away = [name for name in _unforeseen(chronicle, seen, seen.away) if name not in gone]
        if not away or (seen.mode and not is_lsc_first(seen.mode)) or _known_to_be_lost(chronicle, seen):
            continue
        if chronicle.run is None or len(away) > chronicle.run.rules.max_lost.of(seen.restarted):
            yield f"{_name(chronicle, seen.pkid)} was touched while {', '.join(away)} had not registered again"


def _known_to_be_lost(chronicle: Chronicle, seen: ProfileSeen) -> bool:
    """Whether a run whose gate had closed was resumed between the first apply of a profile and then."""
    applied = [one.at for one in chronicle.truth.profiles if not one.mode]
    resumed = [
        min(part.reads)
        for before, part in zip(chronicle.parts, chronicle.parts[1:], strict=False)
        if before.state == "gate-closed" and part.reads
    ]
    return any(min(applied, default=seen.at) <= at <= seen.at for at in resumed)


def nothing_else_changed(chronicle: Chronicle) -> Iterator[str]:
    """No profile outside the plan gets a mode or is applied, and nothing but modes changes."""
    planned = _planned(chronicle)
    for seen in chronicle.truth.profiles:
        if seen.pkid not in planned and (not seen.mode or is_lsc_first(seen.mode)):
            yield f"the profile {seen.pkid} is not in the plan, and got {seen.mode or 'applied'}"
    if chronicle.truth.meddled:
        yield "more than the mode of a profile changed"
    # where others change a phone's profile in the instant of a write, CUCM makes one that suits what was written [field guide 2]
    meddlers = any(fired.trouble.kind in (Kind.MODE, Kind.PROFILE) for fired in chronicle.fired)
    if chronicle.truth.made and not meddlers:
        yield f"{chronicle.truth.made} security profiles were made"
    if chronicle.applied_with_profile and chronicle.scenario.operation is not Operation.THEN_LSC_FIRST:
        yield "profiles were applied, and nobody asked for that"


def told_as_it_is(chronicle: Chronicle) -> Iterator[str]:
    """What the journal says of each profile in the end is so."""
    if chronicle.run is None:
        return
    modes, applied = chronicle.truth.modes, Counter(seen.pkid for seen in chronicle.truth.profiles if not seen.mode)
    meddled = any(fired.trouble.kind is Kind.MODE for fired in chronicle.fired)
    for outcome in chronicle.run.profiles:
        pkid, standing = outcome.change.profile.pkid, outcome.standing
        has = meddled or is_lsc_first(modes.get(pkid, ""))
        has_not = meddled or not is_lsc_first(modes.get(pkid, ""))
        match standing.state:
            case ProfileState.CHANGED:
                true = has and applied[pkid] == 1 and not _stayed_away(chronicle, pkid)
            case ProfileState.PHONES_LOST:
                true = has and applied[pkid] == 1
            case ProfileState.WRITTEN | ProfileState.ALREADY:
                true = has and not applied[pkid]
            case ProfileState.UNKNOWN:
                true = standing.apply is ProfileCall.LOST or meddled
            case ProfileState.RESTARTING:
                true = False  # a finished run leaves none on its way
            case _:
                true = has_not and not applied[pkid]
        if not true:
            yield (
                f"{outcome.change.profile.name} is {standing.state} ({standing.reason or 'no reason'}; write "
                f"{standing.write}, apply {standing.apply}), and has {modes.get(pkid)}, applied {applied[pkid]} times"
            )


def _stayed_away(chronicle: Chronicle, pkid: str) -> list[str]:
    """Phones that were registered when this profile restarted them, are off since, and that no trouble met."""
    met = {fired.phone for fired in chronicle.fired}
    phones = ((name, chronicle.after.get(name)) for name in chronicle.truth.away if name not in met)
    return [name for name, phone in phones if phone is not None and phone.off and phone.profile == pkid]


def _planned(chronicle: Chronicle) -> dict[str, str]:
    """`{pkid: name}` of the profiles that the plan changes."""
    outcomes = () if chronicle.run is None else chronicle.run.profiles
    return {one.change.profile.pkid: one.change.profile.name for one in outcomes}


def _name(chronicle: Chronicle, pkid: str) -> str:
    return _planned(chronicle).get(pkid, pkid)


def _unforeseen(chronicle: Chronicle, seen: ProfileSeen, phones: tuple[str, ...]) -> list[str]:
    """Those of the phones that no trouble met so short before that no client could have seen it."""
    met = {fired.phone for fired in chronicle.fired if 0 <= seen.at - fired.at < _SETTLES}
    jumped = _met_lately(chronicle, seen.at, Kind.JUMP)
    return [name for name in phones if name not in met and not jumped]


def _met_lately(chronicle: Chronicle, at: float, kind: Kind) -> bool:
    return any(fired.trouble.kind is kind and 0 <= at - fired.at < _SETTLES for fired in chronicle.fired)


OF_PROFILES: tuple[Callable[[Chronicle], Iterator[str]], ...] = (
    only_when_all_have_one,
    applied_at_most_once,
    those_before_are_back,
    nothing_else_changed,
    told_as_it_is,
)
