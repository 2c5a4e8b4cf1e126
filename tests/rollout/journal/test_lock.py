"""One run at a time a cluster: who has the lock, and that a crash does not leave it behind."""

import os
import re
import signal
import stat
import subprocess
import sys
import textwrap
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from lscctl.errors import JournalError
from lscctl.rollout.journal.lock import Lock, holder
from tests.rollout.journal.lab import ALICE, IDENTITY, without_privileges

BOB = "bob@jump"
CLONE = replace(IDENTITY, name="lab", capf="cd" * 32)
UNKNOWN_CAPF = replace(IDENTITY, capf="")


def test_a_second_run_is_told_who_is_at_work(folder: Path) -> None:
    with Lock(folder, IDENTITY, ALICE) as lock:
        lock.name_run(12)
        with pytest.raises(JournalError) as raised, Lock(folder, IDENTITY, BOB):
            pass
    assert raised.value.exit_code == 6
    assert re.fullmatch(
        rf"another run is at work on the cluster prod: alice@jump, process {os.getpid()},"
        r" since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC \(run 12\)",
        str(raised.value),
    )
    assert raised.value.hint == (
        f"Wait until it ends, or stop it: lscctl runs cancel 12. The lock is held on this machine, for those who use {folder}."
    )


def test_a_run_without_a_number_yet_cannot_be_cancelled_by_it(folder: Path) -> None:
    with (
        Lock(folder, IDENTITY, ALICE),
        pytest.raises(JournalError, match="a run that has no number yet") as raised,
        Lock(folder, IDENTITY, BOB),
    ):
        pass
    assert "cancel" not in str(raised.value.hint)


def test_the_name_in_the_configuration_does_not_make_it_another_cluster(folder: Path) -> None:
    again = replace(IDENTITY, name="production", host="10.0.0.1")
    with Lock(folder, IDENTITY, ALICE), pytest.raises(JournalError, match="alice@jump"), Lock(folder, again, BOB):
        pass


def test_a_clone_with_a_capf_of_its_own_is_another_cluster(folder: Path) -> None:
    with Lock(folder, IDENTITY, ALICE), Lock(folder, CLONE, BOB):
        ours, clones = holder(folder, IDENTITY), holder(folder, CLONE)
    assert (ours and ours.who, clones and clones.who) == (ALICE, BOB)


@pytest.mark.parametrize(
    ("first", "second"), [(IDENTITY, UNKNOWN_CAPF), (UNKNOWN_CAPF, IDENTITY), (UNKNOWN_CAPF, CLONE)]
)
def test_a_cluster_whose_capf_is_not_known_may_be_any_with_that_publisher(
    folder: Path, first: object, second: object
) -> None:
    with Lock(folder, first, ALICE):  # type: ignore[arg-type]
        with pytest.raises(JournalError, match="alice@jump"), Lock(folder, second, BOB):  # type: ignore[arg-type]
            pass
        with Lock(folder, replace(UNKNOWN_CAPF, publisher="another"), BOB):
            pass
    with Lock(folder, second, BOB):  # type: ignore[arg-type]
        pass


def test_who_was_refused_leaves_the_owner_in_place(folder: Path) -> None:
    with Lock(folder, IDENTITY, ALICE) as lock:
        for identity in (IDENTITY, UNKNOWN_CAPF):
            with pytest.raises(JournalError), Lock(folder, identity, BOB):
                pass
        assert holder(folder, IDENTITY) == lock.owner


def test_an_owner_whose_name_is_no_text_is_named_all_the_same(folder: Path) -> None:
    with Lock(folder, IDENTITY, "caf\udce9@jump"):
        owner = holder(folder, IDENTITY)
    assert owner is not None
    assert owner.who == "caf\\udce9@jump"


def test_nobody_holds_a_lock_that_was_let_go_or_never_taken(folder: Path) -> None:
    assert holder(folder / "nowhere", IDENTITY) is None
    with Lock(folder, IDENTITY, ALICE):
        pass
    assert holder(folder, IDENTITY) is None
    with Lock(folder, IDENTITY, BOB) as lock:
        assert holder(folder, IDENTITY) == lock.owner


