"""The cluster: its database, its phones and its CAPF behind one object, as the doors see them."""

import sqlite3
import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lscctl.simulator.assumptions import Assumptions
from lscctl.simulator.clock import ServerClock
from lscctl.simulator.failures import Failure

if TYPE_CHECKING:
    from lscctl.simulator.authority import Authority


class UnknownPhoneError(LookupError):
    """No phone has that pkid."""


class WriteRefusedError(ValueError):
    """CUCM does not accept what was written; the text is the fault's."""


@dataclass(frozen=True)
class CapfWrite:
    """The CAPF part of updatePhone; None where the request has no such element.

    Texts are the schema's, as in "By Null String", "2048"; finish_time is `YYYY:MM:DD:HH:MM` by the cluster's clock.
    """

    operation: str | None = None
    mode: str | None = None
    key_size: str | None = None
    key_order: str | None = None
    ec_key_size: str | None = None
    authentication_string: str | None = None
    finish_time: str | None = None


@dataclass(frozen=True)
class Registration:
    """One entry of RIS: a phone on a node.

    timestamp: epoch seconds of the last change. stale: an old entry on a node that the phone has left.
    """

    name: str
    description: str
    node: str
    ip: str
    status: str
    status_reason: int
    timestamp: int
    model: int
    product: int
    protocol: str
    load: str
    httpd: str
    line: str
    login_user: str
    stale: bool


class Cluster:
    """A cluster that lives in a database; use `connection` and every method under `lock`."""

    connection: sqlite3.Connection
    lock: threading.RLock
    clock: ServerClock
    assumptions: Assumptions
    version: str
    schemas: tuple[str, ...]
    ccm_version: str
    authority: "Authority"
    seed: int
    phone_speed: float
    capf_port: int

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
    ) -> "Cluster":
        """Make a cluster, or open the one that the file at `path` holds."""
        raise NotImplementedError

    def advance(self) -> None:
        """Carry out everything that fell due up to now, in order."""
        raise NotImplementedError

    def write_capf(self, pkid: str, write: CapfWrite) -> None:
        """Write the CAPF part of updatePhone. Raises UnknownPhoneError, WriteRefusedError."""
        raise NotImplementedError

    def apply(self, pkid: str) -> None:
        """Apply the phone's configuration. Raises UnknownPhoneError."""
        raise NotImplementedError

    def reset(self, pkid: str, *, hard: bool) -> None:
        """Restart the phone (hard: reset it). Raises UnknownPhoneError."""
        raise NotImplementedError

    def apply_profile(self, pkid: str, *, restart: bool) -> int:
        """Apply a security profile to its phones; say how many there are."""
        raise NotImplementedError

    def registrations(self, names: Collection[str] | None = None) -> list[Registration]:
        """List what RIS knows of these phones, or of all."""
        raise NotImplementedError

    def break_phones(self, failure: Failure) -> list[str]:
        """Switch a failure on; name the phones that it strikes."""
        raise NotImplementedError

    def delete_phone(self, pkid: str) -> None:
        """Remove a phone. Raises UnknownPhoneError."""
        raise NotImplementedError

    def type_string(self, pkid: str, text: str) -> None:
        """Type an authentication string on a phone. Raises UnknownPhoneError."""
        raise NotImplementedError

    def close(self) -> None:
        """Close the database."""
        raise NotImplementedError
