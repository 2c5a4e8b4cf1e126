"""Believable phones from a seed: same seed and number of phones, same phones, but for key bytes."""

import random
import sqlite3
from collections.abc import Iterator, Mapping

from lscctl.simulator import enumerations as enums
from lscctl.simulator.assumptions import Assumptions
from lscctl.simulator.authority import DAY, Authority, Issuer, serial_from
from lscctl.simulator.clock import ServerClock
from lscctl.simulator.infrastructure import EXPRESSWAYS, SITES, template_id
from lscctl.simulator.key_pairs import PAIRS_PER_SIZE, KeyName
from lscctl.simulator.models import MODELS, PROTOCOL_ENUM, SIP_TRUNK_MODEL, Model
from lscctl.simulator.pkids import NewId, fixed_id
from lscctl.simulator.profile_set import ProfileSet
from lscctl.simulator.profiles import Profile, Settings
from lscctl.simulator.releases import Release

_STRING, _LSC_FIRST = enums.MODES[0], enums.MODES[2]

# The first phones of every cluster, so that ten phones already show the variety.
_FIRST_MODELS = (0, 0, 4, 0, 1, 2, 6, 0, 12, 13)

_MODEL_WEIGHTS = [model.share for model in MODELS]

_OUIS = ("001122", "00562B", "2C3124", "3CCE73", "501CBF", "6C416A", "70B3D5", "A0ECF9", "CC8E71", "F8A5C5")
_PEOPLE = (
    ("Anna", "Schäfer"), ("Jürgen", "Müller-Lüdenscheidt"), ("Siobhán", "O'Connor"), ("Łukasz", "Żółć"),
    ("花子", "山田"), ("Иван", "Петров"), ("Ελένη", "Παπαδοπούλου"), ("محمد", "العلي"), ("נועה", "כהן"),
    ("सुनीता", "शर्मा"), ("Wei", "王"), ("Grace", "Hopper"), ("José", "Núñez"), ("Robert", "Tables"),
)  # fmt: skip
_PLACES = (
    'Lobby "East"', "Meeting room 3.14, 2nd floor", "100% fax; line 2", "Raum \u201eKöln\u201c", "=cmd|'/C calc'!A0",
    "Kitchen -- do not move", "\u202b\u0642\u0627\u0639\u0629\u202c", "会議室(大)", "Pförtner & Empfang", "<spare>", "",
)  # fmt: skip


