"""The cluster's nodes: their services, their certificates, and the trust lists that their TFTP servers hand out."""

import random
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from lscctl.simulator.authority import DAY, pem_of, serial_from, valid_until_years
from lscctl.simulator.authority import named as distinguished
from lscctl.simulator.held_lists import keep
from lscctl.simulator.key_pairs import read_private
from lscctl.simulator.releases import Release
from lscctl.simulator.services import CAPF, TFTP
from lscctl.simulator.trust_lists import Entry, Signer, build
from lscctl.trustlist.format import Digest, Function

_YEARS: Final = 5


class UnknownNodeError(LookupError):
    """There is no such node; the text is its name."""


class UnknownServiceError(LookupError):
    """There is no such service; the text is its name."""


@dataclass(frozen=True, slots=True)
class Node:
    """One node: pkid, host name, IP address, and whether it is the publisher."""

    pkid: str
    name: str
    address: str
    publisher: bool


@dataclass(frozen=True, slots=True)
class Service:
    """One service on one node. `since` is when it was started or stopped last, in epoch seconds."""

    name: str
    activated: bool
    running: bool
    since: int


class Nodes:
    """What the nodes of a cluster do beside their phones; use it under the cluster's lock.

    `followers` are told whenever a service starts or stops, or a trust list is written.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        *,
        release: Release,
        now: Callable[[], float],
        parameter: Callable[[str], str],
        capf_certificate: Callable[[], x509.Certificate],
    ) -> None:
        self._connection = connection
        self._release = release
        self._now = now
        self._parameter = parameter
        self._capf_certificate = capf_certificate
        self.followers: list[Callable[[], None]] = []
        self._ahead: dict[str, float] = dict(
            connection.execute(
                "SELECT p.name, n.ahead FROM sim_node n JOIN processnode p ON p.pkid = n.fkprocessnode WHERE n.ahead <> 0"
            ).fetchall()
        )

    # nodes and services

    def all(self) -> list[Node]:
        """Every node, the publisher first."""
        rows = self._connection.execute(
            "SELECT p.pkid, p.name, n.address, p.tknodeusage = 0 FROM processnode p"
            " JOIN sim_node n ON n.fkprocessnode = p.pkid ORDER BY p.tknodeusage, n.rowid"
        )
        return [Node(pkid, name, address, bool(publisher)) for pkid, name, address, publisher in rows]

    @property
    def publisher(self) -> Node:
        """The node that has the cluster's own database, and where CAPF runs."""
        return self.all()[0]

    def find(self, name: str) -> Node:
        """A node by name, name without domain, or address. Raises UnknownNodeError."""
        wanted = name.casefold()
        for node in self.all():
            if wanted in (node.name.casefold(), node.name.partition(".")[0].casefold(), node.address):
                return node
        raise UnknownNodeError(name)

    def ahead(self, name: str) -> float:
        """By how many seconds the clock of a node (by its name) is ahead of the publisher's; may be asked without the lock."""
        return self._ahead.get(name, 0.0)

    def set_clock(self, node: Node, *, ahead: float) -> None:
        """Let a node's clock be so many seconds ahead of the publisher's, or behind (negative)."""
        self._connection.execute("UPDATE sim_node SET ahead = ? WHERE fkprocessnode = ?", (ahead, node.pkid))
        self._ahead[node.name] = ahead

    def rename(self, node: Node, name: str) -> None:
        """Give a node another name, by which phones are registered there, too; its lists go on naming the old one."""
        for table, column in (
            ("processnode", "name"),
            ("processnodeservice", "servername"),
            ("sim_phone", "node"),
            ("sim_phone", "stalenode"),
            ("registrationdynamic", "lastknownucm"),
        ):
            self._connection.execute(f"UPDATE {table} SET {column} = ? WHERE {column} = ?", (name, node.name))
        self._ahead[name] = self._ahead.pop(node.name, 0.0)

    def services(self, node: Node) -> list[Service]:
        """The services that can be on a node, by name."""
        rows = self._connection.execute(
            "SELECT t.name, s.isactive = 't', r.running = 't', r.since FROM processnodeservice s"
            " JOIN typeservice t ON t.enum = s.tkservice"
            " JOIN sim_service r ON r.fkprocessnodeservice = s.pkid WHERE s.fkprocessnode = ? ORDER BY t.name",
            (node.pkid,),
        )
        return [Service(name, bool(active), bool(active and runs), since) for name, active, runs, since in rows]

    def service(self, node: Node, name: str) -> Service:
        """One service of a node. Raises UnknownServiceError."""
        found = next((one for one in self.services(node) if one.name.casefold() == name.casefold()), None)
        if found is None:
            raise UnknownServiceError(name)
        return found

    def runs(self, node: Node, name: str) -> bool:
        """Whether a service is activated and started on a node."""
        return self.service(node, name).running

    def start(self, node: Node, name: str) -> None:
        """Start a service that is activated; TFTP writes its lists as it starts. Raises UnknownServiceError."""
        self._run(node, name, running=True)
        if name == TFTP:
            self.write_lists(node)

    def stop(self, node: Node, name: str) -> None:
        """Stop a service. Raises UnknownServiceError."""
        self._run(node, name, running=False)

    def activate(self, node: Node, name: str, *, active: bool) -> None:
        """Activate a service, which also starts it, or deactivate it. Raises UnknownServiceError."""
        self.service(node, name)
        self._connection.execute(
            "UPDATE processnodeservice SET isactive = ? WHERE fkprocessnode = ?"
            " AND tkservice = (SELECT enum FROM typeservice WHERE name = ?)",
            ("t" if active else "f", node.pkid, name),
        )
        if active:
            self.start(node, name)
        else:
            self.stop(node, name)

    def _run(self, node: Node, name: str, *, running: bool) -> None:
        self.service(node, name)
        self._connection.execute(
            "UPDATE sim_service SET running = ?, since = ? WHERE fkprocessnodeservice = (SELECT s.pkid"
            " FROM processnodeservice s JOIN typeservice t ON t.enum = s.tkservice WHERE s.fkprocessnode = ? AND t.name = ?)",
            ("t" if running else "f", int(self._now()), node.pkid, name),
        )
        self._tell()

    def _tell(self) -> None:
        for follow in list(self.followers):
            follow()

    # certificates

    def identity(self, purpose: str, node: Node | None = None) -> Signer:
        """A certificate with its key: of "callmanager" and "tvs" each node has one, of "itlrecovery" the cluster."""
        row = self._connection.execute(
            "SELECT certificate, key FROM sim_identity WHERE purpose = ? AND fkprocessnode = ?",
            (purpose, "" if node is None else node.pkid),
        ).fetchone()
        return _read_signer(*row)

    def set_identity(self, purpose: str, node: Node | None, signer: Signer) -> None:
        """Give a node, or the cluster, another certificate with its key; purposes are as in `identity`."""
        key = signer.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()
        self._connection.execute(
            "UPDATE sim_identity SET certificate = ?, key = ? WHERE purpose = ? AND fkprocessnode = ?",
            (pem_of(signer.certificate), key, purpose, "" if node is None else node.pkid),
        )
        self._tell()

    @property
    def signs_lists(self) -> tuple[str, Node | None]:
        """Whose identity signs trust lists: ITLRecovery's from 12.0 on, the publisher's CallManager's before (*assumed* when)."""
        if self._release.signs_with_itl_recovery:
            return "itlrecovery", None
        return "callmanager", self.publisher

    # trust lists

    def file(self, node: Node, name: str) -> bytes | None:
        """A trust list as the node's TFTP server has it; a phone's own is the node's, under another name."""
        kind = name.upper()[:3]
        row = self._connection.execute(
            "SELECT l.content FROM sim_trust_list t JOIN sim_list l ON l.id = t.list WHERE t.fkprocessnode = ? AND t.kind = ?",
            (node.pkid, kind),
        ).fetchone()
        return None if row is None else bytes(row[0])

    def set_file(self, node: Node, kind: str, content: bytes | None) -> None:
        """Put a list (`kind` ITL or CTL) on a TFTP server as it is, or take it away."""
        gone = self._connection.execute(
            "DELETE FROM sim_trust_list WHERE fkprocessnode = ? AND kind = ?", (node.pkid, kind)
        )
        if content is None and not gone.rowcount:
            return
        if content is not None:
            kept = keep(self._connection, content)
            self._connection.execute("INSERT INTO sim_trust_list VALUES (?, ?, ?)", (node.pkid, kind, kept))
        self._tell()

    def write_lists(self, node: Node) -> None:
        """Write and sign the lists of a TFTP server out of today's certificates; a CTL only in mixed mode."""
        self.set_file(node, "ITL", self.made(node, "ITL"))
        self.set_file(node, "CTL", self.made(node, "CTL") if self._parameter("ClusterSecurityMode") == "1" else None)

    def made(
        self,
        node: Node,
        kind: str,
        *,
        without: Iterable[Function] = (),
        besides: Iterable[Entry] = (),
        capf: x509.Certificate | None = None,
    ) -> bytes:
        """A list as the node would sign it now.

        `without` leaves records away, `besides` adds some, `capf` stands for today's CAPF certificate.
        """
        signer = self.identity(*self.signs_lists)
        publisher = self.publisher
        capf_runs = self.service(publisher, CAPF).activated
        entries = [Entry(Function.SAST, signer.certificate, publisher.name)]
        entries += [
            Entry(Function.CCM_TFTP, self.identity("callmanager", host).certificate, host.name)
            for host in ([node] if kind == "ITL" else self.all())
        ]
        if capf_runs or capf is not None:
            entries.append(Entry(Function.CAPF, capf or self._capf_certificate(), publisher.name))
        if kind == "ITL":
            entries += [Entry(Function.TVS, self.identity("tvs", host).certificate, host.name) for host in self.all()]
        entries += besides
        left_out = set(without)
        return build(
            [entry for entry in entries if entry.function not in left_out],
            signer,
            file_name=f"{kind}File.tlv",
            timestamp=int(self._now()),
            digest=self._digest(),
        )

    def _digest(self) -> Digest:
        return Digest.SHA512 if self._release.signs_with_itl_recovery else Digest.SHA1


