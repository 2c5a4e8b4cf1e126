"""What phones themselves show, a few of them: no more than a handshake, or an empty request, is sent to any."""

from typing import Final

from lscctl.cucm.inspecting import authorities_of, inspect_phones
from lscctl.cucm.selection import IS_PHONE
from lscctl.cucm.sql import Sql
from lscctl.inspection import Kind
from lscctl.phone import Phone, PhoneQuery
from lscctl.preflight.assumptions.interface import Finding, Site

_ASKED: Final = 40
"""So many phones are met."""

_WITH_LSC: Final = Sql(
    "select first 200 d.name from device d inner join typeclass tc on d.tkclass = tc.enum "
    "inner join registrationdynamic rd on rd.fkdevice = d.pkid "
    "where {is_phone} and d.publickey is not null and d.publickey <> '' order by d.pkid",
    is_phone=IS_PHONE,
)
_SOME: Final = Sql(
    "select first 200 d.name from device d inner join typeclass tc on d.tkclass = tc.enum "
    "inner join registrationdynamic rd on rd.fkdevice = d.pkid where {is_phone} order by d.pkid",
    is_phone=IS_PHONE,
)


def https_certificate(site: Site) -> Finding:
    """By phones with an LSC whose web access is on."""
    phones = [phone for phone in _found(site, _WITH_LSC) if phone.web_access is not False][:_ASKED]
    kinds = [one.kind for one in inspect_phones(site.cluster, phones, authorities_of(site.cluster))]
    lsc, mic = kinds.count(Kind.LSC), kinds.count(Kind.MIC)
    value = None if bool(lsc) is bool(mic) else "lsc" if lsc else "mic"
    return Finding(value, f"of {len(phones)} phones with an LSC {lsc} show it, {mic} their MIC")


def httpd_of_https_only(site: Site) -> Finding:
    """By phones that take HTTPS and no HTTP, and what RIS says of them."""
    phones = [phone for phone in _found(site, _SOME) if phone.web_access is not None]
    asked = [phone for said in (False, True) for phone in [p for p in phones if p.web_access is said][:_ASKED]]
    only = [phone.web_access for phone, there in zip(asked, _https_only(site, asked), strict=True) if there]
    yes, no = only.count(True), only.count(False)
    value = None if bool(yes) is bool(no) else "Yes" if yes else "No"
    return Finding(
        value, f"of {len(asked)} phones {yes + no} take HTTPS only, of which RIS says Yes of {yes}, No of {no}"
    )


def _https_only(site: Site, phones: list[Phone]) -> list[bool]:
    doors = site.cluster.phone_doors

    def look(phone: Phone) -> bool:
        return doors.certificate(phone.address).answers is True and not doors.serves_http(phone.address)

    return list(doors.each(look, phones))


def _found(site: Site, which: Sql) -> list[Phone]:
    """Phones that are registered here, and have an address of their own. Raises WireFault."""
    names = tuple(row["name"] for row in site.cluster.rows(which))
    if not names:
        return []
    phones = site.cluster.find(PhoneQuery(names_listed=names, registered=True)).phones
    return [phone for phone in phones if phone.address and not phone.over_expressway]
