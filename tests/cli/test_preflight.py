"""`lscctl preflight` and `--cluster sim:NAME`, end to end on the embedded simulator."""

import csv
import io
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from lscctl.cli.main import app


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, embedded_cucm: None) -> None:
    monkeypatch.setenv("LSCCTL_STATE_DIR", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "120")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def test_a_healthy_cluster_ends_with_0_and_a_row_for_each_check() -> None:
    result = run("preflight", "--cluster", "sim", "--model", "8845", "--no-registration")
    assert result.exit_code == 0
    for check in ("axl", "clocks", "capf-service", "capf-certificate", "tftp", "tvs", "security-mode", "names"):
        assert any(line.startswith(check) and " pass " in line for line in result.stdout.splitlines())


def test_a_fault_ends_with_1_and_json_names_it_with_its_remedy() -> None:
    result = run(
        "preflight", "--cluster", "sim:itl-old-capf+tvs-stopped", "--no-registration", "--check", "tftp", "--check", "tvs",
        "--format", "json",
    )  # fmt: skip
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert told["schema"] == "lscctl.preflight/1"
    assert told["cluster"] == "sim:itl-old-capf+tvs-stopped"
    faults = [fault for check in told["checks"] for fault in check["faults"]]
    assert [(fault["code"], fault["where"]) for fault in faults] == [
        ("itl-old-capf", "cucm-sub2.example.com"),
        ("tvs-stopped", "cucm-sub2.example.com"),
    ]
    assert faults[0]["cluster_wide"] is True
    assert all(fault["remedy"] for fault in faults)


def test_remedies_that_touch_every_phone_are_marked_in_the_table() -> None:
    result = run("preflight", "--cluster", "sim:itl-corrupt", "--no-registration", "--check", "tftp")
    assert "itl-corrupt: CLUSTER-WIDE, out of hours: Re-sign the lists" in " ".join(result.stdout.split())


def test_they_are_marked_in_every_format_for_machines_too() -> None:
    told = {
        name: run("preflight", "--cluster", "sim:itl-corrupt", "--no-registration", "--check", "tftp", "--check", "axl",
                  "--format", name).stdout
        for name in ("json", "ndjson", "csv")
    }  # fmt: skip
    assert all("CLUSTER-WIDE, out of hours: Re-sign the lists" in text for text in told.values())
    assert json.loads(told["ndjson"].splitlines()[1])["faults"][0]["cluster_wide"] is True
    passed, failed = csv.DictReader(io.StringIO(told["csv"]))
    assert (passed["check"], passed["verdict"], passed["code"], passed["cluster_wide"]) == ("axl", "pass", "", "false")
    assert (failed["code"], failed["where"], failed["cluster_wide"]) == ("itl-corrupt", "cucm-sub2.example.com", "true")


def test_a_profile_that_differs_is_told_with_the_command_that_changes_it() -> None:
    result = run(
        "preflight", "--cluster", "sim", "--model", "8845", "--no-registration", "--check", "profiles",
        "--auth-mode", "mic-first", "--format", "json",
    )  # fmt: skip
    faults = json.loads(result.stdout)["checks"][0]["faults"]
    differing = {fault["where"]: fault["remedy"] for fault in faults if fault["code"] == "profile-differs"}
    assert differing["8845 SIP - LSC first"].endswith(
        "lscctl profiles set-mode --cluster sim '8845 SIP - LSC first' mic-first"
    )
    assert differing["Cisco 8845 - Standard SIP Non-Secure Profile"].endswith(" mic-first --copy-to NEW")


def test_thresholds_of_the_command_line_go_before_the_configuration_s() -> None:
    plain = run("preflight", "--cluster", "sim:capf-ageing", "--no-registration", "--check", "capf-certificate")
    assert (plain.exit_code, "capf-certificate-expiring: CAPF's certificate ends in" in plain.stdout) == (0, True)
    for options, code in ((("--expiry-fail", "120"), 1), (("--expiry-warn", "60"), 0)):
        result = run(
            "preflight", "--cluster", "sim:capf-ageing", "--no-registration", "--check", "capf-certificate", *options
        )
        assert result.exit_code == code
    assert "capf-certificate-expiring" not in result.stdout


def test_without_registration_the_plan_is_not_empty_and_the_check_says_that_nobody_looked() -> None:
    result = run("preflight", "--cluster", "sim", "--no-registration", "--check", "phones", "--format", "json")
    told = json.loads(result.stdout)
    assert told["phones"] > 0
    assert told["checks"][0]["verdict"] == "skip"
    assert "registration-unseen" in {fault["code"] for fault in told["checks"][0]["faults"]}


