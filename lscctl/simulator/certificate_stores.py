"""The certificates in the database, and in which of Certificate Management's stores each is."""

import sqlite3
from collections.abc import Iterable

from cryptography import x509

from lscctl.simulator.authority import common_name, pem_of
from lscctl.simulator.nodes import Node
from lscctl.simulator.pkids import fixed_id

STORES = (
    "tomcat",
    "tomcat-trust",
    "CallManager",
    "CallManager-trust",
    "CAPF",
    "CAPF-trust",
    "TVS",
    "TVS-trust",
    "ITLRecovery",
)
"""The stores of certificates, as Certificate Management names them; their numbers are *assumed*."""

TRUSTS = ("CAPF-trust", "CallManager-trust")
"""Where CAPF and CallManager look whether they trust who signed a phone's certificate."""

OF_CAPF = ("CAPF", *TRUSTS)
"""Where CAPF's own certificate is."""


def store_certificate(
    connection: sqlite3.Connection, pkid: str, certificate: x509.Certificate, publisher: Node, stores: Iterable[str]
) -> None:
    """Put one more certificate into the database and into these stores, where the database has a place for that."""
    host = common_name(certificate.subject)
    pem = pem_of(certificate)
    connection.execute(
        "INSERT INTO certificate (pkid, subjectname, issuername, serialnumber, certificate, servername, ipv4address, fkprocessnode)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            pkid,
            certificate.subject.rfc4514_string(),
            certificate.issuer.rfc4514_string(),
            f"{certificate.serial_number:x}",
            pem,
            publisher.name if host.startswith(("CAPF", "ITL")) else host,
            publisher.address,
            publisher.pkid,
        ),
    )
    if not _maps(connection):
        return
    numbers = dict(connection.execute("SELECT name, enum FROM typecertificateservice").fetchall())
    for (stored,) in connection.execute("SELECT pkid FROM certificate WHERE certificate = ?", (pem,)).fetchall():
        rows = [(fixed_id(f"{stored} in {store}"), stored, numbers[store]) for store in stores if store in numbers]
        connection.executemany("INSERT OR IGNORE INTO certificateservicecertificatemap VALUES (?, ?, ?)", rows)


def is_stored(connection: sqlite3.Connection, certificate: x509.Certificate, store: str) -> bool:
    """Whether a certificate is in a store; where the database tells of none, whether it is in the database at all."""
    pem = pem_of(certificate)
    if not _maps(connection):
        return connection.execute("SELECT 1 FROM certificate WHERE certificate = ?", (pem,)).fetchone() is not None
    row = connection.execute(
        "SELECT 1 FROM certificate c JOIN certificateservicecertificatemap m ON m.fkcertificate = c.pkid"
        " JOIN typecertificateservice t ON t.enum = m.tkcertificateservice WHERE c.certificate = ? AND t.name = ?",
        (pem, store),
    ).fetchone()
    return row is not None


def _maps(connection: sqlite3.Connection) -> bool:
    table = "certificateservicecertificatemap"
    return connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone() is not None
