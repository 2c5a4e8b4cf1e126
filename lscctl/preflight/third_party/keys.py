"""The keys that profiles ask for: an Online CA signs no EC key [field guide 2]."""

from lscctl.preflight.checks.of_the_plan import counted, everyone, phones
from lscctl.preflight.ground import Ground
from lscctl.preflight.interface import result, warn
from lscctl.verdict import CheckResult, Fault


class KeysCheck:
    """No phone's profile asks for EC keys."""

    name = "keys"
    title = "Keys"
    looked_at = "the key order of each phone's security profile"

    def run(self, ground: Ground) -> CheckResult:
        """Name the profiles that do, with their phones."""
        by_profile: dict[str, list[str]] = {}
        number = 0
        for phone, _ in everyone(ground):
            number += 1
            order = phone.profile.settings.key_order if phone.profile.settings else None
            if order is not None and order.uses_ec:
                by_profile.setdefault(phone.profile.name, []).append(phone.name)
        faults: list[Fault] = [
            warn(
                "keys-ec",
                f"{phones(sorted(names))} would make EC keys, which an Online CA does not sign (CA Rejected Connection)",
                "Give the profile RSA Only, or leave its phones with Cisco CAPF's LSCs: they are left out of a rollout.",
                profile,
            )
            for profile, names in sorted(by_profile.items())
        ]
        return result(self, f"{counted(number)}, all with RSA keys", faults)