@lru_cache(maxsize=256)
def _read_signer(certificate: str, key: str) -> Signer:
    """Read a certificate and its key, both PEM; kept, since a list takes five of them."""
    return Signer(x509.load_pem_x509_certificate(certificate.encode()), read_private(key))


def fill_nodes(
    connection: sqlite3.Connection, addresses: dict[str, str], *, now: float, rng: random.Random
) -> list[x509.Certificate]:
    """Give the nodes of `processnode` (by name) addresses, running services and certificates; returns the certificates.

    All CallManager certificates have one key, all of TVS another: making keys is what takes long.
    """
    since = int(now) - 30 * DAY
    nodes = connection.execute("SELECT pkid, name FROM processnode WHERE name <> 'EnterpriseWideData'").fetchall()
    connection.executemany(
        "INSERT INTO sim_node (fkprocessnode, address) VALUES (?, ?)", [(pkid, addresses[name]) for pkid, name in nodes]
    )
    connection.execute("INSERT INTO sim_service SELECT pkid, isactive, ? FROM processnodeservice", (since,))
    made = []
    for purpose, hosts in (
        ("callmanager", nodes),
        ("tvs", nodes),
        ("itlrecovery", [("", f"ITLRECOVERY_{nodes[0][1]}")]),
    ):
        key = rsa.generate_private_key(65537, 2048)
        text = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()
        for pkid, name in hosts:
            certificate = self_signed(name, key, serial_from(rng), int(now) - 400 * DAY)
            connection.execute(
                "INSERT INTO sim_identity VALUES (?, ?, ?, ?)", (purpose, pkid, pem_of(certificate), text)
            )
            made.append(certificate)
    return made


def self_signed(name: str, key: rsa.RSAPrivateKey, serial: int, valid_from: int) -> x509.Certificate:
    """A node's certificate, signed by itself."""
    subject = distinguished(name)
    start, end = (
        datetime.fromtimestamp(moment, tz=UTC) for moment in (valid_from, valid_until_years(valid_from, _YEARS))
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(start)
        .not_valid_after(end)
        .sign(key, hashes.SHA256())
    )
