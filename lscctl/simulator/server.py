"""The simulated cluster on the network: HTTPS and the CAPF port, on loopback, in threads of its own."""

import asyncio
import contextlib
import json
import logging
import secrets
import socket
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType

import uvicorn
from cryptography.hazmat.primitives import serialization

from lscctl.simulator.cluster import Cluster
from lscctl.simulator.doors.accounts import Account, Gate
from lscctl.simulator.doors.axl import AxlService
from lscctl.simulator.doors.control_center import ControlCenterService
from lscctl.simulator.doors.disturbances import Disturbance, Disturbances
from lscctl.simulator.doors.exchange import Ask
from lscctl.simulator.doors.http import Doors
from lscctl.simulator.doors.identity_port import IdentityPort
from lscctl.simulator.doors.limits import AnswerMemory
from lscctl.simulator.doors.load import NOBODY, Timetable
from lscctl.simulator.doors.name_servers import name_servers
from lscctl.simulator.doors.node_doors import node_doors
from lscctl.simulator.doors.notifications import ChangeNotifications
from lscctl.simulator.doors.phone_doors import LOOPBACK, NETWORK, PhonePorts, phone_doors
from lscctl.simulator.doors.ris import RisService
from lscctl.simulator.doors.tls import identity
from lscctl.simulator.sockets import Place, Ports, Sockets, bind, listen, port_of

log = logging.getLogger("lscctl.simulator")
DEFAULT_USER = "administrator"
KEEP_ALIVE_SECONDS = 60
BACKLOG = 256
_NOWHERE = ".invalid"
_NAMES = 53
"""The port of name servers [RFC 1035]."""


