"""What the tests of `--then-lsc-first` share: thirteen phones with one profile, the command line, and the cluster's own truth."""

import json
import re
from typing import Any

from tests.e2e.conftest import Ran, Site
from tests.e2e.rollouts import ONE_WAVE, history

PROFILE = "8845 SIP - MIC first"
STANDARD = "Cisco 8845 - Standard SIP Non-Secure Profile"
THEN = ("bulk-install", "--cluster", "lab", "--profile", PROFILE, "--then-lsc-first", *ONE_WAVE)
RUN = (*THEN, "--yes", "--format", "json")
CHANGE, APPLY = "updatePhoneSecurityProfile", "applyPhoneSecurityProfile"


def give_the_profile(site: Site) -> Site:
    """Thirteen phones have the profile; two of them have an LSC, one of these another cluster's."""
    site.sql(
        f"UPDATE device SET fksecurityprofile = (SELECT pkid FROM securityprofile WHERE name = '{PROFILE}') WHERE"
        f" fksecurityprofile = (SELECT pkid FROM securityprofile WHERE name = '{STANDARD}')"
    )
    return site


def mode(site: Site, profile: str = PROFILE) -> str:
    """The profile's authentication mode, in the cluster's own database."""
    ((name,),) = site.sql(
        "SELECT t.name FROM securityprofile s JOIN typeauthenticationmode t ON t.enum = s.tkauthenticationmode"
        f" WHERE s.name = '{profile}'"
    )
    return re.sub(r".*precedence to (\w+).*", r"\1", str(name))


def users(site: Site, profile: str = PROFILE) -> list[str]:
    """The phones of the profile, by name."""
    rows = site.sql(
        "SELECT d.name FROM device d JOIN securityprofile s ON s.pkid = d.fksecurityprofile"
        f" WHERE s.name = '{profile}' AND d.tkclass = 1 ORDER BY d.name"
    )
    return [str(name) for (name,) in rows]


def calls(site: Site, operation: str) -> int:
    """How many requests of this operation arrived."""
    return sum(number for (name, _), number in site.server.requests.items() if name == operation)


def restarted(site: Site) -> list[str]:
    """The phones that an apply of their profile restarted, one that was restarted twice twice."""
    return sorted(write.phone for write in history(site, APPLY))


def profiles_of(ran: Ran) -> dict[str, dict[str, Any]]:
    """`{name: record}` of the profiles that a plan or a run tells of as JSON."""
    told = json.loads(ran.out)
    return {one["profile"]: one for one in told.get("profiles", told.get("then"))}
