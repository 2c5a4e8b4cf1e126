"""What the database shows: how it names and writes things."""

import re
from typing import Final

from lscctl.cucm.clock import BOTH_CLOCKS
from lscctl.cucm.faults import AxlFault
from lscctl.cucm.itl_status import SINCE, places
from lscctl.cucm.sql import Sql
from lscctl.cucm.trust_stores import STORES
from lscctl.preflight.assumptions.interface import Finding, Site
from lscctl.preflight.assumptions.looks.doors import registered

_LSC_COLUMNS: Final = (11, 5)
_KEY_ORDER: Final = (11, 0)
_NOT_YET: Final = "this CUCM is too old to have it"

_EC_TABLE: Final = Sql("select first 1 tabname from systables where tabname = 'typeeckeysize'")
_EC_SIZES: Final = Sql("select name from typekeysize where name in ('256', '384', '521')")
_ISSUERS: Final = Sql(
    "select first 100 lscissuername as issuer from device where lscissuername is not null and lscissuername <> ''"
)
_KEYS: Final = Sql("select first 100 publickey from device where publickey is not null and publickey <> ''")
_PARAMETERS: Final = Sql("select paramname from processconfig where lower(paramname) matches '*capf*phone*port*'")
_LAST_SEEN: Final = Sql(
    "select first 200 d.name, rd.lastseen from registrationdynamic rd inner join device d on rd.fkdevice = d.pkid "
    "where d.name matches 'SEP*' order by d.pkid"
)


def ec_key_size_table(site: Site) -> Finding:
    """By the catalog, and by what stands in the table that is there in any case."""
    if site.cluster.release < _KEY_ORDER:
        return Finding(None, _NOT_YET)
    own, shared = site.cluster.rows(_EC_TABLE), site.cluster.rows(_EC_SIZES)
    value = None if bool(own) is bool(shared) else "own" if own else "typekeysize"
    return Finding(
        value, f"typekeysize has {len(shared)} of the 3 EC sizes, typeeckeysize is{'' if own else ' not'} there"
    )


def lsc_issuer_name(site: Site) -> Finding:
    """By the names that are there: a distinguished one has an equals sign."""
    if site.cluster.release < _LSC_COLUMNS:
        return Finding(None, _NOT_YET)
    names = [row["issuer"] for row in site.cluster.rows(_ISSUERS)]
    whole = sum("=" in name for name in names)
    value = None if not names or 0 < whole < len(names) else "dn" if whole else "cn"
    return Finding(value, f"{whole} of {len(names)} names have a distinguished name's form")


def public_key_format(site: Site) -> Finding:
    """By the keys that are there: DER begins with 30, in base64 with M."""
    keys = [re.sub(r"[\s:]", "", row["publickey"]) for row in site.cluster.rows(_KEYS)]
    in_hex = sum(re.fullmatch(r"[0-9A-Fa-f]+", key) is not None for key in keys)
    in_base64 = sum(re.fullmatch(r"M[0-9A-Za-z+/]+=*", key) is not None for key in keys)
    value = "hex" if in_hex and not in_base64 else "base64" if in_base64 and not in_hex else None
    return Finding(value, f"of {len(keys)} keys {in_base64} are base64, {in_hex} hex")


def parameter_names(site: Site) -> Finding:
    """By the one that every cluster with CAPF has."""
    names = [row["paramname"].strip() for row in site.cluster.rows(_PARAMETERS)]
    spaced = sum(" " in name for name in names)
    value = None if not names or 0 < spaced < len(names) else "displayed" if spaced else "compact"
    return Finding(
        value, f"CAPF's port is a parameter of {'several words' if spaced else 'one word'}" if names else "none"
    )


def last_seen_while_registered(site: Site) -> Finding:
    """By phones of which RIS says that they are registered."""
    rows = {row["name"]: row["lastseen"] for row in site.cluster.rows(_LAST_SEEN)}
    seen = [rows[name] for name in registered(site, list(rows)) if name in rows]
    zero = seen.count("0")
    value = "zero" if 2 * zero > len(seen) else "now" if seen and not zero else None
    return Finding(value, f"of {len(seen)} registered phones {zero} have 0")


def certificate_stores(site: Site) -> Finding:
    """By asking for it."""
    try:
        rows = site.cluster.rows(STORES)
    except AxlFault as fault:
        return Finding("unmapped", f"refused with code {fault.code}")
    stores = sorted({row["store"] for row in rows})
    return Finding("mapped" if rows else None, f"certificates are mapped to {', '.join(stores) or 'no store'}")


def itl_status(site: Site) -> Finding:
    """By the catalog."""
    if site.cluster.release < SINCE:
        return Finding(None, _NOT_YET)
    tables = places(site.cluster.rows)
    value = next((table for table in ("registrationdynamic", "device") if table in tables), "none")
    return Finding(value, f"columns of that kind stand in {', '.join(sorted(tables)) or 'no table'}")


def dbinfo(site: Site) -> Finding:
    """By asking for both clocks at once, as is done whenever lscctl connects."""
    try:
        site.cluster.rows(BOTH_CLOCKS)
    except AxlFault as fault:
        return Finding("refused", f"refused with code {fault.code}")
    return Finding("allowed", "it was answered")
