"""One phone as its own pages show it, read in one go."""

import hashlib
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from zoneinfo import ZoneInfo

from lscctl.simulator.diary import Diary, Entry
from lscctl.simulator.handset import Handsets
from lscctl.simulator.models import BY_NUMBER, Model
from lscctl.simulator.phone_pages.telling import AS_PUBLISHED, Telling


class Generation(StrEnum):
    """Phones whose pages and logs are alike."""

    LINUX = "7800, 8800, 9900"
    JAVA = "7942 to 7975"
    CLASSIC = "7940, 7960, 7937, 6900, ATA"


_JAVA: Final = ("794", "796", "797")
_CLASSIC: Final = ("7935", "7936", "7937", "7940", "7960", "69", "ATA")


def generation_of(model: Model) -> Generation:
    """Which generation a model belongs to."""
    if model.short.startswith(_CLASSIC):
        return Generation.CLASSIC
    return Generation.JAVA if model.short.startswith(_JAVA) else Generation.LINUX


@dataclass(frozen=True, slots=True)
class Portrait:
    """A phone. `boot` and `now` are epoch seconds, `zone` is what its clock shows.

    `servers` are CallManagers by priority, the first the one that it is registered with, as (name, address); `tftp` likewise.
    `names_resolve`: whether the name server that it was told knows the cluster's nodes. `itl`, `ctl`: the lists that it holds, b''
    for none. `lsc`: whether it has one.
    """

    name: str
    model: Model
    address: str
    line: str
    load: str
    zone: ZoneInfo
    now: float
    boot: float
    registered: bool
    security_mode: str
    servers: tuple[tuple[str, str], ...]
    tftp: tuple[str, str]
    publisher: tuple[str, str]
    capf_port: str
    names_resolve: bool
    itl: bytes
    ctl: bytes
    lsc: bool
    web: str
    seed: int
    diary: tuple[Entry, ...]
    telling: Telling = AS_PUBLISHED

    @property
    def generation(self) -> Generation:
        """Whose words it speaks."""
        return generation_of(self.model)

    def word(self, *phrasings: str) -> str:
        """One of these, which say the same: the one that this phone always uses."""
        return self.telling.word(f"{self.seed} {self.name}", phrasings)

    @property
    def mac(self) -> str:
        """Its MAC address, twelve hex digits; of a phone without one those that its name makes."""
        digits = self.name[3:]
        if len(digits) == 12 and all(digit in "0123456789ABCDEF" for digit in digits):
            return digits
        return hashlib.sha256(self.name.encode()).hexdigest()[:12].upper()

    @property
    def serial(self) -> str:
        """Its serial number, made out of its MAC address."""
        return f"FCH{int(self.mac[-5:], 16) % 10**4:04}{self.mac[-4:]}"

    @property
    def product(self) -> str:
        """The model as its pages name it."""
        return self.model.short if self.model.short.startswith("ATA") else f"CP-{self.model.short}"

    @property
    def network(self) -> str:
        """The first three parts of its address."""
        return self.address.rpartition(".")[0]

    @property
    def name_server(self) -> str:
        """The name server that it asks: one for each site, and one for phones of which the nodes' names do not resolve."""
        first, second, *_ = self.address.split(".")
        return f"{first}.{second}.0.{53 if self.names_resolve else 54}"


class Painter:
    """Reads phones out of the database; use it under the cluster's lock. `telling` is how they all write their logs."""

    def __init__(
        self, connection: sqlite3.Connection, seed: int, *, now: Callable[[], float], capf_port: Callable[[], str]
    ) -> None:
        self._connection = connection
        self._seed = seed
        self.telling = AS_PUBLISHED
        self._now = now
        self._capf_port = capf_port
        self._diary = Diary(connection)
        self._handsets = Handsets(connection)

    def paint(self, pkid: str) -> Portrait:
        """A phone as it is now."""
        name, model, address, line, load, zone, changed, status, mode, node, tftp, itl, ctl, lsc, web = self._row(pkid)
        failures = self._handsets.get(pkid).failures
        nodes = self._nodes()
        publisher = nodes[0]
        serving = next((one for one in nodes if one[0] == node), publisher)
        from_there = next((one for one in nodes if one[2] == tftp), serving)
        entries = self._diary.of(pkid)
        return Portrait(
            name=name,
            model=BY_NUMBER[model],
            address=address,
            line=line or "",
            load=load,
            zone=ZoneInfo(zone or "UTC"),
            now=self._now(),
            boot=min([changed, *(entry.at for entry in entries)]) - 40,
            registered=status == "Registered",
            security_mode=mode or "Non Secure",
            servers=tuple(one[:2] for one in (serving, *(one for one in nodes if one != serving)))[:3],
            tftp=from_there[:2],
            publisher=publisher[:2],
            capf_port=self._capf_port(),
            names_resolve="dns" not in failures,
            itl=_held(itl or b"", failures),
            ctl=ctl or b"",
            lsc=bool(lsc),
            web=web,
            seed=self._seed,
            diary=tuple(entries),
            telling=self.telling,
        )

    def _row(self, pkid: str) -> list[Any]:
        row = self._connection.execute(
            "SELECT d.name, d.tkmodel, p.ip, n.dnorpattern, p.load, z.name, p.changed, p.status, m.name, p.node, p.tftp,"
            " i.content, c.content, EXISTS (SELECT 1 FROM sim_lsc l WHERE l.fkdevice = d.pkid), p.web"
            " FROM device d JOIN sim_phone p ON p.fkdevice = d.pkid"
            " LEFT JOIN devicenumplanmap a ON a.fkdevice = d.pkid AND a.numplanindex = 1"
            " LEFT JOIN numplan n ON n.pkid = a.fknumplan"
            " LEFT JOIN devicepool o ON o.pkid = d.fkdevicepool LEFT JOIN datetimesetting t ON t.pkid = o.fkdatetimesetting"
            " LEFT JOIN typetimezone z ON z.enum = t.tktimezone"
            " LEFT JOIN securityprofile s ON s.pkid = d.fksecurityprofile"
            " LEFT JOIN typedevicesecuritymode m ON m.enum = s.tkdevicesecuritymode"
            " LEFT JOIN sim_list i ON i.id = p.itl LEFT JOIN sim_list c ON c.id = p.ctl WHERE d.pkid = ?",
            (pkid,),
        ).fetchone()
        return list(row)

    def _nodes(self) -> list[tuple[str, str, str]]:
        rows = self._connection.execute(
            "SELECT p.name, n.address, p.pkid FROM processnode p JOIN sim_node n ON n.fkprocessnode = p.pkid"
            " ORDER BY p.tknodeusage, n.rowid"
        )
        return [(name, address, pkid) for name, address, pkid in rows]


def _held(itl: bytes, failures: frozenset[str]) -> bytes:
    """The list that a phone holds, other than the one that it was given where that is what ails it."""
    if "itl-corrupt" in failures:
        return itl[: len(itl) // 2]
    return itl[::-1] if "itl-mismatch" in failures else itl
