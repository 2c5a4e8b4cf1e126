"""The simulated cluster of a scenario, the client that is configured for it, and the truth about its phones."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Protocol

from benchmarks._chaos.preparation import prepare
from benchmarks._chaos.scenario import LONG, Scenario
from benchmarks._chaos.witness import Witness
from lscctl.simulator.assumptions import Assumptions
from lscctl.simulator.clock import ServerClock
from lscctl.simulator.cluster import Cluster
from lscctl.simulator.failures import Failure
from lscctl.simulator.server import SimulatorServer

PHONE_SPEED = 2000.0
"""Half an hour of key generation takes a second."""

BEGUN = "should it be cut off"
"""What the client says once its run is in the journal and it holds the lock."""

_TRUTH = (
    "SELECT d.name, d.pkid, o.name, s.name, coalesce(d.upgradefinishtime, ''), coalesce(d.publickey, ''),"
    " d.fksecurityprofile, p.powered = 'f' FROM device d JOIN sim_phone p ON p.fkdevice = d.pkid"
    " JOIN typecertificateoperation o ON o.enum = d.tkcertificateoperation"
    " JOIN typecertificatestatus s ON s.enum = d.tkcertificatestatus WHERE d.tkclass = 1"
)


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone as the cluster's own database has it; `off` is 1 where it is not on the network."""

    name: str
    pkid: str
    operation: str
    status: str
    finish_time: str
    public_key: str
    profile: str
    off: int


Truth = dict[str, Phone]


class Process(Protocol):
    """A client's process: what of `subprocess.Popen` its ordeal needs."""

    @property
    def pid(self) -> int: ...

    @property
    def stdout(self) -> IO[str] | None: ...

    @property
    def stderr(self) -> IO[str] | None: ...

    def poll(self) -> int | None: ...

    def wait(self, timeout: float | None = None) -> int: ...

    def send_signal(self, sig: int) -> None: ...

    def kill(self) -> None: ...


Launch = Callable[[Sequence[str], Mapping[str, str], Path], Process]
"""Begins `lscctl ARGUMENTS` in this environment and this folder, in a session of its own and without input."""


def cold(arguments: Sequence[str], environment: Mapping[str, str], folder: Path) -> Process:
    """Begin a client as a user does: it loads its libraries first."""
    return subprocess.Popen(
        [sys.executable, "-m", "lscctl", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=folder,
        start_new_session=True,
    )


@dataclass
class Lab:
    """A cluster on the network, and a folder for the client's configuration and state."""

    scenario: Scenario
    cluster: Cluster
    server: SimulatorServer
    folder: Path
    witness: Witness
    launch: Launch

    @property
    def journal(self) -> Path:
        """Where the client's journal is."""
        return self.folder / "state" / "journal.sqlite"

    def truth(self, *, advance: bool = False) -> Truth:
        """How all phones stand, `{name: Phone}`; `advance` carries out first what fell due."""
        with self.cluster.lock:
            if advance:
                self.cluster.advance()
            return {row[0]: Phone(*row) for row in self.cluster.connection.execute(_TRUTH)}

    def planned(self) -> list[str]:
        """The phones that the journal's run is to write, in the plan's order; none before there is a run."""
        return [str(name) for (name,) in self.read("SELECT name FROM phone WHERE step IS NOT NULL ORDER BY position")]

    def read(self, statement: str) -> list[tuple[object, ...]]:
        """Rows of the journal, read by nothing of the client's; none where there is no journal yet."""
        if not self.journal.exists():
            return []
        with closing(sqlite3.connect(f"file:{self.journal}?mode=ro", uri=True, timeout=10)) as connection:
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'run'").fetchone():
                return []
            return connection.execute(statement).fetchall()

    def start(self, *arguments: str) -> "Client":
        """Start `lscctl ARGUMENTS` in a process of its own."""
        return Client(self.launch(arguments, self._environment(), self.folder))

    @property
    def patient(self) -> Path:
        """The configuration of a client that waits out a busy machine: whether it gets the lock is all that it is to tell."""
        return self.folder / "patient.toml"

    def configure(self) -> None:
        """Write the clients' configurations."""
        for path, timeout in ((self.folder / "config.toml", self.scenario.patience), (self.patient, LONG)):
            path.write_text(self._configuration(timeout), encoding="utf-8")

    def _configuration(self, timeout: int) -> str:
        """The cluster's table, for a client that waits so many seconds for an answer."""
        settings = {
            "host": '"127.0.0.1"',
            "port": str(self.server.port),
            "user": f'"{self.server.user}"',
            "ca-bundle": f'"{self.server.ca_file}"',
            "timeout": str(timeout),
            "connect-timeout": str(timeout),
            "allow-sql-writes": str(self.scenario.sql).lower(),
        }
        lines = [f"{key} = {value}" for key, value in settings.items()]
        doors = [f'"{door}" = "{place}"' for door, place in self.server.doors().items()]
        return "\n".join(["[clusters.lab]", *lines, "[clusters.lab.connect-to]", *doors, ""])

    def _environment(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not re.match(r"LSCCTL_|NO_COLOR|.*_PROXY|.*_proxy", name)
        }
        return {
            **kept,
            "LSCCTL_CONFIG": str(self.folder / "config.toml"),
            "LSCCTL_STATE_DIR": str(self.folder / "state"),
            "LSCCTL_PASSWORD": self.server.password,
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }


@contextmanager
def lab(scenario: Scenario, folder: Path, launch: Launch) -> Iterator[Lab]:
    """Serve the scenario's cluster until the block ends; `launch` begins its clients."""
    cluster = Cluster.create(
        phones=scenario.phones,
        seed=scenario.seed,
        version=scenario.version,
        phone_speed=PHONE_SPEED,
        assumptions=Assumptions.parse(scenario.assumptions),
        failures=[Failure.parse(text) for text in scenario.failures],
        clock=ServerClock(scenario.zone, offset=scenario.start - time.time()),
    )
    try:
        with SimulatorServer(cluster) as server:
            prepare(cluster, scenario)
            witness = Witness(cluster, folder / "state" / "hand-out")
            served = Lab(scenario, cluster, server, folder, witness, launch)
            served.configure()
            yield served
    finally:
        with cluster.lock:
            cluster.close()


@dataclass
class Client:
    """A client under way; its output is read as it comes."""

    process: Process
    out: list[str] = field(default_factory=list)
    err: list[str] = field(default_factory=list)
    begun: bool = False
    """Whether its run has begun, as it says itself."""

    def __post_init__(self) -> None:
        self._readers = [
            threading.Thread(target=self._read, args=(self.process.stdout, self.out), daemon=True),
            threading.Thread(target=self._read, args=(self.process.stderr, self.err), daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    def _read(self, pipe: IO[str], lines: list[str]) -> None:
        for line in pipe:
            lines.append(line)
            self.begun = self.begun or BEGUN in line

    def end(self) -> int:
        """Its exit code, once all that it said has been read."""
        code = self.process.wait()
        for reader in self._readers:
            reader.join()
        return code

    def resume(self) -> None:
        """Let it go on after SIGSTOP."""
        self.process.send_signal(signal.SIGCONT)
