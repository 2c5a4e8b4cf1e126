"""The zone of a phone's site, out of its device pool's date/time group."""

from collections.abc import Mapping

from lscctl.cucm.faults import AxlFault
from lscctl.cucm.sql import Sql
from lscctl.cucm.zones import pool_zones
from lscctl.phone import PhoneQuery
from lscctl.simulator.clock import ManualClock
from tests.cucm.bench import NOON, found, own_bench


def told(**zones: str) -> list[Mapping[str, str]]:
    return [{"poolname": pool, "zone": zone} for pool, zone in zones.items()]


def test_each_phone_has_the_zone_of_its_site_and_one_read_tells_all() -> None:
    with own_bench(phones=120, clock=ManualClock(NOON, "America/New_York")) as b:
        plain = b.cluster.find(PhoneQuery(), registration=False)
        reads = b.cluster.reads
        with_zones = b.cluster.find(PhoneQuery(), registration=False, zones=True)
        assert b.cluster.reads - reads <= 3
        assert {phone.zone for phone in plain.phones} == {""}
        zones = {phone.device_pool: phone.zone for phone in with_zones.phones}
        assert zones["DP_London"] == "Europe/London"
        assert zones["東京オフィス"] == "Asia/Tokyo"
        assert zones["Berlin-HQ"] == "America/New_York"
        assert with_zones.notes == plain.notes


def test_a_pool_without_a_date_time_group_leaves_its_phones_without_a_zone_and_a_note_names_it() -> None:
    with own_bench(phones=120) as b:
        b.change("update devicepool set fkdatetimesetting = null where name = 'DP_London'")
        result = b.cluster.find(PhoneQuery(), registration=False, zones=True)
        assert {phone.zone for phone in result.phones if phone.device_pool == "DP_London"} == {""}
        assert result.notes[-1:] == ("the time zone is not known of the device pools DP_London",)
        assert len(found(b, device_pools=("DP_London",))) > 0


def test_zones_that_iana_gave_up_are_read_as_their_successors() -> None:
    zones, notes = pool_zones(lambda _: told(West="US/Pacific-New", Gulf="Asia/Riyadh88"), ["West", "Gulf"])
    assert zones == {"West": "America/Los_Angeles", "Gulf": "Asia/Riyadh"}
    assert notes == ()


def test_zones_that_nobody_knows_are_left_away_and_named_but_not_all_of_them() -> None:
    rows = told(A="Mars/Olympus", B="", C="../etc/passwd", D="Europe/Berlin", E="Mars/Olympus")
    zones, notes = pool_zones(lambda _: rows, ["E", "D", "C", "B", "A"])
    assert zones == {"D": "Europe/Berlin"}
    assert notes == (
        "the time zone is not known of the device pools A (Mars/Olympus), B, C (../etc/passwd) and 1 more",
    )


def test_a_database_without_such_columns_gives_a_note_and_no_zone() -> None:
    def refuses(_: Sql) -> list[Mapping[str, str]]:
        raise AxlFault(217, "Column (fkdatetimesetting) not found", "executeSQLQuery")

    zones, notes = pool_zones(refuses, ["Default"])
    assert zones == {}
    assert notes == ("the time zones of device pools cannot be read: Column (fkdatetimesetting) not found",)


def test_for_no_pool_nobody_is_asked() -> None:
    def never(_: Sql) -> list[Mapping[str, str]]:
        raise AssertionError("asked for no pool")

    assert pool_zones(never, [""]) == ({}, ())
