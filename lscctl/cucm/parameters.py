"""The cluster's parameters that decide over LSCs, by the words of their names: how the database spells those is *assumed*."""

import re
from collections.abc import Mapping
from typing import Final

from lscctl.cucm.clock import Query
from lscctl.cucm.sql import Sql
from lscctl.plan import Issuer

_DAY: Final = 86_400

_PARAMETERS: Final = Sql(
    "select paramname, paramvalue from processconfig where (lower(paramname) matches '*capf*' "
    "or lower(paramname) matches '*issuer*' or lower(paramname) matches '*certificate*' "
    "or lower(paramname) matches '*clustersecuritymode*' or lower(paramname) matches '*ipv6*' "
    "or lower(paramname) matches '*fips*' or lower(paramname) matches '*encryption*' "
    "or lower(paramname) matches '*online*ca*') and lower(paramname) not matches '*password*'"
)


def read_parameters(query: Query) -> Mapping[str, str]:
    """`{"durationofcertificatevalidityindays": "1825"}`: letters and digits of each name, in lower case. Raises WireFault."""
    return {re.sub(r"[\W_]", "", row["paramname"]).lower(): row["paramvalue"].strip() for row in query(_PARAMETERS)}


def lsc_lifetime(parameters: Mapping[str, str], issuer: Issuer) -> float | None:
    """How long LSCs last here, in seconds: what CAPF is set to; None where a CA decides that [field guide 1]."""
    days = parameters.get("durationofcertificatevalidityindays", "")
    by_a_ca = issuer in (Issuer.ONLINE_CA, Issuer.OFFLINE_CA)
    return float(days) * _DAY if days.isdigit() and int(days) and not by_a_ca else None


def switch(value: str) -> bool | None:
    """Whether a parameter's value says on or off, in any of the ways in which CUCM may store that (*assumed*); None for neither."""
    said = value.strip().casefold()
    if said in ("1", "t", "true", "enabled", "yes", "on"):
        return True
    return False if said in ("0", "f", "false", "disabled", "no", "off") else None
