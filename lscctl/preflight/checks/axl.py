"""The API: its version, and what the user may do."""

from collections.abc import Iterator

from lscctl.cucm.control_center import ROLES as CONTROL_CENTER_ROLES
from lscctl.cucm.faults import LEAST_ROLES, RoleMissing, WireFault
from lscctl.cucm.nodes import CAPF
from lscctl.cucm.registration import ROLES as RIS_ROLES
from lscctl.preflight.ground import Ground
from lscctl.preflight.interface import fail, result, skip, warn
from lscctl.verdict import CheckResult, Fault

_OLDEST = (8, 0)
_NEWEST_KNOWN = 15
_GRANT = "In User Management, put the user into an access control group with the roles {}."


class AxlCheck:
    """AXL answers, in a version that we know, to a user who may read and write."""

    name = "axl"
    title = "AXL and roles"
    looked_at = "AXL's version, and what the user may do through AXL, RIS and Control Center"

    def run(self, ground: Ground) -> CheckResult:
        """Ask each door once; the write is one to a phone that cannot exist."""
        doors = "AXL takes reads and writes" if ground.tries_a_write else "AXL takes reads"
        told = f"CUCM {ground.cluster.version}; {doors}, RIS and Control Center answer"
        return result(self, told, [*_version(ground), *_roles(ground)])


def _version(ground: Ground) -> Iterator[Fault]:
    if ground.version[:2] < _OLDEST:
        yield fail(
            "axl-version-old",
            f"CUCM {ground.cluster.version} knows no Security By Default",
            "Upgrade to 8.0(1) or later.",
        )
    elif ground.version[0] > _NEWEST_KNOWN:
        yield warn(
            "axl-version-unknown",
            f"CUCM {ground.cluster.version} is newer than any that lscctl was made for",
            "Try one phone first, and look for a newer lscctl.",
        )


def _roles(ground: Ground) -> Iterator[Fault]:
    if ground.tries_a_write and not ground.cluster.may_write():
        yield fail(
            "axl-read-only",
            "the user may read through AXL, but not write",
            _GRANT.format(" and ".join(LEAST_ROLES)),
        )
    try:
        ground.cluster.ask_registration_of_nobody()
    except RoleMissing:
        yield warn(
            "ris-role",
            "RIS does not answer this user: which phones are registered is known from the database only",
            _GRANT.format(" and ".join(RIS_ROLES)),
        )
    except WireFault as error:
        yield skip("ris-unseen", error.message, error.hint or "")
    try:
        ground.state(ground.publisher, CAPF)
    except RoleMissing:
        yield warn(
            "control-center-role",
            "Control Center does not answer this user: services are seen by their ports only",
            _GRANT.format(" and ".join(CONTROL_CENTER_ROLES)),
        )
    except WireFault as error:
        yield skip("control-center-unseen", error.message, error.hint or "")
