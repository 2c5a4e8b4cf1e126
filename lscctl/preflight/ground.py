"""The cluster as the checks see it: what several of them need is fetched once, whoever asks first."""

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

from lscctl.cucm.cluster import Cluster
from lscctl.cucm.control_center import Running, ServiceState
from lscctl.cucm.faults import Unreachable
from lscctl.cucm.handshake import Handshake
from lscctl.cucm.names import Resolution, resolve
from lscctl.cucm.nodes import CAPF, TFTP, TVS, ClusterNode, same_service
from lscctl.cucm.parameters import switch
from lscctl.plan import CapfRequest, ClusterFacts, Plan
from lscctl.trustlist.certificate import Certificate
from lscctl.trustlist.reading import read as read_lists
from lscctl.trustlist.values import TrustList

_Value = TypeVar("_Value")
_NAMED: Final = 3
"""Nodes that a line names; a fault always names its own."""

_ASKED_TOGETHER: Final = (CAPF, TFTP, TVS)
"""One request to a node's Control Center tells of all three: it takes so many a minute only."""


class Ground:
    """What the checks stand on: the cluster, the plan and the request; `now` is the cluster's time in epoch seconds.

    `tries_a_write`: whether the user's right to write is tried out, by a write to a phone that cannot exist; a run finds out by
    its first write. CAPF's certificate is warned of, and fails, where it ends within so many days; None: as the cluster's
    configuration says. A fetch that failed fails the same way for everyone who asks for it.
    """

    def __init__(
        self,
        cluster: Cluster,
        plan: Plan,
        request: CapfRequest,
        *,
        tries_a_write: bool = False,
        expiry_warn_days: int | None = None,
        expiry_fail_days: int | None = None,
    ) -> None:
        self.cluster = cluster
        self.plan = plan
        self.request = request
        self.tries_a_write = tries_a_write
        self.expiry_warn_days = cluster.config.expiry_warn if expiry_warn_days is None else expiry_warn_days
        self.expiry_fail_days = cluster.config.expiry_fail if expiry_fail_days is None else expiry_fail_days
        self._fetched: dict[object, Any] = {}
        self._locks: dict[object, threading.Lock] = {}
        self._lock = threading.Lock()

    @property
    def now(self) -> float:
        """The cluster's time, epoch seconds."""
        return self.cluster.clock.utc().timestamp()

    @property
    def version(self) -> tuple[int, ...]:
        """The cluster's release, as in (14, 0)."""
        return self.cluster.release

    @property
    def nodes(self) -> tuple[ClusterNode, ...]:
        """The nodes, the publisher first."""
        return self._once("nodes", self.cluster.nodes.all)

    @property
    def publisher(self) -> ClusterNode:
        """The publisher; the first node where the database names none."""
        return next((node for node in self.nodes if node.publisher), self.nodes[0])

    @property
    def parameters(self) -> Mapping[str, str]:
        """The parameters that decide over LSCs."""
        return self._once("parameters", self.cluster.parameters)

    def switched(self, *words: str) -> bool | None:
        """Whether the parameter with all these words in its name is on; None where there is none, or it says neither."""
        values = (value for name, value in self.parameters.items() if all(word in name for word in words))
        return next((switch(value) for value in values), None)

    @property
    def facts(self) -> ClusterFacts:
        """What the plan had to know of the cluster."""
        return self._once("facts", self.cluster.facts)

    @property
    def mixed(self) -> bool | None:
        """Whether the cluster is in mixed mode; None where it does not say."""
        return {"0": False, "1": True}.get(self.parameters.get("clustersecuritymode", ""))

    @property
    def capf(self) -> Handshake:
        """What CAPF's port says."""
        return self._once("capf", self.cluster.capf)

    @property
    def live_capf(self) -> Certificate | None:
        """The certificate that CAPF's port presents; None where it presents none that can be read."""
        return self._once("live capf", lambda: readable(self.capf.certificate))

    @property
    def stored(self) -> tuple[Certificate, ...]:
        """The certificates of the database that can be read. Raises WireFault."""
        return self._once("stored", self._stored)

    @property
    def stored_capf(self) -> Certificate | None:
        """The newest certificate of CAPF's name in the database, *assumed* to be the one in use. Raises WireFault."""
        known = [one for one in self.stored if "cn=capf-" in one.subject.casefold()]
        return max(known, key=lambda one: one.valid_from, default=None)

    @property
    def resolved(self) -> Mapping[str, Resolution]:
        """How the nodes' names resolve here; a way that the configuration gives counts as known."""
        return self._once("resolved", self._resolved)

    def state(self, node: ClusterNode, service: str) -> ServiceState:
        """What one service does on a node, as its Control Center says. Raises WireFault."""
        asked = _ASKED_TOGETHER if service in _ASKED_TOGETHER else (service,)
        for state in self._once(("states", node.name, asked), lambda: self._states(node, asked)):
            if same_service(state.name, service):
                return state
        return ServiceState(service, Running.UNKNOWN, "the node does not name it")

    def trust_list(self, node: ClusterNode, name: str) -> TrustList:
        """A list of a TFTP server. Raises WireFault, TrustListError."""
        return self._once(("list", node.name, name), lambda: self._trust_list(node, name))

    def tvs(self, node: ClusterNode) -> Handshake:
        """What a node's TVS port says. Raises Unreachable."""
        self._require_name(node)
        return self.cluster.nodes.tvs(node)

    def clock_of(self, node: ClusterNode) -> float | None:
        """A node's clock, epoch seconds; None where its web server tells none. Raises WireFault."""
        self._require_web(node)
        return self.cluster.nodes.clock_of(node)

    def _states(self, node: ClusterNode, services: Sequence[str]) -> tuple[ServiceState, ...]:
        self._require_web(node)
        return self.cluster.nodes.services(node, services)

    def _trust_list(self, node: ClusterNode, name: str) -> TrustList:
        self._require_name(node)
        return read_lists(self.cluster.nodes.trust_file(node.name, name).content, name)[0]

    def _require_name(self, node: ClusterNode) -> None:
        """Raise Unreachable for a node whose name does not resolve: each of its doors would wait for the resolver anew."""
        if self.resolved[node.name] is not Resolution.KNOWN:
            raise Unreachable(
                f"the name {node.name} does not resolve here",
                hint="Let this computer's DNS know it, or set `connect-to` of the cluster in the configuration.",
            )

    def _require_web(self, node: ClusterNode) -> None:
        """The same for a node's web server. The publisher's is the one that we talk to already; a proxy resolves by itself."""
        if not node.publisher and self.cluster.config.proxy is None:
            self._require_name(node)

    def _resolved(self) -> Mapping[str, Resolution]:
        given = {node.name: Resolution.KNOWN for node in self.nodes if self.cluster.nodes.routes.knows(node.name)}
        others = [node.name for node in self.nodes if node.name not in given]
        return given | dict(resolve(others, timeout=self.cluster.config.connect_timeout))

    def _stored(self) -> tuple[Certificate, ...]:
        """What cannot be read cannot be the one that is looked for."""
        return tuple(one for one in map(readable, self.cluster.certificates()) if one is not None)

    def _once(self, key: object, fetch: Callable[[], _Value]) -> _Value:
        with self._lock:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            if key not in self._fetched:
                try:
                    self._fetched[key] = fetch()
                except Exception as error:  # noqa: BLE001 - it is told again to everyone who asks
                    self._fetched[key] = _Failed(error)
        found = self._fetched[key]
        if isinstance(found, _Failed):
            raise found.error
        return found  # type: ignore[no-any-return]


class _Failed:
    """A fetch that failed."""

    def __init__(self, error: Exception) -> None:
        self.error = error


def readable(der: bytes) -> Certificate | None:
    """The certificate; None where there is none, or none that can be read."""
    try:
        return Certificate.read(der) if der else None
    except ValueError:
        return None


def names(nodes: Sequence[ClusterNode]) -> str:
    """`cucm-pub, cucm-sub1`, of many the first few: `cucm-pub, cucm-sub1, cucm-sub2 and 17 more`."""
    more = f" and {len(nodes) - _NAMED} more" if len(nodes) > _NAMED else ""
    return ", ".join(node.name for node in nodes[:_NAMED]) + more
