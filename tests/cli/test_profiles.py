"""`lscctl profiles`: what the profiles hold, who uses them, and which agree with an install."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from lscctl.capf import CertificateOperation, CertificateStatus
from lscctl.cli.main import app
from lscctl.phone import Phone


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, embedded_cucm: None) -> None:
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


MIC_FIRST = "8845 SIP - MIC first"


def test_set_mode_shows_by_site_who_may_restart_and_a_dry_run_changes_nothing() -> None:
    dry = run(
        "profiles", "set-mode", "--cluster", "sim", MIC_FIRST, "null-string", "--dry-run", "--detailed-exitcode",
        "--format", "json",
    )  # fmt: skip
    assert dry.exit_code == 10
    told = json.loads(dry.stdout)
    assert (told["before"], told["after"]) == ("mic-first, RSA 2048", "null-string, RSA 2048")
    assert told["phones"] == sum(pool["phones"] for pool in told["device_pools"]) > 0
    assert _settings(MIC_FIRST) == ("mic-first", 2048)


def test_set_mode_changes_and_applies_the_profile() -> None:
    done = run("profiles", "set-mode", "--cluster", "sim", MIC_FIRST, "null-string", "--key-size", "4096", "--yes")
    assert done.exit_code == 0
    assert _settings(MIC_FIRST) == ("null-string", 4096)
    again = run("profiles", "set-mode", "--cluster", "sim", MIC_FIRST, "null-string", "--yes")
    assert (again.exit_code, "nothing to do" in again.stderr) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("Cisco 8845 - Standard SIP Non-Secure Profile", "mic-first", "--yes"), 3, "is predefined"),
        (("8845 SIP - MIC frist", "mic-first", "--yes"), 4, "Did you mean '8845 SIP - MIC first'?"),
        ((MIC_FIRST, "mic-frist", "--yes"), 2, "Did you mean mic-first?"),
        ((MIC_FIRST, "null-string"), 2, "nobody to ask"),
    ],
)
def test_set_mode_refuses_with_the_reason(arguments: tuple[str, ...], code: int, told: str) -> None:
    result = run("profiles", "set-mode", "--cluster", "sim", *arguments)
    assert result.exit_code == code
    assert told in " ".join(result.stderr.split())


def _all_but_the_first(phones: Sequence[Phone], first: bool) -> list[Phone]:
    return list(phones[1:] if first else phones)


def _an_operation_later(phones: Sequence[Phone], first: bool) -> list[Phone]:
    busy = replace(phones[0], operation=CertificateOperation.INSTALL, status=CertificateStatus("Operation Pending"))
    return list(phones) if first else [busy, *phones[1:]]


def _an_operation_not_yet_applied(phones: Sequence[Phone], first: bool) -> list[Phone]:
    over = CertificateStatus("Upgrade Success")
    written = replace(phones[0], operation=CertificateOperation.INSTALL, status=over, finish_time="2031:01:01:00:00")
    return [replace(phones[0], status=over) if first else written, *phones[1:]]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_all_but_the_first, "1 more phone got the profile"),
        (_an_operation_later, "1 phone of the profile has an operation under way"),
        (_an_operation_not_yet_applied, "1 phone of the profile has an operation under way"),
    ],
)
def test_what_happened_to_the_profile_s_phones_since_somebody_was_asked_refuses(
    change: Callable[[Sequence[Phone], bool], list[Phone]], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_mode = import_module("lscctl.cli.profiles.set_mode")
    users, asked = set_mode._users, []

    def changing(*about: Any) -> list[Phone]:
        asked.append(about)
        return change(users(*about), len(asked) == 1)

    monkeypatch.setattr(set_mode, "_users", changing)
    result = run("profiles", "set-mode", "--cluster", "sim", MIC_FIRST, "null-string", "--yes")
    assert result.exit_code == 3
    assert told in " ".join(result.stderr.split())
    assert _settings(MIC_FIRST) == ("mic-first", 2048)


def test_a_profile_that_somebody_changed_since_it_was_asked_is_not_written_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_mode = import_module("lscctl.cli.profiles.set_mode")
    monkeypatch.setattr(set_mode, "can_ask", lambda: True)

    def somebody_else(*_: Any, **__: Any) -> None:
        run("profiles", "set-mode", "--cluster", "sim", MIC_FIRST, "mic-first", "--key-size", "1024", "--yes")

    monkeypatch.setattr(set_mode, "require_yes", somebody_else)
    result = run("profiles", "set-mode", "--cluster", "sim", MIC_FIRST, "null-string")
    assert result.exit_code == 3
    told = " ".join(result.stderr.split())
    assert "has mic-first, RSA 1024 now, not mic-first, RSA 2048: somebody changed it" in told
    assert _settings(MIC_FIRST) == ("mic-first", 1024)


def _settings(name: str) -> tuple[str, int]:
    (found,) = json.loads(run("profiles", "list", "--cluster", "sim", name, "--format", "json").stdout)["profiles"]
    return found["auth_mode"], found["key_size"]
