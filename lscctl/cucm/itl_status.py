"""Which phones hold another ITL than their server, or none: CUCM 14 and later learns it from SIP phones [field guide 6].

Where the database keeps it no public source says (*assumed*): a column with ITL and status in its name, in one of two tables.
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Final

from lscctl.cucm.clock import Query
from lscctl.cucm.selection import IS_PHONE
from lscctl.cucm.sql import Sql, pkid_literal

SINCE: Final = (14, 0)
"""The first release that keeps it."""

PAGE: Final = 2000
"""Phones that are told at once."""

_COLUMNS: Final = Sql(
    "select t.tabname, c.colname from systables t inner join syscolumns c on c.tabid = t.tabid "
    "where lower(c.colname) matches '*itl*status*'"
)
_FIRST_PKID: Final = Sql("''")


class ItlStatus(StrEnum):
    """What a phone's ITL is beside its server's, as far as that is a fault; Match and Unknown are none."""

    MISMATCH = "Mismatch"
    NOT_INSTALLED = "Not Installed"


def read_itl_status(query: Query) -> Mapping[str, ItlStatus] | None:
    """`{pkid: ItlStatus}` of the cluster's phones with a faulty one; None where this cluster has no place for it.

    Raises WireFault: an AxlFault where the catalog, or the table, is not for this user, or not as it is assumed to be.
    """
    source = _source(places(query))
    return None if source is None else dict(_faulty(query, *source))


def places(query: Query) -> Mapping[str, str]:
    """The columns that may hold it, `{table: column}`. Raises WireFault."""
    return {row["tabname"].strip().lower(): row["colname"].strip().lower() for row in query(_COLUMNS)}


def _source(columns: Mapping[str, str]) -> tuple[Sql, Sql] | None:
    """The status as a column, and the joins to the phone `d` that bring it."""
    if column := columns.get("registrationdynamic"):
        joins = Sql("inner join registrationdynamic s on s.fkdevice = d.pkid")
        status = Sql("s.{column}", column=Sql.identifier(column))
    elif column := columns.get("device"):
        joins, status = Sql(""), Sql("d.{column}", column=Sql.identifier(column))
    else:
        return None
    if column.startswith("tk"):
        types = Sql.identifier(f"type{column.removeprefix('tk')}")
        joins = Sql("{joins} inner join {types} t on {status} = t.enum", joins=joins, types=types, status=status)
        status = Sql("t.name")
    return status, joins


def _faulty(query: Query, status: Sql, joins: Sql) -> Iterator[tuple[str, ItlStatus]]:
    """Page by page; only faulty ones, of which there should be few."""
    after = _FIRST_PKID
    while True:
        page = query(
            Sql(
                "select first {first} d.pkid, {status} as itl from device d inner join typeclass tc on d.tkclass = tc.enum "
                "{joins} where {is_phone} and (lower({status}) matches '*mis*match*' or lower({status}) matches '*not*inst*') "
                "and d.pkid > {after} order by d.pkid",
                first=PAGE,
                status=status,
                joins=joins,
                is_phone=IS_PHONE,
                after=after,
            )
        )
        yield from _read(page)
        if len(page) < PAGE:
            return
        after = pkid_literal(page[-1]["pkid"].lower())


def _read(page: Sequence[Mapping[str, str]]) -> Iterator[tuple[str, ItlStatus]]:
    for row in page:
        missing = "not" in row["itl"].casefold()
        yield row["pkid"].lower(), ItlStatus.NOT_INSTALLED if missing else ItlStatus.MISMATCH
