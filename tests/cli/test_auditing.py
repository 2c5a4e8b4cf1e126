"""The audit log knows of each write before the cluster does."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from lscctl.cli.auditing import AuditLog
from lscctl.errors import JournalError
from lscctl.identity import ClusterIdentity
from tests.cli.conftest import Lscctl
from tests.cli.lab import LabCluster

BULK = ("bulk-install", "--model", "8845", "--yes")


@pytest.fixture
def log(lab: LabCluster, tmp_path: Path) -> Path:
    """The audit log of the lab."""
    path = tmp_path / "audit.ndjson"
    lab.audit = AuditLog(path, "lab", "axl-lscctl")
    return path


def lines(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


def test_each_write_has_a_line_that_says_who_what_when_and_from_which_settings_to_which(
    lab: LabCluster, log: Path, lscctl: Lscctl
) -> None:
    assert lscctl(*BULK).exit_code == 0
    told = lines(log)
    assert sorted((one["action"], one["phone"]) for one in told) == sorted(
        (action, phone.name) for phone in lab.phones for action in ("write", "apply")
    )
    write = next(one for one in told if one["action"] == "write")
    assert (write["schema"], write["cluster"], write["user"], write["run"]) == (
        "lscctl.audit/1",
        "lab",
        "axl-lscctl",
        1,
    )
    assert "@" in write["who"]
    assert write["time"].endswith("Z")
    assert write["changes"]["operation"] == {"old": "No Pending Operation", "new": "Install/Upgrade"}
    assert write["changes"]["mode"] == {"old": "By Null String", "new": "By Null String"}
    assert write["changes"]["finish_time"]["new"].endswith(":00")


def test_the_line_is_there_before_the_write_leaves(
    lab: LabCluster, log: Path, lscctl: Lscctl, monkeypatch: pytest.MonkeyPatch
) -> None:
    written, untold = lab.write, []

    def write(step: Any, deadline: Any, operation: Any) -> None:
        if step.phone.name not in {one["phone"] for one in lines(log) if one["action"] == "write"}:
            untold.append(step.phone.name)
        written(step, deadline, operation)

    monkeypatch.setattr(lab, "write", write)
    assert lscctl(*BULK).exit_code == 0
    assert (len(lab.written), untold) == (3, [])


def test_nothing_is_written_where_the_log_cannot_be(lab: LabCluster, log: Path, lscctl: Lscctl) -> None:
    log.mkdir()
    ran = lscctl(*BULK)
    assert ran.exit_code == 6
    assert f"the audit log {log} cannot be written: Is a directory" in ran.stderr
    assert lab.written == []


def test_a_log_that_fails_in_mid_run_stops_the_writes(
    lab: LabCluster, log: Path, lscctl: Lscctl, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = lab.write

    def write(step: Any, deadline: Any, operation: Any) -> None:
        log.unlink()
        log.mkdir()
        written(step, deadline, operation)

    monkeypatch.setattr(lab, "write", write)
    ran = lscctl(*BULK, "--concurrency", "1", "--canary", "0")
    assert ran.exit_code == 6, ran.output
    assert len(lab.written) == 1
    assert lab.applied == {}, "no apply left without its line"


def test_what_is_done_to_the_cluster_itself_is_told_too(log: Path, lab: LabCluster) -> None:
    from lscctl.cli.keeping import keeping

    with (
        keeping(ClusterIdentity("lab", "h", "p", "c"), log.parent / "journal", lab.audit) as keeper,
        keeper.remedy("start CAPF on cucm-pub"),
    ):
        assert [(one["action"], one["what"]) for one in lines(log)] == [("remedy", "start CAPF on cucm-pub")]


def test_the_log_only_grows_and_a_line_that_was_cut_off_spoils_no_other(log: Path, lab: LabCluster) -> None:
    log.write_text('{"whole": 1}\n{"cut off')
    assert lab.audit is not None
    lab.audit.remedy("start CAPF")
    first, cut, added = log.read_text().splitlines()
    assert (first, cut) == ('{"whole": 1}', '{"cut off')
    assert json.loads(added)["what"] == "start CAPF"


@pytest.mark.skipif(os.name != "posix", reason="modes are a matter of POSIX")
def test_a_new_log_is_its_owner_s_only(log: Path, lab: LabCluster) -> None:
    assert lab.audit is not None
    lab.audit.require()
    assert log.stat().st_mode & 0o777 == 0o600


def test_a_full_disk_is_told_in_words() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full here")
    with pytest.raises(JournalError, match="the audit log /dev/full cannot be written: No space left on device"):
        AuditLog(Path("/dev/full"), "lab", "axl").remedy("start CAPF")
