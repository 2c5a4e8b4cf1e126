"""The company's own CA, which signs LSCs in CAPF's place: what CAPF must know of it, and how it answers."""

import sqlite3
from collections.abc import Callable, Iterable
from typing import Final, Literal, get_args

from lscctl.simulator.authority import Authority, Issuer
from lscctl.simulator.certificate_stores import TRUSTS, is_stored, store_certificate
from lscctl.simulator.nodes import Node
from lscctl.simulator.parameters import FIPS_MODE, Parameters
from lscctl.simulator.pkids import NewId

CaState = Literal["running", "down", "rejects"]
"""What an Online CA does: `rejects` turns every request down, as with a template or credentials that are wrong."""

ISSUER: Final = "Certificate Issuer to Endpoint"
HOST: Final = "ca.example.com"
PASSWORD: Final = "Pa55-of-the-CA"  # noqa: S105 - nobody's
"""What nobody who reads parameters needs to see."""


class OutsideCa:
    """The CA, as this cluster is set up for it. `runs`: whether the enrolment service does."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        authority: Authority,
        *,
        parameters: Parameters,
        runs: Callable[[], bool],
    ) -> None:
        self._connection = connection
        self._authority = authority
        self._parameters = parameters
        self._runs = runs

    @property
    def state(self) -> CaState:
        """What the CA does."""
        row = self._connection.execute("SELECT value FROM sim_cluster WHERE key = 'outside-ca'").fetchone()
        return next((known for known in get_args(CaState) if row and row[0] == known), "running")

    @state.setter
    def state(self, state: CaState) -> None:
        self._connection.execute("INSERT OR REPLACE INTO sim_cluster VALUES ('outside-ca', ?)", (state,))

    @property
    def rejects(self) -> bool:
        """Whether it turns requests down."""
        return self.state == "rejects"

    @property
    def reached(self) -> bool:
        """Whether CAPF reaches it: it runs, has a name, the enrolment service runs and trusts it, and FIPS is off
        [field guide 1, 2]."""
        settled = (
            self._runs()
            and self._parameters.value(FIPS_MODE) != "1"
            and bool(self._parameters.value("Online CA Hostname"))
        )
        return settled and self.state != "down" and self.trusted("CAPF-trust")

    def trusted(self, store: str) -> bool:
        """Whether its root is in a trust store."""
        return is_stored(self._connection, self._authority.chain(Issuer.ONLINE)[-1], store)

    def upload(self, publisher: Node, new_id: NewId, stores: Iterable[str] = TRUSTS) -> None:
        """Upload its chain to these stores, as OS Administration does."""
        for certificate in reversed(self._authority.chain(Issuer.ONLINE)):
            store_certificate(self._connection, new_id(), certificate, publisher, stores)

    def name(self) -> None:
        """Fill in the parameters that tell CAPF how to reach it."""
        for name, value in (
            ("Online CA Hostname", HOST),
            ("Online CA Template", "CiscoRA"),
            ("Online CA Username", "ciscora"),
            ("Online CA Password", PASSWORD),
        ):
            self._parameters.set(name, value)
