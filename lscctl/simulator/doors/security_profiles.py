"""AXL's operations on phone security profiles: get, list, add, update, apply, reset."""

import sqlite3

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
from lscctl.simulator.doors.operation import Done, Request, paging, text_of
from lscctl.simulator.doors.returned_tags import Wanted
from lscctl.simulator.doors.settings import SETTINGS_BY_TAG, ec_size_table, settings_sql
from lscctl.simulator.doors.soap import children, element
from lscctl.simulator.doors.tables import Row, columns, like, rows

PHONE_POLICY = 4
TOLD = {
    "phoneType": "model_name",
    "protocol": "protocol_name",
    "name": "name",
    "description": "description",
    "deviceSecurityMode": "security_mode",
    "nonceValidityTime": "noncepolicytime",
    "transportType": "transport_name",
    "sipPhonePort": "sipphoneport",
    **SETTINGS_BY_TAG,
}
BOOLEANS = {
    "tftpEncryptedConfig": "tftpencryptedflag",
    "EnableOAuthAuthentication": "sipoauthflag",
    "enableDigestAuthentication": "digestauthall",
    "excludeDigestCredentials": "excludedigestcredentials",
}
NAMED = {
    "deviceSecurityMode": ("typedevicesecuritymode", "tkdevicesecuritymode"),
    "authenticationMode": ("typeauthenticationmode", "tkauthenticationmode"),
    "keySize": ("typekeysize", "tkkeysize"),
    "keyOrder": ("typekeyorder", "tkkeyorder"),
    "ecKeySize": ("", "tkeckeysize"),
    "transportType": ("typetransport", "tktransport"),
}
"""AXL element to the table that names its values and the column that holds the number."""
PLAIN = {
    "newName": "name",
    "name": "name",
    "description": "description",
    "nonceValidityTime": "noncepolicytime",
    "sipPhonePort": "sipphoneport",
}


def _read(cluster: Cluster, condition: str, arguments: list[object], limits: str = "") -> list[Row]:
    selected, joins = settings_sql(cluster)
    return rows(
        cluster.connection,
        f"SELECT sp.*, tm.name AS model_name, pr.name AS protocol_name, sm.name AS security_mode,"
        f" tt.name AS transport_name, {selected} FROM securityprofile sp"
        " LEFT JOIN typemodel tm ON tm.enum = sp.tkmodel"
        " LEFT JOIN typedeviceprotocol pr ON pr.enum = sp.tkdeviceprotocol"
        " LEFT JOIN typedevicesecuritymode sm ON sm.enum = sp.tkdevicesecuritymode"
        f" LEFT JOIN typetransport tt ON tt.enum = sp.tktransport{joins}"
        f" WHERE sp.tksecuritypolicy = {PHONE_POLICY} AND {condition} ORDER BY sp.name {limits}",
        arguments,
    )


def _find(request: Request, *, update: bool = False) -> Row:
    column, value, spelling = request.key()
    found = _read(request.cluster, f"sp.{column} = ?", [value])
    if not found:
        name = "Phone Security Profile" if column == "pkid" else spelling
        raise not_found_for_update(name) if update else not_found(name)
    return found[0]


def _write(request: Request, row: Row, wanted: Wanted, kind: str) -> str:
    parts = []
    for field in request.grammar.fields(kind):
        if field.name not in wanted:
            continue
        if field.name in BOOLEANS:
            column = BOOLEANS[field.name]
            parts.append(element(field.name, request.notation.boolean(row.get(column))))
        elif row.get(TOLD[field.name]) is not None or field.name == "description":
            parts.append(element(field.name, row[TOLD[field.name]]))
    inside = "".join(parts)
    return f'<phoneSecurityProfile uuid="{request.notation.uuid(row["pkid"])}">{inside}</phoneSecurityProfile>'


def get_profile(request: Request) -> Done:
    """One profile with all its settings, or the `returnedTags`."""
    wanted = Wanted.read(request.parts().get("returnedTags"))
    return Done(_write(request, _find(request), wanted, "RPhoneSecurityProfile"))


def list_profiles(request: Request) -> Done:
    """The profiles that fit `searchCriteria`, with CAPF's settings where `returnedTags` names them [field guide 3]."""
    parts = request.parts()
    conditions, arguments = ["1 = 1"], list[object]()
    for name, criterion in children(parts["searchCriteria"]):
        conditions.append(like(f"sp.{name}"))
        arguments.append(text_of(criterion) or "")
    wanted = Wanted(Wanted.read(parts["returnedTags"]).tags)
    found = _read(request.cluster, " AND ".join(conditions), arguments, paging(request))
    return Done("".join(_write(request, row, wanted, "LPhoneSecurityProfile") for row in found), rows=len(found))


