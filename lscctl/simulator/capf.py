"""CAPF itself: what it is doing, and the certificate with which it signs."""

import random
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Literal, get_args

from cryptography import x509

from lscctl.simulator.authority import Authority, Issuer, pem_of
from lscctl.simulator.capf_certificate import SOUND, CapfCertificate, CapfShape, make
from lscctl.simulator.certificate_stores import OF_CAPF, TRUSTS, store_certificate
from lscctl.simulator.nodes import Nodes
from lscctl.simulator.pkids import NewId
from lscctl.simulator.services import CAPF

CapfState = Literal["running", "stopped", "frozen", "unreachable"]


class Capf:
    """CAPF of a cluster; use it under the cluster's lock.

    followers: told whenever its state changes; certificate_followers whenever the certificate does that it shows.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        authority: Authority,
        nodes: Nodes,
        *,
        now: Callable[[], float],
        seed: int,
        new_id: NewId,
    ) -> None:
        self._connection = connection
        self._authority = authority
        self._nodes = nodes
        self._now = now
        self._seed = seed
        self._new_id = new_id
        self.followers: list[Callable[[CapfState], None]] = []
        self.certificate_followers: list[Callable[[], None]] = []

    @property
    def state(self) -> CapfState:
        """What CAPF is doing; `frozen` takes connections and never answers."""
        (state,) = self._connection.execute("SELECT value FROM sim_cluster WHERE key = 'capf'").fetchone()
        for known in get_args(CapfState):
            if state == known:
                return known  # type: ignore[no-any-return]  # one of the literals
        raise ValueError(f"no state {state!r} of CAPF")

    @state.setter
    def state(self, state: CapfState) -> None:
        self._connection.execute("UPDATE sim_cluster SET value = ? WHERE key = 'capf'", (state,))
        for follow in self.followers:
            follow(state)

    def follow_service(self, *, restarted: bool = False) -> None:
        """Do as the publisher's service does; a restart also thaws CAPF, and lets it show the certificate of the database."""
        running = self._nodes.runs(self._nodes.publisher, CAPF)
        if not running:
            self.state = "stopped"
        elif restarted or self.state == "stopped":
            if self._authority.adopt():
                self._certificate_changed()
            self.state = "running"

    def replace(self, shape: CapfShape = SOUND, *, chain_known: bool = False, chain_in: Sequence[str] = TRUSTS) -> None:
        """Give CAPF another certificate; no phone restarts, and no list names it yet.

        chain_known: where a CA issued it, the CAs above are in the stores `chain_in`.
        """
        made = self._made(shape)
        self._authority.replace(made.certificate, made.key)
        self._store(made.certificate, OF_CAPF)
        for one in made.above if chain_known else ():
            self._store(one, chain_in)
        self._certificate_changed()

    def replace_stored(self) -> None:
        """Regenerate the certificate and do not restart CAPF: it shows the old one, which the database has no more."""
        live = pem_of(self._authority.certificate(Issuer.LIVE))
        self._connection.execute("DELETE FROM certificate WHERE certificate = ?", (live,))
        made = self._made(SOUND)
        self._store(made.certificate, OF_CAPF)
        self._authority.prepare(made.certificate, made.key)

    @property
    def retired_certificate(self) -> x509.Certificate:
        """The certificate that CAPF had before the one of now."""
        return self._authority.certificate(Issuer.RETIRED)

    def _certificate_changed(self) -> None:
        for follow in self.certificate_followers:
            follow()

    def _made(self, shape: CapfShape) -> CapfCertificate:
        dice = random.Random(f"{self._seed} {self._new_id()}")  # noqa: S311  # a name and a number, no secret
        return make(shape, now=int(self._now()), dice=dice)

    def _store(self, certificate: x509.Certificate, stores: Iterable[str]) -> None:
        store_certificate(self._connection, self._new_id(), certificate, self._nodes.publisher, stores)
