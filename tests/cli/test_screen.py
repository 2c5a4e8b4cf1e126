import io
import json
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from lscctl.cli.screen import Notices, page_for
from lscctl.cli.whole_file import write_whole
from lscctl.report.interface import Page
from tests.cli.conftest import Lscctl
from tests.cli.lab import LabCluster


class Screen(io.StringIO):
    """A stream that says whether it is a terminal."""

    def __init__(self, *, terminal: bool) -> None:
        super().__init__()
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal


def test_several_files_are_written_beside_the_result_each_in_the_format_of_its_ending(
    lab: LabCluster, lscctl: Lscctl, tmp_path: Path
) -> None:
    ran = lscctl("status", "--output", "a.json", "--output", "b.csv", "--output", "c.txt")
    assert ran.exit_code == 0, ran.output
    assert "SEP001122334401" in ran.stdout
    assert json.loads((tmp_path / "a.json").read_text())["schema"] == "lscctl.status/1"
    assert (tmp_path / "b.csv").read_text().startswith("name,description")
    assert (tmp_path / "c.txt").read_text().startswith("PHONE")
    assert {path.name for path in tmp_path.iterdir()} - {"state"} == {"a.json", "b.csv", "c.txt"}


def test_a_file_that_cannot_be_finished_leaves_the_old_one_whole_and_nothing_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    target.write_text("yesterday's")

    def pieces() -> "list[str]":
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left on device"):
        write_whole(target, (text for _ in range(2) for text in ["half of it", *pieces()]))
    assert target.read_text() == "yesterday's"
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


def test_a_new_file_gets_the_permissions_of_the_umask_and_an_old_one_keeps_its_own(tmp_path: Path) -> None:
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    old.touch(mode=0o640)
    old.chmod(0o640)
    before = os.umask(0o027)
    try:
        write_whole(old, ["x"])
        write_whole(new, ["x"])
    finally:
        os.umask(before)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (old, new)] == [0o640, 0o640]


def test_a_file_behind_a_symbolic_link_is_replaced_not_the_link(tmp_path: Path) -> None:
    (tmp_path / "today.json").touch()
    link = tmp_path / "latest.json"
    link.symlink_to("today.json")
    write_whole(link, ["new"])
    assert link.is_symlink()
    assert (tmp_path / "today.json").read_text() == "new"


@pytest.mark.parametrize(
    ("environ", "wanted", "colour"),
    [({}, True, True), ({}, False, False), ({"NO_COLOR": "1"}, True, False), ({"TERM": "dumb"}, True, False)],
)
def test_colours_are_for_a_terminal_that_wants_them(environ: dict[str, str], wanted: bool, colour: bool) -> None:
    assert page_for(Screen(terminal=True), environ, colour=wanted).colour is colour
    assert page_for(Screen(terminal=False), environ, colour=wanted) == Page()


def test_a_reader_that_leaves_early_is_met_with_silence() -> None:
    program = "import sys; from lscctl.cli.screen import write_quietly; write_quietly(sys.stdout, ['x' * 65536] * 100)"
    shell = f'"{sys.executable}" -c "{program}" | head -c 10; echo "${{PIPESTATUS[0]}}" >&2'
    ran = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, timeout=30, check=False)
    assert ran.stdout == "x" * 10
    assert ran.stderr == "0\n"


def test_a_full_disk_behind_stdout_is_told() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no /dev/full here")
    program = "import sys; from lscctl.cli.screen import write_quietly; write_quietly(sys.stdout, ['x'])"
    with full.open("w") as disk:
        ran = subprocess.run(
            [sys.executable, "-c", program], stdout=disk, stderr=subprocess.PIPE, text=True, timeout=30, check=False
        )
    assert "OutputFailed: standard output cannot be written: No space left on device" in ran.stderr


@pytest.mark.parametrize("terminal", [True, False])
def test_plain_words_are_for_whoever_asks_for_them_at_a_terminal_or_not(terminal: bool) -> None:
    page = page_for(Screen(terminal=terminal), {"LSCCTL_PLAIN": "1"}, colour=True)
    assert page == Page(width=None, colour=False, spoken=True)


def test_plain_words_draw_no_columns_and_redraw_nothing(
    lab: LabCluster, lscctl: Lscctl, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LSCCTL_PLAIN", "1")
    ran = lscctl("status")
    assert f"Phone: {lab.phones[0].name}; Model: 8845; " in ran.stdout
    assert "LSCCTL_PLAIN" not in ran.stderr, "it is no unknown variable"
    assert Notices().live is False


@pytest.mark.parametrize("quiet", [{"CI": "true"}, {"TERM": "dumb"}, {"LSCCTL_PLAIN": "1"}])
def test_nothing_is_redrawn_where_nobody_watches_a_screen(
    quiet: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CI", "LSCCTL_PLAIN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", Screen(terminal=True))
    assert Notices().live is True
    for name, value in quiet.items():
        monkeypatch.setenv(name, value)
    assert Notices().live is False


def test_a_pipe_or_a_device_is_not_replaced_by_a_file(lab: LabCluster, lscctl: Lscctl, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    ran = lscctl("status", "--output", "pipe.json")
    assert ran.exit_code == 2, ran.output
    assert "--output 'pipe.json' is a device or a pipe, no file" in ran.stderr
    assert (tmp_path / "pipe.json").is_fifo()


def test_a_full_disk_is_no_fault_of_lscctl_s_own() -> None:
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "lscctl", "--version"], check=False, stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert (ran.returncode, ran.stderr.splitlines()[0]) == (
        1,
        "error: what there is to tell cannot be written: No space left on device",
    )


def test_a_stream_that_was_closed_from_the_beginning_leads_nowhere() -> None:
    command = f"{sys.executable} -m lscctl sim scenarios"
    for closed in (">&-", "2>&- >/dev/null", "<&- >/dev/null"):
        ran = subprocess.run(["sh", "-c", f"{command} {closed}"], check=False, stderr=subprocess.PIPE, text=True)
        assert (ran.returncode, ran.stderr) == (0, ""), closed


def test_a_pipe_is_written_into_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    read: list[str] = []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    write_whole(pipe, ["one", "two"])
    reader.join()
    assert read == ["onetwo"]
    assert pipe.is_fifo()
