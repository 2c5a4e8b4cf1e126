"""One executeSQLUpdate for many phones: what the write path `sql` sends [field guide 4].

Quick, outside of AXL's checks and of Cisco's advice; the settings are those of each phone's profile, since no others are written.
"""

from collections.abc import Collection
from typing import Final

from lscctl.capf import CertificateOperation
from lscctl.cucm.sql import Sql, pkid_list
from lscctl.errors import UsageError

MOST_PHONES: Final = 200
"""Phones of one statement: each row that it changes is a change notification."""

_PENDING: Final = "Operation Pending"


def operation_statement(operation: CertificateOperation, pkids: Collection[str], finish_time: str) -> Sql:
    """Set this operation, its status and finish time (CUCM's text) of these phones, at most `MOST_PHONES`, and of no others.

    The enumerations' numbers come out of their own tables. Raises UsageError for no phone, too many, or what is no pkid.
    """
    if not 0 < len(pkids) <= MOST_PHONES:
        raise UsageError(f"1 to {MOST_PHONES} phones can be written by one statement, not {len(pkids):,}")
    return Sql(
        "update device set "
        "tkcertificateoperation = (select enum from typecertificateoperation where name = {operation}), "
        "tkcertificatestatus = (select enum from typecertificatestatus where name = {status}), "
        "upgradefinishtime = {finish_time} where pkid in {pkids}",
        operation=Sql.literal(operation.value, "certificate operation"),
        status=Sql.literal(_PENDING, "certificate status"),
        finish_time=Sql.literal(finish_time, "finish time"),
        pkids=pkid_list(pkids),
    )