class SimulatorServer:
    """Serves `cluster` from the moment it is made until `stop`; a context manager.

    `port` and `capf_port` 0 take free ones. `user` is an administrator with every role and a password made up here
    unless given; `accounts` are more users. `certificate_folder` keeps the TLS identity, by `certificate_name`; without
    one it lasts as long as the server. `latency` (seconds) delays every answer. `drain` is how quickly change notifications
    are worked off, where that is not what the cluster assumes, and `others` what other clients add. `ports` are those of the
    nodes' other doors, `phone_ports` those of the phones, which stay up when the cluster goes down. Raises OSError when a port is
    in use. The cluster stays open: it belongs to the caller.
    """

    def __init__(
        self,
        cluster: Cluster,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        capf_port: int = 0,
        user: str = DEFAULT_USER,
        password: str | None = None,
        accounts: Sequence[Account] = (),
        certificate_folder: Path | None = None,
        certificate_name: str = "simulator",
        disturbances: Sequence[Disturbance] = (),
        latency: float = 0.0,
        drain: Timetable | None = None,
        others: Timetable = NOBODY,
        ports: Ports | None = None,
        phone_ports: PhonePorts | None = None,
    ) -> None:
        self.cluster = cluster
        self.user = user
        self.password = password or secrets.token_urlsafe(12)
        self.notifications = ChangeNotifications(
            cluster.clock.true_utc,
            limit=cluster.assumptions.notification_limit,
            drained_per_second=drain or cluster.assumptions.notification_drain,
            others=others,
        )
        self.answers = AnswerMemory()
        self._host = host
        self._accounts = [Account(self.user, self.password), *accounts]
        self._latency = latency
        self._disturbances = Disturbances(disturbances, seed=cluster.seed)
        self._requests: Counter[tuple[str, str]] = Counter()
        self._followers: list[Callable[[str], None]] = []
        self._serving = contextlib.ExitStack()
        """What serves, or, while the cluster is down, what keeps its ports from others."""
        self._held: Sockets | None = None
        """The cluster's ports while it is down."""
        with contextlib.ExitStack() as on_failure:
            folder = certificate_folder or Path(
                on_failure.enter_context(tempfile.TemporaryDirectory(prefix="lscctl-simulator-"))
            )
            self._identity = identity(folder, certificate_name, host)
            names = [node.name for node in cluster.nodes.all()]
            sockets = Sockets.bind(names, host, ports or Ports(), web=port, capf=capf_port)
            on_failure.callback(sockets.close)
            self.address = f"https://{_in_url(host)}:{port_of(sockets.publisher.web)}"
            self._capf_port = port_of(sockets.capf)
            self._places = sockets.places()
            for_phones = phone_ports or PhonePorts()
            self._phone_places = {
                **on_failure.enter_context(phone_doors(cluster, for_phones)),
                _NAMES: on_failure.enter_context(name_servers(cluster, for_phones.names)),
            }
            self._serve(sockets)
            self._closing = on_failure.pop_all()

    def _serve(self, sockets: Sockets, *, unavailable: float = 0.0) -> None:
        with contextlib.ExitStack() as on_failure:
            on_failure.enter_context(_capf_port(self.cluster, sockets.capf))
            on_failure.enter_context(node_doors(self.cluster, sockets.nodes))
            doors = self._open_doors(unavailable)
            on_failure.callback(doors.close)
            server = _Server(doors, self._identity.key_file)
            on_failure.callback(server.stop)
            listeners = [node.web for node in sockets.nodes.values()]
            for listener in listeners:
                listen(listener, BACKLOG)
            server.start(listeners)
            self._serving = on_failure.pop_all()

    def _open_doors(self, unavailable: float) -> Doors:
        cluster = self.cluster
        gate = Gate(
            self._accounts,
            lock_after=cluster.assumptions.login_lock_after,
            stale_cookie_serves=cluster.assumptions.stale_cookie_with_authorization == "login",
        )
        return Doors(
            AxlService(cluster, gate, self.notifications, self.answers),
            RisService(cluster, gate),
            ControlCenterService(cluster, gate, self._node_of),
            ccm_version=cluster.ccm_version,
            now=self._time_of,
            memory=self.answers,
            disturbances=self._disturbances,
            requests=self._requests,
            followers=self._followers,
            latency=self._latency,
            unavailable=unavailable,
        )

    def _node_of(self, ask: Ask) -> str:
        return next(
            (name for name, place in self._places.items() if place.web[1] == ask.port), next(iter(self._places))
        )

    def _time_of(self, ask: Ask) -> float:
        """The clock of the node that was asked."""
        return self.cluster.clock.utc() + self.cluster.nodes.ahead(self._node_of(ask))

    @property
    def places(self) -> dict[str, Place]:
        """Where each node's doors are, by the node's name, the publisher first."""
        return dict(self._places)

    def doors(self) -> dict[str, str]:
        """Where the nodes' doors are, by `name:port` as on a real node: 8443, 6970, 69, 2445; and those of the phones and of the
        name servers that they ask, by network.

        A name that resolves nowhere stays one: its doors are not told.
        """
        of_phones = {f"{NETWORK}:{usual}": f"{LOOPBACK}:{port}" for usual, port in self._phone_places.items()}
        of_nodes = {
            f"{name}:{usual}": f"{_in_url(address)}:{port}"
            for name, place in self._places.items()
            if not name.endswith(_NOWHERE)
            for usual, (address, port) in (
                (8443, place.web),
                (6970, place.tftp_http),
                (69, place.tftp),
                (2445, place.tvs),
            )
        }
        return of_nodes | of_phones

    @property
    def port(self) -> int:
        """The HTTPS port."""
        return int(self.address.rpartition(":")[2])

    @property
    def accounts(self) -> tuple[Account, ...]:
        """All who may come in, the administrator first."""
        return tuple(self._accounts)

    @property
    def capf_port(self) -> int:
        """The port on which CAPF shows its certificate."""
        return self._capf_port

    @property
    def ca_file(self) -> Path:
        """The file with the certificate that clients can trust, PEM; gone with the server unless a folder keeps it."""
        return self._identity.ca_file

    @property
    def fingerprint(self) -> str:
        """The certificate's SHA-256 as hexadecimal pairs with colons."""
        return self._identity.fingerprint

    @property
    def requests(self) -> Counter[tuple[str, str]]:
        """How often each operation had each outcome: `requests["updatePhone", "ok"]`."""
        return Counter(self._requests)

    def follow(self, follower: Callable[[str], None]) -> None:
        """Tell it the operation of each request that arrives, before anything is done about it.

        It is called in the server's own thread and must be quick; what it disturbs then strikes this very request.
        """
        self._followers.append(follower)

    def disturb(self, disturbance: Disturbance | str) -> None:
        """Disturb matching requests from now on; a text is read by `Disturbance.parse`."""
        self._disturbances.add(Disturbance.parse(disturbance) if isinstance(disturbance, str) else disturbance)

    def calm(self) -> None:
        """End every disturbance."""
        self._disturbances.clear()

    def go_down(self) -> None:
        """Cut every connection, forget every session, refuse connections until `come_up`: the cluster restarts.

        A request under way may be carried out, but is not answered. The ports stay this server's.
        """
        self._serving.close()
        with contextlib.ExitStack() as on_failure:
            sockets = Sockets.bind_again(self._places, self._host, self.capf_port)
            on_failure.callback(sockets.close)
            self._held = sockets
            self._serving = on_failure.pop_all()

    def come_up(self, *, unavailable: float = 0.0) -> None:
        """Serve again after `go_down`, with no session left; for the first so many seconds answer 503 to everything."""
        if self._held is not None:
            self._serve(self._held, unavailable=unavailable)
            self._held = None

    def stop(self) -> None:
        """Close every connection and every port; what the cluster holds stays in its database."""
        self._serving.close()
        self._closing.close()
        self._tell_usage()

    def _tell_usage(self) -> None:
        usage = self.notifications.usage
        if usage.accepted:
            told = {
                "seconds": round(usage.seconds, 1),
                "accepted": usage.accepted,
                "refused": usage.refused,
                "worked_off": round(usage.worked_off),
                "utilisation": round(usage.utilisation, 4),
            }
            log.info("change notifications from the first write to the last: %s", json.dumps(told))

    def __enter__(self) -> "SimulatorServer":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _Server:
    """Uvicorn over TLS in a thread; `start` returns when it answers."""

    def __init__(self, doors: Doors, key_file: Path) -> None:
        self._connections = doors.connections
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server = uvicorn.Server(
            uvicorn.Config(
                doors.app,
                http=doors.connections.protocol(),
                ssl_certfile=key_file,
                lifespan="off",
                log_config=None,
                log_level="warning",
                access_log=False,
                server_header=False,
                date_header=False,
                proxy_headers=False,
                timeout_keep_alive=KEEP_ALIVE_SECONDS,
                timeout_graceful_shutdown=1,
            )
        )
        self._thread: threading.Thread | None = None

    def start(self, listeners: list[socket.socket]) -> None:
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(listeners, ready), name="simulator", daemon=True)
        self._thread.start()
        ready.wait()
        if not self._server.started:
            raise OSError("the web server of the simulator did not start; its log says why")

    def _run(self, listeners: list[socket.socket], ready: threading.Event) -> None:
        try:
            asyncio.run(self._serve(listeners, ready))
        finally:
            ready.set()

    async def _serve(self, listeners: list[socket.socket], ready: threading.Event) -> None:
        self._loop = asyncio.get_running_loop()
        server = asyncio.ensure_future(self._server.serve(sockets=listeners))
        while not (self._server.started or server.done()):
            await asyncio.sleep(0)
        ready.set()
        await server

    def stop(self) -> None:
        self._server.should_exit = True
        while self._loop is not None and self._thread is not None and self._thread.is_alive():
            with contextlib.suppress(RuntimeError):  # the loop has ended by itself
                self._loop.call_soon_threadsafe(self._connections.lose_all)
            self._thread.join(0.2)  # a client may have connected just now: its connection is lost at the next turn


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen on a port just now."""
    try:
        with bind(host, port) as taken:
            taken.listen(1)
    except OSError:
        return False
    return True


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


@contextlib.contextmanager
def _capf_port(cluster: Cluster, listener: socket.socket) -> Iterator[None]:
    """Let CAPF live on a bound socket and tell clients its port: by the enterprise parameter [field guide 1]."""
    with cluster.lock:
        capf = IdentityPort(listener, *_capf_identity(cluster), cluster.capf.state)

        def show() -> None:
            capf.show(*_capf_identity(cluster))

        cluster.parameters.set("CAPF Phone Port", str(capf.port))
        cluster.capf.followers.append(capf.follow)
        cluster.capf.certificate_followers.append(show)
    try:
        yield
    finally:
        with cluster.lock:
            cluster.capf.followers.remove(capf.follow)
            cluster.capf.certificate_followers.remove(show)
        capf.close()


def _capf_identity(cluster: Cluster) -> tuple[str, str]:
    """CAPF's certificate and key, PEM."""
    key = cluster.authority.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return cluster.authority.certificate_pem, key.decode()