def test_the_checks_are_listed_without_a_cluster() -> None:
    result = run("preflight", "--list", "--format", "json")
    assert result.exit_code == 0
    assert len(json.loads(result.stdout)["checks"]) == 11


def test_a_check_or_a_scenario_that_does_not_exist_is_told_with_the_nearest() -> None:
    unknown = run("preflight", "--cluster", "sim", "--check", "tfpt")
    assert (unknown.exit_code, "Did you mean tftp?" in unknown.stderr) == (2, True)
    scenario = run("preflight", "--cluster", "sim:itl-corupt")
    assert (scenario.exit_code, "did you mean itl-corrupt?" in scenario.stderr) == (2, True)


def test_the_scenarios_are_listed() -> None:
    result = run("sim", "scenarios", "--format", "json")
    assert {"healthy", "itl-without-capf"} <= {one["name"] for one in json.loads(result.stdout)}


def test_the_lists_of_all_servers_are_verified_against_the_live_capf() -> None:
    good = run("trust-list", "verify", "--cluster", "sim", "--all")
    assert good.exit_code == 0
    old = run("trust-list", "verify", "--cluster", "sim:itl-old-capf", "--all", "--format", "json")
    assert old.exit_code == 1
    lists = json.loads(old.stdout)["lists"]
    assert [one["checks"][0]["same"] for one in lists] == [True, True, False]
    assert {one["verdict"] for one in lists} == {"good"}


def test_a_cluster_without_a_ctl_says_so_by_server() -> None:
    result = run("trust-list", "show", "--cluster", "sim", "--all", "--ctl")
    assert result.exit_code == 5
    assert "cucm-pub.example.com has no CTLFile.tlv" in result.stderr


FEW = ("--model", "8845", "--limit", "3", "--yes")


def test_a_failing_check_refuses_before_anything_is_written_and_names_the_way_past() -> None:
    result = run("bulk-install", "--cluster", "sim:tvs-stopped", *FEW)
    assert result.exit_code == 3
    told = " ".join(result.stderr.split())
    assert "no phone was changed" in told
    assert "tvs-stopped (cucm-sub2.example.com): TVS is stopped" in told
    assert "The only way past it: --skip-check tvs" in told
    assert run("runs", "list").stdout.strip() in ("", "no runs yet")


def test_skip_check_is_the_way_past() -> None:
    result = run("bulk-install", "--cluster", "sim:tvs-stopped", *FEW, "--skip-check", "tvs")
    assert result.exit_code == 0
    assert "preflight: tvs is not checked, as you wish" in result.stderr


def test_a_warning_is_told_and_does_not_refuse() -> None:
    result = run("bulk-install", "--cluster", "sim:capf-ageing", *FEW)
    assert result.exit_code == 0
    assert "preflight: capf-certificate-expiring: CAPF's certificate ends in" in result.stderr


def test_accept_skip_is_of_no_use_against_a_fault() -> None:
    result = run("bulk-install", "--cluster", "sim:itl-missing", *FEW, "--accept-skip", "tftp")
    assert result.exit_code == 3
    assert "itl-missing" in result.stderr


def test_a_check_that_does_not_exist_is_told_before_anything_else() -> None:
    result = run("bulk-install", "--cluster", "sim", *FEW, "--skip-check", "tvss")
    assert result.exit_code == 2
    assert "Did you mean tvs?" in result.stderr


def test_what_is_the_same_on_many_nodes_is_one_row_of_the_table_and_a_row_each_of_csv() -> None:
    command = ("preflight", "--cluster", "sim:capf-regenerated", "--no-registration", "--check", "tftp")
    nodes = ["cucm-pub.example.com", "cucm-sub1.example.com", "cucm-sub2.example.com"]
    assert f"itl-old-capf ({', '.join(nodes)}): the CAPF record" in run(*command).stdout
    rows = csv.DictReader(io.StringIO(run(*command, "--format", "csv").stdout))
    assert [row["where"] for row in rows] == nodes


def test_registration_is_asked_for_only_where_the_phones_are_checked() -> None:
    lists = run("preflight", "--cluster", "sim", "--check", "security-mode", "--format", "json")
    phones = run("preflight", "--cluster", "sim", "--check", "phones", "--format", "json")
    assert json.loads(lists.stdout)["phones"] > json.loads(phones.stdout)["phones"] > 0


def test_two_servers_of_a_cluster_are_compared_by_the_ways_that_its_configuration_knows() -> None:
    result = run(
        "trust-list", "diff", "--cluster", "sim:itl-old-capf", "tftp:cucm-pub.example.com", "tftp:cucm-sub2.example.com",
        "--format", "json",
    )  # fmt: skip
    assert result.exit_code == 1
    changes = {(one["change"], one["what"]) for one in json.loads(result.stdout)["differences"]}
    assert ("changed", "CAPF") in changes