def add_profile(request: Request) -> Done:
    """A new profile for a model and a protocol that the model speaks."""
    asked = {name: text_of(part) or "" for name, part in children(request.parts()["phoneSecurityProfile"])}
    for field in request.grammar.fields("XPhoneSecurityProfile"):
        if field.default is not None:
            asked.setdefault(field.name, field.default)
    values: Row = {"pkid": request.cluster.new_id(), "tksecuritypolicy": PHONE_POLICY, "isstandard": "f"}
    values |= _model_and_protocol(request.cluster, asked.pop("phoneType", ""), asked.pop("protocol", ""))
    values |= _columns(request.cluster, {"name": ""} | asked)
    names, marks = ", ".join(values), ", ".join("?" * len(values))
    try:
        with transaction(request.cluster.connection):
            request.cluster.connection.execute(
                f"INSERT INTO securityprofile ({names}) VALUES ({marks})", tuple(values.values())
            )
    except sqlite3.IntegrityError:
        raise duplicate() from None
    return Done(request.notation.uuid(values["pkid"]), notifications=1)


def update_profile(request: Request) -> Done:
    """Change a profile; its phones notice at the next apply. A predefined one is refused [field guide 2]."""
    profile = _find(request, update=True)
    if profile["isstandard"] == "t":
        raise AxlFaultError(OTHER, f"Standard security profile {profile['name']} cannot be modified or deleted")
    asked = {name: text_of(part) or "" for name, part in children(request.element) if name not in ("name", "uuid")}
    values = _columns(request.cluster, asked)
    if values:
        assignments = ", ".join(f"{column} = ?" for column in values)
        try:
            with transaction(request.cluster.connection):
                request.cluster.connection.execute(
                    f"UPDATE securityprofile SET {assignments} WHERE pkid = ?", (*values.values(), profile["pkid"])
                )
                _touch_phones(request.cluster, profile["pkid"])
                if _holds_capf_settings(values):
                    request.cluster.profiles.unsettle(profile["pkid"])
        except sqlite3.IntegrityError:
            raise duplicate() from None
    return Done(request.notation.uuid(profile["pkid"]), notifications=1)


def _holds_capf_settings(values: Row) -> bool:
    return any(NAMED[tag][1] in values for tag in ("authenticationMode", "keySize", "keyOrder", "ecKeySize"))


def _touch_phones(cluster: Cluster, profile: str) -> None:
    users = rows(cluster.connection, "SELECT pkid FROM device WHERE tkclass = 1 AND fksecurityprofile = ?", (profile,))
    for phone in users:
        cluster.touch(phone["pkid"])


def _model_and_protocol(cluster: Cluster, model: str, protocol: str) -> Row:
    models = rows(cluster.connection, "SELECT enum FROM typemodel WHERE name = ?", (model,))
    protocols = rows(cluster.connection, "SELECT enum FROM typedeviceprotocol WHERE name = ?", (protocol,))
    if not models:
        raise invalid_value("phoneType", model)
    if not protocols:
        raise invalid_value("protocol", protocol)
    pair = {"tkmodel": models[0]["enum"], "tkdeviceprotocol": protocols[0]["enum"]}
    spoken = rows(
        cluster.connection,
        "SELECT 1 FROM productsupportsfeature WHERE tkmodel = ? AND tkdeviceprotocol = ?",
        tuple(pair.values()),
    )
    if not spoken:
        raise AxlFaultError(INVALID_VALUE, f"{model} does not support the protocol {protocol}")
    return pair


def _columns(cluster: Cluster, asked: dict[str, str]) -> Row:
    known = columns(cluster, "securityprofile")
    values: Row = {}
    for tag, text in asked.items():
        value: str | int | None
        if tag in NAMED:
            table, column = NAMED[tag]
            value = _enum(cluster, table or ec_size_table(cluster), tag, text) if column in known else None
        elif tag in BOOLEANS:
            column, value = BOOLEANS[tag], "t" if text in ("true", "t", "1") else "f"
        else:
            column, value = PLAIN[tag], text
        if column in known:
            values[column] = value
    if values.get("name") == "":
        raise AxlFaultError(INVALID_VALUE, "The name of a security profile must not be empty")
    return values


def _enum(cluster: Cluster, table: str, tag: str, text: str) -> int | None:
    if not text:
        return None
    found = rows(cluster.connection, f"SELECT enum FROM {table} WHERE name = ?", (text,))
    if not found:
        raise invalid_value(tag, text)
    return int(found[0]["enum"])


def apply_profile(request: Request) -> Done:
    """The profile's phones fetch their configuration."""
    profile = _find(request)
    request.cluster.apply_profile(profile["pkid"], restart=False)
    return Done(request.notation.uuid(profile["pkid"]), notifications=1)


def reset_profile(request: Request) -> Done:
    """The profile's phones restart."""
    profile = _find(request)
    request.cluster.apply_profile(profile["pkid"], restart=True)
    return Done(request.notation.uuid(profile["pkid"]), notifications=1)
