"""What each model can do, as the cluster's feature table says it; for keys, where that table is silent, by generation."""

import re
from collections.abc import Mapping
from typing import Final

from lscctl.cucm.clock import Query
from lscctl.cucm.faults import AxlFault
from lscctl.cucm.sql import Sql
from lscctl.phone import ModelSupport

_ANY_PROTOCOL: Final = ""

FEATURES: Final = Sql(
    "select tm.name as model, tp.name as protocol, count(*) as features, "
    "sum(case when lower(tsf.name) matches '*security by default*' then 1 else 0 end) as sbd "
    "from productsupportsfeature psf inner join typesupportsfeature tsf on psf.tksupportsfeature = tsf.enum "
    "inner join typemodel tm on psf.tkmodel = tm.enum left outer join typedeviceprotocol tp on psf.tkdeviceprotocol = tp.enum "
    "group by tm.name, tp.name"
)
"""One row for each model and protocol: how many features it has, and whether `Security By Default` is among them
[field guide 4]. No public list names a feature for EC keys or key sizes."""

_NO_LONG_KEYS: Final = re.compile(r"Cisco (?:69|79|89|99)\d\d\b.*")
"""Generations whose last firmware (9.x) is older than CUCM 11, with which EC and RSA keys beyond 2048 bits came: that they make
neither is *assumed*. 89xx and 99xx are the video phones 8941, 8945, 8961, 9951 and 9971."""


class SupportTable:
    """`ModelSupport` by model and protocol, out of one page of SQL."""

    def __init__(self, rows: list[Mapping[str, str]]) -> None:
        self._with: set[tuple[str, str]] = set()
        self._known: set[tuple[str, str]] = set()
        self._told: dict[tuple[str, str], ModelSupport] = {}
        for row in rows:
            protocol = row["protocol"] if row["protocol"] in ("SIP", "SCCP") else _ANY_PROTOCOL
            self._known.add((row["model"], protocol))
            if int(row["sbd"] or 0):
                self._with.add((row["model"], protocol))

    @classmethod
    def read(cls, query: Query) -> "SupportTable":
        """Ask the cluster; a table that it does not let us read tells nothing of any model. Raises WireFault."""
        try:
            return cls(list(query(FEATURES)))
        except AxlFault:
            return cls([])

    def of(self, model: str, protocol: str) -> ModelSupport:
        """What the model can do with this protocol. A cluster that tells the feature of no model at all tells nothing by it."""
        if (model, protocol) not in self._told:
            self._told[model, protocol] = self._judged(model, protocol)
        return self._told[model, protocol]

    def _judged(self, model: str, protocol: str) -> ModelSupport:
        keys = {(model, protocol), (model, _ANY_PROTOCOL)}
        sbd: bool | None = None
        if keys & self._with:
            sbd = True
        elif self._with and keys & self._known:
            sbd = False
        if _NO_LONG_KEYS.fullmatch(model):
            return ModelSupport(security_by_default=sbd, elliptic_curves=False, largest_rsa_key=2048)
        return ModelSupport(security_by_default=sbd)
