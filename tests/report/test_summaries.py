from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from lscctl.deadline import ClusterClock
from lscctl.phone import Lsc, Phone
from lscctl.report.interface import Cell, Grid
from lscctl.report.summaries import GROUPINGS, NO_ISSUER, expiry_chart, failures, groups, lsc_counts, status_counts
from tests.report.phones_in_sight import CAPF, DAY, FAILED, NOW, PENDING, PHONE, PHONES, SOFT, WITH_LSC, told


def texts(grid: Grid) -> list[tuple[str, ...]]:
    """The rows of a grid as plain texts."""
    return [tuple(cell.text if isinstance(cell, Cell) else cell for cell in row) for row in grid.rows]


def ending(name: str, at: datetime) -> Phone:
    return replace(WITH_LSC, name=name, lsc=Lsc(int(at.timestamp()), CAPF, None, "30"))


def test_phones_are_counted_by_lsc_in_every_state_even_an_empty_one() -> None:
    counted = {row[0]: row[1] for row in texts(lsc_counts(told(*PHONES)))}
    assert counted == {"none": "2", "valid": "0", "expiring": "1", "expired": "1", "foreign": "0", "unknown": "1"}


def test_the_most_frequent_certificate_status_comes_first() -> None:
    assert texts(status_counts(told(PENDING, PHONE, SOFT)))[0] == ("None", "2")


def test_the_expiry_chart_has_every_coming_month_and_both_ends() -> None:
    chart = expiry_chart(told(*PHONES, ending("SEPFAR", datetime(2031, 5, 1, tzinfo=UTC))))
    bars = {bar.label: bar.value for bar in chart.bars}
    assert list(bars)[:4] == ["expired", "2026-11", "2026-12", "2027-01"]
    assert list(bars)[-3:] == ["2027-10", "later", "unknown"]
    assert (bars["expired"], bars["2027-01"], bars["later"], bars["unknown"]) == (1, 1, 1, 1)


def test_months_are_those_of_the_clusters_zone() -> None:
    seen = told(ending("SEPNEWYEAR", datetime(2026, 12, 31, 23, 30, tzinfo=UTC)))
    assert {bar.label for bar in expiry_chart(seen).bars if bar.value} == {"2027-01"}
    in_utc = replace(seen, clock=ClusterClock(ZoneInfo("UTC"), now=lambda: NOW))
    assert {bar.label for bar in expiry_chart(in_utc).bars if bar.value} == {"2026-12"}


def test_no_phone_with_an_lsc_is_missing_from_the_chart() -> None:
    phones = [replace(WITH_LSC, name=f"SEP{n}", lsc=Lsc(int(NOW) + n * 40 * DAY, CAPF, None, "30")) for n in range(40)]
    assert sum(bar.value for bar in expiry_chart(told(*phones, SOFT, PHONE), months=3).bars) == 41


def test_groups_come_by_size_then_name_with_their_phones_by_lsc_state() -> None:
    paris = replace(WITH_LSC, device_pool="Paris")
    grid = groups(told(*PHONES, paris), [GROUPINGS["device-pool"]])
    assert [column.title for column in grid.columns] == [
        "Device pool",
        "Phones",
        "none",
        "expiring",
        "expired",
        "unknown",
        "pending",
        "failed",
    ]
    assert texts(grid) == [
        ("Berlin", "5", "2", "1", "1", "1", "1", "1"),
        ("Paris", "1", "-", "1", "-", "-", "-", "-"),
    ]


def test_several_keys_group_by_what_phones_have_in_common_in_all_of_them() -> None:
    grid = groups(told(PHONE, FAILED, WITH_LSC, PENDING), [GROUPINGS["model"], GROUPINGS["issuer"]])
    assert [row[:3] for row in texts(grid)] == [("8845", CAPF, "2"), ("7841", NO_ISSUER, "1"), ("8845", NO_ISSUER, "1")]


def test_each_kind_of_failure_says_what_to_do() -> None:
    ((status, phones, remedy),) = texts(failures(told(*PHONES)))
    assert (status, phones) == ("Upgrade Failed: User Initiated Request Late/Timedout", "1")
    assert "--complete-by" in remedy


def test_summaries_do_not_depend_on_the_order_of_phones() -> None:
    there, back = told(*PHONES), told(*reversed(PHONES))
    assert groups(there, list(GROUPINGS.values())) == groups(back, list(GROUPINGS.values()))
    assert status_counts(there) == status_counts(back)
    assert expiry_chart(there) == expiry_chart(back)
