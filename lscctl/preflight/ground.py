"""The cluster as the checks see it: what several of them need is fetched once, whoever asks first."""

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from lscctl.cucm.capf_probe import CapfAnswer
from lscctl.cucm.cluster import Cluster
from lscctl.cucm.control_center import Running, ServiceState
from lscctl.cucm.faults import WireFault
from lscctl.cucm.nodes import CAPF, TFTP, TVS, ClusterNode, same_service
from lscctl.plan import InstallRequest, Plan
from lscctl.trustlist.certificate import Certificate
from lscctl.trustlist.reading import read as read_lists
from lscctl.trustlist.values import TrustList

_Value = TypeVar("_Value")


class Ground:
    """What the checks stand on: the cluster, the plan and the request; `now` is the cluster's time in epoch seconds.

    `tries_a_write`: whether the user's right to write is tried out, by a write to a phone that cannot exist; a run finds out by
    its first write. A fetch that failed fails the same way for everyone who asks for it.
    """

    def __init__(
        self,
        cluster: Cluster,
        plan: Plan,
        request: InstallRequest,
        *,
        tries_a_write: bool = False,
        expiry_warn_days: int = 180,
        expiry_fail_days: int = 30,
    ) -> None:
        self.cluster = cluster
        self.plan = plan
        self.request = request
        self.tries_a_write = tries_a_write
        self.expiry_warn_days = expiry_warn_days
        self.expiry_fail_days = expiry_fail_days
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
        return self._once("nodes", self.cluster.nodes)

    @property
    def publisher(self) -> ClusterNode:
        """The publisher; the first node where the database names none."""
        return next((node for node in self.nodes if node.publisher), self.nodes[0])

    @property
    def parameters(self) -> Mapping[str, str]:
        """The parameters that decide over LSCs."""
        return self._once("parameters", self.cluster.parameters)

    @property
    def mixed(self) -> bool:
        """Whether the cluster is in mixed mode."""
        return self.parameters.get("clustersecuritymode") == "1"

    @property
    def capf(self) -> CapfAnswer:
        """What CAPF's port says."""
        return self._once("capf", self.cluster.capf)

    @property
    def live_capf(self) -> Certificate | None:
        """The certificate that CAPF's port presents; None where it presents none."""
        return self._once("live capf", self._live_capf)

    @property
    def stored(self) -> tuple[Certificate, ...]:
        """The certificates of the database that can be read."""
        return self._once("stored", self._stored)

    @property
    def capf_certificate(self) -> Certificate | None:
        """The CAPF certificate: the live one, else the newest self-signed one of CAPF's name in the database."""
        if self.live_capf is not None:
            return self.live_capf
        known = [one for one in self.stored if "cn=capf-" in one.subject.casefold()]
        return max(known, key=lambda one: one.valid_from, default=None)

    def states(self, node: ClusterNode) -> tuple[ServiceState, ...]:
        """What CAPF, TFTP and TVS do on a node, as its Control Center says. Raises WireFault."""
        return self._once(("states", node.name), lambda: self.cluster.services(node, (CAPF, TFTP, TVS)))

    def state(self, node: ClusterNode, service: str) -> ServiceState:
        """What one service does on a node. Raises WireFault."""
        for state in self.states(node):
            if same_service(state.name, service):
                return state
        return ServiceState(service, Running.UNKNOWN, "the node does not name it")

    def trust_lists(self, node: ClusterNode, name: str) -> TrustList:
        """A list of a TFTP server. Raises WireFault, TrustListError."""
        return self._once(("list", node.name, name), lambda: self._trust_list(node, name))

    def tvs(self, node: ClusterNode) -> CapfAnswer:
        """What a node's TVS port says."""
        return self._once(("tvs", node.name), lambda: self.cluster.tvs(node))

    def _trust_list(self, node: ClusterNode, name: str) -> TrustList:
        return read_lists(self.cluster.trust_file(node.name, name).content, name)[0]

    def _live_capf(self) -> Certificate | None:
        der = self.capf.certificate
        return Certificate.read(der) if der else None

    def _stored(self) -> tuple[Certificate, ...]:
        found = []
        for der in self.cluster.certificates():
            try:
                found.append(Certificate.read(der))
            except ValueError:
                continue  # what cannot be read cannot be the one that is looked for
        return tuple(found)

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


def first_words(error: WireFault) -> str:
    """Why something could not be looked at, in a line."""
    return error.message


def names(nodes: Sequence[ClusterNode]) -> str:
    """`cucm-pub, cucm-sub1`."""
    return ", ".join(node.name for node in nodes)
