"""What the doors beside AXL show."""

from collections.abc import Sequence
from typing import Final

from lscctl.cucm.faults import AxlFault
from lscctl.cucm.registration import NAMES_A_REQUEST
from lscctl.cucm.selection import IS_PHONE
from lscctl.cucm.sql import Sql
from lscctl.phone import Registration
from lscctl.preflight.assumptions.interface import Finding, Site

_SOME: Final = Sql(
    "select first 20 d.name from device d inner join typeclass tc on d.tkclass = tc.enum "
    "inner join registrationdynamic rd on rd.fkdevice = d.pkid where {is_phone} order by d.pkid",
    is_phone=IS_PHONE,
)


def registered(site: Site, names: Sequence[str]) -> frozenset[str]:
    """Those of the phones that RIS says are registered; one request, and none for no names. Raises WireFault."""
    if not names:
        return frozenset()
    page = site.cluster.registrations_at_once(names)
    seen = {name: one.registration for node in page.nodes for name, one in node.seen}
    return frozenset(name for name, state in seen.items() if state is Registration.REGISTERED)


def ris_limit(site: Site) -> Finding:
    """By asking for one name more than every RIS takes, a phone that it knows being the last of them."""
    known = sorted(registered(site, [row["name"] for row in site.cluster.rows(_SOME)]))
    if not known:
        return Finding(None, "there is no registered phone to ask for")
    nobody = [f"SEP00000000{number:04X}" for number in range(NAMES_A_REQUEST)]
    try:
        answered = bool(registered(site, [*nobody, known[0]]))
    except AxlFault:
        answered = False
    if answered:
        return Finding(f"more than {NAMES_A_REQUEST}", f"a request for {NAMES_A_REQUEST + 1} was answered whole")
    return Finding(str(NAMES_A_REQUEST), f"a request for {NAMES_A_REQUEST + 1} was not answered whole")
