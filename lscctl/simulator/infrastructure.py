"""What a cluster has before its first phone: type tables, nodes, services, parameters, sites, certificates."""

import random
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from zoneinfo import available_timezones

from lscctl.simulator import enumerations as enums
from lscctl.simulator.assumptions import Assumptions
from lscctl.simulator.authority import Authority, Issuer, common_name
from lscctl.simulator.certificate_stores import OF_CAPF, STORES, TRUSTS, store_certificate
from lscctl.simulator.manufacturing import ISSUERS, Manufacturing
from lscctl.simulator.models import MODELS, PROTOCOL_ENUM, UNIVERSAL_MODEL, Model, features
from lscctl.simulator.nodes import Node, fill_nodes
from lscctl.simulator.parameters import fill_parameters
from lscctl.simulator.pkids import NewId, fixed_id
from lscctl.simulator.public_tables import itl_status_table
from lscctl.simulator.releases import Release
from lscctl.simulator.services import ENTERPRISE_WIDE, SERVICES, ServiceKind

NODES = (
    ("cucm-pub.example.com", "Publisher", 0, "10.10.0.11"),
    ("cucm-sub1.example.com", "Call processing, north", 1, "10.10.0.12"),
    ("cucm-sub2.example.com", "Call processing, south", 1, "10.20.0.12"),
)
MOST_NODES = 21
"""A publisher and up to 20 subscribers [field guide 1]."""

_GROUP = 3
"""At most so many CallManagers stand in one group."""

EXPRESSWAYS = (("10.99.0.21", "expressway-c1.example.com"), ("10.99.0.22", "expressway-c2.example.com"))

_LAST_DRAWN = 25


def nodes_of(number: int) -> tuple[tuple[str, str, int, str], ...]:
    """So many nodes as name, description, node usage (0 = publisher) and address. Raises ValueError beyond what CUCM takes."""
    if not 1 <= number <= MOST_NODES:
        raise ValueError(f"a cluster has 1 to {MOST_NODES} nodes, not {number}")
    more = range(len(NODES), number)
    return (*NODES[:number], *((f"cucm-sub{n}.example.com", "Call processing", 1, f"10.{10 * n}.0.12") for n in more))


@dataclass(frozen=True)
class Site:
    """One site: its device pool, location and common phone profile, its second octet, and which node serves it.

    clock: its date/time group.
    """

    pool: str
    location: str
    phone_config: str
    octet: int
    node: int
    share: int
    clock: str = "CMLocal"


CLOCKS = {"London": "Europe/London", "Chicago": "America/Chicago", "Tōkyō": "Asia/Tokyo"}
"""Date/time groups and their zones, besides CMLocal, which every cluster has and which shows the server's own zone."""


SITES = (
    Site("Berlin-HQ", "Hub_None", "Standard Common Phone Profile", 11, 1, 34),
    Site("München, Werk 2", "LOC_München", "Standard Common Phone Profile", 21, 2, 16),
    Site("DP_London", "LOC_London", "Standard Common Phone Profile", 31, 1, 16, "London"),
    Site('O\'Hare "T3"', "LOC_O'Hare", "Lobby & public phones", 41, 2, 10, "Chicago"),
    Site("Rabatt 50% Callcenter", "LOC_50%", "Call center (no web access)", 51, 1, 10),
    Site("東京オフィス", "LOC_東京", "Standard Common Phone Profile", 61, 2, 8, "Tōkyō"),
    Site("Default", "Phantom", "Standard Common Phone Profile", 71, 0, 6),
)


PARTITIONS = (("PT_Internal", "Extensions"), ("PT_PSTN", "Outside lines"))
SEARCH_SPACES = (("CSS_Internal", "House only"), ("CSS_International", "Everywhere"), ("CSS_Lobby", "Emergency only"))


def fill(
    connection: sqlite3.Connection,
    *,
    release: Release,
    assumptions: Assumptions,
    authority: Authority,
    manufacturing: Manufacturing,
    zone: str,
    now: float,
    capf_port: int,
    node_count: int,
    new_id: NewId,
    serials: random.Random,
) -> None:
    """Fill every table that does not depend on the number of phones; `serials` draws those of certificates."""
    made = nodes_of(node_count)
    _fill_types(connection, release, assumptions)
    _fill_models(connection, new_id)
    _fill_dial_plan(connection)
    nodes = _fill_nodes(connection, made, new_id)
    fill_parameters(connection, release, assumptions, capf_port, new_id)
    _fill_sites(connection, zone, nodes, new_id)
    publisher = Node(*nodes[0], address=made[0][3], publisher=True)
    certificates = [authority.certificate(Issuer.LIVE), authority.certificate(Issuer.RETIRED)]
    certificates += fill_nodes(connection, {name: address for name, _, _, address in made}, now=now, rng=serials)
    stores = [OF_CAPF, TRUSTS]
    stores += [("CallManager", "CallManager-trust")] * len(nodes) + [("TVS",)] * len(nodes) + [("ITLRecovery",)]
    for certificate, where in zip(certificates, stores, strict=True):
        store_certificate(connection, new_id(), certificate, publisher, where)
    _trust_manufacturing(connection, manufacturing, release, publisher)
    _insert(connection, "applicationuser", ("pkid", "name", "isstandard"), [(new_id(), "CCMAdministrator", "t")])


