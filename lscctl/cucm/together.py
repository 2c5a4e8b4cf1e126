"""One executeSQLUpdate for many phones: what the write path `sql` sends [field guide 4].

Quick, outside of AXL's checks and of Cisco's advice; the settings are those of each phone's profile, since no others are written.
"""

from collections.abc import Collection, Mapping
from typing import Final

from lscctl.auth_string import AuthString
from lscctl.capf import CertificateOperation
from lscctl.cucm.sql import Sql, pkid_list, pkid_literal
from lscctl.errors import UsageError

MOST_PHONES: Final = 200
"""Phones of one statement: each row that it changes is a change notification."""

_PENDING: Final = "Operation Pending"


def operation_statement(
    operation: CertificateOperation,
    pkids: Collection[str],
    finish_time: str,
    strings: Mapping[str, AuthString] | None = None,
) -> Sql:
    """Set this operation, its status and finish time (CUCM's text) of these phones, at most `MOST_PHONES`, and of no others.

    `strings`, `{pkid: string}`, are the authentication strings of some of them; the others keep theirs. The enumerations' numbers
    come out of their own tables. Raises UsageError for no phone, too many, or what is no pkid.
    """
    _require_few(pkids)
    return Sql(
        "update device set "
        "tkcertificateoperation = (select enum from typecertificateoperation where name = {operation}), "
        "tkcertificatestatus = (select enum from typecertificatestatus where name = {status}), "
        "upgradefinishtime = {finish_time}{strings} where pkid in {pkids}",
        operation=Sql.literal(operation.value, "certificate operation"),
        status=Sql.literal(_PENDING, "certificate status"),
        finish_time=Sql.literal(finish_time, "finish time"),
        strings=_assigned(strings or {}),
        pkids=pkid_list(pkids),
    )


def cleared_statement(pkids: Collection[str]) -> Sql:
    """Take the authentication strings of these phones away, at most `MOST_PHONES`. Raises UsageError as `operation_statement`."""
    _require_few(pkids)
    return Sql("update device set authenticationstring = '' where pkid in {pkids}", pkids=pkid_list(pkids))


def _assigned(strings: Mapping[str, AuthString]) -> Sql:
    if not strings:
        return Sql("")
    cases = [
        Sql(
            "when pkid = {pkid} then {string}",
            pkid=pkid_literal(pkid),
            string=Sql.literal(string.reveal(), "authentication string"),
        )
        for pkid, string in strings.items()
    ]
    return Sql(", authenticationstring = case {cases} else authenticationstring end", cases=Sql.joined(" ", cases))


def _require_few(pkids: Collection[str]) -> None:
    if not 0 < len(pkids) <= MOST_PHONES:
        raise UsageError(f"1 to {MOST_PHONES} phones can be written by one statement, not {len(pkids):,}")
