"""The trust lists that phones hold: where they fetch them, which they take, and what follows for CAPF and the ITL status.

A phone keeps no list, only the digest of one that `sim_list` holds, so that 40,000 phones cost no more than a few lists.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable
from hashlib import sha256
from typing import Final, Literal

from cryptography import x509

from lscctl.simulator.assumptions import Assumptions
from lscctl.simulator.handset import Handset
from lscctl.simulator.list_reading import BadListError, ReadList, read
from lscctl.simulator.models import BY_NUMBER
from lscctl.simulator.public_tables import itl_status_table
from lscctl.simulator.releases import Release
from lscctl.trustlist.format import Function

NO_SERVER: Final = "TFTP timeout"
"""What a phone shows when no TFTP server answers."""
UPDATED: Final = "Trust List updated"
NO_LIST: Final = "No Trust List installed"
NOT_VERIFIED: Final = "Trust List update failed, verification failure"

CapfRecord = Literal["live", "other", "none"]
"""What the lists of a phone say of CAPF: its certificate of now, another one, or nothing."""

Refused = Literal["itl-mismatch", "itl-corrupt"]
"""What is wrong where a phone does not take its server's list."""

_DIGITS: Final = 32

_SERVER: Final = (
    "SELECT n.pkid FROM processnode n JOIN processnodeservice s ON s.fkprocessnode = n.pkid AND s.isactive = 't'"
    " JOIN typeservice t ON t.enum = s.tkservice AND t.name = 'Cisco Tftp'"
    " JOIN sim_service r ON r.fkprocessnodeservice = s.pkid AND r.running = 't'"
    " ORDER BY n.name = ? DESC, n.tknodeusage, n.rowid LIMIT 1"
)
_STATUSES: Final = (
    "SELECT p.fkdevice AS device, CASE WHEN p.tftp IS NULL THEN 'Unknown' WHEN p.itl IS NULL THEN 'Not Installed'"
    " WHEN EXISTS (SELECT 1 FROM sim_failure f WHERE f.fkdevice = p.fkdevice AND f.name IN ('itl-mismatch', 'itl-corrupt'))"
    " THEN 'Mismatch' WHEN l.list IS NULL THEN 'Unknown' WHEN l.list = p.itl THEN 'Match' ELSE 'Mismatch' END AS status"
    " FROM sim_phone p JOIN device d ON d.pkid = p.fkdevice"
    " JOIN typedeviceprotocol y ON y.enum = d.tkdeviceprotocol AND y.name = 'SIP'"
    " LEFT JOIN sim_trust_list l ON l.fkprocessnode = p.tftp AND l.kind = 'ITL'"
)
"""The ITL status of each SIP phone: what it holds against what the server has that it fetched it from."""

_REPORTS: Final = {
    "registrationdynamic": "UPDATE registrationdynamic SET tkitlstatus = t.enum FROM ({statuses}) s"
    " JOIN typeitlstatus t ON t.name = s.status"
    " WHERE registrationdynamic.fkdevice = s.device AND tkitlstatus IS NOT t.enum",
    "device": "UPDATE device SET itlstatus = s.status FROM ({statuses}) s"
    " WHERE device.pkid = s.device AND itlstatus IS NOT s.status",
}


def keep(connection: sqlite3.Connection, content: bytes) -> str:
    """Put a list where phones and servers can refer to it, and say by what."""
    digest = sha256(content).hexdigest()[:_DIGITS]
    connection.execute("INSERT OR IGNORE INTO sim_list VALUES (?, ?)", (digest, content))
    return digest


