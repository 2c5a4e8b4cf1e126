"""Who is registered where: RIS tells it, and the database of when it was last."""

import json
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from lscctl.simulator.handset import Handset

_RESET: Final = 28
"""The reason that RIS gives for a phone that CUCM restarted (*assumed* number)."""


@dataclass(frozen=True)
class Registration:
    """One entry of RIS: a phone on a node.

    timestamp: epoch seconds of the last change. stale: an old entry on a node that the phone has left.
    model, product: enum numbers. httpd: Yes, No or Unknown [field guide 5].
    """

    name: str
    description: str
    node: str
    ip: str
    status: str
    status_reason: int
    timestamp: int
    model: int
    product: int
    protocol: str
    load: str
    httpd: str
    line: str
    login_user: str
    stale: bool


def read(connection: sqlite3.Connection, names: Collection[str] | None = None) -> list[Registration]:
    """List the registrations of phones (all without names), by name; stale entries come after the true one.

    A phone that never registered has no entry. Names match in any case.
    """
    chosen = "" if names is None else "AND upper(d.name) IN (SELECT upper(value) FROM json_each(?))"
    rows = connection.execute(
        "SELECT d.name, d.description, p.node, p.ip, p.status, p.statusreason, p.changed, d.tkmodel, d.tkproduct,"
        " y.name, p.load, p.httpd, coalesce(n.dnorpattern, ''), coalesce(u.userid, ''), p.stalenode, p.stalechanged"
        " FROM device d JOIN sim_phone p ON p.fkdevice = d.pkid JOIN typedeviceprotocol y ON y.enum = d.tkdeviceprotocol"
        " LEFT JOIN devicenumplanmap m ON m.fkdevice = d.pkid AND m.numplanindex = 1"
        " LEFT JOIN numplan n ON n.pkid = m.fknumplan LEFT JOIN enduser u ON u.pkid = d.fkenduser"
        f" WHERE p.node IS NOT NULL {chosen} ORDER BY d.name",
        () if names is None else (json.dumps(list(names)),),
    ).fetchall()
    found: list[Registration] = []
    for *true, stale_node, stale_changed in rows:
        found.append(Registration(*(*true, False)))
        if stale_node is not None:
            name, description, _, ip, _, _, _, *rest = true
            entry = (name, description, stale_node, ip, "UnRegistered", 0, stale_changed)
            found.append(Registration(*(*entry, *rest, True)))
    return found


def register(connection: sqlite3.Connection, handset: Handset, at: float, *, seen: bool) -> None:
    """Let a phone register at a time (epoch seconds) with its node; `seen`: the database tells at once when it was seen last."""
    connection.execute(
        "UPDATE sim_phone SET status = 'Registered', statusreason = 0, changed = ? WHERE fkdevice = ?",
        (int(at), handset.pkid),
    )
    connection.execute(
        "UPDATE registrationdynamic SET lastseen = ?, lastactive = ?, lastknownucm = ?, lastknownipaddress = ?"
        " WHERE fkdevice = ?",
        (int(at) if seen else 0, int(at), handset.node, handset.ip, handset.pkid),
    )


def unregister(connection: sqlite3.Connection, pkid: str, at: float) -> None:
    """Let a phone go off at a time (epoch seconds), since it restarts."""
    connection.execute(
        "UPDATE sim_phone SET status = 'UnRegistered', statusreason = ?, changed = ? WHERE fkdevice = ?",
        (_RESET, int(at), pkid),
    )
    connection.execute("UPDATE registrationdynamic SET lastseen = ? WHERE fkdevice = ?", (int(at), pkid))
