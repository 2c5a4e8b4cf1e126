"""The file of a hand-out: whole and private or not there, and read back unchanged or not at all."""

import errno
import os
from pathlib import Path

import pytest

from lscctl.auth_string import AuthString
from lscctl.errors import JournalError, UsageError
from lscctl.hand_out import file
from lscctl.hand_out.sheet import HandOut, Label, SheetFormat

LABEL = Label("SEP001122334455", "Reception", "Cisco 8845", "Berlin", "Hall", AuthString("0047110815"))
HAND_OUT = HandOut("lab", 7, "tomorrow", (LABEL,))
FORMS = pytest.mark.parametrize("form", list(SheetFormat))


@FORMS
def test_a_hand_out_is_its_owner_s_only_and_read_back_as_it_was(tmp_path: Path, form: SheetFormat) -> None:
    mask = os.umask(0)
    try:
        done = file.write(HAND_OUT, tmp_path / "strings", form)
    finally:
        os.umask(mask)
    assert done.path.stat().st_mode & 0o777 == 0o600
    assert done.phones == 1
    assert file.read(done, None, ["SEP001122334455"]) == {"SEP001122334455": AuthString("0047110815")}
    assert [path.name for path in tmp_path.iterdir()] == ["strings"]


@FORMS
@pytest.mark.parametrize("when", ["fsync", "replace"])
def test_of_a_hand_out_that_does_not_fit_on_the_disk_nothing_is_left(
    tmp_path: Path, form: SheetFormat, when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full) if when == "fsync" else monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(JournalError, match=r"No space left on device; no phone was changed") as refused:
        file.write(HAND_OUT, tmp_path / "strings", form)
    assert "0047110815" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("there", ["file", "link", "broken link", "folder"])
def test_a_hand_out_never_takes_the_place_of_anything(tmp_path: Path, there: str) -> None:
    path = tmp_path / "strings"
    match there:
        case "file":
            path.write_text("precious")
        case "folder":
            path.mkdir()
        case _:
            path.symlink_to(tmp_path / "elsewhere")
            if there == "link":
                (tmp_path / "elsewhere").write_text("precious")
    for attempt in (lambda: file.require_free(path), lambda: file.write(HAND_OUT, path, SheetFormat.CSV)):
        with pytest.raises(UsageError, match="is there already"):
            attempt()
    assert there in ("folder", "broken link") or path.read_text() == "precious"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace(b"0047110815", b"47110815"),
        lambda text: text.replace(b"\r\n", b"\n"),
        lambda text: b"\xef\xbb\xbf" + text,
        lambda text: text[:-1],
        lambda text: b"",
    ],
    ids=["zeros lost", "line ends", "byte order mark", "cut", "empty"],
)
def test_a_file_that_is_not_byte_for_byte_the_one_handed_out_is_refused(tmp_path: Path, spoil: object) -> None:
    done = file.write(HAND_OUT, tmp_path / "strings", SheetFormat.CSV)
    done.path.write_bytes(spoil(done.path.read_bytes()))  # type: ignore[operator]
    with pytest.raises(UsageError, match="not the hand-out of this run, or was changed"):
        file.read(done, None, [])


def test_a_file_that_was_moved_is_read_where_it_is_now(tmp_path: Path) -> None:
    done = file.write(HAND_OUT, tmp_path / "strings", SheetFormat.LABELS)
    moved = done.path.rename(tmp_path / "moved")
    assert file.read(done, moved, []) == HAND_OUT.strings
    with pytest.raises(UsageError, match=r"cannot be read: .*strings: No such file") as refused:
        file.read(done, None, [])
    assert "--hand-out FILE" in (refused.value.hint or "")


def test_a_run_s_phone_without_a_string_in_the_file_is_named(tmp_path: Path) -> None:
    done = file.write(HAND_OUT, tmp_path / "strings", SheetFormat.CSV)
    with pytest.raises(UsageError, match="no string for SEP00AA"):
        file.read(done, None, ["SEP00AA", "SEP001122334455"])


@FORMS
def test_a_name_that_no_journal_can_hold_is_refused_before_anything_is_written(
    tmp_path: Path, form: SheetFormat
) -> None:
    place = tmp_path / os.fsdecode(b"strings\xff")
    with pytest.raises(UsageError, match="not UTF-8"):
        file.require_free(place)
    with pytest.raises(UsageError, match="not UTF-8"):
        file.write(HAND_OUT, place, form)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("place", "says"), [("-", "cannot be standard output"), ("", "cannot be without a name")])
def test_a_hand_out_has_a_name_by_which_a_resume_finds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for attempt in (
        lambda: file.require_free(Path(place)),
        lambda: file.write(HAND_OUT, Path(place), SheetFormat.CSV),
    ):
        with pytest.raises(UsageError, match=says):
            attempt()
    assert not list(tmp_path.iterdir())


def test_where_it_is_gone_the_option_that_names_it_is_told(tmp_path: Path) -> None:
    done = file.write(HAND_OUT, tmp_path / "strings.csv", SheetFormat.CSV)
    (tmp_path / "strings.csv").rename(tmp_path / "moved.csv")
    for option in ("--hand-out", "--strings-from"):
        with pytest.raises(UsageError) as told:
            file.read(done, None, (), option=option)
        assert f"{option} FILE" in str(told.value.hint)