def test_a_process_that_is_killed_leaves_no_lock_behind_and_passes_none_on_to_its_children(folder: Path) -> None:
    script = textwrap.dedent(
        """
        import subprocess, sys, time
        from pathlib import Path
        from lscctl.rollout.journal.lock import Lock
        from tests.rollout.journal.lab import ALICE, IDENTITY
        with Lock(Path(sys.argv[1]), IDENTITY, ALICE):
            child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], stdout=subprocess.DEVNULL)
            print(child.pid, flush=True)
            time.sleep(60)
        """
    )
    with subprocess.Popen([sys.executable, "-c", script, str(folder)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        child = int(process.stdout.readline())
        try:
            owner = holder(folder, IDENTITY)
            assert owner is not None
            assert (owner.who, owner.pid) == (ALICE, process.pid)
            process.send_signal(signal.SIGKILL)
            process.wait(timeout=10)
            assert holder(folder, IDENTITY) is None
            with Lock(folder, IDENTITY, BOB) as lock:
                assert holder(folder, IDENTITY) == lock.owner
        finally:
            os.kill(child, signal.SIGKILL)


def test_only_one_of_many_that_come_at_once_gets_the_lock(folder: Path) -> None:
    script = textwrap.dedent(
        """
        import sys
        from pathlib import Path
        from lscctl.errors import JournalError
        from lscctl.rollout.journal.lock import Lock
        from tests.rollout.journal.lab import ALICE, IDENTITY
        sys.stdin.readline()
        try:
            with Lock(Path(sys.argv[1]), IDENTITY, ALICE):
                print("got it", flush=True)
                sys.stdin.readline()
        except JournalError:
            print("refused", flush=True)
        """
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(5)
    ]
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.stdout.readline() for process in started if process.stdout is not None]
    for process in started:
        process.communicate("done\n", timeout=30)
    assert sorted(said) == ["got it\n", *["refused\n"] * 4]


def test_those_who_look_for_an_owner_neither_keep_others_from_the_lock_nor_mistake_each_other_for_one(
    folder: Path,
) -> None:
    with Lock(folder, IDENTITY, ALICE), Lock(folder, CLONE, BOB):
        left_by_a_crash = {path: path.read_bytes() for path in folder.glob("*.owner")}
    for path, content in left_by_a_crash.items():
        path.write_bytes(content)
    over = threading.Event()

    def look() -> set[object]:
        seen: set[object] = set()
        while not over.is_set():
            seen.add(holder(folder, CLONE))
            holder(folder, IDENTITY)
        return seen

    with ThreadPoolExecutor(2) as threads:
        looks = [threads.submit(look) for _ in range(2)]
        try:
            for _ in range(100):
                with Lock(folder, IDENTITY, BOB):
                    pass
        finally:
            over.set()
    assert [each.result() for each in looks] == [{None}] * 2


def test_the_lock_and_its_owner_are_for_their_owner_only(folder: Path) -> None:
    before = os.umask(0)
    try:
        with Lock(folder / "locks", IDENTITY, ALICE):
            files = [stat.S_IMODE(path.stat().st_mode) for path in (folder / "locks").iterdir()]
    finally:
        os.umask(before)
    assert files == [0o600, 0o600]
    assert stat.S_IMODE((folder / "locks").stat().st_mode) == 0o700


def test_an_owner_that_cannot_be_read_still_holds_the_lock(folder: Path) -> None:
    with Lock(folder, IDENTITY, ALICE):
        next(folder.glob("*.owner")).write_text("{")
        with pytest.raises(JournalError, match="at work on the cluster prod: somebody"), Lock(folder, IDENTITY, BOB):
            pass


def test_a_folder_that_cannot_be_written_to_is_explained(folder: Path) -> None:
    folder.chmod(0o500)
    with without_privileges():
        with pytest.raises(JournalError, match=r"cannot use the lock .*: Permission denied") as raised:
            Lock(folder / "locks", IDENTITY, ALICE).__enter__()
        assert holder(folder / "locks", IDENTITY) is None
    assert "LSCCTL_STATE_DIR" in str(raised.value.hint)
