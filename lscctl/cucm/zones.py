"""Which time zone a site lives in: the zone of its device pool's date/time group, which its phones show."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lscctl.cucm.clock import Query
from lscctl.cucm.faults import AxlFault
from lscctl.cucm.sql import Sql
from lscctl.phone import Phone

_NAMED: Final = 3

_GONE: Final = {
    "US/Pacific-New": "America/Los_Angeles",
    "Asia/Riyadh87": "Asia/Riyadh",
    "Asia/Riyadh88": "Asia/Riyadh",
    "Asia/Riyadh89": "Asia/Riyadh",
    "Mideast/Riyadh87": "Asia/Riyadh",
    "Mideast/Riyadh88": "Asia/Riyadh",
    "Mideast/Riyadh89": "Asia/Riyadh",
}
"""Zones that CUCM still offers and IANA has given up [XSD, XTimeZone], with the nearest that lives on."""


_POOL_ZONES: Final = Sql(
    "select dp.name as poolname, tz.name as zone from devicepool dp "
    "inner join datetimesetting dts on dp.fkdatetimesetting = dts.pkid "
    "inner join typetimezone tz on dts.tktimezone = tz.enum"
)
"""CUCM's zones are IANA's, and `typetimezone.name` holds their names; public SQL joins device pools to their groups so."""


def pool_zones(query: Query, pools: Iterable[str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """`{device pool: IANA zone}` for the pools whose zone is known here, and notes on the others. Raises WireFault."""
    wanted = sorted({pool for pool in pools if pool})
    try:
        told = {row["poolname"]: row["zone"].strip() for row in query(_POOL_ZONES)} if wanted else {}
    except AxlFault as fault:
        return {}, (f"the time zones of device pools cannot be read: {fault.text}",)
    known = {pool: zone for pool in wanted if (zone := _living(told.get(pool, "")))}
    unknown = [f"{pool} ({told[pool]})" if told.get(pool) else pool for pool in wanted if pool not in known]
    return known, (_note(unknown),) if unknown else ()


def with_zones(query: Query, phones: Sequence[Phone]) -> tuple[list[Phone], tuple[str, ...]]:
    """The phones with their sites' time zones, and notes on those that nobody knows. Raises WireFault."""
    by_pool, unknown = pool_zones(query, {phone.device_pool for phone in phones})
    return [replace(phone, zone=by_pool.get(phone.device_pool, "")) for phone in phones], unknown


def _living(name: str) -> str:
    """The zone under the name that this computer knows it by, '' for none."""
    zone = _GONE.get(name, name)
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ""
    return zone


def _note(pools: list[str]) -> str:
    more = f" and {len(pools) - _NAMED:,} more" if len(pools) > _NAMED else ""
    return f"the time zone is not known of the device pools {', '.join(pools[:_NAMED])}{more}"
