import csv
import io
import json
from dataclasses import replace

import pytest

from lscctl.phone import Lsc
from lscctl.report import formats
from lscctl.report.capf import GroupsOfCluster, capf_groups_report, capf_report
from lscctl.report.cluster import PhonesOfCluster
from lscctl.report.expiring import ExpiringOfCluster, Thresholds, expiring_report
from lscctl.report.interface import CaseEnd
from tests.report.phones_in_sight import CAPF, DAY, FAILED, NOW, PENDING, PHONE, PHONES, SOFT, WITH_LSC, told
from tests.report.published import written


def test_every_phone_tells_what_capf_knows_and_what_to_do() -> None:
    with_string = replace(
        WITH_LSC, has_authentication_string=True, lsc=Lsc(int(NOW) + DAY, CAPF, int(NOW) + 9 * DAY, "3")
    )
    read = json.loads(written(capf_report(told(FAILED, with_string)), "json"))
    phone, failed = read["phones"]
    assert phone["authentication_string"] is True
    assert (phone["auth_mode"], phone["key_order"], phone["ec_key_size"]) == ("lsc-first", "ec-preferred", 384)
    assert phone["lsc_issuer_valid_until"] == "2026-12-02T19:30:00Z"
    assert phone["next_step"] is None
    assert failed["reason"] == "User Initiated Request Late/Timedout"
    assert "--complete-by" in failed["next_step"]


def test_the_table_counts_and_explains_failures() -> None:
    table = written(capf_report(told(*PHONES)), "table")
    assert "Phones by LSC" in table
    assert "Phones by certificate status" in table
    assert "The deadline passed" in table
    assert "5 phones on lab" in table


def test_a_failed_operation_is_a_failed_case_and_one_under_way_is_not_decided() -> None:
    ends = {case.name: case.end for case in capf_report(told(*PHONES)).cases}
    assert ends[FAILED.name] is CaseEnd.FAILED
    assert ends[PENDING.name] is CaseEnd.SKIPPED
    assert ends[PHONE.name] is CaseEnd.PASSED


def test_groups_are_counted_by_lsc_and_by_status() -> None:
    read = json.loads(written(capf_groups_report(GroupsOfCluster(told(*PHONES), ("model",))), "json"))
    assert read["by"] == ["model"]
    first = read["groups"][0]
    assert first["group"] == {"model": "8845"}
    assert (first["phones"], first["lsc"]["expired"], first["status"]["failed"]) == (3, 1, 1)
    assert sum(group["phones"] for group in read["groups"]) == read["phones"] == 5


def test_a_spreadsheet_has_a_column_for_each_key_and_count() -> None:
    report = capf_groups_report(GroupsOfCluster(told(FAILED, SOFT), ("device-pool", "status")))
    rows = list(csv.DictReader(io.StringIO(written(report, "csv"))))
    assert [(row["device_pool"], row["phones"], row["lsc_expired"], row["status_failed"]) for row in rows] == [
        ("Berlin", "1", "0", "0"),
        ("Berlin", "1", "1", "1"),
    ]


def test_the_table_of_groups_says_what_they_are_by() -> None:
    table = written(capf_groups_report(GroupsOfCluster(told(*PHONES), ("issuer", "model"))), "table")
    assert "By LSC issuer, model" in table
    assert "FAILED" in table


def test_a_group_with_a_failure_is_a_failed_case() -> None:
    cases = capf_groups_report(GroupsOfCluster(told(*PHONES), ("model",))).cases
    assert {case.name: case.end for case in cases}["8845"] is CaseEnd.FAILED


def test_groups_are_series_with_their_keys_as_labels() -> None:
    report = capf_groups_report(GroupsOfCluster(told(*PHONES), ("device-pool", "model")))
    metric = next(metric for metric in report.metrics if metric.name == "lscctl_group_phones")
    first = next(iter(metric.samples))
    assert set(first.labels) == {"cluster", "device_pool", "model", "lsc"}


@pytest.mark.parametrize("name", formats.NAMES)
def test_the_same_phones_in_another_order_make_the_same_reports(name: str) -> None:
    def texts(seen: PhonesOfCluster) -> list[str]:
        ends = ExpiringOfCluster(seen, Thresholds(90 * DAY, 14 * DAY, 0.5, 1825 * DAY))
        groups = GroupsOfCluster(seen, ("model", "status"))
        reports = (
            capf_report(seen, per_phone=True),
            capf_groups_report(groups, per_phone=True),
            expiring_report(ends, per_phone=True),
        )
        return [written(report, name) for report in reports]

    assert texts(told(*PHONES)) == texts(told(*reversed(PHONES)))
