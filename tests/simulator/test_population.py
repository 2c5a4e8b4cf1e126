import csv
import io
import sqlite3
from collections import Counter

import pytest

from lscctl.simulator.clock import ManualClock
from lscctl.simulator.cluster import Cluster
from lscctl.simulator.enumerations import MODES
from lscctl.simulator.public_tables import PUBLIC_TABLES
from tests.simulator.lab import START, Lab

KEY_COLUMNS = {"publickey", "certificate", "itl"}


def rows(cluster: Cluster, sql: str) -> list[tuple[object, ...]]:
    return cluster.connection.execute(sql).fetchall()


def contents(cluster: Cluster) -> dict[str, list[tuple[object, ...]]]:
    """Everything that SQL can see but key bytes."""
    seen = {}
    tables = [str(row[0]) for row in rows(cluster, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in [*tables]:
        if table in PUBLIC_TABLES or table == "sim_phone":
            columns = [str(row[1]) for row in rows(cluster, f"PRAGMA table_info({table})")]
            kept = ", ".join(column for column in columns if column not in KEY_COLUMNS)
            seen[table] = rows(cluster, f"SELECT {kept} FROM {table} ORDER BY 1")
    return seen


def test_the_same_seed_gives_the_same_cluster_but_for_key_bytes() -> None:
    first, second = (Cluster.create(phones=120, seed=5, clock=ManualClock(START)) for _ in range(2))
    other = Cluster.create(phones=120, seed=6, clock=ManualClock(START))
    assert contents(first) == contents(second)
    assert contents(first)["device"] != contents(other)["device"]
    assert first.authority.certificate_pem != second.authority.certificate_pem


def test_serial_numbers_and_version_stamps_follow_the_seed_whenever_the_cluster_is_made() -> None:
    first = Cluster.create(phones=40, seed=5, clock=ManualClock(START))
    a_year_later = Cluster.create(phones=40, seed=5, clock=ManualClock(START + 31_536_000))
    for sql in (
        "SELECT name, versionstamp FROM device WHERE tkclass = 1 ORDER BY 1",
        "SELECT subjectname, serialnumber FROM certificate ORDER BY 1",
        "SELECT fkdevice, serial FROM sim_lsc ORDER BY 1",
    ):
        assert rows(first, sql) == rows(a_year_later, sql) != []


def test_a_phone_that_enrols_twice_gets_two_serial_numbers_and_the_same_two_in_a_cluster_of_the_same_seed() -> None:
    serials = []
    for lab in (Lab(), Lab()):
        phone = lab.phone()
        for _ in range(2):
            assert lab.install(phone) == "Upgrade Success"
            serials.append(lab.value("SELECT serial FROM sim_lsc WHERE fkdevice = ?", phone))
    assert serials[:2] == serials[2:]
    assert serials[0] != serials[1]


def test_ten_phones_already_show_several_models() -> None:
    cluster = Lab(phones=10).cluster
    models = Counter(
        row[0]
        for row in rows(
            cluster, "SELECT t.name FROM device d JOIN typemodel t ON t.enum = d.tkmodel WHERE d.tkclass = 1"
        )
    )
    assert sum(models.values()) == 10
    assert models["Cisco 8845"] == 4
    assert {"Cisco 7965", "Cisco 7940", "Cisco Unified Client Services Framework"} <= set(models)


def test_five_hundred_phones_show_everything_that_the_field_knows() -> None:
    cluster = Lab(phones=500).cluster
    models = {
        row[0] for row in rows(cluster, "SELECT DISTINCT t.name FROM device d JOIN typemodel t ON t.enum = d.tkmodel")
    }
    assert {"Cisco 8845", "Cisco 8841", "Cisco 8851", "Cisco 7841", "Cisco 7965", "Cisco 7940", "Cisco 6945"} <= models
    assert any(str(name).startswith("Cisco ATA") for name in models)
    assert {row[0] for row in rows(cluster, "SELECT DISTINCT tkdeviceprotocol FROM device WHERE tkclass = 1")} == {
        0,
        11,
    }
    assert len(rows(cluster, "SELECT DISTINCT fkdevicepool FROM device")) == 7
    modes = rows(
        cluster,
        "SELECT DISTINCT a.name FROM device d JOIN securityprofile s ON s.pkid = d.fksecurityprofile"
        " JOIN typeauthenticationmode a ON a.enum = s.tkauthenticationmode",
    )
    assert {row[0] for row in modes} == set(MODES)
    security = rows(
        cluster,
        "SELECT DISTINCT s.tkdevicesecuritymode FROM device d JOIN securityprofile s ON s.pkid = d.fksecurityprofile"
        " WHERE d.tkclass = 1",
    )
    assert {row[0] for row in security} == {1, 2, 3}
    issuers = {row[0] for row in rows(cluster, "SELECT DISTINCT issuer FROM sim_lsc")}
    assert issuers == {"0", "1", "2"}
    assert rows(cluster, f"SELECT 1 FROM sim_lsc WHERE validuntil < {START}")
    assert rows(cluster, f"SELECT 1 FROM sim_lsc WHERE validuntil BETWEEN {START} AND {START + 60 * 86400}")
    assert rows(cluster, "SELECT 1 FROM device WHERE lscvaliduntil = 0 AND publickey IS NOT NULL")
    assert rows(cluster, "SELECT 1 FROM device WHERE lscissuername IS NULL AND tkclass = 1")
    statuses = {entry.status for entry in cluster.registrations()}
    assert {"Registered", "UnRegistered", "Rejected"} <= statuses
    assert any(entry.stale for entry in cluster.registrations())
    assert len({entry.name for entry in cluster.registrations()}) < 500


def test_the_bulk_of_the_8845s_is_healthy() -> None:
    cluster = Lab(phones=500).cluster
    (healthy,), (total,) = (
        rows(
            cluster,
            "SELECT count(*) FROM device d JOIN sim_phone p ON p.fkdevice = d.pkid WHERE d.tkmodel = 36224" + condition,
        )[0]
        for condition in (
            " AND p.status = 'Registered' AND p.expressway = 'f' AND d.tkcertificateoperation = 1"
            " AND d.fksecurityprofile IN (SELECT pkid FROM securityprofile WHERE tkauthenticationmode <> 1"
            " AND tkdevicesecuritymode = 1 AND tkkeyorder = 1)",
            "",
        )
    )
    assert isinstance(healthy, int)
    assert isinstance(total, int)
    assert healthy > 0.7 * total > 90


def test_predefined_profiles_exist_for_each_model_and_protocol_and_are_marked() -> None:
    cluster = Lab().cluster
    wanted = rows(
        cluster, "SELECT count(*) FROM (SELECT DISTINCT tkmodel, tkdeviceprotocol FROM productsupportsfeature)"
    )
    found = rows(
        cluster,
        "SELECT s.name, s.tkauthenticationmode, k.name, o.name FROM securityprofile s"
        " JOIN typekeysize k ON k.enum = s.tkkeysize JOIN typekeyorder o ON o.enum = s.tkkeyorder"
        " WHERE s.isstandard = 't' AND s.tksecuritypolicy = 4",
    )
    assert [(len(found),)] == wanted
    assert {row[1:] for row in found} == {(2, "2048", "RSA Only")}
    assert ("Cisco 7965 - Standard SCCP Non-Secure Profile", 2, "2048", "RSA Only") in found
    policies = rows(cluster, "SELECT DISTINCT tksecuritypolicy FROM securityprofile ORDER BY 1")
    assert policies == [(1,), (4,), (8,), (99,)]


def test_models_without_security_by_default_are_those_of_the_field_guide() -> None:
    without = rows(
        Lab().cluster,
        "SELECT DISTINCT m.name FROM productsupportsfeature p JOIN typemodel m ON m.enum = p.tkmodel"
        " WHERE p.tkmodel NOT IN (SELECT q.tkmodel FROM productsupportsfeature q JOIN typesupportsfeature f"
        " ON f.enum = q.tksupportsfeature WHERE f.name = 'Security By Default')",
    )
    assert {row[0] for row in without} == {f"Cisco {n}" for n in (7940, 7960, 7935, 7936, 7937)}


def test_phones_over_expressway_have_an_address_of_the_expressway_table() -> None:
    cluster = Lab(phones=500).cluster
    addresses = {row[0] for row in rows(cluster, "SELECT DISTINCT ip FROM sim_phone WHERE expressway = 't'")}
    assert addresses
    assert addresses <= {row[0] for row in rows(cluster, "SELECT hostnameorip FROM expresswaycconfiguration")}
    true = {row[0] for row in rows(cluster, "SELECT DISTINCT ip FROM sim_phone WHERE expressway = 'f'")}
    assert not addresses & true


def test_names_and_texts_hold_what_breaks_careless_clients() -> None:
    cluster = Lab(phones=500).cluster
    texts = "".join(str(row[0]) for row in rows(cluster, "SELECT description FROM device"))
    pools = "".join(str(row[0]) for row in rows(cluster, "SELECT name FROM devicepool"))
    for piece in ("'", '"', "%", "--", ";", ",", "=cmd", "\u202b", "花", "Пет", "<"):
        assert piece in texts
    for piece in ("'", '"', "%", "ü", "東"):
        assert piece in pools
    written = io.StringIO()
    csv.writer(written).writerows(rows(cluster, "SELECT name, description FROM device"))
    assert len(list(csv.reader(io.StringIO(written.getvalue())))) == 502


def test_names_of_hardware_phones_are_unique_and_well_formed() -> None:
    names = [str(row[0]) for row in rows(Lab(phones=500).cluster, "SELECT name FROM device WHERE tkclass = 1")]
    hardware = [name for name in names if name.startswith("SEP")]
    assert len(set(names)) == 500
    assert all(len(name) == 15 and set(name[3:]) <= set("0123456789ABCDEF") for name in hardware)


@pytest.mark.parametrize("version", ["8.0", "10.5", "11.0", "11.5", "12.0", "12.5", "15.0"])
def test_an_older_cluster_lacks_what_came_later(version: str) -> None:
    cluster = Lab(phones=60, version=version).cluster
    device = {row[1] for row in rows(cluster, "PRAGMA table_info(device)")}
    profile = {row[1] for row in rows(cluster, "PRAGMA table_info(securityprofile)")}
    sizes = {row[0] for row in rows(cluster, "SELECT name FROM typekeysize")}
    number = tuple(int(part) for part in version.split("."))
    assert ({"lscvaliduntil", "lscissuername", "lscissuervaliduntil", "ecpublickeycurve"} <= device) == (
        number >= (11, 5)
    )
    assert ({"tkkeyorder", "tkeckeysize"} <= profile) == (number >= (11, 0))
    assert ("sipoauthflag" in profile) == (number >= (12, 5))
    assert ({"3072", "4096"} <= sizes) == (number >= (11, 5))
    assert ({"256", "384", "521"} <= sizes) == (number >= (11, 0))
    assert bool(rows(cluster, "SELECT 1 FROM sqlite_master WHERE name = 'typekeyorder'")) == (number >= (11, 0))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE device SET tkcertificateoperation = 9",
        "UPDATE device SET tkcertificatestatus = 99",
        "UPDATE device SET fksecurityprofile = 'nowhere'",
        "UPDATE securityprofile SET tkauthenticationmode = 7",
        "UPDATE securityprofile SET tkkeysize = 7",
        "UPDATE securityprofile SET tkeckeysize = 3",
    ],
)
def test_a_number_that_stands_in_no_type_table_cannot_be_written(change: str) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        Lab().cluster.connection.execute(change)


@pytest.mark.parametrize("version", ["8.0", "10.5", "11.0"])
def test_phones_of_an_older_cluster_enrol_too(version: str) -> None:
    lab = Lab(phones=60, version=version)
    phone = lab.phone()
    assert lab.install(phone) == "Upgrade Success"
    assert lab.cluster.authority.lsc_of(lab.name(phone))


@pytest.mark.parametrize("server", ["Europe/Berlin", "America/New_York"])
def test_sites_abroad_show_their_own_time_and_the_others_the_server_s(server: str) -> None:
    cluster = Cluster.create(phones=0, clock=ManualClock(START, server))
    zones = rows(
        cluster,
        "SELECT dp.name, tz.name FROM devicepool dp JOIN datetimesetting dts ON dts.pkid = dp.fkdatetimesetting"
        " JOIN typetimezone tz ON tz.enum = dts.tktimezone",
    )
    assert sorted(zones) == sorted(
        {
            "Berlin-HQ": server,
            "München, Werk 2": server,
            "DP_London": "Europe/London",
            'O\'Hare "T3"': "America/Chicago",
            "Rabatt 50% Callcenter": server,
            "東京オフィス": "Asia/Tokyo",
            "Default": server,
        }.items()
    )
