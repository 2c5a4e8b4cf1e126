"""AXL's operations on phones: get, list, update, apply, reset."""

import sqlite3
from dataclasses import dataclass

from lxml import etree

from lscctl.simulator.capf_write import CapfWrite, WriteRefusedError
from lscctl.simulator.cluster import Cluster
from lscctl.simulator.database import transaction
from lscctl.simulator.doors.faults import (
    INVALID_VALUE,
    OTHER,
    AxlFaultError,
    duplicate,
    invalid_value,
    not_found,
    not_found_for_update,
)
from lscctl.simulator.doors.lines import LINE_PARTS, change_lines
from lscctl.simulator.doors.operation import Done, Request, as_answer, paging, text_of
from lscctl.simulator.doors.phone_sheet import BOOLEANS, REFERENCES, PhoneSheets
from lscctl.simulator.doors.returned_tags import Wanted
from lscctl.simulator.doors.soap import children
from lscctl.simulator.doors.tables import Row, like, pkid_of_uuid, rows

CAPF_PARTS = {
    "certificateOperation": "operation",
    "authenticationMode": "mode",
    "keySize": "key_size",
    "keyOrder": "key_order",
    "ecKeySize": "ec_key_size",
    "authenticationString": "authentication_string",
    "upgradeFinishTime": "finish_time",
}
TEXTS = {"newName": "name", "description": "description", "loadInformation": "specialloadinformation"}
NUMBERS = {"packetCaptureDuration": "packetcaptureduration"}
CRITERIA = {
    "name": "d.name",
    "description": "d.description",
    "protocol": "pr.name",
    "callingSearchSpaceName": "sc.name",
    "devicePoolName": "dp.name",
    "securityProfileName": "sp.name",
}
NOT_KEPT = frozenset({"name", "uuid", "versionStamp"})
KEPT_TABLE = (
    "CREATE TABLE IF NOT EXISTS sim_axl_kept (fkdevice TEXT NOT NULL REFERENCES device(pkid) ON DELETE CASCADE,"
    " tag TEXT NOT NULL, xml TEXT NOT NULL, PRIMARY KEY (fkdevice, tag)) WITHOUT ROWID"
)
"""Settings that updatePhone was given and that no column of `device` here holds: kept as they came."""


@dataclass(frozen=True, slots=True)
class Found:
    """The phone that a request speaks of."""

    pkid: str
    name: str
    model: int
    protocol: int


def find(request: Request, *, update: bool = False) -> Found:
    """The phone of a request's `name` or `uuid`; raises the fault of a get, or of an update."""
    column, value, spelling = request.key()
    phone = _phone(request.cluster, column, value)
    if phone is None:
        raise not_found_for_update(spelling) if update else not_found(spelling)
    return phone


def _phone(cluster: Cluster, column: str, value: str) -> Found | None:
    found = cluster.connection.execute(
        f"SELECT pkid, name, tkmodel, tkdeviceprotocol FROM device WHERE tkclass = 1 AND {column} = ?", (value,)
    ).fetchone()
    return None if found is None else Found(*found)


def get_phone(request: Request) -> Done:
    """One phone, all of it or the `returnedTags`."""
    phone = find(request)
    sheets = PhoneSheets(request.cluster, request.grammar, "RPhone")
    row = sheets.read("d.pkid = ?", [phone.pkid])[0]
    return Done(sheets.write(row, Wanted.read(request.parts().get("returnedTags"))))


def list_phone(request: Request) -> Done:
    """The phones that fit all of `searchCriteria`; only what `returnedTags` names."""
    parts = request.parts()
    conditions, arguments = ["1 = 1"], list[object]()
    for name, criterion in children(parts["searchCriteria"]):
        pattern = text_of(criterion) or ""
        conditions.append(like(CRITERIA[name]))
        arguments.append(pattern)
    sheets = PhoneSheets(request.cluster, request.grammar, "LPhone")
    found = sheets.read(" AND ".join(conditions), arguments, paging(request))
    wanted = Wanted(Wanted.read(parts["returnedTags"]).tags)
    return Done("".join(sheets.write(row, wanted) for row in found), rows=len(found))


def update_phone(request: Request) -> Done:
    """Change a phone: columns, CAPF's part, and what this cluster only keeps."""
    phone = find(request, update=True)
    cluster = request.cluster
    try:
        with cluster.history.of_phone(request.name, phone.pkid), transaction(cluster.connection):
            columns, kept, capf = _sort(request, phone)
            _store(cluster, phone, columns, kept)
            lines = [part for tag, part in children(request.element) if tag in LINE_PARTS]
            for part in lines:
                change_lines(cluster, phone.pkid, part)
            if columns or kept or lines:
                cluster.touch(phone.pkid)
            if capf:
                cluster.write_capf(phone.pkid, CapfWrite(**capf))
    except sqlite3.IntegrityError:
        raise duplicate() from None
    except WriteRefusedError as refusal:
        raise AxlFaultError(OTHER, str(refusal)) from None
    return Done(request.notation.uuid(phone.pkid), notifications=1)


