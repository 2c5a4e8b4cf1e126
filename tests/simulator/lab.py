"""A cluster on a bench: a clock that moves when told, and short words for what tests ask of phones."""

import json
import sqlite3
from functools import cache

from lscctl.simulator.assumptions import Assumptions
from lscctl.simulator.capf_write import CapfWrite
from lscctl.simulator.clock import ManualClock
from lscctl.simulator.cluster import Cluster
from lscctl.simulator.scenarios import play

START = 1_790_000_000.0  # 2026-09-21 16:13:20 in Berlin
FAR = "2026:09:22:06:00"
PAST = "2026:09:21:12:00"
SOON = "2026:09:21:17:00"
NULL = "By Null String"
LSC_FIRST = "By Existing Certificate (precedence to LSC)"
MIC_FIRST = "By Existing Certificate (precedence to MIC)"
STRING = "By Authentication String"


@cache
def _template(phones: int, version: str) -> Cluster:
    return Cluster.create(phones=phones, version=version, clock=ManualClock(START))


class Lab:
    """One cluster of its own for one test; copied, since making keys takes its time."""

    def __init__(self, *assume: str, phones: int = 250, version: str = "15.0") -> None:
        self.clock = ManualClock(START)
        connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        _template(phones, version).connection.backup(connection)
        connection.execute("PRAGMA foreign_keys = ON")
        chosen = json.dumps(Assumptions.parse(assume).chosen())
        connection.execute("UPDATE sim_cluster SET value = ? WHERE key = 'assumptions'", (chosen,))
        self.cluster = Cluster(connection, clock=self.clock)

    def value(self, sql: str, *values: object) -> object:
        row = self.cluster.connection.execute(sql, values).fetchone()
        return row[0] if row else None

    def phone(self, model: str = "Cisco 8845", *, lsc: str = "none", where: str = "1 = 1") -> str:
        """Find a registered phone of a model without an operation, on its predefined profile from here on."""
        issuer = {"none": "l.fkdevice IS NULL", "live": "l.issuer = '0'", "foreign": "l.issuer = '2'", "any": "1 = 1"}
        found = self.value(
            "SELECT d.pkid FROM device d JOIN sim_phone p ON p.fkdevice = d.pkid JOIN typemodel t ON t.enum = d.tkmodel"
            " LEFT JOIN sim_lsc l ON l.fkdevice = d.pkid WHERE t.name = ? AND p.powered = 't' AND p.expressway = 'f'"
            f" AND d.tkcertificateoperation = 1 AND {issuer[lsc]} AND {where} ORDER BY d.ctiid",
            model,
        )
        assert isinstance(found, str), f"the population has no such {model}"
        self.use_profile(found, "Standard")
        self.cluster.connection.execute("UPDATE sim_phone SET touched = 'f' WHERE fkdevice = ?", (found,))
        return found

    def use_profile(self, pkid: str, title: str) -> None:
        changed = self.cluster.connection.execute(
            "UPDATE device SET fksecurityprofile = (SELECT s.pkid FROM securityprofile s WHERE s.tkmodel = device.tkmodel"
            " AND s.tkdeviceprotocol = device.tkdeviceprotocol AND s.name LIKE ? ORDER BY s.name) WHERE pkid = ?",
            (f"% - {title}%", pkid),
        )
        assert changed.rowcount == 1
        assert self.profile(pkid)

    def profile(self, pkid: str) -> str:
        name = self.value(
            "SELECT s.name FROM device d JOIN securityprofile s ON s.pkid = d.fksecurityprofile WHERE d.pkid = ?", pkid
        )
        assert isinstance(name, str)
        return name

    def write(self, pkid: str, operation: str | None = "Install/Upgrade", **more: str) -> None:
        self.cluster.write_capf(pkid, CapfWrite(operation=operation, **more))

    def install(self, pkid: str, *, minutes: float = 15, **more: str) -> str:
        """Write an install, apply it, let some minutes pass; say the status."""
        self.write(pkid, finish_time=more.pop("finish_time", FAR), **more)
        self.cluster.apply(pkid)
        self.wait(minutes=minutes)
        return self.status(pkid)

    def install_under_expired_capf(self) -> str:
        """Install on a phone of a cluster whose CAPF certificate has expired; say the status."""
        play(self.cluster, ["capf-expired"])
        return self.install(self.phone())

    def wait(self, **by: float) -> None:
        self.clock.forward(**by)
        self.cluster.advance()

    def status(self, pkid: str) -> str:
        return str(
            self.value(
                "SELECT s.name FROM device d JOIN typecertificatestatus s ON s.enum = d.tkcertificatestatus"
                " WHERE d.pkid = ?",
                pkid,
            )
        )

    def operation(self, pkid: str) -> str:
        return str(
            self.value(
                "SELECT o.name FROM device d JOIN typecertificateoperation o ON o.enum = d.tkcertificateoperation"
                " WHERE d.pkid = ?",
                pkid,
            )
        )

    def device(self, pkid: str, column: str) -> object:
        return self.value(f"SELECT {column} FROM device WHERE pkid = ?", pkid)

    def name(self, pkid: str) -> str:
        return str(self.device(pkid, "name"))

    def registration(self, pkid: str) -> str:
        """Say what RIS shows of a phone."""
        true = [entry for entry in self.cluster.registrations([self.name(pkid)]) if not entry.stale]
        return true[0].status if true else "not listed"

    def fail(self, pkid: str, name: str) -> None:
        """Switch one failure on for one phone."""
        self.cluster.connection.execute("INSERT INTO sim_failure VALUES (?, ?)", (pkid, name))
