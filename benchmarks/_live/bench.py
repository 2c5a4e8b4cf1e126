"""A simulated cluster on a bench: phones that are well until a fault is made, a clock that moves when told, real doors."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache

from lscctl.config import ClusterConfig
from lscctl.cucm.cluster import Cluster as Client
from lscctl.cucm.phone_doors import Pace, PhoneDoors
from lscctl.simulator.assumptions import Assumptions
from lscctl.simulator.capf_write import CapfWrite
from lscctl.simulator.clock import ManualClock
from lscctl.simulator.cluster import Cluster
from lscctl.simulator.handset import Handsets
from lscctl.simulator.models import BY_NUMBER, Model
from lscctl.simulator.phone_pages.portrait import Generation, generation_of
from lscctl.simulator.phone_pages.telling import Telling
from lscctl.simulator.profiles import Settings
from lscctl.simulator.server import SimulatorServer

NOON = 1_790_000_000.0
"""Early in the evening of a Monday, 2026-09-21, where the cluster stands."""
NODES = 7
ASSUMED = ("auth-strings-typed=never", "lsc-first-with-mic=pending", "ec-only-on-capf-v3=refused")
"""Where a fault exists under one of the assumptions only, that one."""
_CONNECT_SECONDS = 3.0
_A_SECOND = 1_000
_PATIENCE = 15.0
"""Seconds. All phones live in this one process, which may be slow where real ones are not; no voice goes over this network."""


@cache
def _template(phones: int) -> Cluster:
    return Cluster.create(phones=phones, nodes=NODES, clock=ManualClock(NOON))


@cache
def _strange_list() -> bytes:
    """The ITL of another cluster: neither its signer nor its CAPF is known here."""
    other = Cluster.create(phones=0, seed=9, nodes=1, clock=ManualClock(NOON))
    try:
        return other.nodes.made(other.nodes.publisher, "ITL")
    finally:
        other.close()


class Bench:
    """One cluster. `take` gives phones of a model that are well, each once."""

    def __init__(self, phones: int, *, assume: Sequence[str] = (), telling: Telling | None = None) -> None:
        self.clock = ManualClock(NOON)
        connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        _template(phones).connection.backup(connection)
        connection.execute("PRAGMA foreign_keys = ON")
        chosen = json.dumps(Assumptions.parse([*ASSUMED, *assume]).chosen())
        connection.execute("UPDATE sim_cluster SET value = ? WHERE key = 'assumptions'", (chosen,))
        self.cluster = Cluster(connection, clock=self.clock)
        self.cluster.web.tell(telling or Telling(varied=True))
        self._left: dict[str, list[str]] = defaultdict(list)
        self._handsets = Handsets(connection)
        rows = connection.execute(
            "SELECT t.name, d.pkid FROM device d JOIN sim_phone p ON p.fkdevice = d.pkid JOIN typemodel t"
            " ON t.enum = d.tkmodel WHERE p.powered = 't' AND p.expressway = 'f' AND p.ip IS NOT NULL ORDER BY d.ctiid DESC"
        )
        for model, pkid in rows.fetchall():
            self._left[model].append(pkid)

    def execute(self, sql: str, *values: object) -> None:
        """Change the database."""
        self.cluster.connection.execute(sql, values)

    def value(self, sql: str, *values: object) -> object:
        """The first value that a query finds."""
        row = self.cluster.connection.execute(sql, values).fetchone()
        return row[0] if row else None

    def name(self, pkid: str) -> str:
        """A phone's name."""
        return str(self.value("SELECT name FROM device WHERE pkid = ?", pkid))

    def model(self, pkid: str) -> Model:
        """A phone's model."""
        return BY_NUMBER[int(str(self.value("SELECT tkmodel FROM device WHERE pkid = ?", pkid)))]

    def has_log(self, pkid: str) -> bool:
        """Whether phones of its generation have console logs on their pages."""
        return generation_of(self.model(pkid)) is not Generation.CLASSIC

    def take(self, model: str, node: str) -> str | None:
        """A phone of this model, well and idle, with web access, that belongs to this node; None where no more are left."""
        if not self._left[model]:
            return None
        pkid = self._left[model].pop()
        self.cluster.take_lsc(pkid)
        self.execute(
            "UPDATE device SET tkcertificateoperation = 1, tkcertificatestatus = 1, upgradefinishtime = '',"
            " authenticationstring = '', fksecurityprofile = (SELECT s.pkid FROM securityprofile s WHERE s.tkmodel ="
            " device.tkmodel AND s.tkdeviceprotocol = device.tkdeviceprotocol AND s.isstandard = 't') WHERE pkid = ?",
            pkid,
        )
        self.execute(
            "UPDATE sim_phone SET web = 'on', httpd = 'Yes', status = 'Registered', statusreason = 0, stalenode = NULL,"
            " touched = 'f', mic = ? WHERE fkdevice = ?",
            self.model(pkid).mic,
            pkid,
        )
        self._move(pkid, node)
        return pkid

    def _move(self, pkid: str, node: str) -> None:
        """Let a phone belong to a node, whose lists it has fetched."""
        self.execute("UPDATE sim_phone SET node = ?, itl = NULL, ctl = NULL WHERE fkdevice = ?", node, pkid)
        self.execute("UPDATE registrationdynamic SET lastknownucm = ? WHERE fkdevice = ?", node, pkid)
        self.cluster.held_lists.fetch(self._handsets.get(pkid), self.cluster.nodes.find(node).pkid)

    def give_profile(self, pkid: str, settings: Settings, *, security_mode: str = "Non Secure") -> None:
        """Give a phone a profile of its own."""
        profiles = self.cluster.profiles
        profile = profiles.of_phone(pkid)
        if profile is None:
            raise LookupError(f"{self.name(pkid)} has no profile")
        made = profiles.create_like(profile, settings, pkid=self.cluster.new_id(), phone=self.name(pkid))
        self.execute(
            "UPDATE securityprofile SET tkdevicesecuritymode = (SELECT enum FROM typedevicesecuritymode WHERE name = ?)"
            " WHERE pkid = ?",
            security_mode,
            made,
        )
        self.execute(
            "UPDATE securityprofile SET tkmodel = (SELECT tkmodel FROM device WHERE pkid = ?), tkdeviceprotocol ="
            " (SELECT tkdeviceprotocol FROM device WHERE pkid = ?) WHERE pkid = ?",
            pkid,
            pkid,
            made,
        )
        self.cluster.change_profile(pkid, made)

    def install(self, pkid: str, *, hours: int = 12) -> None:
        """Ask CAPF for a phone's LSC, to be done within so many hours."""
        end = self.clock.local_at(self.clock.utc() + hours * 3600)
        write = CapfWrite(operation="Install/Upgrade", finish_time=f"{end:%Y:%m:%d:%H}:00")
        self.cluster.write_capf(pkid, write)
        self.cluster.apply(pkid)

    def strange_list(self) -> bytes:
        """An ITL that no phone of this cluster should hold."""
        return _strange_list()

    def wait(self, **by: float) -> None:
        """Let time pass."""
        self.clock.forward(**by)
        self.cluster.advance()

    @contextmanager
    def client(self) -> Iterator[Client]:
        """lscctl, logged in at the cluster's doors, which are open until the block ends."""
        with SimulatorServer(self.cluster) as server:
            config = ClusterConfig(
                "bench",
                "127.0.0.1",
                server.user,
                server.port,
                ca_bundle=server.ca_file,
                connect_to=server.doors(),
                zone="Europe/Berlin",
                connect_timeout=_CONNECT_SECONDS,
            )
            with Client.connect(config, server.password, now=self.clock.utc, sleep=self._sleep) as client:
                client.phone_doors = PhoneDoors(client.nodes.routes, pace=Pace(_A_SECOND), patience=_PATIENCE)
                yield client

    def _sleep(self, seconds: float) -> None:
        self.clock.forward(seconds=seconds)

    def close(self) -> None:
        """Throw the cluster away."""
        self.cluster.close()
