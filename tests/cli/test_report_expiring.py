import json

import pytest

from lscctl.plan import Issuer
from tests.cli.conftest import Lscctl
from tests.cli.lab import LabCluster
from tests.report.phones_in_sight import FAILED, PHONES, SOFT, WITH_LSC


@pytest.fixture(autouse=True)
def phones(lab: LabCluster) -> None:
    """One LSC of 69 days out of 100, one that ended three days ago, one whose end nobody knows, two phones without."""
    lab.phones = list(PHONES)


def test_lscs_that_end_are_told_without_a_verdict(lab: LabCluster, lscctl: Lscctl) -> None:
    ran = lscctl("report", "expiring")
    assert ran.exit_code == 0, ran.output
    assert "LSCs that end within 90 days, or have ended" in ran.stdout
    assert "LSCs whose end CUCM does not know" in ran.stdout
    for phone in (FAILED, WITH_LSC, SOFT):
        assert phone.name in ran.stdout
    assert "5 phones: with an LSC 3; ended 1, ending 1, end not known 1" in ran.stdout
    assert lab.ris_asked == 0


def test_a_shorter_time_tells_of_fewer(lscctl: Lscctl) -> None:
    told = json.loads(lscctl("report", "expiring", "--within", "30d", "--format", "json").stdout)
    assert [phone["name"] for phone in told["phones"]] == [FAILED.name]


@pytest.mark.parametrize(
    ("options", "exit_code"),
    [
        (("--fail-within", "14d"), 1),
        (("--fail-below", "70%"), 1),
        (("--fail-below", "0.33"), 1),
        (("--fail-below", "33%", "--lsc", "expiring"), 0),
        (("--fail-within", "0s", "--model", "7841"), 0),
    ],
)
def test_thresholds_decide_the_exit_code(
    lab: LabCluster, lscctl: Lscctl, options: tuple[str, ...], exit_code: int
) -> None:
    if "--lsc" in options:
        lab.phones = [WITH_LSC]
    assert lscctl("report", "expiring", *options).exit_code == exit_code


def test_a_share_of_a_lifetime_that_a_ca_decides_is_refused_with_another_way(lab: LabCluster, lscctl: Lscctl) -> None:
    lab.issuer = Issuer.ONLINE_CA
    ran = lscctl("report", "expiring", "--fail-below", "33%")
    assert ran.exit_code == 2
    assert "Online CA" in ran.stderr
    assert "--fail-within" in ran.stderr
    assert lscctl("report", "expiring").exit_code == 0


@pytest.mark.parametrize("option", [("--within", "soon"), ("--fail-within", "2 moons"), ("--fail-below", "133%")])
def test_what_is_no_time_or_share_is_refused_by_name(lscctl: Lscctl, option: tuple[str, str]) -> None:
    ran = lscctl("report", "expiring", *option)
    assert ran.exit_code == 2
    assert option[0] in ran.stderr


def test_a_cluster_where_nothing_ends_says_so(lab: LabCluster, lscctl: Lscctl) -> None:
    lab.phones = lab.phones[:1]
    ran = lscctl("report", "expiring", "--fail-within", "14d")
    assert ran.exit_code == 0
    assert "ended 0, ending 0" in ran.stdout
