"""The cluster: its database, its phones and its CAPF behind one object, as the doors see them."""

import json
import random
import sqlite3
import threading
from collections.abc import Collection, Sequence
from pathlib import Path

from lscctl.simulator import registrations
from lscctl.simulator.assumptions import Assumptions
from lscctl.simulator.authority import Authority, Issuer, serial_from
from lscctl.simulator.capf import Capf
from lscctl.simulator.capf_write import CapfWrite, CapfWriter
from lscctl.simulator.certificate_stores import TRUSTS
from lscctl.simulator.clock import ServerClock
from lscctl.simulator.creation import populate
from lscctl.simulator.database import connect, is_cluster, transaction
from lscctl.simulator.enrolment import Enrolment
from lscctl.simulator.failures import Failure
from lscctl.simulator.handset import Handsets
from lscctl.simulator.held_lists import HeldLists
from lscctl.simulator.history import History
from lscctl.simulator.key_pairs import KeyName
from lscctl.simulator.life import Life
from lscctl.simulator.manufacturing import Manufacturing
from lscctl.simulator.models import BY_NUMBER
from lscctl.simulator.nodes import Node, Nodes
from lscctl.simulator.outside_ca import ISSUER, OutsideCa
from lscctl.simulator.parameters import Parameters
from lscctl.simulator.phone_pages.portrait import Painter
from lscctl.simulator.phone_web import PhoneWeb
from lscctl.simulator.pkids import uuid_from
from lscctl.simulator.profiles import Profiles
from lscctl.simulator.registrations import Registration
from lscctl.simulator.releases import Release
from lscctl.simulator.schedule import Schedule
from lscctl.simulator.services import CAPF, ENROLMENT, TVS
from lscctl.simulator.truth import Truth

_INTERACTION = "Phone Interaction on Certificate Update"
_RESETS_PHONES = "Automatically reset phones"