def _sort(request: Request, phone: Found) -> tuple[Row, dict[str, str], dict[str, str]]:
    columns: Row = {}
    kept: dict[str, str] = {}
    capf: dict[str, str] = {}
    for tag, part in children(request.element):
        text = text_of(part)
        if tag in CAPF_PARTS:
            if text is not None:
                capf[CAPF_PARTS[tag]] = text
        elif tag in REFERENCES:
            columns[REFERENCES[tag][1]] = _reference(request.cluster, tag, part, phone)
        elif tag in TEXTS:
            columns[TEXTS[tag]] = text or ""
        elif tag in NUMBERS:
            columns[NUMBERS[tag]] = _number(tag, text or "0")
        elif tag in BOOLEANS:
            columns[BOOLEANS[tag]] = "t" if text in ("true", "t", "1") else "f"
        elif tag not in NOT_KEPT | LINE_PARTS:
            kept[tag] = as_answer(part)
    if "name" in columns and not columns["name"]:
        raise AxlFaultError(INVALID_VALUE, "Device name must not be empty")
    return columns, kept, capf


def _number(tag: str, text: str) -> int:
    if not -(2**31) < int(text) < 2**31:
        raise invalid_value(tag, text)
    return int(text)


def _reference(cluster: Cluster, tag: str, part: etree._Element, phone: Found) -> str | None:
    """The pkid that a reference means: by its uuid attribute where it has one, else by name."""
    table, _ = REFERENCES[tag]
    name, uuid = text_of(part), part.get("uuid")
    if not name and not uuid:
        if tag in ("devicePoolName", "securityProfileName"):
            raise AxlFaultError(INVALID_VALUE, f"Invalid value for {tag}")
        return None
    column, value = ("pkid", pkid_of_uuid(uuid)) if uuid else ("name", name)
    found = rows(cluster.connection, f"SELECT * FROM {table} WHERE {column} = ?", (value,))
    if not found:
        raise AxlFaultError(INVALID_VALUE, f"Item not valid: The specified {tag} {name or uuid} was not found")
    profile = cluster.profiles.get(found[0]["pkid"]) if table == "securityprofile" else None
    if profile is not None and not profile.serves(phone.model, phone.protocol):
        raise AxlFaultError(
            INVALID_VALUE,
            f"Phone security profile {profile.name} is for another model or protocol than {phone.name}",
        )
    return str(found[0]["pkid"])


def _store(cluster: Cluster, phone: Found, columns: Row, kept: dict[str, str]) -> None:
    if columns:
        assignments = ", ".join(f"{column} = ?" for column in columns)
        cluster.connection.execute(f"UPDATE device SET {assignments} WHERE pkid = ?", (*columns.values(), phone.pkid))
    cluster.connection.executemany(
        "INSERT OR REPLACE INTO sim_axl_kept (fkdevice, tag, xml) VALUES (?, ?, ?)",
        [(phone.pkid, tag, xml) for tag, xml in kept.items()],
    )


def apply_phone(request: Request) -> Done:
    """The phone fetches its configuration."""
    phone = find(request)
    with request.cluster.history.of_phone(request.name, phone.pkid):
        request.cluster.apply(phone.pkid)
    return Done(request.notation.uuid(phone.pkid), notifications=1)


def reset_phone(request: Request) -> Done:
    """The phone reboots."""
    phone = find(request)
    with request.cluster.history.of_phone(request.name, phone.pkid):
        request.cluster.reset(phone.pkid, hard=True)
    return Done(request.notation.uuid(phone.pkid), notifications=1)


def restart_phone(request: Request) -> Done:
    """The phone restarts without rebooting."""
    phone = find(request)
    with request.cluster.history.of_phone(request.name, phone.pkid):
        request.cluster.reset(phone.pkid, hard=False)
    return Done(request.notation.uuid(phone.pkid), notifications=1)


def do_device_reset(request: Request) -> Done:
    """Reset, restart or apply, by `isHardReset` or `deviceResetType`; the only way before 10.0 [field guide 3]."""
    device = request.parts()["deviceName"]
    uuid, name = device.get("uuid"), text_of(device) or ""
    cluster = request.cluster
    phone = _phone(cluster, "pkid", pkid_of_uuid(uuid)) if uuid else _phone(cluster, "name", name)
    if phone is None:
        raise not_found(name or uuid or "device")
    hard, kind = request.text("isHardReset"), request.text("deviceResetType")
    with cluster.history.of_phone(request.name, phone.pkid):
        if kind == "Apply Configuration":
            cluster.apply(phone.pkid)
        else:
            cluster.reset(phone.pkid, hard=kind == "Reset" or hard in ("true", "t", "1"))
    return Done(request.notation.uuid(phone.pkid), notifications=1)
