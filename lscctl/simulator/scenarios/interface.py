"""What a scenario is, and the words that several of them need."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lscctl.simulator.cluster import Cluster
from lscctl.simulator.nodes import Node


@dataclass(frozen=True, slots=True)
class Scenario:
    """One way to be wrong: what a person would say of it, and what makes a healthy cluster so."""

    name: str
    says: str
    happen: Callable[[Cluster], None]


def last_node(cluster: Cluster) -> Node:
    """The node on which things go wrong that go wrong on one: a subscriber where there is one."""
    return cluster.nodes.all()[-1]


def some_phones(cluster: Cluster, most: int = 3) -> list[str]:
    """The pkids of the first few phones that could enrol at once: Cisco 8845 on the network, idle, not over Expressway."""
    rows = cluster.connection.execute(
        "SELECT d.pkid FROM device d JOIN sim_phone p ON p.fkdevice = d.pkid JOIN typemodel t ON t.enum = d.tkmodel"
        " WHERE t.name = 'Cisco 8845' AND p.powered = 't' AND p.expressway = 'f' AND d.tkcertificateoperation = 1"
        " ORDER BY d.ctiid LIMIT ?",
        (most,),
    )
    return [str(pkid) for (pkid,) in rows]


def change_phones(cluster: Cluster, table: str, pkids: Iterable[str], **columns: object) -> None:
    """Set columns of `device`, `sim_phone` or `registrationdynamic` for these phones."""
    key = "pkid" if table == "device" else "fkdevice"
    setting = ", ".join(f"{column} = ?" for column in columns)
    cluster.connection.executemany(
        f"UPDATE {table} SET {setting} WHERE {key} = ?", [(*columns.values(), pkid) for pkid in pkids]
    )
