"""`lscctl preflight` and `--cluster sim:NAME`, end to end on the embedded simulator."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from lscctl.cli.main import app


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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
    assert "nothing was changed" in told
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
