"""One phone as it is now, read in one go, and the CAPF session that it is in; what becomes of both is written here, too."""

import sqlite3
from dataclasses import dataclass
from typing import Final

from lscctl.simulator import enumerations as enums
from lscctl.simulator.profiles import Settings

NO_OPERATION: Final = enums.number(enums.OPERATIONS, "No Pending Operation")


class UnknownPhoneError(LookupError):
    """No phone has that pkid."""


@dataclass(frozen=True)
class Handset:
    """A phone: what the database says of it, and what only the phone knows.

    model, operation, status: enum numbers. locked_until: epoch seconds. powered: it is on the network.
    message: the last status message on its screen. tftp: the node (its pkid) that it fetched its configuration from last.
    itl, ctl: the lists that it holds, by their digests. broken: what stood in the way when it last tried, of `links.FAULTS`, or
    nothing. failures: names of those that are switched on for it.
    """

    pkid: str
    name: str
    model: int
    operation: int
    status: int
    finish_time: str
    string: str
    ip: str | None
    node: str | None
    mic: str | None
    expressway: bool
    powered: bool
    touched: bool
    attempt: int
    wrong: int
    locked_until: float
    message: str
    tftp: str | None
    itl: str | None
    ctl: str | None
    broken: str
    failures: frozenset[str]

    @property
    def prefix(self) -> str:
        """What its name begins with: SEP, ATA, CSF."""
        return self.name[:3]


@dataclass(frozen=True)
class Session:
    """What a phone took from its configuration, and how far it came with CAPF.

    deadline: epoch seconds. string: the authentication string that CAPF expects. proved: it was typed.
    """

    operation: str
    settings: Settings
    secure: bool
    string: str
    deadline: float | None
    proved: bool
    tries: int


class Handsets:
    """Reads phones and their sessions, and writes what becomes of them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def get(self, pkid: str) -> Handset:
        """Read a phone. Raises UnknownPhoneError."""
        row = self._connection.execute(
            "SELECT d.name, d.tkmodel, d.tkcertificateoperation, d.tkcertificatestatus, d.upgradefinishtime,"
            " d.authenticationstring, p.ip, p.node, p.mic, p.expressway, p.powered, p.touched, p.attempt, p.wrong,"
            " p.lockeduntil, p.message, p.tftp, p.itl, p.ctl, p.broken, (SELECT group_concat(name) FROM"
            " (SELECT name FROM sim_failure f WHERE f.fkdevice = d.pkid UNION"
            " SELECT 'mode-mismatch' FROM sim_differing w WHERE w.fkdevice = d.pkid))"
            " FROM device d JOIN sim_phone p ON p.fkdevice = d.pkid WHERE d.pkid = ?",
            (pkid,),
        ).fetchone()
        if row is None:
            raise UnknownPhoneError(f"no phone has the pkid {pkid}")
        name, model, operation, status, finish, string, ip, node, mic, expressway, powered, touched, *rest = row
        attempt, wrong, locked_until, message, tftp, itl, ctl, broken, failures = rest
        return Handset(
            pkid=pkid,
            name=name,
            model=model,
            operation=operation,
            status=status,
            finish_time=finish or "",
            string=string or "",
            ip=ip,
            node=node,
            mic=mic,
            expressway=expressway == "t",
            powered=powered == "t",
            touched=touched == "t",
            attempt=attempt,
            wrong=wrong,
            locked_until=locked_until,
            message=message,
            tftp=tftp,
            itl=itl,
            ctl=ctl,
            broken=broken,
            failures=frozenset(failures.split(",")) if failures else frozenset(),
        )

    def session(self, pkid: str) -> Session | None:
        """Read the CAPF session that a phone is in, if any."""
        row = self._connection.execute(
            "SELECT operation, mode, keyorder, rsasize, ecsize, secure, authstring, deadline, proved, tries"
            " FROM sim_session WHERE fkdevice = ?",
            (pkid,),
        ).fetchone()
        if row is None:
            return None
        operation, mode, order, rsa, ec, secure, string, deadline, proved, tries = row
        return Session(operation, Settings(mode, order, rsa, ec), secure == "t", string, deadline, proved == "t", tries)

    def open_session(self, pkid: str, session: Session) -> None:
        """Let a phone begin a CAPF session."""
        settings = session.settings
        self._connection.execute(
            "INSERT OR REPLACE INTO sim_session (fkdevice, operation, mode, keyorder, rsasize, ecsize, secure, authstring,"
            " deadline) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                pkid,
                session.operation,
                settings.mode,
                settings.key_order,
                settings.rsa_size,
                settings.ec_size,
                "t" if session.secure else "f",
                session.string,
                session.deadline,
            ),
        )

    def end_session(self, pkid: str) -> None:
        """Let a phone's CAPF session be over, if it is in one."""
        self._connection.execute("DELETE FROM sim_session WHERE fkdevice = ?", (pkid,))

    def say(self, pkid: str, message: str) -> None:
        """Show a status message on a phone's screen."""
        self._connection.execute("UPDATE sim_phone SET message = ? WHERE fkdevice = ?", (message, pkid))

    def hinder(self, handset: Handset, fault: str) -> None:
        """Note what keeps a phone from doing what it was asked for; of one that was asked for nothing nothing is broken."""
        if handset.operation != NO_OPERATION:
            self._connection.execute("UPDATE sim_phone SET broken = ? WHERE fkdevice = ?", (fault, handset.pkid))

    def mend(self, pkid: str) -> None:
        """Note that nothing stands in a phone's way any more."""
        self._connection.execute("UPDATE sim_phone SET broken = '' WHERE fkdevice = ?", (pkid,))

    def set_status(self, pkid: str, status: str) -> None:
        """Set a phone's certificate status, by its name."""
        self._connection.execute(
            "UPDATE device SET tkcertificatestatus = ? WHERE pkid = ?", (enums.number(enums.STATUSES, status), pkid)
        )

    def clear_operation(self, pkid: str) -> None:
        """Set a phone's operation to No Pending Operation."""
        self._connection.execute("UPDATE device SET tkcertificateoperation = ? WHERE pkid = ?", (NO_OPERATION, pkid))
