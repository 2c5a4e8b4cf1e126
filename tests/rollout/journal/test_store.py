"""The journal's file: who can read it, and every way in which it can be of no use."""

import os
import sqlite3
import stat
import subprocess
import sys
import textwrap
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lscctl.errors import JournalError
from lscctl.rollout.journal import schema
from lscctl.rollout.journal.store import Store
from lscctl.rollout.journal.writing import Journal
from tests.rollout.journal.lab import FIRST, intended, lab, open_history, without_privileges


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def opened(path: Path) -> Store:
    return Store.for_writing(path, patience=0.2)


def run_python(text: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    script = textwrap.dedent(text)
    return subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False
    )


def write_on(journal: Journal) -> None:
    for _ in range(1_000):
        journal.on_event(intended(FIRST))


def test_only_its_owner_can_read_the_journal_and_its_folder(folder: Path) -> None:
    before = os.umask(0)
    try:
        with opened(folder / "state" / "lscctl" / "journal.sqlite") as store:
            with store.transaction() as connection:
                connection.execute("INSERT INTO wish (run, at, who) SELECT number, 0, '' FROM run")
            beside = sorted(path.name for path in store.path.parent.iterdir())
            modes = {mode(path) for path in store.path.parent.iterdir()}
    finally:
        os.umask(before)
    assert beside == ["journal.sqlite", "journal.sqlite-shm", "journal.sqlite-wal"]
    assert modes == {0o600}
    assert (mode(folder / "state"), mode(folder / "state" / "lscctl")) == (0o700, 0o700)


def test_a_folder_that_exists_keeps_its_rights(folder: Path) -> None:
    (folder / "shared").mkdir(mode=0o750)
    opened(folder / "shared" / "journal.sqlite").close()
    assert mode(folder / "shared") == 0o750


def test_every_commit_waits_for_the_disk(folder: Path) -> None:
    with opened(folder / "journal.sqlite") as store:
        assert store.row("PRAGMA synchronous") == (2,)
        assert store.row("PRAGMA journal_mode") == ("wal",)


def test_a_journal_of_a_newer_lscctl_is_refused_for_writing_and_reading(folder: Path) -> None:
    path = folder / "journal.sqlite"
    opened(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {schema.FORMAT + 1}")
    connection.close()
    for use in (opened, Store.for_reading):
        with pytest.raises(
            JournalError,
            match=rf"was written by a newer lscctl \(format {schema.FORMAT + 1}, this one reads up to {schema.FORMAT}\)",
        ) as raised:
            use(path)
        assert raised.value.exit_code == 6
        assert "Use the newer lscctl" in str(raised.value.hint)


def test_a_journal_of_an_older_lscctl_is_brought_up_to_date_with_all_that_it_holds(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with lab(folder) as older:
        older.journal.on_event(intended(FIRST))
    formats = (*schema.FORMATS, ("ALTER TABLE run ADD COLUMN mood TEXT NOT NULL DEFAULT 'calm'",))
    monkeypatch.setattr(schema, "FORMATS", formats)
    monkeypatch.setattr(schema, "FORMAT", len(formats))
    monkeypatch.setattr("lscctl.rollout.journal.store.FORMAT", len(formats))
    with open_history(folder) as history:
        assert [run.number for run in history.runs()] == [1], "it can be read before"
    with opened(older.file) as store:
        assert store.row("SELECT number, mood FROM run") == (1, "calm")
        assert store.row("PRAGMA user_version") == (len(formats),)
    with open_history(folder) as history:
        assert [run.number for run in history.runs()] == [1]


def test_another_programs_database_is_left_alone(folder: Path) -> None:
    path = folder / "simulator.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE device (name TEXT)")
    connection.close()
    before = path.read_bytes()
    for use in (opened, Store.for_reading):
        with pytest.raises(JournalError, match="is a database, but not a journal of lscctl"):
            use(path)
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_left_alone(folder: Path) -> None:
    path = folder / "notes.txt"
    path.write_text("buy milk\n" * 200)
    for use in (opened, Store.for_reading):
        with pytest.raises(JournalError, match=r"notes\.txt: the file is not a journal of lscctl"):
            use(path)
    assert path.read_text() == "buy milk\n" * 200


def test_a_damaged_journal_is_refused_before_a_run_begins(folder: Path) -> None:
    with lab(folder) as at_work:
        path = at_work.file
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096 * 2)
        file.write(os.urandom(size - 4096 * 2))
    with pytest.raises(JournalError, match="it is damaged") as raised:
        opened(path)
    assert ".recover" in str(raised.value.hint)


def test_a_journal_that_was_cut_off_is_refused(folder: Path) -> None:
    with lab(folder) as at_work:
        path = at_work.file
    with path.open("r+b") as file:
        file.truncate(4096 * 3)
    with pytest.raises(JournalError, match="it is damaged"):
        opened(path)


