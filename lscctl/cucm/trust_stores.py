"""In which stores the certificates of a cluster are: CAPF-trust, CallManager-trust and the like, as the database maps them.

Cisco's notes name the tables, nobody their columns, which are *assumed* to be called as in its other tables of that kind.
"""

from collections.abc import Mapping
from typing import Final

from lscctl.cucm.clock import Query
from lscctl.cucm.faults import AxlFault
from lscctl.cucm.sql import Sql
from lscctl.trustlist.certificate import Certificate

CAPF_TRUST: Final = "CAPF-trust"
CALL_MANAGER_TRUST: Final = "CallManager-trust"

STORES: Final = Sql(
    "select c.certificate, t.name as store from certificateservicecertificatemap m "
    "inner join certificate c on m.fkcertificate = c.pkid "
    "inner join typecertificateservice t on m.tkcertificateservice = t.enum"
)


class TrustStores:
    """The stores of a cluster by their names, which releases spell in more than one way."""

    def __init__(self, certificates: Mapping[str, frozenset[bytes]]) -> None:
        self._certificates = {_bare(name): held for name, held in certificates.items()}

    def hold(self, certificate: Certificate, store: str) -> bool:
        """Whether a certificate is in a store."""
        return certificate.der in self._certificates.get(_bare(store), frozenset())


def read_trust_stores(query: Query) -> TrustStores | None:
    """What is in which store; None where this database does not tell. Raises WireFault where nobody can look."""
    try:
        rows = query(STORES)
    except AxlFault:
        return None  # another table, or other columns, than they are assumed to be
    found: dict[str, set[bytes]] = {}
    for row in rows:
        try:
            certificate = Certificate.from_pem(row["certificate"].strip())
        except ValueError:
            continue
        found.setdefault(row["store"], set()).add(certificate.der)
    return TrustStores({name: frozenset(held) for name, held in found.items()}) if found else None


def _bare(name: str) -> str:
    """`CallManager-trust` and `callmanager-Trust` are one."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())