class Population:
    """Fills a cluster with phones."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        *,
        release: Release,
        assumptions: Assumptions,
        authority: Authority,
        clock: ServerClock,
        rng: random.Random,
        new_id: NewId,
    ) -> None:
        self._connection = connection
        self._release = release
        self._assumptions = assumptions
        self._authority = authority
        self._now = int(clock.utc())
        self._last_month = f"{clock.local_at(self._now - 30 * DAY):%Y:%m:%d:%H}:00"
        self._rng = rng
        self._new_id = new_id
        self._profiles = ProfileSet(connection, release=release, assumptions=assumptions, new_id=new_id)
        self._names: set[str] = set()
        self._key_texts: dict[KeyName, str] = {}
        rows = connection.execute(
            "SELECT p.name FROM processnode p JOIN sim_node n ON n.fkprocessnode = p.pkid ORDER BY p.tknodeusage, n.rowid"
        )
        self._nodes = [str(name) for (name,) in rows]

    def fill(self, phones: int) -> None:
        """Insert the profiles, the people and so many phones."""
        self._profiles.add()
        sites = self._sites()
        users = self._add_users()
        columns = {table: self._columns(table) for table in _TABLES}
        rows: dict[str, list[tuple[object, ...]]] = {table: [] for table in _TABLES}
        for batch_end, phone in enumerate(self._phones(phones, sites, users), start=1):
            for table, values in phone.items():
                rows[table].append(tuple(values.get(column, _UNSAID.get(column)) for column in columns[table]))
            if batch_end % 2_000 == 0 or batch_end == phones:
                self._flush(columns, rows)
        self._add_others(sites)

    def _flush(self, columns: Mapping[str, tuple[str, ...]], rows: Mapping[str, list[tuple[object, ...]]]) -> None:
        for table, batch in rows.items():
            marks = ", ".join("?" * len(columns[table]))
            self._connection.executemany(f"INSERT INTO {table} ({', '.join(columns[table])}) VALUES ({marks})", batch)
            batch.clear()

    def _columns(self, table: str) -> tuple[str, ...]:
        known = {row[1] for row in self._connection.execute(f"PRAGMA table_info({table})")}
        return tuple(column for column in _TABLES[table] if column in known)

    # phones

    def _sites(self) -> dict[str, tuple[str, str, str]]:
        """Look up `{device pool: (pool pkid, location pkid, phone config pkid)}`."""
        found: dict[str, tuple[str, str, str]] = {}
        for site in SITES:
            rows = [
                self._connection.execute(f"SELECT pkid FROM {table} WHERE name = ?", (name,)).fetchone()
                for table, name in (
                    ("devicepool", site.pool),
                    ("location", site.location),
                    ("commonphoneconfig", site.phone_config),
                )
            ]
            found[site.pool] = (rows[0][0], rows[1][0], rows[2][0])
        return found

    def _add_users(self) -> list[str]:
        rows = [
            (self._new_id(), f"user{number:02}", first, last, f"user{number:02}@example.com", f"{7000 + number}")
            for number, (first, last) in enumerate(_PEOPLE)
        ]
        self._connection.executemany(
            "INSERT INTO enduser (pkid, userid, firstname, lastname, mailid, telephonenumber) VALUES (?,?,?,?,?,?)",
            rows,
        )
        return [row[0] for row in rows]

    def _phones(
        self, count: int, sites: Mapping[str, tuple[str, str, str]], users: list[str]
    ) -> Iterator[dict[str, dict[str, object]]]:
        """Draw one phone after the other, as `{table: {column: value}}`."""
        site_weights = [site.share for site in SITES]
        for number in range(count):
            model, protocol, profile = self._kind(number)
            (site,) = self._rng.choices(SITES, site_weights)
            person = self._rng.randrange(len(_PEOPLE))
            line = f"{site.octet}{number:05}"
            pkid, plan = self._new_id(), self._new_id()
            pool, location, phone_config = sites[site.pool]
            device = self._device(number, pkid, model, profile) | {
                "description": self._description(model, site.pool, person, line),
                "tkdeviceprotocol": PROTOCOL_ENUM[protocol],
                "fkdevicepool": pool,
                "fkphonetemplate": template_id(model, protocol),
                "fklocation": location,
                "fkcommonphoneconfig": phone_config,
                "fkenduser": users[person] if self._rng.random() < 0.6 else None,
            }
            lsc = self._lsc(model, profile, device) if model.capf else None
            phone = self._presence(model, site.octet, site.node, number, pkid)
            shown = " ".join(_PEOPLE[person])
            mapping = {"pkid": self._new_id(), "fkdevice": pkid, "fknumplan": plan, "numplanindex": 1}
            yield {
                "device": device,
                "numplan": {"pkid": plan, "dnorpattern": line, "alertingname": shown},
                "devicenumplanmap": {**mapping, "label": line, "display": shown},
                "sim_phone": phone,
                "registrationdynamic": self._last_known(pkid, phone),
                **({"sim_lsc": lsc} if lsc else {}),
                **({"enduserdevicemap": self._owner(device)} if device["fkenduser"] else {}),
            }

    def _owner(self, device: Mapping[str, object]) -> dict[str, object]:
        pkid, owner = device["pkid"], device["fkenduser"]
        return {"pkid": fixed_id(f"{owner} {pkid}"), "fkenduser": owner, "fkdevice": pkid}

    def _kind(self, number: int) -> tuple[Model, str, Profile]:
        """Draw model, protocol and profile; the first phones are the same in every cluster."""
        if number < len(_FIRST_MODELS):
            model = MODELS[_FIRST_MODELS[number]]
            return model, model.protocols[0], self._profiles.predefined(model, model.protocols[0])
        (model,) = self._rng.choices(MODELS, _MODEL_WEIGHTS)
        protocol = model.protocols[0] if self._rng.random() < 0.7 else model.protocols[-1]
        return model, protocol, self._profiles.draw(model, protocol, self._rng)

    def _device(self, number: int, pkid: str, model: Model, profile: Profile) -> dict[str, object]:
        rng = self._rng
        device: dict[str, object] = {
            "pkid": pkid,
            "name": self._name(model, number),
            "tkmodel": model.number,
            "tkproduct": model.product,
            "tkclass": 1,
            "fksecurityprofile": profile.pkid,
            "ctiid": number + 1,
            "datetimeinserted": self._now - rng.randrange(30 * DAY, 3_000 * DAY),
            "versionstamp": _version_stamp(self._new_id()),
            "authenticationstring": str(rng.randrange(1_000, 10**8)) if profile.settings.mode == _STRING else "",
        }
        leftover = model.capf and number >= len(_FIRST_MODELS) and rng.random() < 0.02
        return device | self._leftover() if leftover else device

    def _name(self, model: Model, number: int) -> str:
        if model.prefix == "CSF":
            return f"CSFUSER{number:05}"
        while True:
            name = f"{model.prefix}{self._rng.choice(_OUIS)}{self._rng.getrandbits(24):06X}"
            if name not in self._names:
                self._names.add(name)
                return name

    def _description(self, model: Model, pool: str, person: int, line: str) -> str:
        if self._rng.random() < 0.3:
            return self._rng.choice(_PLACES)
        return f"{' '.join(_PEOPLE[person])} - {model.short}, {pool} ({line})"

    # certificates

    def _lsc(self, model: Model, profile: Profile, device: dict[str, object]) -> dict[str, object] | None:
        """Give some phones an LSC from before the start, and set the columns that follow from it."""
        rng = self._rng
        draw = rng.random()
        shows_it = profile.settings.mode == _LSC_FIRST
        if shows_it or profile.secure or not model.mic:
            draw *= 0.5  # these would hardly work without one
        now = self._now
        if draw < 0.18:
            issuer, until = Issuer.LIVE, now + rng.randrange(100 * DAY, 1_500 * DAY)
        elif draw < 0.23:
            issuer, until = Issuer.LIVE, now + rng.randrange(2 * DAY, 60 * DAY)
        elif draw < 0.29 and shows_it:
            # one that CAPF no longer takes is a failure to switch on, not how a cluster starts
            issuer, until = Issuer.LIVE, now + rng.randrange(100 * DAY, 900 * DAY)
        elif draw < 0.26:
            issuer, until = Issuer.RETIRED, now - rng.randrange(DAY, 500 * DAY)
        elif draw < 0.29:
            issuer, until = Issuer.FOREIGN, now + rng.randrange(100 * DAY, 900 * DAY)
        elif draw < 0.31:
            issuer, until = Issuer.LIVE, now + rng.randrange(100 * DAY, 900 * DAY)
            device["lscvaliduntil"] = 0  # issued before an upgrade to 11.5: its expiry is unknown [field guide 2]
        else:
            return None
        key = self._key(profile.settings)
        device["publickey"] = self._key_text(key)
        device["ecpublickeycurve"] = enums.number(enums.EC_SIZES, str(key.size)) if key.kind == "ec" else 0
        if "lscvaliduntil" not in device:
            device["lscvaliduntil"] = until
            device["lscissuername"] = self._authority.issuer_name(issuer, self._assumptions.lsc_issuer_name)
            device["lscissuervaliduntil"] = self._authority.valid_until(issuer)
            device.setdefault("tkcertificatestatus", enums.number(enums.STATUSES, "Upgrade Success"))
        return {
            "fkdevice": device["pkid"], "issuer": str(int(issuer)), "serial": str(serial_from(rng)),
            "validfrom": until - 1_825 * DAY, "validuntil": until,
            "kind": key.kind, "size": key.size, "ordinal": key.ordinal,
        }  # fmt: skip

    def _leftover(self) -> dict[str, object]:
        """Give a phone an operation of last month that never came to an end, or ended badly."""
        if self._rng.random() < 0.5:
            install = enums.number(enums.OPERATIONS, "Install/Upgrade")
            pending = enums.number(enums.STATUSES, "Operation Pending")
            return {
                "tkcertificateoperation": install,
                "tkcertificatestatus": pending,
                "upgradefinishtime": self._last_month,
            }
        failed = self._rng.choice(
            ("Upgrade Failed: Invalid MIC", "Upgrade Failed: User Initiated Request Late/Timedout")
        )
        return {"tkcertificatestatus": enums.number(enums.STATUSES, failed)}

    def _key(self, settings: Settings) -> KeyName:
        ordinal = self._rng.randrange(PAIRS_PER_SIZE)
        if settings.key_order == "EC Only":
            return KeyName("ec", settings.ec_size, ordinal)
        return KeyName("rsa", 2048, ordinal)

    def _key_text(self, key: KeyName) -> str:
        if key not in self._key_texts:
            self._key_texts[key] = self._authority.public_key_text(key, self._assumptions.public_key_format)
        return self._key_texts[key]

    # registration

    def _presence(self, model: Model, octet: int, node: int, number: int, pkid: str) -> dict[str, object]:
        """Say where a phone is and whether it is registered; a phone that never registered has no node."""
        rng = self._rng
        changed = self._now - rng.randrange(3_600, 40 * DAY)
        draw = rng.random() if number else 1.0
        status, reason = "Registered", 0
        if draw < 0.05:
            status, reason = "UnRegistered", rng.choice((6, 13, 28))
        elif draw < 0.06:
            status, reason = "Rejected", 3
        elif draw < 0.065:
            status, reason = "PartiallyRegistered", 0
        never = 0.065 <= draw < 0.08
        remote = not never and status == "Registered" and model.sbd and model.prefix != "ATA" and rng.random() < 0.04
        stale = status == "Registered" and not never and rng.random() < 0.02
        expressway, address = "f", f"10.{octet}.{(number >> 8) & 255}.{number & 255}"
        if remote:
            expressway, address = "t", rng.choice(EXPRESSWAYS)[0]
        return {
            "fkdevice": pkid,
            "ip": None if never else address,
            "node": None if never else self._nodes[node % len(self._nodes)],
            "status": "Unknown" if never else status,
            "statusreason": reason,
            "changed": changed,
            "stalenode": self._nodes[(node + 1) % len(self._nodes)] if stale else None,
            "stalechanged": changed - rng.randrange(DAY, 30 * DAY) if stale else None,
            "load": model.load,
            **self._web_access(model, pkid, rng.choices(("Yes", "No", "Unknown"), (60, 35, 5))[0]),
            "mic": model.mic,
            "expressway": expressway,
            "powered": "t" if status in {"Registered", "PartiallyRegistered"} and not never else "f",
        }

    def _web_access(self, model: Model, pkid: str, httpd: str) -> dict[str, object]:
        """Say how far a phone's web access is on, and what RIS says of it: `off`, `on` for HTTP and HTTPS, or `https` alone."""
        dice = int(pkid[:8], 16) % 10
        if model.prefix == "CSF" or httpd == "No":
            return {"httpd": "No", "web": "off"}
        if model.https and dice == 0:
            return {"httpd": self._assumptions.httpd_of_https_only, "web": "https"}
        return {"httpd": httpd, "web": "off" if httpd == "Unknown" and dice < 5 else "on"}

    def _last_known(self, pkid: str, phone: Mapping[str, object]) -> dict[str, object]:
        registered = phone["status"] == "Registered"
        seen_now = phone["changed"] if self._assumptions.last_seen_while_registered == "now" else 0
        return {
            "pkid": self._new_id(),
            "fkdevice": pkid,
            "lastknownipaddress": phone["ip"],
            "lastknownucm": phone["node"],
            "lastseen": seen_now if registered else phone["changed"],
            "lastactive": phone["changed"],
        }

    def _add_others(self, sites: Mapping[str, tuple[str, str, str]]) -> None:
        """Add devices that are no phones: a query that forgets `tkclass = 1` meets them."""
        trunk = self._connection.execute("SELECT pkid FROM securityprofile WHERE tksecuritypolicy = 8").fetchone()[0]
        pool, location, _ = sites[SITES[0].pool]
        others = (
            (SIP_TRUNK_MODEL, SIP_TRUNK_MODEL, 11, 18, "PSTN_Trunk", trunk),
            (73, 73, 5, 10, "RP_Reception", None),
        )
        for number, (model, product, protocol, device_class, name, profile) in enumerate(others):
            self._connection.execute(
                "INSERT INTO device (pkid, name, description, tkmodel, tkproduct, tkdeviceprotocol, tkclass, fkdevicepool,"
                " fklocation, fksecurityprofile, ctiid) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (self._new_id(), name, name, model, product, protocol, device_class, pool, location, profile, -number),
            )


