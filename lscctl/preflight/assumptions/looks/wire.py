"""What only the bytes show: how AXL spells, and what it lets pass."""

from collections.abc import Callable, Iterable
from typing import Final
from xml.sax.saxutils import escape

from lxml import etree

from lscctl.cucm.answers import fault
from lscctl.cucm.faults import VersionRefused
from lscctl.cucm.schema import in_common
from lscctl.cucm.selection import IS_PHONE
from lscctl.cucm.sql import Sql
from lscctl.preflight.assumptions.interface import Finding, Site

_NO_VERSION: Final = "99.0"
_NOBODY: Final = "SEP000000000000"
_READ: Final = "getCCMVersion"
_SQL: Final = "<sql>select first 1 enum from typeclass</sql>"
_CAPF_FIELDS: Final = ("authenticationMode", "keySize")
_STATUS: Final = "certificateStatus"
_BOOLEANS: Final = ("retryVideoCallAsAudio", "allowCtiControlFlag", "isActive", "mtpRequired")
_LESSER: Final = "Cisco 8831"
"""A model that answers fewer CAPF fields [field guide 3]."""

_WITH_LSC: Final = Sql(
    "select first 1 d.name from device d inner join typeclass tc on d.tkclass = tc.enum "
    "where {is_phone} and d.publickey is not null and d.publickey <> '' order by d.pkid",
    is_phone=IS_PHONE,
)
_LESSER_PHONES: Final = Sql(
    "select first 1 d.name from device d inner join typeclass tc on d.tkclass = tc.enum "
    "inner join typemodel tm on d.tkmodel = tm.enum where {is_phone} and tm.name = {model} order by d.pkid",
    is_phone=IS_PHONE,
    model=Sql.literal(_LESSER, "model"),
)


def version_refusal(site: Site) -> Finding:
    """By asking in a version that there never was."""
    try:
        site.cluster.wire.ask(_READ, version=_NO_VERSION)
    except VersionRefused as refusal:
        page = refusal.page.casefold()
        words = {"supported": "supported axl versions are", "available": "available versions are"}
        return Finding(_only(value for value, wording in words.items() if wording in page), "HTTP 599 with a list")
    return Finding(None, f"version {_NO_VERSION} was not refused")


def schema_8_0(site: Site) -> Finding:
    """By asking in it; a cluster that is newer than all that speak it tells nothing."""
    try:
        site.cluster.wire.ask(_READ, version="8.0")
    except VersionRefused:
        too_new = site.cluster.release >= (10, 0)
        return Finding(None if too_new else "unknown", "this CUCM is too new for it" if too_new else "it was refused")
    return Finding("like-8.5", "it was answered")


def sql_in_any_namespace(site: Site) -> Finding:
    """By a SELECT in the namespace of another version than SOAPAction names, both of them spoken."""
    wire = site.cluster.wire
    other = next((version for version in _spoken(site) if version != wire.version), None)
    if other is None:
        return Finding(None, "this CUCM speaks one version only")
    action = f"CUCM:DB ver={wire.version} executeSQLQuery"
    return _let_pass(lambda: wire.ask("executeSQLQuery", _SQL, version=other, action=action), "allowed", "refused")


def soap_action_mismatch(site: Site) -> Finding:
    """By one read under the SOAPAction of another."""
    wire = site.cluster.wire
    action = f"CUCM:DB ver={wire.version} getPhone"
    return _let_pass(lambda: wire.ask(_READ, action=action), "ignored", "refused")


def soap_action_missing(site: Site) -> Finding:
    """By a read with an empty SOAPAction."""
    return _let_pass(lambda: site.cluster.wire.ask(_READ, action=""), "accepted", "refused")


def fault_code(site: Site) -> Finding:
    """By asking for a phone that cannot exist."""
    answer = site.cluster.wire.ask("getPhone", f"<name>{_NOBODY}</name>")
    code = next((part.text or "" for part in answer.iter("{*}faultcode", "faultcode")), "")
    return Finding(_only(value for value in ("client", "server") if code.casefold().endswith(value)), "a fault")


def booleans(site: Site) -> Finding:
    """By the flags of one phone."""
    phone = _phone(site, _WITH_LSC, _BOOLEANS)
    if phone is None:
        return Finding(None, "there is no phone with an LSC")
    texts = [text.strip().casefold() for tag, text in _fields(phone).items() if tag in _BOOLEANS and text.strip()]
    spelled = {"true": {"true", "false"}, "t": {"t", "f"}}
    return Finding(_only(v for v, words in spelled.items() if set(texts) & words), f"{len(texts)} flags of a phone")


def uuid_case(site: Site) -> Finding:
    """By the uuid of one phone."""
    phone = _phone(site, _WITH_LSC, ("name",))
    uuid = "" if phone is None else phone.get("uuid", "")
    cases = {"upper": uuid.upper(), "lower": uuid.lower()}
    return Finding(_only(value for value, text in cases.items() if uuid and text == uuid), "the uuid of a phone")


def list_phone_capf(site: Site) -> Finding:
    """By what listPhone says of a phone that has an LSC."""
    phone = _phone(site, _WITH_LSC, (_STATUS,), by="listPhone")
    if phone is None:
        return Finding(None, "there is no phone with an LSC")
    status = _fields(phone).get(_STATUS)
    return Finding("filled" if status else "absent", f"its status is {'told' if status else 'not told'}")


def capf_fields_of_lesser_models(site: Site) -> Finding:
    """By a phone of such a model."""
    phone = _phone(site, _LESSER_PHONES, _CAPF_FIELDS)
    if phone is None:
        return Finding(None, f"there is no {_LESSER}")
    told = [text for tag, text in _fields(phone).items() if tag in _CAPF_FIELDS]
    value = "omitted" if not told else "empty" if not any(told) else None
    return Finding(value, f"a {_LESSER} tells {len(told)} of {len(_CAPF_FIELDS)} fields")


def _spoken(site: Site) -> tuple[str, ...]:
    """The versions that both sides speak, as a refusal names them."""
    try:
        site.cluster.wire.ask(_READ, version=_NO_VERSION)
    except VersionRefused as refusal:
        return in_common(refusal.versions)
    return ()


def _let_pass(ask: Callable[[], etree._Element], yes: str, no: str) -> Finding:
    try:
        refused = etree.QName(ask()).localname == "Fault"
    except VersionRefused:
        refused = True
    return Finding(no if refused else yes, f"it was {'refused' if refused else 'answered'}")


def _phone(site: Site, which: Sql, tags: Iterable[str], *, by: str = "getPhone") -> etree._Element | None:
    """What AXL says of one phone, as it stands there; None where there is no such phone."""
    rows = site.cluster.rows(which)
    if not rows:
        return None
    name = f"<name>{escape(rows[0]['name'])}</name>"
    criteria = name if by == "getPhone" else f"<searchCriteria>{name}</searchCriteria>"
    wanted = "".join(f"<{tag}/>" for tag in tags)
    answer = site.cluster.wire.ask(by, f"{criteria}<returnedTags>{wanted}</returnedTags>")
    if refused := fault(answer, by, frozenset()):
        raise refused
    return next(iter(answer.iterfind("return/phone")), None)


def _fields(phone: etree._Element) -> dict[str, str]:
    return {etree.QName(child).localname: (child.text or "").strip() for child in phone.iterchildren(etree.Element)}


def _only(values: Iterable[str]) -> str | None:
    """The value, where it is the only one."""
    found = list(values)
    return found[0] if len(found) == 1 else None
