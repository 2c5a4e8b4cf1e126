"""Security profiles by themselves: who uses them, and changing, copying and applying them."""

import time
from collections.abc import Callable, Sequence
from typing import Final

import tenacity

from lscctl.capf import CapfSettings
from lscctl.cucm.axl import Axl
from lscctl.cucm.clock import Query
from lscctl.cucm.faults import Throttled
from lscctl.cucm.inventory import Inventory
from lscctl.cucm.zones import with_zones
from lscctl.lsc_first import ProfileSeen
from lscctl.phone import ProfileInUse
from lscctl.plan import ClusterFacts

_ATTEMPTS: Final = 10
_PAUSE: Final = 3.0
"""How often, and how many seconds apart, a single call is made that a busy cluster refuses."""

_OWN_TO_EACH: Final = frozenset({"name", "description", "authenticationMode", "keySize", "keyOrder", "ecKeySize"})
"""What a copy of a profile may have of its own."""


class SecurityProfiles:
    """The profiles of one cluster. Writes raise AnswerLost where they may have been done, AxlFault where they were refused; all
    methods raise WireFault."""

    def __init__(
        self,
        axl: Axl,
        inventory: Inventory,
        facts: Callable[[], ClusterFacts],
        query: Query,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._axl = axl
        self._inventory = inventory
        self._profiles = inventory.profiles
        self._facts = facts
        self._query = query
        self._sleep = sleep

    def in_use(self) -> Sequence[ProfileInUse]:
        """Every phone security profile, with how many phones use it."""
        return self._profiles.in_use()

    def seen(self, pkid: str, *, zones: bool = False) -> ProfileSeen:
        """A security profile and all phones that use it, whoever wants it; with `zones` each phone's `zone` is read, too.

        The profile is read last, so that it is never older than what is known of its phones.
        """
        phones = self._inventory.users(pkid)
        if zones:
            phones, _ = with_zones(self._query, phones)
        facts = self._facts()
        return ProfileSeen(self._profiles.read([pkid]).get(pkid), tuple(phones), facts)

    def change(self, pkid: str, settings: CapfSettings) -> None:
        """Give a profile these CAPF settings, as far as the schema has them."""
        known = self._axl.schema.fields("updatePhoneSecurityProfile")
        changes = {field: value for field, value in settings_fields(settings).items() if field in known}
        self._insist(lambda: self._axl.update_phone_security_profile(pkid, changes))

    def copy(self, original: ProfileInUse, name: str, settings: CapfSettings) -> None:
        """Make a profile of this name that is like the original but for its CAPF settings."""
        fields = self._fields(original.profile.pkid)
        known = self._axl.schema.fields("addPhoneSecurityProfile", "phoneSecurityProfile")
        fields |= {field: value for field, value in settings_fields(settings).items() if field in known}
        self._insist(lambda: self._axl.add_phone_security_profile(fields | {"name": name}))

    def differences(self, pkid: str, other: str) -> list[str]:
        """In what two profiles differ beside name, description and CAPF settings: AXL's names of the fields, sorted."""
        one, two = self._fields(pkid), self._fields(other)
        there = one.keys() | two.keys()
        return sorted(field for field in there - _OWN_TO_EACH if one.get(field) != two.get(field))

    @property
    def can_be_applied(self) -> bool:
        """Whether a whole profile can be applied here: that came with 10.0 [XSD]."""
        return self._axl.schema.supports("applyPhoneSecurityProfile")

    def apply(self, pkid: str) -> None:
        """Make every phone with this profile fetch its configuration: they may restart."""
        self._insist(lambda: self._axl.apply_phone_security_profile(pkid))

    def _fields(self, pkid: str) -> dict[str, str]:
        """All that a new profile can be given, as this one has it."""
        known = self._axl.schema.fields("addPhoneSecurityProfile", "phoneSecurityProfile")
        there = self._axl.get_phone_security_profile(pkid).fields
        return {field: text for field in known if (text := there.get(field))}

    def _insist(self, call: Callable[[], object]) -> None:
        """Make a single call again while the cluster refuses it for being busy (503): nothing was done then."""
        for attempt in tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(Throttled),
            stop=tenacity.stop_after_attempt(_ATTEMPTS),
            wait=tenacity.wait_fixed(_PAUSE),
            sleep=self._sleep,
            reraise=True,
        ):
            with attempt:
                call()


def settings_fields(settings: CapfSettings) -> dict[str, str]:
    """The settings by the names that AXL has for them; what they do not hold is left away, since CUCM takes empty for a default."""
    fields = {
        "authenticationMode": settings.mode.value,
        "keySize": settings.key_size,
        "keyOrder": settings.key_order,
        "ecKeySize": settings.ec_key_size,
    }
    return {field: str(value) for field, value in fields.items() if value is not None}
