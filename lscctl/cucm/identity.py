"""Who a cluster is, out of its database: the publisher's pkid, and the CAPF certificate where CAPF itself does not show it."""

from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from lscctl.cucm.clock import Query
from lscctl.cucm.sql import Sql

_PUBLISHER: Final = Sql(
    "select first 1 pkid from processnode where tknodeusage = 0 and name <> 'EnterpriseWideData' order by pkid"
)
_CAPF_CERTIFICATES: Final = Sql("select certificate from certificate where lower(subjectname) matches '*cn=capf-*'")
"""CAPF's certificates of now and before, whoever signed them, and those of other clusters that were put into CAPF-trust
[field guide 4]."""


_ALL_CERTIFICATES: Final = Sql("select certificate from certificate order by pkid")


def stored_certificates(query: Query) -> tuple[bytes, ...]:
    """Every certificate of the database in DER; what is none is left away. Raises WireFault."""
    found = []
    for row in query(_ALL_CERTIFICATES):
        try:
            certificate = x509.load_pem_x509_certificate(row["certificate"].strip().encode())
        except ValueError:
            continue
        found.append(certificate.public_bytes(serialization.Encoding.DER))
    return tuple(found)


def read_publisher(query: Query) -> str:
    """The pkid of the publisher's row in `processnode`, '' where there is none. Raises WireFault."""
    rows = query(_PUBLISHER)
    return rows[0]["pkid"].strip().strip("{}").lower() if rows else ""


def stored_capf_fingerprint(query: Query) -> str:
    """The SHA-256 of the newest CAPF certificate in the database, '' where none can be read. Raises WireFault.

    Only CAPF's port tells which one is live: the newest is *assumed* to be, and is the same from one call to the next.
    """
    found: list[tuple[datetime, str]] = []
    for row in query(_CAPF_CERTIFICATES):
        try:
            certificate = x509.load_pem_x509_certificate(row["certificate"].strip().encode())
        except ValueError:
            continue  # a certificate that is none is not CAPF's
        found.append((certificate.not_valid_before_utc, certificate.fingerprint(hashes.SHA256()).hex()))
    return max(found)[1] if found else ""
