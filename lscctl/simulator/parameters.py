"""Enterprise and service parameters: which there are, and what they are set to."""

import sqlite3

from lscctl.simulator.assumptions import Assumptions
from lscctl.simulator.pkids import NewId, fixed_id
from lscctl.simulator.releases import Release
from lscctl.simulator.services import ENTERPRISE_WIDE

_CAPF = 21

# (service, name as the GUI shows it, value): names and units [field guide 1, 2, 5]
_PARAMETERS = (
    (ENTERPRISE_WIDE, "Cluster ID", "StandAloneCluster"),
    (ENTERPRISE_WIDE, "CAPF Operation Expires in (days)", "10"),
    (ENTERPRISE_WIDE, "Endpoint Advanced Encryption Algorithms Support", "0"),
    (ENTERPRISE_WIDE, "Enable IPv6", "False"),
    (ENTERPRISE_WIDE, "Phone Interaction on Certificate Update", "Automatically reset phones"),
    (ENTERPRISE_WIDE, "Allowed Rate for Realtime Information", "15"),
    (_CAPF, "Certificate Issuer to Endpoint", "Cisco Certificate Authority Proxy Function"),
    (_CAPF, "Duration Of Certificate Validity (in days)", "1825"),
    (_CAPF, "Key Size", "2048"),
    (_CAPF, "Maximum Allowable Time For Key Generation (minutes)", "30"),
    (_CAPF, "Maximum Allowable Attempts For Key Generation", "3"),
)
_ONLINE_CA_PARAMETERS = (
    ("Online CA Hostname", ""),
    ("Online CA Port", "443"),
    ("Online CA Template", ""),
    ("Online CA Type", "Microsoft CA"),
    ("Online CA Username", ""),
    ("Online CA Password", ""),
)
"""CAPF's parameters of an Online CA, by the names that the GUI shows, and their values before anybody set them."""

FIPS_MODE = "FIPS Mode"
"""An enterprise parameter, 0 or 1 (*assumed*: that there is one; a real node keeps FIPS in its platform, `utils fips status`)."""


class Parameters:
    """Enterprise and service parameters, by the names that the GUI shows."""

    def __init__(self, connection: sqlite3.Connection, assumptions: Assumptions) -> None:
        self._connection = connection
        self._assumptions = assumptions

    def value(self, name: str) -> str:
        """Read a parameter. Raises LookupError."""
        row = self._connection.execute(
            "SELECT paramvalue FROM processconfig WHERE paramname IN (?, ?)",
            (name, _stored_name(name, self._assumptions)),
        ).fetchone()
        if row is None:
            raise LookupError(f"no parameter {name!r}")
        return str(row[0])

    def set(self, name: str, value: str) -> None:
        """Change a parameter. Raises LookupError."""
        self.value(name)
        self._connection.execute(
            "UPDATE processconfig SET paramvalue = ? WHERE paramname IN (?, ?)",
            (value, name, _stored_name(name, self._assumptions)),
        )


def fill_parameters(
    connection: sqlite3.Connection, release: Release, assumptions: Assumptions, port: int, new_id: NewId
) -> None:
    """Give a cluster the parameters of its release as nobody has set them yet; `port` is CAPF's."""
    rows = [
        (new_id(), service, _stored_name(name, assumptions), value)
        for service, name, value in (*_PARAMETERS, (ENTERPRISE_WIDE, "CAPF Phone Port", str(port)))
    ]
    # this one's name in the database is known [field guide 4]
    rows.append((new_id(), ENTERPRISE_WIDE, "ClusterSecurityMode", "0"))
    rows.append((fixed_id(FIPS_MODE), ENTERPRISE_WIDE, _stored_name(FIPS_MODE, assumptions), "0"))
    if release.has_online_ca:
        rows += [
            (fixed_id(name), _CAPF, _stored_name(name, assumptions), value) for name, value in _ONLINE_CA_PARAMETERS
        ]
    connection.executemany(
        "INSERT INTO processconfig (pkid, tkservice, paramname, paramvalue) VALUES (?, ?, ?, ?)", rows
    )


def _stored_name(name: str, assumptions: Assumptions) -> str:
    """Write a parameter's name as processconfig.paramname has it: as the GUI shows it, or in one word (*assumed*, both)."""
    if assumptions.parameter_names == "displayed":
        return name
    return "".join(word[:1].upper() + word[1:] for word in name.replace("(", "").replace(")", "").split())
