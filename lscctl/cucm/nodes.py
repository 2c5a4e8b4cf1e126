"""The nodes of a cluster out of its database: which there are, what is activated on each, and whom phones would ask."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lscctl.cucm.clock import Query
from lscctl.cucm.faults import AxlFault, BadAnswer
from lscctl.cucm.sql import Sql

CAPF: Final = "Cisco Certificate Authority Proxy Function"
TFTP: Final = "Cisco Tftp"
TVS: Final = "Cisco Trust Verification Service"

_SERVICES: Final = Sql(
    "select pn.name, pn.tknodeusage, ts.name as service, pns.isactive from processnode pn "
    "left outer join processnodeservice pns on pns.fkprocessnode = pn.pkid "
    "left outer join typeservice ts on pns.tkservice = ts.enum "
    "where pn.name <> 'EnterpriseWideData' order by pn.tknodeusage, pn.name"
)
_CALL_MANAGERS: Final = Sql(
    "select distinct pn.name from callmanagergroupmember m inner join callmanager cm on m.fkcallmanager = cm.pkid "
    "inner join processnode pn on cm.fkprocessnode = pn.pkid"
)


@dataclass(frozen=True, slots=True)
class ClusterNode:
    """A node by the name that the cluster has for it; `activated` maps services to whether the database has them activated."""

    name: str
    publisher: bool
    activated: Mapping[str, bool]
    serves_phones: bool = True

    def has(self, service: str) -> bool:
        """Whether the service is activated here, by its name as the GUI shows it; names differ in little between releases."""
        return any(active and same_service(name, service) for name, active in self.activated.items())


def same_service(one: str, other: str) -> bool:
    """Whether two names mean the same service: `Cisco Tftp`, `Cisco TFTP Service`."""
    return _bare(one) == _bare(other)


def _bare(name: str) -> str:
    return "".join(name.casefold().removeprefix("cisco").removesuffix("service").split())


def read_nodes(query: Query) -> tuple[ClusterNode, ...]:
    """All nodes, the publisher first; which ones serve phones where the database says so, else all. Raises WireFault."""
    services: dict[str, dict[str, bool]] = {}
    publishers = set()
    for row in query(_SERVICES):
        services.setdefault(row["name"], {})
        if row["service"]:
            services[row["name"]][row["service"]] = row["isactive"] == "t"
        if row["tknodeusage"] == "0":
            publishers.add(row["name"])
    if not services:
        raise BadAnswer(
            "the cluster's database names no node", hint="Is this the publisher, and may the user read all tables?"
        )
    try:
        serving = {row["name"] for row in query(_CALL_MANAGERS)}
    except AxlFault:
        serving = set()  # then any node may be asked
    return tuple(
        ClusterNode(name, name in publishers, activated, not serving or name in serving)
        for name, activated in services.items()
    )