class Cluster:
    """A cluster that lives in a database; use `connection` and every method under `lock`.

    version: the newest schema that it speaks. schemas: all that it speaks, oldest first. ccm_version: the full one.
    """

    def __init__(self, connection: sqlite3.Connection, *, clock: ServerClock | None = None) -> None:
        stored = dict(connection.execute("SELECT key, value FROM sim_cluster").fetchall())
        self.connection = connection
        self.lock = threading.RLock()
        self.clock = clock or ServerClock(stored["zone"], offset=float(stored["ahead"]))
        self.assumptions = Assumptions.parse(json.loads(stored["assumptions"]))
        self.release = Release(stored["version"])
        self.version = self.release.version
        self.schemas = self.release.schemas
        self.ccm_version = self.release.build
        self.seed = int(stored["seed"])
        self.phone_speed = float(stored["phone_speed"])
        self.authority = Authority(connection)
        self.parameters = Parameters(connection, self.assumptions)
        self.web = PhoneWeb(
            connection,
            assumptions=self.assumptions,
            authority=self.authority,
            manufacturing=Manufacturing(self.authority.pairs, self.seed),
            painter=Painter(
                connection, self.seed, now=self.clock.utc, capf_port=lambda: self.parameters.value("CAPF Phone Port")
            ),
        )
        self.profiles = Profiles(connection, self.release, self.assumptions)
        self.history = History(connection, self.clock)
        self.schedule = Schedule(connection, seed=self.seed, phone_speed=self.phone_speed)
        self.nodes = Nodes(
            connection,
            release=self.release,
            now=self.clock.utc,
            parameter=self.parameters.value,
            capf_certificate=lambda: self.authority.certificate(Issuer.LIVE),
        )
        self.held_lists = HeldLists(
            connection,
            release=self.release,
            assumptions=self.assumptions,
            capf_certificate=lambda: self.authority.certificate(Issuer.LIVE),
        )
        self.nodes.followers.append(self.held_lists.report)
        self._handsets = Handsets(connection)
        self._writer = CapfWriter(
            connection, clock=self.clock, assumptions=self.assumptions, profiles=self.profiles, new_id=self.new_id
        )
        self.capf = Capf(connection, self.authority, self.nodes, now=self.clock.utc, seed=self.seed, new_id=self.new_id)
        self.outside_ca = OutsideCa(
            connection,
            self.authority,
            parameters=self.parameters,
            runs=lambda: self.nodes.runs(self.nodes.publisher, ENROLMENT),
        )
        self._enrolment = Enrolment(
            connection,
            assumptions=self.assumptions,
            authority=self.authority,
            release=self.release,
            schedule=self.schedule,
            parameter=self.parameters.value,
            capf_state=lambda: self.capf.state,
            held_lists=self.held_lists,
            outside_ca=self.outside_ca,
            tvs_runs=lambda: any(self.nodes.runs(node, TVS) for node in self.nodes.all()),
        )
        self.truth = Truth(connection, self.profiles, self._enrolment)
        self._life = Life(
            connection,
            clock=self.clock,
            assumptions=self.assumptions,
            profiles=self.profiles,
            schedule=self.schedule,
            parameter=self.parameters.value,
            enrolment=self._enrolment,
            held_lists=self.held_lists,
        )

    @classmethod
    def create(
        cls,
        *,
        phones: int = 500,
        seed: int = 1,
        version: str = "15.0",
        phone_speed: float = 1.0,
        assumptions: Assumptions | None = None,
        failures: Sequence[Failure] = (),
        clock: ServerClock | None = None,
        path: Path | None = None,
        capf_port: int = 3804,
        nodes: int = 3,
    ) -> "Cluster":
        """Make a cluster, or open the one that the file at `path` holds: then all but clock and path is the file's.

        phones, nodes: how many. phone_speed: by what phones are faster than real ones.
        Raises ValueError for an unknown version, a negative count, as many nodes as no cluster has, or a speed that is not
        above 0; sqlite3.Error.
        """
        connection = connect(path)
        try:
            if is_cluster(connection):
                return cls(connection, clock=clock)
            if phones < 0 or phone_speed <= 0:
                raise ValueError("a cluster has 0 phones or more, and their speed is above 0")
            with transaction(connection):
                if is_cluster(connection):  # another process was quicker
                    return cls(connection, clock=clock)
                populate(
                    connection,
                    phones=phones,
                    seed=seed,
                    release=Release(version),
                    assumptions=assumptions or Assumptions(),
                    clock=clock or ServerClock(),
                    capf_port=capf_port,
                    nodes=nodes,
                    phone_speed=phone_speed,
                )
                cluster = cls(connection, clock=clock)
                cluster.renew_lists()
                for failure in failures:
                    cluster.break_phones(failure)
                return cluster
        except BaseException:
            connection.close()
            raise

    def close(self) -> None:
        """Close the database."""
        self.connection.close()

    # what requests do

    def advance(self) -> None:
        """Carry out, in order, everything that fell due up to now."""
        self._life.advance(self.clock.utc())

    def write_capf(self, pkid: str, write: CapfWrite) -> None:
        """Write the CAPF part of updatePhone; moves the phone to another profile where CUCM would.

        Raises UnknownPhoneError, WriteRefusedError.
        """
        with transaction(self.connection):
            self._writer.write(pkid, write)
            self._life.watch_deadline(pkid, self.clock.utc())

    def apply(self, pkid: str) -> None:
        """Apply a phone's configuration: it restarts, fetches it, and lives on from there. Raises UnknownPhoneError."""
        with transaction(self.connection):
            self._life.apply(pkid, self.clock.utc())

    def reset(self, pkid: str, *, hard: bool) -> None:
        """Reset (hard) or restart a phone; either way it fetches its configuration. Raises UnknownPhoneError."""
        with transaction(self.connection):
            self._life.restart(pkid, self.clock.utc(), hard=hard)

    def apply_profile(self, pkid: str, *, restart: bool) -> int:
        """Apply a security profile (restart: reset its phones) and say how many phones use it [field guide 2]."""
        operation = "resetPhoneSecurityProfile" if restart else "applyPhoneSecurityProfile"
        rows = self.connection.execute(
            "SELECT pkid FROM device WHERE fksecurityprofile = ? AND tkclass = 1 ORDER BY name", (pkid,)
        ).fetchall()
        with transaction(self.connection):
            for (phone,) in rows:
                with self.history.of_phone(operation, phone):
                    if restart:
                        self._life.restart(phone, self.clock.utc(), hard=True)
                    else:
                        self._life.apply(phone, self.clock.utc())
        return len(rows)

    def touch(self, pkid: str) -> None:
        """Note news in a phone's configuration that no table of CUCM's shows, so that applying it restarts the phone."""
        self.connection.execute("UPDATE sim_phone SET touched = 't' WHERE fkdevice = ?", (pkid,))

    def registrations(self, names: Collection[str] | None = None) -> list[Registration]:
        """List what RIS knows of phones (all without names), as `registrations.read` does."""
        return registrations.read(self.connection, names)

    # what stands behind the scenes

    def activate_service(self, node: Node, service: str, *, active: bool) -> None:
        """Activate a service on a node, or deactivate it; what hangs on it follows. Raises UnknownServiceError."""
        with transaction(self.connection):
            self.nodes.activate(node, service, active=active)
        self.capf.follow_service()

    def control_service(self, node: Node, service: str, action: str) -> None:
        """Start, Stop or Restart a service on a node; what hangs on it follows. Raises UnknownServiceError."""
        with transaction(self.connection):
            if action in ("Stop", "Restart"):
                self.nodes.stop(node, service)
            if action in ("Start", "Restart"):
                self.nodes.start(node, service)
        self.capf.follow_service(restarted=service == CAPF)

    def regenerate_capf(self) -> int:
        """Give CAPF a new certificate and restart it, as OS Administration does; say how many phones that resets.

        It resets those on the network (CSCue55353), from 14 on only where the enterprise parameter wants it. TFTP servers go on
        handing out the list that names the old certificate until Cisco Tftp is restarted on each.
        """
        with transaction(self.connection):
            self.capf.replace()
            self.capf.follow_service(restarted=True)
            if self.release.asks_before_certificates_reset and self.parameters.value(_INTERACTION) != _RESETS_PHONES:
                return 0
            return self.reset_all()

    def reset_all(self) -> int:
        """Reset every phone on the network and say how many those are."""
        rows = self.connection.execute("SELECT fkdevice FROM sim_phone WHERE powered = 't'").fetchall()
        with transaction(self.connection):
            for (pkid,) in rows:
                self._life.restart(pkid, self.clock.utc(), hard=True)
        return len(rows)

    def renew_lists(self) -> None:
        """Write the lists of every TFTP server anew, and let every phone have restarted since."""
        for node in self.nodes.all():
            self.nodes.write_lists(node)
        self.held_lists.settle()

    def upload_outside_ca(self, stores: Sequence[str] = TRUSTS) -> None:
        """Upload the chain of the company's CA to these stores, as OS Administration does."""
        with transaction(self.connection):
            self.outside_ca.upload(self.nodes.publisher, self.new_id, stores)

    def use_online_ca(self) -> None:
        """Let the company's CA sign, set up as it must be: trusted, named, with the enrolment service."""
        self.upload_outside_ca()
        self.outside_ca.name()
        self.parameters.set(ISSUER, "Online CA")
        self.activate_service(self.nodes.publisher, ENROLMENT, active=True)

    def requests_waiting(self) -> list[str]:
        """The phones whose requests wait for an Offline CA, as `utils capf csr list` does."""
        return self._life.requests_waiting()

    def import_signed(self, names: Collection[str] | None = None) -> list[str]:
        """Import what the company's CA signed of the waiting requests (all without names), as `utils capf cert import` does.

        Names the phones that get their LSC by it; what was signed for one that has restarted since is stale, and lost.
        """
        with transaction(self.connection):
            return self._life.import_signed(names, self.clock.utc())

    def new_id(self) -> str:
        """Make a pkid for something that clients add; the next one, not a random one."""
        with transaction(self.connection):
            (count,) = self.connection.execute("SELECT value FROM sim_cluster WHERE key = 'ids'").fetchone()
            self.connection.execute("UPDATE sim_cluster SET value = ? WHERE key = 'ids'", (str(int(count) + 1),))
        return uuid_from(random.Random(f"{self.seed} {count}"))  # noqa: S311  # a name, no secret

    # what only tests and `sim` do

    def break_phones(self, failure: Failure) -> list[str]:
        """Switch a failure on and name the phones that it strikes."""
        rows = self.connection.execute(
            "SELECT d.name, d.pkid, d.tkmodel, p.powered = 't' AND p.expressway = 'f'"
            " FROM device d JOIN sim_phone p ON p.fkdevice = d.pkid ORDER BY d.ctiid"
        ).fetchall()
        able = {name: bool(ready) and _can_enrol(model) for name, _, model, ready in rows}
        pkids = {name: pkid for name, pkid, _, _ in rows}
        struck = failure.choose(able, self.seed)
        self.connection.executemany(
            "INSERT OR IGNORE INTO sim_failure VALUES (?, ?)", [(pkids[name], failure.name) for name in struck]
        )
        return struck

    def mend_phones(self, failure: str) -> None:
        """Switch a failure off, for all phones, by its name."""
        self.connection.execute("DELETE FROM sim_failure WHERE name = ?", (failure,))

    def delete_phone(self, pkid: str) -> None:
        """Remove a phone and all that hangs on it. Raises UnknownPhoneError."""
        self._handsets.get(pkid)
        self.connection.execute("DELETE FROM device WHERE pkid = ?", (pkid,))

    def give_lsc(self, pkid: str, *, key: KeyName, issuer: Issuer, at: float, days: int) -> None:
        """Let a phone have enrolled at a time (epoch seconds). Raises UnknownPhoneError."""
        self._handsets.get(pkid)
        dice = random.Random(f"{self.seed} {pkid} {at}")  # noqa: S311  # a number, no secret
        self._enrolment.issue(pkid, key=key, serial=serial_from(dice), at=at, days=days, issuer=issuer)

    def take_lsc(self, pkid: str) -> None:
        """Let a phone have no LSC. Raises UnknownPhoneError."""
        self._handsets.get(pkid)
        self._enrolment.delete(pkid)

    def change_profile(self, pkid: str, profile: str) -> None:
        """Give a phone another security profile, as an admin who saves and does not apply; both by pkid.

        Raises UnknownPhoneError, and ValueError for a profile that is none or is not for such a phone.
        """
        phone = self._handsets.get(pkid)
        wanted = self.profiles.get(profile)
        (protocol,) = self.connection.execute("SELECT tkdeviceprotocol FROM device WHERE pkid = ?", (pkid,)).fetchone()
        if wanted is None or not wanted.serves(phone.model, protocol):
            raise ValueError(f"{profile} is no security profile for {phone.name}")
        self.connection.execute("UPDATE device SET fksecurityprofile = ? WHERE pkid = ?", (profile, pkid))

    def set_profile_mode(self, profile: str, mode: str) -> int:
        """Change a profile's authentication mode, as an admin who saves and does not apply; say how many phones use it.

        profile: its pkid. mode: as in "By Null String". Raises ValueError as `Profiles.set_mode` does.
        """
        self.profiles.set_mode(profile, mode)
        (users,) = self.connection.execute(
            "SELECT count(*) FROM device WHERE fksecurityprofile = ? AND tkclass = 1", (profile,)
        ).fetchone()
        return int(users)

    def jump_clock(self, seconds: float) -> None:
        """Set the cluster's clock forward, or back (negative); what phones are doing takes as long as before."""
        self.advance()
        with transaction(self.connection):
            self._life.clock_jumped(seconds)
            self.clock.jump(seconds)
            self.connection.execute("UPDATE sim_cluster SET value = value + ? WHERE key = 'ahead'", (seconds,))

    def type_string(self, pkid: str, text: str) -> None:
        """Type an authentication string on a phone that asks for it. Raises UnknownPhoneError."""
        with transaction(self.connection):
            self._life.type_string(pkid, text, self.clock.utc())

    def status_message(self, pkid: str) -> str:
        """Read the last status message on a phone's own screen [field guide 7]. Raises UnknownPhoneError."""
        return self._handsets.get(pkid).message


def _can_enrol(model: int) -> bool:
    return BY_NUMBER[model].capf > 0 and BY_NUMBER[model].sbd
