"""`--log-format json`: every line on stderr is an object, whatever happens."""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

import lscctl as package
from lscctl.config import environment
from lscctl.cucm.faults import Throttled
from tests.cli.conftest import Lscctl
from tests.cli.lab import LabCluster

BULK = ("bulk-install", "--model", "8845", "--yes")


def log(ran: Result) -> list[dict[str, Any]]:
    """The lines of stderr; fails where one is no object of the log."""
    lines = [json.loads(line) for line in ran.stderr.splitlines()]
    for line in lines:
        assert list(line)[:4] == ["schema", "time", "level", "message"]
        assert line["schema"] == "lscctl.log/1"
        assert line["time"].endswith("Z")
        assert datetime.fromisoformat(line["time"]).utcoffset() is not None
        assert line["level"] in ("info", "warning", "error")
    return lines


def test_a_run_is_told_as_objects_with_what_each_line_is_about(lab: LabCluster, lscctl: Lscctl) -> None:
    lab.status = "Upgrade Failed: Invalid MIC"
    ran = lscctl(*BULK, "--log-format", "json")
    assert ran.exit_code == 1
    lines = log(ran)
    plan = next(line for line in lines if line["message"] == "plan")
    assert plan["report"]["schema"].startswith("lscctl.plan/")
    assert plan["report"]["phones_to_change"] == 3
    events = {line["event"]: line for line in lines if "event" in line}
    assert events["wave-started"]["wave"] == 1
    assert events["phone-failed"]["state"] == "failed"
    assert events["phone-failed"]["phone"] in {phone.name for phone in lab.phones}
    assert events["counts"]["counts"]["failed"] == 3
    assert "lscctl.run" not in ran.stderr, "the result is on stdout"


def test_an_error_is_one_object_with_its_hint(lscctl: Lscctl) -> None:
    ran = lscctl("status", "--cluster", "nowhere", "--log-format", "json")
    assert ran.exit_code == 2
    (line,) = log(ran)
    assert line["level"] == "error"
    assert "config.toml cannot be read" in line["message"]
    assert "--cluster sim" in line["hint"]


def test_with_debug_the_traceback_is_in_it(lab: LabCluster, lscctl: Lscctl) -> None:
    lab.down = Throttled("lab")
    ran = lscctl("status", "--cluster", "a,b", "--host", "x", "--debug", "--log-format", "json")
    (line,) = log(ran)
    assert "UsageError" in line["traceback"]


def test_the_environment_chooses_it_and_the_option_counts_more(lscctl: Lscctl, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LSCCTL_LOG_FORMAT", "json")
    log(lscctl("status"))
    assert lscctl("status", "--log-format", "text").stderr.startswith("error: ")
    monkeypatch.setenv("LSCCTL_LOG_FORMAT", "yaml")
    ran = lscctl("status")
    assert ran.exit_code == 2
    assert "LSCCTL_LOG_FORMAT 'yaml' is not known" in ran.stderr
    monkeypatch.delenv("LSCCTL_LOG_FORMAT")
    assert lscctl("status").stderr.startswith("error: "), "one command line's choice is not the next one's"


def test_a_warning_is_one(lscctl: Lscctl, lab: LabCluster, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("")
    monkeypatch.setenv("LSCCTL_LOG_FORMAT", "json")
    monkeypatch.setenv("LSCCTL_COLOUR", "red")
    (line,) = log(lscctl("config", "show"))
    assert line["level"] == "warning"
    assert "LSCCTL_COLOUR means nothing to lscctl" in line["message"]


def test_every_variable_that_the_code_reads_is_known() -> None:
    code = "".join(path.read_text() for path in Path(package.__file__).parent.rglob("*.py"))
    read = set(re.findall(r"""["'](LSCCTL_[A-Z_]*[A-Z])["']""", code))
    assert read - {*environment.KEYS, *environment.OTHERS} == set()