def template_id(model: Model, protocol: str) -> str:
    """The pkid of the phone button template that comes with CUCM for a model and protocol."""
    return fixed_id(f"Standard {model.short} {protocol}")


@cache
def _time_zones() -> tuple[str, ...]:
    """Their names, in order: a walk through the files of the time zone database, which each new cluster would begin anew."""
    return tuple(sorted(available_timezones()))


def _fill_types(connection: sqlite3.Connection, release: Release, assumptions: Assumptions) -> None:
    sizes = list(enumerate(enums.rsa_sizes(release), start=1))
    ec_sizes = [(enums.ec_size_enum(size, shared_table=False), size) for size in enums.EC_SIZES]
    tables: dict[str, Iterable[tuple[int, str]]] = {
        "typedeviceprotocol": enums.PROTOCOLS.items(),
        "typecertificateoperation": enumerate(enums.OPERATIONS, start=1),
        "typecertificatestatus": enumerate(_statuses(release), start=1),
        "typeauthenticationmode": enumerate(enums.MODES, start=1),
        "typedevicesecuritymode": enumerate(enums.SECURITY_MODES, start=1),
        "typesupportsfeature": enums.FEATURES.items(),
        "typetransport": enumerate(enums.TRANSPORTS, start=1),
        "typeservice": [
            (ENTERPRISE_WIDE, "Enterprise Wide"),
            *((service.number, service.name) for service in SERVICES),
        ],
        "typenodeusage": enums.NODE_USAGES.items(),
        "typetimezone": enumerate(_time_zones(), start=1),
    }
    if release.has_key_order:
        tables["typekeyorder"] = enumerate(enums.KEY_ORDERS, start=1)
        if assumptions.ec_key_size_table == "own":
            tables["typeeckeysize"] = ec_sizes
        else:
            sizes += [(enums.ec_size_enum(size, shared_table=True), size) for _, size in ec_sizes]
    tables["typekeysize"] = sizes
    if assumptions.certificate_stores == "mapped":
        tables["typecertificateservice"] = enumerate(STORES, start=1)
    if itl_status_table(release, assumptions) == "registrationdynamic":
        tables["typeitlstatus"] = enumerate(enums.ITL_STATUSES, start=1)
    for table, rows in tables.items():
        prefix = table.removeprefix("type").upper()
        named = [(enum, name, f"{prefix}_{_moniker(name)}") for enum, name in rows]
        _insert(connection, table, ("enum", "name", "moniker"), named)
    classes = [(enum, name, moniker) for enum, (name, moniker) in enums.CLASSES.items()]
    _insert(connection, "typeclass", ("enum", "name", "moniker"), classes)


def _statuses(release: Release) -> tuple[str, ...]:
    """The status about EC came with EC itself [XSD]."""
    return enums.STATUSES if release.has_key_order else enums.STATUSES[:-1]


@cache
def _moniker(name: str) -> str:
    return "_".join("".join(letter if letter.isalnum() else " " for letter in name).upper().split())


def _fill_models(connection: sqlite3.Connection, new_id: NewId) -> None:
    models = [(m.number, m.name, m.moniker, 1, m.ris_class) for m in MODELS]
    models += [(UNIVERSAL_MODEL, "Universal Device Template", "MODEL_UNIVERSAL_DEVICE_TEMPLATE", 1, 0)]
    models += [(131, "SIP Trunk", "MODEL_SIP_TRUNK", 18, 3), (73, "CTI Route Point", "MODEL_CTI_ROUTE_POINT", 10, 4)]
    _insert(connection, "typemodel", ("enum", "name", "moniker", "tkclass", "tkrisclass"), models)
    products = [(m.product, m.name, m.moniker.replace("MODEL", "PRODUCT", 1), m.number, 1) for m in MODELS]
    products += [(131, "SIP Trunk", "PRODUCT_SIP_TRUNK", 131, 18), (73, "CTI Route Point", "PRODUCT_CTI_RP", 73, 10)]
    _insert(connection, "typeproduct", ("enum", "name", "moniker", "tkmodel", "tkclass"), products)
    numbers = {name: enum for enum, name in enums.FEATURES.items()}
    supported = [
        (new_id(), model.number, model.product, PROTOCOL_ENUM[protocol], numbers[feature], "")
        for model in MODELS
        for protocol in model.protocols
        for feature in features(model)
    ]
    columns = ("pkid", "tkmodel", "tkproduct", "tkdeviceprotocol", "tksupportsfeature", "param")
    _insert(connection, "productsupportsfeature", columns, supported)


