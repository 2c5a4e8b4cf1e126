"""`--cluster sim`: the cluster that is always there, from an empty folder, over its real socket."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LSCCTL_")}
    return {**kept, "LSCCTL_STATE_DIR": str(tmp_path / "state"), "LSCCTL_CONFIG": str(tmp_path / "none.toml")}


def lscctl(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "lscctl", *arguments]
    return subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False
    )


def test_a_fresh_computer_needs_one_command_and_its_phones_remember_it(environment: dict[str, str]) -> None:
    selectors = ("--model", "8845", "--profile", "*MIC*")
    plan = lscctl(environment, "bulk-install", "--cluster", "sim", *selectors, "--dry-run", "--format", "json")
    assert plan.returncode == 0, plan.stderr
    name = json.loads(plan.stdout)["steps"][0]["name"]

    ran = lscctl(environment, "install", name, "--cluster", "sim", "--yes", "--format", "json")
    assert ran.returncode == 0, ran.stderr
    assert [phone["state"] for phone in json.loads(ran.stdout)["phones"]] == ["installed"]

    status = lscctl(environment, "status", "--cluster", "sim", "--name", name)
    assert "Upgrade Success" in status.stdout

    again = lscctl(environment, "install", name, "--cluster", "sim", "--yes")
    assert again.returncode == 3
    assert "valid-lsc" in again.stderr


def test_reset_forgets_what_was_done(environment: dict[str, str]) -> None:
    misspelt = {**environment, "LSCCTL_USR": "axl"}
    status = lscctl(misspelt, "status", "--cluster", "sim", "--limit", "1")
    assert status.returncode == 0
    assert "warning: the environment variable LSCCTL_USR means nothing to lscctl; LSCCTL_USER does" in status.stderr
    assert "is reset" in lscctl(environment, "sim", "reset").stderr
    assert "nothing to reset" in lscctl(environment, "sim", "reset").stderr
