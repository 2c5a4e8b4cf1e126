"""A cluster and its server out of the options that `sim serve` and the embedded simulator take, as plain texts."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfoNotFoundError

from lscctl.simulator.assumptions import Assumptions
from lscctl.simulator.clock import ServerClock
from lscctl.simulator.cluster import Cluster
from lscctl.simulator.database import STATE_FORMAT
from lscctl.simulator.doors.accounts import Account, parse_account
from lscctl.simulator.doors.disturbances import Disturbance
from lscctl.simulator.doors.load import NOBODY, Bursts, Steps, Timetable
from lscctl.simulator.doors.phone_doors import PhonePorts
from lscctl.simulator.failures import Failure
from lscctl.simulator.passwords import Passwords, file_beside
from lscctl.simulator.scenarios import play, scenario
from lscctl.simulator.server import DEFAULT_USER, SimulatorServer, is_free
from lscctl.simulator.sockets import Ports
from lscctl.simulator.state import StateLock


class OptionError(ValueError):
    """An option, or the state file, cannot be used; the text is one line for a person."""


log = logging.getLogger("lscctl.simulator")


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """What to serve and how; texts as on the command line, `latency` in milliseconds, `state` a file or None.

    `password`, where there is one, is that of every user. A state file keeps made-up passwords, and CAPF's port while
    nobody else has taken it. `drain` is as in `Steps.parse`, `other_client` as in `Bursts.parse`.
    """

    host: str = "127.0.0.1"
    port: int = 0
    phones: int = 500
    nodes: int = 3
    seed: int = 1
    version: str = "15.0"
    phone_speed: float = 1.0
    state: str | None = None
    assume: tuple[str, ...] = ()
    fail: tuple[str, ...] = ()
    scenario: tuple[str, ...] = ()
    disturb: tuple[str, ...] = ()
    latency: float = 0.0
    drain: str | None = None
    other_client: str | None = None
    user: str = DEFAULT_USER
    accounts: tuple[str, ...] = ()
    password: str | None = field(default=None, repr=False)
    zone: str | None = None
    capf_port: int = 0
    tftp_http_port: int = 0
    tftp_port: int = 0
    tvs_port: int = 0
    phone_http_port: int = 0
    phone_https_port: int = 0
    phone_dns_port: int = 0


@contextmanager
def serving(options: ServeOptions, *, owner: str, patience: float = 0.0) -> Iterator[SimulatorServer]:
    """Serve until the block ends; raises `OptionError`, `StateInUseError`, or OSError for a port.

    `owner` is what others learn who want the same state file, `patience` the seconds to wait for it.
    """
    state = Path(options.state) if options.state else None
    if state is None:
        with _serve(options, None) as server:
            yield server
        return
    if not state.parent.is_dir():
        raise OptionError(f"there is no folder {state.parent} for the state file {state.name}")
    with StateLock(state, owner, patience=patience), _serve(options, state) as server:
        yield server


@contextmanager
def _serve(options: ServeOptions, state: Path | None) -> Iterator[SimulatorServer]:
    disturbances = _disturbances(options)
    drain, others = _load(options)
    users = _users(options)
    kept = state is not None and state.exists()
    cluster = _cluster(options, state, kept=kept)
    try:
        passwords = Passwords(fixed=options.password, file=file_beside(state) if state else None)
        with SimulatorServer(
            cluster,
            options.host,
            options.port,
            capf_port=options.capf_port or (_last_capf_port(cluster, options.host) if kept else 0),
            user=options.user,
            password=passwords.of(options.user),
            accounts=[Account(user, passwords.of(user), roles) for user, roles in users],
            certificate_folder=state.parent if state else None,
            certificate_name=state.name if state else "simulator",
            disturbances=disturbances,
            latency=options.latency / 1000,
            drain=drain,
            others=others,
            ports=Ports(options.tftp_http_port, options.tftp_port, options.tvs_port),
            phone_ports=PhonePorts(options.phone_http_port, options.phone_https_port, options.phone_dns_port),
        ) as server:
            yield server
    finally:
        with cluster.lock:
            cluster.close()


def _disturbances(options: ServeOptions) -> list[Disturbance]:
    try:
        return [Disturbance.parse(spec) for spec in options.disturb]
    except ValueError as error:
        raise OptionError(str(error)) from None


def _load(options: ServeOptions) -> tuple[Timetable | None, Timetable]:
    """Read how change notifications are worked off (None: as the cluster assumes), and what others add to them."""
    try:
        drain = None if options.drain is None else Steps.parse(options.drain)
        others = NOBODY if options.other_client is None else Bursts.parse(options.other_client)
    except ValueError as error:
        raise OptionError(str(error)) from None
    return drain, others


def _users(options: ServeOptions) -> list[tuple[str, frozenset[str]]]:
    """Read who there is besides the administrator, and with which roles."""
    try:
        wanted = [parse_account(spec) for spec in options.accounts]
    except ValueError as error:
        raise OptionError(str(error)) from None
    names = [options.user.lower(), *(name.lower() for name, _ in wanted)]
    for name, _ in wanted:
        if names.count(name.lower()) > 1:
            raise OptionError(f"there is more than one user {name}")
    return wanted


def _last_capf_port(cluster: Cluster, host: str) -> int:
    """The port that clients of a kept cluster know, or 0 (a free one) where it is taken."""
    port = cluster.parameters.value("CAPF Phone Port")
    return int(port) if port.isdecimal() and is_free(host, int(port)) else 0


def _cluster(options: ServeOptions, state: Path | None, *, kept: bool) -> Cluster:
    try:
        for name in options.scenario:
            scenario(name)  # before a state file is made
        if kept and state is not None:
            _check(state)
        cluster = Cluster.create(
            phones=options.phones,
            nodes=options.nodes,
            seed=options.seed,
            version=options.version,
            phone_speed=options.phone_speed,
            assumptions=Assumptions.parse(options.assume) if options.assume else None,
            failures=[Failure.parse(text) for text in options.fail],
            clock=ServerClock(options.zone) if options.zone else None,
            path=state,
            capf_port=options.capf_port or 3804,
        )
    except ZoneInfoNotFoundError:
        raise OptionError(f"no time zone {options.zone!r}: give an IANA name such as Europe/Berlin") from None
    except sqlite3.DatabaseError as error:
        raise OptionError(f"the state file {state} cannot be used: {error}") from None
    except ValueError as error:  # an OptionError is one, too, and says the same again
        raise OptionError(str(error)) from None
    if kept:
        _tell_what_counts(cluster, options)
    else:
        play(cluster, options.scenario)
    return cluster


def _tell_what_counts(cluster: Cluster, options: ServeOptions) -> None:
    """Say in the log which options, other than their defaults, an existing cluster does not follow."""
    (phones,) = cluster.connection.execute("SELECT COUNT(*) FROM device WHERE tkclass = 1").fetchone()
    default, assumed = ServeOptions(), Assumptions.parse(options.assume).chosen()
    passed_over = [
        f"--{name.replace('_', '-')}"
        for name, kept in (
            ("phones", phones),
            ("nodes", len(cluster.nodes.all())),
            ("seed", cluster.seed),
            ("version", cluster.version),
            ("phone_speed", cluster.phone_speed),
            ("assume", options.assume if assumed == cluster.assumptions.chosen() else None),
            ("fail", None),
            ("scenario", None),
        )
        if getattr(options, name) not in (getattr(default, name), kept)
    ]
    if passed_over:
        log.warning("the state file %s holds a cluster already: %s passed over", options.state, ", ".join(passed_over))


def _check(state: Path) -> None:
    with closing(sqlite3.connect(state)) as connection:
        tables = {str(row[0]) for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        (written,) = connection.execute("PRAGMA user_version").fetchone()
    if tables and "sim_cluster" not in tables:
        raise OptionError(f"the state file {state} cannot be used: it is the database of something else")
    if tables and written != STATE_FORMAT:
        age = "a newer" if written > STATE_FORMAT else "an older"
        raise OptionError(
            f"the state file {state} cannot be used: {age} lscctl wrote it (format {written}; this one knows "
            f"{STATE_FORMAT}); remove it, or for --cluster sim run: lscctl sim reset"
        )