def _fill_dial_plan(connection: sqlite3.Connection) -> None:
    """Fill what people's SQL joins to phones, and phones' lines may name, besides the tables of the field guide."""
    for table, rows in (("routepartition", PARTITIONS), ("callingsearchspace", SEARCH_SPACES)):
        named = [(fixed_id(name), name, description) for name, description in rows]
        _insert(connection, table, ("pkid", "name", "description"), named)
    templates = [
        (template_id(model, protocol), f"Standard {model.short} {protocol}", model.number, PROTOCOL_ENUM[protocol], "t")
        for model in MODELS
        for protocol in model.protocols
    ]
    _insert(connection, "phonetemplate", ("pkid", "name", "tkmodel", "tkdeviceprotocol", "isstandard"), templates)


def _fill_nodes(
    connection: sqlite3.Connection, made: Iterable[tuple[str, str, int, str]], new_id: NewId
) -> list[tuple[str, str]]:
    """Fill the nodes and their services; gives each one's pkid and name."""
    columns = ("pkid", "name", "description", "tknodeusage", "isactive", "systemnode")
    _insert(connection, "processnode", columns, [(new_id(), "EnterpriseWideData", "", 1, "f", "t")])
    nodes = [(new_id(), name, description, usage, "t", "f") for name, description, usage, _ in made]
    _insert(connection, "processnode", columns, nodes)
    services = [
        (_service_id(service, node[0], new_id), node[0], service.number, service.activated_on(node[3]), node[1])
        for node in nodes
        for service in SERVICES
    ]
    service_columns = ("pkid", "fkprocessnode", "tkservice", "isactive", "servername")
    _insert(connection, "processnodeservice", service_columns, services)
    return [node[:2] for node in nodes]


def _service_id(service: ServiceKind, node: str, new_id: NewId) -> str:
    """The pkid of a service on a node. Those that phones have to do with draw one, the others do not: so each can be added
    without a seed's phones becoming others."""
    return new_id() if service.number <= _LAST_DRAWN else fixed_id(f"{service.name} {node}")


def _fill_sites(connection: sqlite3.Connection, zone: str, nodes: list[tuple[str, str]], new_id: NewId) -> None:
    group = new_id()
    clocks = {"CMLocal": new_id()} | {name: fixed_id(f"date/time group {name}") for name in CLOCKS}
    others = [(fixed_id(f"group {n}"), f"Group {n}", "f") for n in range(2, 2 + (len(nodes) - 1) // _GROUP)]
    groups = [(group, "Default", "t"), *others]
    _insert(connection, "callmanagergroup", ("pkid", "name", "tftpdefault"), groups)
    servers = [(fixed_id(f"CM_{name}"), f"CM_{name}", node) for node, name in nodes]
    _insert(connection, "callmanager", ("pkid", "name", "fkprocessnode"), servers)
    members = [
        (fixed_id(f"member {pkid}"), groups[place // _GROUP][0], pkid, place % _GROUP)
        for place, (pkid, *_) in enumerate(servers)
    ]
    columns = ("pkid", "fkcallmanagergroup", "fkcallmanager", "priority")
    _insert(connection, "callmanagergroupmember", columns, members)
    zones = dict(connection.execute("SELECT name, enum FROM typetimezone").fetchall())
    settings = [(clocks[name], name, zones[shown], "f") for name, shown in CLOCKS.items()]
    _insert(
        connection,
        "datetimesetting",
        ("pkid", "name", "tktimezone", "isstandard"),
        [(clocks["CMLocal"], "CMLocal", zones[zone], "t"), *settings],
    )
    locations = {name: new_id() for name in dict.fromkeys([site.location for site in SITES] + ["Shadow"])}
    configs = {name: new_id() for name in dict.fromkeys(site.phone_config for site in SITES)}
    _insert(connection, "location", ("pkid", "name"), [(pkid, name) for name, pkid in locations.items()])
    _insert(
        connection,
        "commonphoneconfig",
        ("pkid", "name", "isstandard"),
        [(pkid, name, "t" if name.startswith("Standard") else "f") for name, pkid in configs.items()],
    )
    pools = [(new_id(), site.pool, group, clocks[site.clock], locations[site.location]) for site in SITES]
    _insert(connection, "devicepool", ("pkid", "name", "fkcallmanagergroup", "fkdatetimesetting", "fklocation"), pools)
    expressways = [(new_id(), ip, f"Expressway-C, {name}", name) for ip, name in EXPRESSWAYS]
    columns = ("pkid", "hostnameorip", "description", "x509subjectname")
    _insert(connection, "expresswaycconfiguration", columns, expressways)


def _trust_manufacturing(
    connection: sqlite3.Connection, manufacturing: Manufacturing, release: Release, publisher: Node
) -> None:
    """Put the authorities whose MICs this release trusts into the database, each with its chain [field guide 1]."""
    trusted = {
        certificate.subject: certificate
        for issuer in ISSUERS
        if release.trusts_mic_of(issuer)
        for certificate in manufacturing.chain(issuer)
    }
    for subject, certificate in trusted.items():
        store_certificate(connection, fixed_id(common_name(subject)), certificate, publisher, TRUSTS)


def _insert(
    connection: sqlite3.Connection, table: str, columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]
) -> None:
    marks = ", ".join("?" * len(columns))
    connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)
