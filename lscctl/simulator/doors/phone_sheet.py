"""A phone as getPhone and listPhone tell it: columns, what updatePhone kept beside them, and the schema's defaults."""

from collections.abc import Mapping
from typing import Literal
from xml.sax.saxutils import quoteattr

from lscctl.simulator.cluster import Cluster
from lscctl.simulator.doors.lines import COLUMNS as LINE_COLUMNS
from lscctl.simulator.doors.returned_tags import FULL_TYPES, Wanted
from lscctl.simulator.doors.settings import SETTINGS_BY_TAG, settings_sql
from lscctl.simulator.doors.soap import element
from lscctl.simulator.doors.tables import Notation, Row, rows
from lscctl.simulator.grammar import Field, Grammar

COLUMNS = {
    "name": "name",
    "description": "description",
    "product": "product_name",
    "model": "model_name",
    "class": "class_name",
    "protocol": "protocol_name",
    "loadInformation": "specialloadinformation",
    "versionStamp": "versionstamp",
    "packetCaptureDuration": "packetcaptureduration",
    "certificateOperation": "operation_name",
    "certificateStatus": "status_name",
    "upgradeFinishTime": "upgradefinishtime",
    "authenticationString": "authenticationstring",
    **SETTINGS_BY_TAG,
}
BOOLEANS = {
    "retryVideoCallAsAudio": "retryvideocallasaudio",
    "allowCtiControlFlag": "allowcticontrolflag",
    "isActive": "isactive",
    "isDualMode": "isdualmode",
    "isProtected": "isprotected",
    "mtpRequired": "mtprequired",
}
REFERENCES = {
    "devicePoolName": ("devicepool", "fkdevicepool"),
    "commonPhoneConfigName": ("commonphoneconfig", "fkcommonphoneconfig"),
    "callingSearchSpaceName": ("callingsearchspace", "fkcallingsearchspace"),
    "locationName": ("location", "fklocation"),
    "phoneTemplateName": ("phonetemplate", "fkphonetemplate"),
    "securityProfileName": ("securityprofile", "fksecurityprofile"),
}
"""AXL element to the table that it refers to and the column of `device` that does."""
CAPF_OF_ABLE_MODELS = (*SETTINGS_BY_TAG, "authenticationString")
LESSER_MODELS = frozenset({"Cisco 8831"})
"""Models that answer only operation, status and finish time, besides those without CAPF [field guide 3]."""
FIXED = {
    "protocolSide": "User",
    "numberOfButtons": "10",
    "softkeyTemplateName": "Standard User",
    "presenceGroupName": "Standard Presence group",
    "sipProfileName": "Standard SIP Profile",
    "traceFlag": "false",
    "dndStatus": "false",
    "enableExtensionMobility": "false",
    "hlogStatus": "On",
    "sendGeoLocation": "false",
}
"""What a new phone has where neither the database nor the schema's default says it."""
NEVER_TOLD = frozenset({"sshPwd"})

Kind = Literal["RPhone", "LPhone"]


