import json

import pytest

from tests.cli.conftest import Lscctl
from tests.cli.lab import LabCluster
from tests.report.phones_in_sight import PHONES


@pytest.fixture(autouse=True)
def phones(lab: LabCluster) -> None:
    lab.phones = list(PHONES)


def test_every_phone_is_told_by_name(lab: LabCluster, lscctl: Lscctl) -> None:
    told = json.loads(lscctl("report", "capf", "--format", "json").stdout)
    assert told["schema"] == "lscctl.capf/1"
    assert [phone["name"] for phone in told["phones"]] == sorted(phone.name for phone in PHONES)
    assert lab.ris_asked == 0


def test_phones_are_grouped_by_several_keys(lscctl: Lscctl) -> None:
    told = json.loads(lscctl("report", "capf", "--by", "model, Device-Pool,model", "--format", "json").stdout)
    assert told["schema"] == "lscctl.capf-groups/1"
    assert told["by"] == ["model", "device_pool"]


def test_an_unknown_key_is_refused_with_the_nearest(lscctl: Lscctl) -> None:
    ran = lscctl("report", "capf", "--by", "model,devicepool")
    assert ran.exit_code == 2
    assert "Did you mean device-pool?" in ran.stderr
    assert "model, device-pool, profile, issuer, status" in ran.stderr


def test_the_selectors_of_every_command_hold(lab: LabCluster, lscctl: Lscctl) -> None:
    lscctl("report", "capf", "--model", "8845", "--limit", "7")
    assert (lab.asked[0].models, lab.asked[0].limit) == (("8845",), 7)
