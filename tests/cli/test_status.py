import csv
import io
import json
from dataclasses import replace

from lscctl.phone import Registration
from tests.cli.conftest import Lscctl
from tests.cli.lab import LabCluster
from tests.report.phones_in_sight import PHONES


def test_status_without_selectors_shows_every_phone(lab: LabCluster, lscctl: Lscctl) -> None:
    ran = lscctl("status")
    assert ran.exit_code == 0, ran.output
    assert sum(line.startswith("SEP") for line in ran.stdout.splitlines()) == 3
    assert ran.stderr == ""
    assert lab.written == []


def test_status_answers_in_every_format(lab: LabCluster, lscctl: Lscctl) -> None:
    lab.phones = list(PHONES)
    names = sorted(phone.name for phone in PHONES)
    assert [phone["name"] for phone in json.loads(lscctl("status", "--format", "json").stdout)["phones"]] == names
    lines = lscctl("status", "--format", "ndjson").stdout.splitlines()
    assert [json.loads(line)["name"] for line in lines] == names
    rows = csv.DictReader(io.StringIO(lscctl("status", "--format", "CSV").stdout))
    assert [row["name"] for row in rows] == names


def test_the_time_given_by_expires_within_decides_what_counts_as_expiring(lab: LabCluster, lscctl: Lscctl) -> None:
    lab.phones = list(PHONES)

    def states(*arguments: str) -> dict[str, str]:
        told = json.loads(lscctl("status", "--format", "json", *arguments).stdout)
        return {phone["name"]: phone["lsc"] for phone in told["phones"]}

    assert states()["SEP001122334402"] == "expiring"
    assert states("--expires-within", "30d")["SEP001122334402"] == "valid"


def test_another_count_than_expected_is_refused(lab: LabCluster, lscctl: Lscctl) -> None:
    assert lscctl("status", "--expect", "2").exit_code == 3


def test_every_selector_reaches_the_query(lab: LabCluster, lscctl: Lscctl) -> None:
    texts = ("model", "device-pool", "location", "profile", "name", "description")
    arguments = [
        part for option in texts for part in (f"--{option}", "8845", f"--exclude-{option}", "x", f"--{option}", "b")
    ]
    lscctl(
        "status",
        *arguments,
        "--protocol",
        "sip",
        "--lsc",
        "Expired",
        "--status",
        "Upgrade*",
        "--unregistered",
        "--limit",
        "7",
    )
    (query,) = lab.asked
    for text in ("models", "device_pools", "locations", "profiles", "names", "descriptions"):
        assert getattr(query, text) == ("8845", "b"), text
        assert getattr(query, f"exclude_{text}") == ("x",), text
    assert (query.protocols, query.lsc_states, query.statuses) == (("SIP",), ("expired",), ("Upgrade*",))
    assert (query.registered, query.limit, query.names_listed) == (False, 7, None)


def test_ris_is_asked_only_where_somebody_wants_to_know_who_is_registered(lab: LabCluster, lscctl: Lscctl) -> None:
    wanted = (
        ((), 0),
        (("--format", "json"), 0),
        (("--output", "phones.csv"), 0),
        (("--registration",), 1),
        (("--registration", "--format", "json"), 1),
    )
    for arguments, times in wanted:
        lab.ris_asked = 0
        assert lscctl("status", *arguments).exit_code == 0
        assert lab.ris_asked == times, arguments


def test_who_is_registered_stands_in_a_column_of_its_own(lab: LabCluster, lscctl: Lscctl) -> None:
    assert "REGISTERED" in lscctl("status", "--registration").stdout
    lab.phones = [replace(phone, registration=Registration.NOT_ASKED) for phone in lab.phones]
    assert "REGISTERED" not in lscctl("status").stdout


def test_what_could_not_be_found_out_stands_in_the_result_too(lab: LabCluster, lscctl: Lscctl) -> None:
    lab.remarks = ("RIS cannot be asked",)
    assert json.loads(lscctl("status", "--format", "json").stdout)["notes"] == ["RIS cannot be asked"]
    plan = lscctl("bulk-install", "--model", "8845", "--dry-run", "--format", "json")
    assert json.loads(plan.stdout)["notes"] == ["RIS cannot be asked"]