class PhoneSheets:
    """Writes phones in one schema version's `RPhone` or `LPhone`; used under the cluster's lock."""

    def __init__(self, cluster: Cluster, grammar: Grammar, kind: Kind) -> None:
        self._cluster = cluster
        self._kind = kind
        self._notation = Notation(cluster.assumptions)
        self._fields = grammar.fields(kind)
        self._names = {field.name for field in self._fields}
        self._defaults = {field.name: field.default for field in grammar.fields("UpdatePhoneReq")}

    def read(self, condition: str, arguments: list[object], paging: str = "") -> list[Row]:
        """The rows of the phones that fit, ordered by name; `condition` speaks of `d`, `dp`, `sp`, `sc`, `pr`."""
        selected, joins = settings_sql(self._cluster)
        return rows(
            self._cluster.connection,
            "SELECT d.*, tm.name AS model_name, tp.name AS product_name, pr.name AS protocol_name,"
            " tc.name AS class_name, co.name AS operation_name, cs.name AS status_name, dp.name AS devicepool_name,"
            " lo.name AS location_name, cc.name AS commonphoneconfig_name, sp.name AS securityprofile_name,"
            " sc.name AS callingsearchspace_name, pt.name AS phonetemplate_name,"
            f" {selected} FROM device d"
            " LEFT JOIN typemodel tm ON tm.enum = d.tkmodel LEFT JOIN typeproduct tp ON tp.enum = d.tkproduct"
            " LEFT JOIN typedeviceprotocol pr ON pr.enum = d.tkdeviceprotocol"
            " LEFT JOIN typeclass tc ON tc.enum = d.tkclass"
            " LEFT JOIN typecertificateoperation co ON co.enum = d.tkcertificateoperation"
            " LEFT JOIN typecertificatestatus cs ON cs.enum = d.tkcertificatestatus"
            " LEFT JOIN devicepool dp ON dp.pkid = d.fkdevicepool LEFT JOIN location lo ON lo.pkid = d.fklocation"
            " LEFT JOIN commonphoneconfig cc ON cc.pkid = d.fkcommonphoneconfig"
            " LEFT JOIN callingsearchspace sc ON sc.pkid = d.fkcallingsearchspace"
            " LEFT JOIN phonetemplate pt ON pt.pkid = d.fkphonetemplate"
            f" LEFT JOIN securityprofile sp ON sp.pkid = d.fksecurityprofile{joins}"
            f" WHERE d.tkclass = 1 AND {condition} ORDER BY d.name {paging}",
            arguments,
        )

    def write(self, row: Row, wanted: Wanted) -> str:
        """`<phone>` with those of its children that are wanted, in the schema's order."""
        kept = self._kept(row["pkid"])
        parts = (
            self._child(field, row, kept, wanted.inside(field.name)) for field in self._fields if field.name in wanted
        )
        uuid = quoteattr(self._notation.uuid(row["pkid"]))
        return f'<phone ctiid="{row["ctiid"]}" uuid={uuid}>{"".join(part for part in parts if part)}</phone>'

    def _kept(self, pkid: str) -> dict[str, str]:
        found = self._cluster.connection.execute("SELECT tag, xml FROM sim_axl_kept WHERE fkdevice = ?", (pkid,))
        return {str(tag): str(xml) for tag, xml in found}

    def _child(self, field: Field, row: Row, kept: Mapping[str, str], wanted: Wanted) -> str | None:
        tag = field.name
        if self._is_capf(tag):
            return self._capf(tag, row)
        if tag in kept:
            return None if tag in NEVER_TOLD else kept[tag]
        if field.content == "children":
            return self._nested(field, row, kept, wanted)
        return self._text(field, row)

    def _text(self, field: Field, row: Row) -> str | None:
        tag = field.name
        if tag in REFERENCES:
            table, column = REFERENCES[tag]
            return element(tag, row[f"{table}_name"], self._uuid_attribute(row[column]))
        if tag in BOOLEANS:
            return element(tag, self._notation.boolean(row[BOOLEANS[tag]]))
        if tag in COLUMNS:
            return element(tag, row[COLUMNS[tag]])
        return self._unset(field, row)

    def _unset(self, field: Field, row: Row) -> str | None:
        value = FIXED.get(field.name) or self._defaults.get(field.name)
        if field.name == "sipProfileName" and row["protocol_name"] != "SIP":
            value = None
        if value is None and not _may_be_empty(field):
            return None
        return element(field.name, self._notation.boolean(value) if field.type == "boolean" else value)

    def _is_capf(self, tag: str) -> bool:
        return tag in CAPF_OF_ABLE_MODELS or tag in ("certificateOperation", "certificateStatus", "upgradeFinishTime")

    def _capf(self, tag: str, row: Row) -> str | None:
        assumptions = self._cluster.assumptions
        if self._kind == "LPhone" and assumptions.list_phone_capf == "absent":
            return None
        lesser = row["model_name"] in LESSER_MODELS or not self._supports_capf(row)
        if lesser and tag in CAPF_OF_ABLE_MODELS:
            return None if assumptions.capf_fields_of_lesser_models == "omitted" else element(tag, None)
        return element(tag, row[COLUMNS[tag]])

    def _supports_capf(self, row: Row) -> bool:
        found = self._cluster.connection.execute(
            "SELECT 1 FROM productsupportsfeature f JOIN typesupportsfeature t ON t.enum = f.tksupportsfeature"
            " WHERE f.tkmodel = ? AND t.name = 'Support CAPF'",
            (row["tkmodel"],),
        )
        return found.fetchone() is not None

    def _nested(self, field: Field, row: Row, kept: Mapping[str, str], wanted: Wanted) -> str | None:
        if field.name == "lines":
            inside = self._lines(field, row, wanted)
        elif field.name == "currentConfig":
            inside = self._current_config(field, row, kept, wanted)
        else:
            return None
        return f"<{field.name}>{inside}</{field.name}>"

    def _current_config(self, field: Field, row: Row, kept: Mapping[str, str], wanted: Wanted) -> str:
        here = {"deviceName": row["name"], "deviceProtocol": row["protocol_name"]}
        parts = []
        for child in field.fields:
            if child.name not in wanted:
                continue
            if child.name in here:
                parts.append(element(child.name, here[child.name]))
            elif child.name in self._names:
                parts.append(self._child(child, row, kept, wanted) or "")
        return "".join(parts)

    def _lines(self, field: Field, row: Row, wanted: Wanted) -> str:
        if "line" not in wanted:
            return ""
        order = next([part.name for part in child.fields] for child in field.fields if child.name == "line")
        found = rows(
            self._cluster.connection,
            "SELECT m.pkid, m.numplanindex, m.label, m.display, n.pkid AS number_pkid, n.dnorpattern,"
            " r.pkid AS partition_pkid, r.name AS partition_name FROM devicenumplanmap m"
            " JOIN numplan n ON n.pkid = m.fknumplan LEFT JOIN routepartition r ON r.pkid = n.fkroutepartition"
            " WHERE m.fkdevice = ? ORDER BY m.numplanindex",
            (row["pkid"],),
        )
        return "".join(self._line(line, order, wanted.inside("line")) for line in found)

    def _line(self, line: Row, order: list[str], wanted: Wanted) -> str:
        partition = element("routePartitionName", line["partition_name"], self._uuid_attribute(line["partition_pkid"]))
        number = element("pattern", line["dnorpattern"]) + partition
        kept = self._cluster.connection.execute("SELECT tag, xml FROM sim_axl_line WHERE fkmap = ?", (line["pkid"],))
        parts = {str(tag): str(xml) for tag, xml in kept} | {
            tag: element(tag, line[column]) for tag, column in LINE_COLUMNS.items()
        }
        parts["dirn"] = f"<dirn{self._uuid_attribute(line['number_pkid'])}>{number}</dirn>"
        inside = "".join(parts[tag] for tag in order if tag in parts and tag in wanted)
        return f"<line{self._uuid_attribute(line['pkid'])}>{inside}</line>"

    def _uuid_attribute(self, pkid: str | None) -> str:
        return f" uuid={quoteattr(self._notation.uuid(pkid))}" if pkid else ""


def _may_be_empty(field: Field) -> bool:
    return field.content == "text" and field.type not in FULL_TYPES
