"""How operations of the past ended: what CAPF and CUCM leave on a phone."""

import re
from datetime import datetime, timedelta, tzinfo
from typing import Final

from lscctl.capf import StatusKind
from lscctl.preflight.assumptions.interface import Finding, Site
from lscctl.preflight.assumptions.looks.doors import registered
from lscctl.preflight.assumptions.past import Operation

_FEW: Final = 3
"""So many phones say that something never is; one says that it can be."""

_ASKED: Final = 100
"""Phones whose registration is asked for."""

_LATE: Final = "late"
_HOUR: Final = re.compile(r"\d{4}:\d{2}:\d{2}:\d{2}")
_GRACE: Final = timedelta(hours=2)
"""Past its finish time by so much, an operation is late whatever the fifth field counts."""


def finish_time_read_back(site: Site) -> Finding:
    """By what lscctl wrote itself; else by any text with minutes, since the GUI writes none."""
    ours = [(site.written[one.phone], one.finish_time) for one in site.operations if one.phone in site.written]
    kept = sum(text == told for text, told in ours)
    cut = sum(text != told and text.startswith(f"{told}:") for text, told in ours)
    if kept or cut:
        value = None if kept and cut else "as-written" if kept else "hour"
        return Finding(value, f"of those that lscctl wrote {kept} are read back so, {cut} cut to the hour")
    longer = sum(one.finish_time.count(":") > 3 for one in site.operations)
    return Finding("as-written" if longer else None, f"{longer} of {len(site.operations)} finish times have minutes")


def operation_after_success(site: Site) -> Finding:
    """By phones whose status says Success."""
    return _left(site, StatusKind.SUCCESS)


def operation_after_failure(site: Site) -> Finding:
    """By phones whose status says Failed."""
    return _left(site, StatusKind.FAILED)


def _left(site: Site, end: StatusKind) -> Finding:
    """Most phones tell: an admin may have cleared one, and written another that CAPF has not begun with."""
    phones = [one for one in site.operations if one.status.kind is end]
    kept = sum(one.stands for one in phones)
    value = None if not phones else "kept" if 2 * kept > len(phones) else "cleared" if not kept else None
    return Finding(value, f"of {len(phones)} phones {kept} still have the operation")


def late_set_by(site: Site) -> Finding:
    """A phone pending after its time shows that the cluster does not care; one that is late, and was away since, that it does."""
    now, zone = site.cluster.clock.utc(), site.cluster.clock.zone
    pending = absent = 0
    for one in site.operations:
        deadline = _deadline(one, zone)
        if deadline is not None and deadline + _GRACE < now:
            pending += one.stands and one.status.kind is StatusKind.PENDING
            absent += _LATE in one.status.text.casefold() and 0 < (one.last_seen or 0) < deadline.timestamp()
    value = None if bool(pending) is bool(absent) else "phone" if pending else "cluster"
    return Finding(value, f"after their time {pending} phones are pending, and {absent} are late that were away since")


def secure_after_failure(site: Site) -> Finding:
    """By who is registered of those with a secure profile whose session failed."""
    failed = [one.phone for one in site.operations if one.secure and one.status.kind is StatusKind.FAILED][:_ASKED]
    there = len(registered(site, failed))
    value = "registers" if there else "stays-off" if len(failed) >= _FEW else None
    return Finding(value, f"of {len(failed)} such phones {there} are registered")


def _deadline(one: Operation, zone: tzinfo) -> datetime | None:
    """The hour of the finish time; None where it is none."""
    found = _HOUR.match(one.finish_time)
    try:
        return None if found is None else datetime.strptime(found[0], "%Y:%m:%d:%H").replace(tzinfo=zone)
    except ValueError:
        return None
