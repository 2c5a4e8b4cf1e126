import json
from dataclasses import replace
from pathlib import Path

import pytest

from lscctl.capf import CertificateStatus
from lscctl.phone import Lsc, Registration
from tests.cli.conftest import Lscctl
from tests.cli.lab import LabCluster
from tests.report.phones_in_sight import CAPF, DAY, FAILED, NOW, PENDING, PHONES, SOFT, WITH_LSC


@pytest.fixture(autouse=True)
def monday(lab: LabCluster, lscctl: Lscctl) -> None:
    """Reports of Monday in every format; then one LSC is renewed, one phone moves, one goes, and one comes."""
    lab.phones = list(PHONES)
    for name in ("monday.json", "monday.ndjson", "monday.csv"):
        assert lscctl("status", "--output", name).exit_code == 0
    lab.phones = [phone for phone in PHONES if phone not in (SOFT, WITH_LSC, PENDING)] + [
        replace(WITH_LSC, lsc=Lsc(int(NOW) + 1825 * DAY, CAPF, None, "31")),
        replace(PENDING, status=CertificateStatus("Upgrade Success"), device_pool="Paris"),
        replace(SOFT, name="CSFBERTA"),
    ]


def changed(lscctl: Lscctl, *arguments: str) -> set[tuple[str, str]]:
    ran = lscctl("report", "changes", *arguments, "--format", "json")
    assert ran.exit_code == 0, ran.output
    return {(one["name"], one["change"]) for one in json.loads(ran.stdout)["changes"]}


EVERYTHING = {
    ("CSFANNA", "gone"),
    ("CSFBERTA", "added"),
    (WITH_LSC.name, "lsc-renewed"),
    (PENDING.name, "status"),
    (PENDING.name, "device-pool"),
}


@pytest.mark.parametrize("name", ["monday.json", "monday.ndjson", "monday.csv"])
def test_since_a_report_of_any_format_the_cluster_has_changed(lscctl: Lscctl, name: str) -> None:
    assert changed(lscctl, name) == EVERYTHING


def test_two_reports_are_compared_without_a_cluster(lab: LabCluster, lscctl: Lscctl) -> None:
    lscctl("report", "capf", "--output", "friday.csv")
    lab.asked.clear()
    assert changed(lscctl, "monday.json", "friday.csv") == EVERYTHING
    assert changed(lscctl, "friday.csv", "friday.csv") == set()
    assert lab.asked == []


def test_a_phone_that_moved_is_of_both_its_sites(lscctl: Lscctl) -> None:
    for pool in ("Berlin", "Paris"):
        assert (PENDING.name, "device-pool") in changed(lscctl, "monday.json", "--device-pool", pool)
    assert changed(lscctl, "monday.json", "--device-pool", "Paris") == {
        (PENDING.name, "status"),
        (PENDING.name, "device-pool"),
    }


@pytest.mark.parametrize(
    ("selectors", "names"),
    [
        (("--model", "7841"), {PENDING.name}),
        (("--model", "cisco 88*"), {WITH_LSC.name}),
        (("--exclude-model", "8845", "--exclude-name", "CSF*"), {PENDING.name}),
        (("--status", "pending"), {PENDING.name}),
        (("--status", "Upgrade Success"), {PENDING.name, WITH_LSC.name}),
        (("--lsc", "unknown"), {"CSFANNA", "CSFBERTA"}),
        (("--protocol", "sip", "--limit", "1"), {"CSFANNA"}),
        (("--description", "Empfang*"), {WITH_LSC.name}),
    ],
)
def test_selectors_limit_the_comparison(lscctl: Lscctl, selectors: tuple[str, ...], names: set[str]) -> None:
    assert {name for name, _ in changed(lscctl, "monday.json", *selectors)} == names


def test_a_list_of_names_limits_it_too(lscctl: Lscctl, tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text("csfanna\n")
    assert changed(lscctl, "monday.json", "--from", "names.txt") == {("CSFANNA", "gone")}


def test_a_report_of_ends_is_compared_with_what_became_of_its_phones(lab: LabCluster, lscctl: Lscctl) -> None:
    lab.phones = list(PHONES)
    lscctl("report", "expiring", "--output", "ends.json")
    lab.phones = [replace(WITH_LSC, lsc=Lsc(int(NOW) + 1825 * DAY, CAPF, None, "31")), FAILED, PENDING]
    assert changed(lscctl, "ends.json") == {(WITH_LSC.name, "lsc-renewed"), ("CSFANNA", "gone")}


def test_a_report_of_another_cluster_is_refused(lab: LabCluster, lscctl: Lscctl) -> None:
    lab.name = "hq"
    ran = lscctl("report", "changes", "monday.json")
    assert ran.exit_code == 2
    assert "monday.json is of another cluster: it tells of lab, hq of hq" in ran.stderr


def test_a_file_that_is_no_report_is_refused_before_the_cluster_is_asked(
    lab: LabCluster, lscctl: Lscctl, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("buy milk\n")
    lab.asked.clear()
    ran = lscctl("report", "changes", "notes.txt")
    assert ran.exit_code == 2
    assert "notes.txt is no report" in ran.stderr
    assert lab.asked == []


def test_what_matches_nothing_ends_with_4_and_another_count_is_refused(lscctl: Lscctl) -> None:
    assert lscctl("report", "changes", "monday.json", "--model", "9999").exit_code == 4
    assert lscctl("report", "changes", "monday.json", "--expect", "2").exit_code == 3
    assert lscctl("report", "changes", "monday.json", "--expect", "6").exit_code == 0


def test_who_is_registered_limits_it_only_where_a_report_tells_that(lab: LabCluster, lscctl: Lscctl) -> None:
    lab.ris_asked = 0
    assert ("CSFANNA", "gone") in changed(lscctl, "monday.json", "--unregistered")
    assert lab.ris_asked == 1
    lab.phones = [replace(phone, registration=Registration.NOT_ASKED) for phone in lab.phones]
    lscctl("status", "--output", "friday.csv")
    ran = lscctl("report", "changes", "friday.csv", "friday.csv", "--registered")
    assert ran.exit_code == 2
    assert "neither report tells who is registered" in ran.stderr


def test_one_of_the_reports_may_come_through_a_pipe(lscctl: Lscctl, tmp_path: Path) -> None:
    ran = lscctl("report", "changes", "-", "monday.csv", stdin=(tmp_path / "monday.json").read_text())
    assert "0 phones changed between standard input (5 phones) and monday.csv (5 phones)" in ran.stdout
    assert lscctl("report", "changes", "-", "-").exit_code == 2
