"""The port on which CAPF takes phones [field guide 5]."""

import re
from typing import Final

from lscctl.cucm.clock import Query
from lscctl.cucm.sql import Sql

USUAL_PORT: Final = 3804

_PARAMETER: Final = Sql(
    "select paramname, paramvalue from processconfig where lower(paramname) matches '*capf*' and lower(paramname) matches '*port*'"
)
"""The GUI calls it `CAPF Phone Port`; how the database spells it no public source says, so its words decide (*assumed*)."""


def read_port(query: Query) -> int:
    """The TCP port on which this cluster's CAPF takes phones (enterprise parameter `CAPF Phone Port`). Raises WireFault."""
    for row in query(_PARAMETER):
        words = re.sub(r"[\W_]", "", row["paramname"]).lower()
        if words == "capfphoneport" and row["paramvalue"].strip().isdigit():
            return int(row["paramvalue"])
    return USUAL_PORT