class HeldLists:
    """What phones hold; use it under the cluster's lock."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        *,
        release: Release,
        assumptions: Assumptions,
        capf_certificate: Callable[[], x509.Certificate],
    ) -> None:
        self._connection = connection
        self._report = _REPORTS.get(itl_status_table(release, assumptions))
        self._capf_certificate = capf_certificate
        self._read: dict[str, ReadList | None] = {}
        self._verdicts: dict[tuple[str, frozenset[str]], bool] = {}

    # fetching

    def server_of(self, node: str | None) -> str | None:
        """The node (its pkid) whose TFTP server a phone asks that belongs to `node` (its name): its own, else another.

        None where Cisco Tftp runs nowhere.
        """
        row = self._connection.execute(_SERVER, (node or "",)).fetchone()
        return None if row is None else str(row[0])

    def fetch(self, handset: Handset, server: str) -> str:
        """Let a phone fetch the lists of a server; says what the phone shows then, or nothing."""
        held, message = self._taken(handset.model, handset.itl, handset.ctl, server)
        if (server, *held) != (handset.tftp, handset.itl, handset.ctl):
            self._connection.execute(
                "UPDATE sim_phone SET tftp = ?, itl = ?, ctl = ? WHERE fkdevice = ?", (server, *held, handset.pkid)
            )
            self.report(handset.pkid)
        return message

    def settle(self) -> None:
        """Let every phone that ever registered fetch its server's lists, as if all had restarted since they were written."""
        groups: dict[tuple[str, str | None, str | None, str, tuple[str | None, str | None]], list[int]]
        groups = defaultdict(list)
        for node, itl, ctl, model in self._connection.execute(
            "SELECT DISTINCT p.node, p.itl, p.ctl, d.tkmodel FROM sim_phone p JOIN device d ON d.pkid = p.fkdevice"
            " WHERE p.node IS NOT NULL"
        ).fetchall():
            server = self.server_of(node)
            if server is not None:
                taken, _ = self._taken(model, itl, ctl, server)
                groups[node, itl, ctl, server, taken].append(model)
        for (node, itl, ctl, server, taken), models in groups.items():
            self._connection.execute(
                "UPDATE sim_phone SET tftp = ?, itl = ?, ctl = ? WHERE node = ? AND itl IS ? AND ctl IS ?"
                " AND (SELECT tkmodel FROM device WHERE pkid = fkdevice) IN (SELECT value FROM json_each(?))",
                (server, *taken, node, itl, ctl, json.dumps(models)),
            )
        self.report()

    def hand_out(self, pkid: str, content: bytes) -> None:
        """Let a phone hold this ITL, wherever it has it from."""
        self._connection.execute(
            "UPDATE sim_phone SET itl = ? WHERE fkdevice = ?", (keep(self._connection, content), pkid)
        )
        self.report(pkid)

    def _taken(
        self, model: int, itl: str | None, ctl: str | None, server: str
    ) -> tuple[tuple[str | None, str | None], str]:
        """Which ITL and CTL a phone holds after it has asked a server, and what it shows."""
        kind = BY_NUMBER[model]
        wanted = {"CTL": kind.capf > 0, "ITL": kind.sbd}
        held, message = {"ITL": itl, "CTL": ctl}, ""
        for name, offered in self._connection.execute(
            "SELECT kind, list FROM sim_trust_list WHERE fkprocessnode = ? ORDER BY kind", (server,)
        ).fetchall():
            if not wanted[name] or offered == held[name]:
                continue
            if self._trusts(offered, frozenset(filter(None, held.values()))):
                held[name], message = offered, UPDATED
            else:
                message = NOT_VERIFIED
        return (held["ITL"], held["CTL"]), message

    def _trusts(self, offered: str, held: frozenset[str]) -> bool:
        """Whether a phone with these lists takes another: signed by a token of theirs, or, where it has none, by its own."""
        if (offered, held) not in self._verdicts:
            self._verdicts[offered, held] = self._verify(offered, held)
        return self._verdicts[offered, held]

    def _verify(self, offered: str, held: frozenset[str]) -> bool:
        new = self._list(offered)
        if new is None:
            return False
        known = [old for old in map(self._list, held) if old is not None] or [new]
        return new.signed_by_one_of(tuple(token for one in known for token in one.of(Function.SAST)))

    # what follows

    def refused(self, handset: Handset) -> Refused | None:
        """Why a phone does not take the list of the server that it asks: it does not trust it, or nobody could read it."""
        server = handset.tftp
        if server is None or self._taken(handset.model, handset.itl, handset.ctl, server)[1] != NOT_VERIFIED:
            return None
        return "itl-mismatch" if self._sound(server) else "itl-corrupt"

    def _sound(self, server: str) -> bool:
        """Whether what a server hands out is whole, and signed by whom it names."""
        offered = self._connection.execute("SELECT list FROM sim_trust_list WHERE fkprocessnode = ?", (server,))
        lists = [self._list(str(reference)) for (reference,) in offered.fetchall()]
        return all(one is not None and one.signed_by_one_of(one.of(Function.SAST)) for one in lists)

    def capf_record(self, handset: Handset) -> CapfRecord:
        """What a phone's lists say of CAPF; with a CTL, which mixed mode gives it, both must name it [field guide 6].

        A model without Security By Default has no ITL; without a CTL, too, it takes any CAPF for the right one.
        """
        held = [one for one in (handset.ctl, handset.itl) if one is not None]
        if not held:
            return "none" if BY_NUMBER[handset.model].sbd else "live"
        named = [(one.of(Function.CAPF) if (one := self._list(reference)) else ()) for reference in held]
        if not all(named):
            return "none"
        live = self._capf_certificate()
        return "live" if all(any(record.is_of(live) for record in records) for records in named) else "other"

    def report(self, pkid: str | None = None) -> None:
        """Bring the ITL status in the database up to date, of one phone or of all."""
        if self._report is None:
            return
        one = "" if pkid is None else " WHERE p.fkdevice = ?"
        self._connection.execute(self._report.format(statuses=_STATUSES + one), () if pkid is None else (pkid,))

    def _list(self, reference: str) -> ReadList | None:
        """A list by its digest, read once; None where it cannot be read."""
        if reference not in self._read:
            (content,) = self._connection.execute("SELECT content FROM sim_list WHERE id = ?", (reference,)).fetchone()
            try:
                self._read[reference] = read(content)
            except BadListError:
                self._read[reference] = None
        return self._read[reference]
