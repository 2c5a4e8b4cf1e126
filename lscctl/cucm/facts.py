"""What the plan must know of the cluster: who issues LSCs, by which names, and which algorithms are allowed."""

import re
from typing import Final

from lscctl.cucm.clock import Query
from lscctl.cucm.parameters import switch
from lscctl.cucm.sql import Sql
from lscctl.plan import ClusterFacts, Issuer
from lscctl.trustlist.names import common_name

PARAMETERS: Final = Sql(
    "select pc.paramname, pc.paramvalue, ts.name as service from processconfig pc "
    "left outer join typeservice ts on pc.tkservice = ts.enum "
    "where lower(pc.paramname) matches '*issuer*' or lower(pc.paramname) matches '*advanced*encryption*'"
)
"""The GUI calls them `Certificate Issuer to Endpoint` and `Endpoint Advanced Encryption Algorithms Support`. How
`processconfig.paramname` spells them no public source says, so their words decide (*assumed*)."""

CAPF_SUBJECTS: Final = Sql("select subjectname from certificate where lower(subjectname) matches '*cn=capf-*'")
"""CAPF's certificates of now and before; those of other clusters too, where they were put into CAPF-trust [field guide 4]."""

_CAPF: Final = re.compile(r"certificate authority proxy|\bcapf\b", re.IGNORECASE)


def read_facts(query: Query, *, now: float, version: tuple[int, ...]) -> ClusterFacts:
    """Ask the cluster; `now` is its time in epoch seconds, `version` its own, (12, 5, ...). Raises WireFault."""
    issuer, advanced = Issuer.UNKNOWN, None
    for row in query(PARAMETERS):
        words = re.sub(r"[\W_]", "", row["paramname"]).lower()
        if "issuer" in words and ("endpoint" in words or _CAPF.search(row["service"])):
            issuer = _issuer(row["paramvalue"])
        elif "advancedencryptionalgorithms" in words:
            advanced = switch(row["paramvalue"])
    if issuer is Issuer.UNKNOWN and version < (12, 5):
        issuer = Issuer.CAPF  # the choice came with 12.5 [field guide 1]
    return ClusterFacts(
        now=now,
        issuer=issuer,
        own_issuers=frozenset() if issuer is Issuer.ONLINE_CA else _own_issuers(query),
        advanced_encryption=advanced,
        keeps_lsc_expiry=version >= (11, 5),
    )


def _own_issuers(query: Query) -> frozenset[str]:
    """The common names under which this cluster's CAPF signs, and signed before it was regenerated.

    CUCM may store a distinguished name or a common name, and orders the parts of a name in more than one way (*assumed*): only the
    common name compares.
    """
    return frozenset(common_name(row["subjectname"]) for row in query(CAPF_SUBJECTS))


def _issuer(value: str) -> Issuer:
    """Who issues, by the words of the parameter's value; a bare number is nobody we know."""
    said = value.casefold()
    if "offline" in said:
        return Issuer.OFFLINE_CA
    if "online" in said:
        return Issuer.ONLINE_CA
    return Issuer.CAPF if _CAPF.search(value) else Issuer.UNKNOWN