def _version_stamp(pkid: str) -> str:
    """Write when a phone was last saved, and an id of its own: any moment of 2012 to 2024, the same for the same seed."""
    return f"{1_325_376_000 + int(pkid[:8], 16) % (13 * 365 * DAY)}-{pkid}"


# What a column holds where a phone says nothing else.
_UNSAID = {
    "tkcertificatestatus": 1,
    "tkcertificateoperation": 1,
    "upgradefinishtime": "",
    "lscvaliduntil": 0,
    "lscissuervaliduntil": 0,
}

_TABLES: dict[str, tuple[str, ...]] = {
    "device": (
        "pkid", "name", "description", "tkmodel", "tkproduct", "tkdeviceprotocol", "tkclass", "fkdevicepool",
        "fkphonetemplate", "fklocation",
        "fkcommonphoneconfig", "fksecurityprofile", "fkenduser", "ctiid", "datetimeinserted", "versionstamp",
        "authenticationstring", "tkcertificatestatus", "publickey", "ecpublickeycurve", "lscvaliduntil", "lscissuername",
        "lscissuervaliduntil", "tkcertificateoperation", "upgradefinishtime",
    ),
    "numplan": ("pkid", "dnorpattern", "alertingname"),
    "devicenumplanmap": ("pkid", "fkdevice", "fknumplan", "numplanindex", "label", "display"),
    "enduserdevicemap": ("pkid", "fkenduser", "fkdevice"),
    "sim_phone": (
        "fkdevice", "ip", "node", "status", "statusreason", "changed", "stalenode", "stalechanged", "load", "httpd", "web", "mic",
        "expressway", "powered",
    ),
    "registrationdynamic": ("pkid", "fkdevice", "lastknownipaddress", "lastknownucm", "lastseen", "lastactive"),
    "sim_lsc": ("fkdevice", "issuer", "serial", "validfrom", "validuntil", "kind", "size", "ordinal"),
}  # fmt: skip
