"""One cluster as the rest of lscctl knows it: every setting decided."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from lscctl.pasting import meant
from lscctl.plan import Protected
from lscctl.rules import Rules


@dataclass(frozen=True, slots=True)
class ClusterConfig:
    """How to reach one cluster, and what lscctl must never write there. Timeouts are in seconds.

    `password` comes from the file or the environment; `password_command` is the program that prints it, with its arguments,
    `password_file` has it on its first line.
    `zone` is an IANA name. `proxy` is the URL of the proxy to use, None for none, already decided for this host.
    `connect_to` says where a node's doors really are (see `lscctl.cucm.routes`). `expressway_addresses` are IP networks in
    which phones over Expressway appear to be. `ris_rate` is how many requests a minute lscctl makes to RIS: the cluster's own
    limit at most, fewer where other programs ask, too [field guide 5]. `rules` say how rollouts go here, `notify` is the
    program that hears of them, with its arguments; `audit_log` is the file that tells each write. A CAPF certificate that ends
    within `expiry_warn` days is warned of, and nothing is installed with one that ends within `expiry_fail` days.
    """

    name: str
    host: str
    user: str = ""
    port: int = 8443
    password: SecretStr | None = None
    password_command: tuple[str, ...] = ()
    password_file: Path | None = None
    zone: str | None = None
    ca_bundle: Path | None = None
    fingerprint: str | None = None
    insecure: bool = False
    proxy: str | None = field(default=None, repr=False)
    wsdl: Path | None = None
    protected: Protected = field(default_factory=Protected)
    connect_to: Mapping[str, str] = field(default_factory=dict)
    expressway_addresses: tuple[str, ...] = ()
    concurrency: int = 8
    ris_rate: int = 15
    rules: Rules = field(default_factory=Rules)
    expiry_warn: int = 180
    expiry_fail: int = 30
    allow_sql_writes: bool = False
    notify: tuple[str, ...] = ()
    audit_log: Path | None = None
    timeout: float = 120.0
    connect_timeout: float = 10.0

    @property
    def option(self) -> str:
        """The option by which commands mean this cluster, wherever they are pasted."""
        return meant(self.name, self.host)
