"""`lscctl profiles`: what the profiles hold, who uses them, and which agree with an install."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from lscctl.cli.main import app


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LSCCTL_STATE_DIR", str(tmp_path))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def test_the_list_tells_settings_users_and_what_is_predefined() -> None:
    told = json.loads(run("profiles", "list", "--cluster", "sim", "--format", "json").stdout)
    assert told["schema"] == "lscctl.profiles/1"
    by_name = {one["name"]: one for one in told["profiles"]}
    standard = by_name["Cisco 8845 - Standard SIP Non-Secure Profile"]
    assert standard["predefined"] is True
    assert (standard["model"], standard["protocol"], standard["auth_mode"]) == ("Cisco 8845", "SIP", "null-string")
    assert not any("trunk" in name.casefold() for name in by_name)
    phones = json.loads(run("status", "--cluster", "sim", "--format", "json").stdout)["phones"]
    assert sum(one["phones"] for one in by_name.values()) == len(phones)
    assert standard["phones"] == sum(phone["profile"] == standard["name"] for phone in phones)


def test_names_and_use_narrow_the_list() -> None:
    told = json.loads(run("profiles", "list", "--cluster", "sim", "--used", "*8845*", "--format", "json").stdout)
    assert told["profiles"]
    assert all("8845" in one["name"] and one["phones"] for one in told["profiles"])


def test_check_tells_which_profiles_differ_and_ends_with_1() -> None:
    result = run(
        "profiles", "check", "--cluster", "sim", "--model", "8845", "--auth-mode", "null-string", "--format", "json"
    )
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert told["asked"] == {"auth_mode": "null-string"}
    by_name = {one["profile"]: one for one in told["profiles"]}
    assert by_name["8845 SIP - MIC first"]["why"] == ["mic-first, asked for null-string"]
    assert by_name["8845 SIP - 802.1X"]["agrees"] is True


def test_profiles_that_all_agree_end_with_0_and_others_are_counted() -> None:
    listed = json.loads(run("profiles", "list", "--cluster", "sim", "8845 SIP - MIC first", "--format", "json").stdout)
    result = run(
        "profiles", "check", "--cluster", "sim", "--profile", "8845 SIP - MIC first", "--limit", "2", "--auth-mode",
        "mic-first", "--format", "json",
    )  # fmt: skip
    assert result.exit_code == 0
    (found,) = json.loads(result.stdout)["profiles"]
    assert (found["phones"], found["other_phones"]) == (2, listed["profiles"][0]["phones"] - 2)
