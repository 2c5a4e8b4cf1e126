"""Every format where a result can go: two answers alike, a reader that leaves, a disk that is full, a folder that is not ours."""

import errno
import os
import sys
from pathlib import Path

import pytest

from lscctl.cli.screen import Destination, OutputFailed
from lscctl.report import formats
from lscctl.report.phones import phones_report
from tests.cli.conftest import Lscctl
from tests.cli.lab import LabCluster
from tests.report.phones_in_sight import PHONES, told

REPORT = phones_report(told(*PHONES))
ANSWERS = (
    ("status",),
    ("status", "--per-phone", "--output", "metrics.prom"),
    ("bulk-install", "--model", "8845", "--dry-run"),
    ("preflight", "--list"),
    ("runs", "list"),
)


def beside(folder: Path) -> list[str]:
    """The names of the results in the folder, half of one among them, without lscctl's own state."""
    return sorted(path.name for path in folder.iterdir() if "phones" in path.name)


every_format = pytest.mark.parametrize("name", formats.NAMES)


@every_format
@pytest.mark.parametrize("command", ANSWERS, ids=" ".join)
def test_the_same_answer_is_the_same_text_whatever_the_order_of_phones(
    lab: LabCluster, lscctl: Lscctl, name: str, command: tuple[str, ...]
) -> None:
    lab.phones = list(PHONES)
    once = lscctl(*command, "--format", name.upper())
    lab.phones = list(reversed(PHONES))
    again = lscctl(*command, "--format", name)
    assert once.exit_code == again.exit_code == 0
    assert (once.stdout, once.stderr) == (again.stdout, again.stderr)


def test_all_formats_can_be_written_at_once(lab: LabCluster, lscctl: Lscctl, tmp_path: Path) -> None:
    files = [f"phones{suffix}" for suffix in formats.SUFFIXES]
    ran = lscctl("status", *(part for file in files for part in ("--output", file)))
    assert ran.exit_code == 0, ran.output
    assert beside(tmp_path) == sorted(files)
    assert all((tmp_path / file).read_text(encoding="utf-8").endswith("\n") for file in files)


@every_format
def test_a_reader_that_has_left_is_met_with_silence(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        Destination(formats.by_name(name), []).deliver(REPORT)


@every_format
def test_a_full_disk_behind_standard_output_is_told(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no /dev/full here")
    with full.open("w") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        with pytest.raises(OutputFailed, match="No space left on device"):
            Destination(formats.by_name(name), []).deliver(REPORT)


@pytest.mark.parametrize("suffix", formats.SUFFIXES)
def test_a_full_disk_leaves_the_old_file_whole_and_the_result_is_still_told(
    lab: LabCluster, lscctl: Lscctl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    old = tmp_path / f"phones{suffix}"
    old.write_text("yesterday's")
    monkeypatch.setattr(os, "fsync", full)
    ran = lscctl("status", "--output", str(old))
    assert ran.exit_code == 1
    assert "could not be written: No space left on device" in ran.stderr
    assert "SEP001122334401" in ran.stdout
    assert old.read_text() == "yesterday's"
    assert beside(tmp_path) == [old.name]


@pytest.mark.parametrize("suffix", formats.SUFFIXES)
def test_a_folder_that_nobody_can_write_to_is_told_without_a_file(lab: LabCluster, lscctl: Lscctl, suffix: str) -> None:
    ran = lscctl("status", "--output", f"/proc/phones{suffix}")  # not even root can
    assert ran.exit_code in (1, 2)
    assert "written" in ran.stderr
    assert "Traceback" not in ran.stderr
