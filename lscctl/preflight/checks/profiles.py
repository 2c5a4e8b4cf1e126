"""The security profiles of the plan's phones: they, not the phones, hold the CAPF settings."""

import shlex
from collections import Counter
from collections.abc import Iterator
from typing import Final

from lscctl.phone import SecurityProfile
from lscctl.preflight.checks.of_the_plan import counted, everyone, examples, reasons
from lscctl.preflight.ground import Ground
from lscctl.preflight.interface import result, warn
from lscctl.reasons import PROFILE_DIFFERS, Reason
from lscctl.verdict import CheckResult, Fault

_DIFFERS: Final = PROFILE_DIFFERS - {Reason.NO_CAPF_SETTINGS}
_OTHERS: Final = frozenset(
    {Reason.NO_CAPF_SETTINGS, Reason.STRING_IN_SECURE_PROFILE, Reason.SECURE_PROFILE, Reason.NULL_STRING}
)


class ProfilesCheck:
    """The profiles of the phones agree with the chosen settings."""

    name = "profiles"
    title = "Security profiles"
    looked_at = "the CAPF settings of each profile in the plan, against the chosen ones"

    def run(self, ground: Ground) -> CheckResult:
        """Tell which disagree, and how many phones use them."""
        profiles = {phone.profile.pkid: phone.profile for phone, _ in everyone(ground)}
        predefined = sorted(profile.name for profile in profiles.values() if profile.predefined)
        marked = f"; predefined, so nobody can change them: {examples(predefined)}" if predefined else ""
        faults = [*_differing(ground, profiles), *reasons(ground, _OTHERS, kind="phones")]
        return result(self, f"{len(profiles)} in the plan{marked}", faults)


def _differing(ground: Ground, profiles: dict[str, SecurityProfile]) -> Iterator[Fault]:
    """One fault for each profile; who else uses it is asked for only where one differs."""
    using = Counter(phone.profile.pkid for phone, _ in everyone(ground))
    why: dict[str, dict[str, None]] = {}
    for phone, findings in everyone(ground):
        has = f"profile {phone.profile.name!r} has "
        for finding in findings:
            if finding.reason in _DIFFERS:
                why.setdefault(phone.profile.pkid, {})[str(finding).removeprefix(has)] = None
    if not why:
        return
    everywhere = {one.profile.pkid: one.phones for one in ground.cluster.profiles.in_use()}
    for pkid in sorted(why, key=lambda pkid: profiles[pkid].name):
        profile, here = profiles[pkid], using[pkid]
        kind = "predefined, " if profile.predefined else ""
        others = max(0, everywhere.get(pkid, 0) - here)
        yield warn(
            "profile-differs",
            f"{kind}has {' and '.join(why[pkid])}; used by {counted(here)} of the plan and {others:,} other{'s'[: others != 1]}",
            _remedy(ground, profile),
            profile.name,
        )


def _remedy(ground: Ground, profile: SecurityProfile) -> str:
    """The command that makes the profile, or a copy of one that nobody can change, agree."""
    request, settings = ground.request, profile.settings
    mode = request.mode or (settings and settings.mode)
    options = {
        "--key-order": request.key_order and request.key_order.short,
        "--key-size": request.key_size,
        "--ec-key-size": request.ec_key_size,
        "--copy-to": "NEW" if profile.predefined else None,
    }
    given = [part for name, value in options.items() if value is not None for part in (name, str(value))]
    command = shlex.join(["lscctl", "profiles", "set-mode", profile.name, mode.short if mode else "MODE", *given])
    if profile.predefined:
        return f"Copy it, and let the phones use the copy: {command}"
    return f"Change it, which can restart every phone that uses it: {command}"