def test_a_journal_that_another_program_has_locked_is_an_error_after_a_while(folder: Path) -> None:
    with lab(folder) as at_work:
        other = sqlite3.connect(at_work.file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(JournalError, match=r"cannot write the journal .*: another program has locked it") as raised:
            at_work.journal.on_event(intended(FIRST))
        assert "Close the program that has it open" in str(raised.value.hint)
        other.execute("ROLLBACK")
        other.close()


def test_a_read_only_file_is_an_error_for_a_run_but_can_be_read(folder: Path) -> None:
    with without_privileges():
        with lab(folder) as at_work:
            path = at_work.file
        path.chmod(0o400)
        folder.chmod(0o500)
        with pytest.raises(JournalError, match=r"cannot open the journal .*: Permission denied") as raised:
            opened(path)
        with open_history(folder) as history:
            assert [run.number for run in history.runs()] == [1]
    assert "--journal FILE" in str(raised.value.hint)


def test_a_read_only_journal_whose_log_is_beside_it_is_explained(folder: Path) -> None:
    copy = folder / "copy"
    with without_privileges():
        with lab(folder):
            copy.mkdir()
            for kept in ("journal.sqlite", "journal.sqlite-wal"):
                (copy / kept).write_bytes((folder / kept).read_bytes())
        copy.chmod(0o500)
        with pytest.raises(JournalError, match=r"cannot read the journal .*: it cannot be opened") as raised:
            Store.for_reading(copy / "journal.sqlite")
        copy.chmod(0o700)
        with Store.for_reading(copy / "journal.sqlite") as store:
            assert store.row("SELECT count(*) FROM run") == (1,)
    assert "read and write the file and its folder" in str(raised.value.hint)


def test_a_folder_that_nobody_may_write_to_is_an_error(folder: Path) -> None:
    folder.chmod(0o500)
    with without_privileges(), pytest.raises(JournalError, match=r"cannot open the journal .*: Permission denied"):
        opened(folder / "journal.sqlite")


def test_a_journal_that_is_not_there_cannot_be_read(folder: Path) -> None:
    with pytest.raises(JournalError, match=r"cannot read the journal .*: No such file or directory"):
        Store.for_reading(folder / "journal.sqlite")
    assert not (folder / "journal.sqlite").exists()


def test_a_folder_in_the_journals_place_is_an_error(folder: Path) -> None:
    with pytest.raises(JournalError, match=r"cannot open the journal .*: Is a directory"):
        opened(folder)


@pytest.mark.parametrize("replaced", [False, True])
@pytest.mark.parametrize("which", ["journal.sqlite", "journal.sqlite-wal"])
def test_a_file_that_is_deleted_underneath_is_noticed_before_the_next_call(
    folder: Path, which: str, replaced: bool
) -> None:
    with lab(folder) as at_work:
        at_work.journal.on_event(intended(FIRST))
        content = (folder / which).read_bytes()
        (folder / which).rename(folder / "moved")
        if replaced:
            (folder / which).write_bytes(content)
        with pytest.raises(JournalError, match="was deleted or replaced while a run was writing to it"):
            at_work.journal.on_event(intended(FIRST))


def test_a_limit_on_the_size_of_files_is_an_error_like_a_full_disk(folder: Path) -> None:
    done = run_python(
        """
        import resource, sys
        from pathlib import Path
        from lscctl.errors import JournalError
        from tests.rollout.journal.lab import FIRST, intended, lab
        with lab(Path(sys.argv[1])) as at_work:
            resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
            for told in range(10_000):
                try:
                    at_work.journal.on_event(intended(FIRST))
                except JournalError as error:
                    print(told, error.exit_code, error, error.hint)
                    break
        """,
        folder,
    )
    assert done.returncode == 0, done.stderr
    told, code, text = done.stdout.split(" ", 2)
    assert code == "6"
    assert "cannot write the journal" in text
    assert "ulimit -f" in text
    with open_history(folder) as history:
        intents = [line for line in history.story(1, FIRST) if line.what == "write intended"]
        assert len(intents) == int(told)


def test_a_full_disk_is_an_error_that_says_so(folder: Path) -> None:
    with lab(folder) as at_work:
        # the one limit of its own that SQLite has, and it answers as it does to a full disk
        (pages,) = at_work.store.row("PRAGMA page_count") or (0,)
        at_work.store.row(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(JournalError, match=r"cannot write the journal .*: the disk is full") as raised:
            write_on(at_work.journal)
    assert "Make room on the disk" in str(raised.value.hint)


def test_those_who_make_the_journal_at_the_same_moment_all_get_it(folder: Path) -> None:
    barrier = threading.Barrier(8)

    def open_and_close(attempt: int) -> tuple[object, ...] | None:
        barrier.wait()
        with Store.for_writing(folder / f"{attempt}.sqlite", check=False) as store:
            return store.row("SELECT count(*) FROM run")

    with ThreadPoolExecutor(8) as threads:
        for attempt in range(10):
            assert list(threads.map(open_and_close, [attempt] * 8)) == [(0,)] * 8
