"""Runs that are cut off, stopped, resumed, tried again and taken back; and journals that cannot be kept."""

import json
import os
import re
import resource
import signal
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import Ran, Running, Site, wait_until
from tests.e2e.rollouts import (
    BULK,
    ONE_WAVE,
    assert_untouched,
    call_when,
    explains,
    history,
    hours,
    names_by_state,
    phones_of,
    written,
)
from tests.e2e.strings import long_strings

STILL_OURS = "select name from device where tkcertificateoperation = 2 and upgradefinishtime > ''"


def finished(process: Running) -> Ran:
    """What the process left behind, once it has ended."""
    out, err = process.communicate(timeout=60)
    assert "Traceback" not in err, err
    return Ran(process.wait(), out, err)


def applied(site: Site) -> list[str]:
    return [write.phone for write in history(site, "applyPhone")]


def journal(site: Site) -> Path:
    return site.folder / "state" / "journal.sqlite"


# cut off and resumed


@pytest.mark.parametrize("number", [1, 5, 14])
def test_a_run_that_was_killed_goes_on_as_if_nothing_had_happened(site: Site, number: int) -> None:
    with site.running(*BULK, *ONE_WAVE, "--concurrency", "2") as run:
        call_when(site, "updatePhone", number, run.kill)
        assert run.wait(30) == -signal.SIGKILL
    ran = site.lscctl("runs", "resume", "--format", "json")
    assert ran.exit_code == 0, ran
    installed = names_by_state(ran)["installed"]
    assert sorted(written(site)) == sorted(installed), "no phone twice, no phone that is not in the plan"
    assert set(applied(site)) == installed
    assert site.lscctl("runs", "resume").exit_code == 0
    assert sorted(written(site)) == sorted(installed)


def test_an_apply_that_was_cut_off_is_watched_and_not_repeated(site: Site) -> None:
    with site.running(*BULK, *ONE_WAVE, "--concurrency", "1") as run:
        call_when(site, "applyPhone", 3, run.kill)
        assert run.wait(30) == -signal.SIGKILL
    ran = site.lscctl("runs", "resume", "--wave-timeout", "5s", "--format", "json")
    states = names_by_state(ran)
    assert len(written(site)) == len(set(written(site)))
    assert len(applied(site)) == len(set(applied(site)))
    assert states["installed"] == set(applied(site))
    # whether the cluster still took the third call is its own affair
    untaken = set(written(site)) - set(applied(site))
    assert states.get("stalled", set()) == untaken
    assert len(untaken) <= 1
    assert all("answer" in phones_of(ran)[name]["reason"] for name in untaken)
    assert ran.exit_code == len(untaken)


def test_a_run_that_was_asked_to_end_applies_what_it_wrote_and_is_resumed(site: Site) -> None:
    with site.running(*BULK, "--canary", "3", "--waves", "rest") as run:
        call_when(site, "applyPhone", 1, run.terminate)
        stopped = finished(run)
    explains(stopped, 130, "stopped by SIGTERM", "lscctl runs resume 1")
    assert sorted(applied(site)) == sorted(written(site))
    assert len(written(site)) == 3
    ran = site.lscctl("runs", "resume", "--format", "json")
    assert ran.exit_code == 0, ran
    assert sorted(written(site)) == sorted(names_by_state(ran)["installed"])


def test_a_phone_that_the_plan_did_not_name_is_not_written_by_a_resumed_run(site: Site) -> None:
    name = json.loads(site.lscctl(*BULK, "--dry-run").out)["steps"][0]["name"]
    site.configure(protected=f'{{ phones = ["{name}"] }}')
    assert site.lscctl(*BULK, "--window", hours(3, 5), "--no-wait").exit_code == 7
    site.configure()
    ran = site.lscctl("runs", "resume", "--window", hours(-1, 5), *ONE_WAVE, "--format", "json")
    assert ran.exit_code == 0, ran
    assert set(written(site)) == names_by_state(ran)["installed"]
    assert name not in written(site)


def test_a_run_behind_a_closed_gate_goes_on_only_when_it_is_named(make_site: Callable[..., Site]) -> None:
    site = make_site(fail=("invalid-mic=100%",))
    gate = ("--auth-mode", "mic-first", "--canary", "0", "--waves", "1,rest", "--max-failures", "0")
    assert site.lscctl(*BULK, *gate).exit_code == 1
    bare = site.lscctl("runs", "resume")
    assert bare.exit_code == 0, bare
    assert "nothing to resume" in bare.err
    assert "a gate closed in run 1" in bare.err
    assert len(written(site)) == 1
    site.cluster.mend_phones("invalid-mic")
    ran = site.lscctl("runs", "resume", "1", "--format", "json")
    assert ran.exit_code == 1, ran  # the phone that failed before has still failed
    states = names_by_state(ran)
    assert len(states["failed"]) == 1
    assert "queued" not in states
    assert sorted(written(site)) == sorted(states["failed"] | states["installed"])


def test_options_of_a_resumed_run_are_checked_before_anything_is_written(site: Site) -> None:
    assert site.lscctl(*BULK, "--window", hours(3, 5), "--no-wait").exit_code == 7
    explains(site.lscctl("runs", "resume", "--max-failures", "few"), 2, "--max-failures", "'few'")
    explains(site.lscctl("runs", "resume", "--confirm-waves"), 2, "--confirm-waves", "terminal")
    explains(site.lscctl("runs", "resume", "77"), 2, "77")
    assert_untouched(site)


# one at a time


def test_a_second_run_on_the_same_cluster_is_refused_with_the_owners_name(make_site: Callable[..., Site]) -> None:
    site = make_site(phone_speed=1.0)
    with site.running(*BULK, "--canary", "2") as run:
        wait_until(lambda: len(applied(site)) == 2)
        before = len(history(site))
        explains(site.lscctl(*BULK), 6, "another run is at work", f"process {run.pid}", "(run 1)", "@")
        explains(site.lscctl("runs", "resume", "1"), 3, "run 1 is at work")
        assert "running" in site.lscctl("runs", "list").out
        assert len(history(site)) == before


def test_a_run_is_cancelled_from_another_terminal_and_its_phones_are_taken_back(make_site: Callable[..., Site]) -> None:
    site = make_site(phone_speed=1.0)
    with site.running(*BULK, "--canary", "3", "--waves", "rest") as run:
        wait_until(lambda: len(applied(site)) == 3)
        cancelled = site.lscctl("runs", "cancel", "1")
        stopped = finished(run)
    assert cancelled.exit_code == 0, cancelled
    assert "run 1 is cancelled" in cancelled.err
    assert (
        "3 phones may still be pending at the cluster; to take them back: lscctl runs cancel 1 --undo" in cancelled.err
    )
    explains(stopped, 130, "stopped by lscctl runs cancel", "cannot be resumed", "--undo")
    assert "runs resume" not in stopped.err.split("error:")[1]
    assert json.loads(stopped.out)["resume"] is None
    assert len(names_by_state(stopped)["queued"]) > 5
    explains(site.lscctl("runs", "resume", "1"), 3, "cancelled for good", "runs retry 1")

    explains(site.lscctl("runs", "cancel", "1", "--undo"), 2, "--yes")
    touched = set(applied(site))
    undone = site.lscctl("runs", "cancel", "1", "--undo", "--yes")
    assert undone.exit_code == 0, undone
    taken_back = history(site)[6:]
    assert {write.operation for write in taken_back} == {"updatePhone"}
    assert {write.phone for write in taken_back} == touched
    assert {write.certificate_operation for write in taken_back} == {"No Pending Operation"}
    assert "3 phones may carry it out all the same" in undone.err
    assert all(name in undone.err for name in touched)
    assert not touched & {str(name) for (name,) in site.sql(STILL_OURS)}
    again = site.lscctl("runs", "cancel", "1", "--undo", "--yes")
    assert "no phone of it is pending any more" in again.err


def test_where_nobody_can_be_asked_a_run_is_not_cancelled_before_that_is_told(make_site: Callable[..., Site]) -> None:
    site = make_site()
    assert site.lscctl(*BULK, "--window", hours(3, 5), "--no-wait").exit_code == 7
    explains(site.lscctl("runs", "cancel", "1", "--undo"), 2, "nobody to ask", "--yes")
    (run,) = json.loads(site.lscctl("runs", "list", "--format", "json").out)["runs"]
    assert run["state"] != "cancelled"


def test_a_run_that_has_finished_stays_so_when_it_is_cancelled(make_site: Callable[..., Site]) -> None:
    site = make_site()
    assert site.lscctl(*BULK, *ONE_WAVE).exit_code == 0
    before = history(site)
    for options in ((), ("--undo", "--yes")):
        cancelled = site.lscctl("runs", "cancel", "1", *options)
        assert cancelled.exit_code == 0, cancelled
        assert "run 1 has finished, and stays so" in cancelled.err
    assert "no phone of it is pending any more" in cancelled.err
    assert [run["state"] for run in json.loads(site.lscctl("runs", "list", "--format", "json").out)["runs"]] == [
        "finished"
    ]
    assert history(site) == before


# tried again


def test_the_phones_that_failed_are_tried_again_in_a_run_of_their_own(make_site: Callable[..., Site]) -> None:
    site = make_site(fail=("invalid-mic=100%",))
    first = site.lscctl(*BULK, "--auth-mode", "mic-first", *ONE_WAVE, "--max-failures", "100%")
    failed = names_by_state(first)["failed"]
    site.cluster.mend_phones("invalid-mic")
    explains(site.lscctl("runs", "retry", "1", "--state", "lost", "--yes"), 4, "no phone that is lost")
    ran = site.lscctl("runs", "retry", "1", "--yes", "--format", "json")
    assert ran.exit_code == 0, ran
    assert names_by_state(ran) == {"installed": failed}
    assert json.loads(ran.out)["run"] == 2


def test_phones_that_were_left_out_are_tried_again_once_the_reason_is_gone(site: Site) -> None:
    name = json.loads(site.lscctl(*BULK, "--dry-run").out)["steps"][0]["name"]
    site.configure(protected=f'{{ phones = ["{name}"] }}')
    first = site.lscctl(*BULK, *ONE_WAVE)
    assert name in names_by_state(first)["left-out"]
    site.configure()
    ran = site.lscctl("runs", "retry", "1", "--state", "left-out", "--yes", "--format", "json")
    assert ran.exit_code == 0, ran
    states = names_by_state(ran)
    assert states["installed"] == {name}
    assert states["left-out"] == names_by_state(first)["left-out"] - {name}


# the journal


def spoil_as_text(path: Path) -> None:
    path.write_bytes(b"not a journal\n" * 600)


def spoil_a_page(path: Path) -> None:
    whole = bytearray(path.read_bytes())
    whole[4096:] = os.urandom(len(whole) - 4096)
    path.write_bytes(whole)


def make_newer(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (spoil_as_text, ("not a journal of lscctl",)),
        (spoil_a_page, ("damaged", ".recover")),
        (make_newer, ("newer lscctl", "format 99")),
    ],
)
def test_a_journal_that_cannot_be_used_is_told_before_anything_is_written(
    site: Site, spoil: Callable[[Path], None], words: tuple[str, ...]
) -> None:
    assert site.lscctl(*BULK, "--window", hours(3, 5), "--no-wait").exit_code == 7
    spoil(journal(site))
    explains(site.lscctl(*BULK), 6, "journal.sqlite", *words)
    explains(site.lscctl("runs", "resume"), 6, "journal.sqlite", *words)
    assert_untouched(site)


def test_a_journal_in_a_folder_that_takes_no_file_is_told_before_anything_is_written(site: Site) -> None:
    (site.folder / "file").write_text("no folder")
    ran = site.lscctl(*BULK, "--journal", str(site.folder / "file" / "journal.sqlite"))
    explains(ran, 6, "file/journal.sqlite", "--journal")
    assert_untouched(site)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for root")
def test_a_read_only_journal_is_told_before_anything_is_written(site: Site) -> None:
    folder = site.folder / "kept"
    folder.mkdir(mode=0o555)
    explains(site.lscctl(*BULK, "--journal", str(folder / "journal.sqlite")), 6, "journal.sqlite", "right")
    assert_untouched(site)


LIMITED = (
    "import resource, runpy, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192)); sys.argv[0] = 'lscctl'; "
)


def test_a_full_disk_is_told_before_anything_is_written(site: Site) -> None:
    with site.running(
        *BULK, python=(sys.executable, "-c", LIMITED + "runpy.run_module('lscctl', run_name='__main__')")
    ) as run:
        explains(finished(run), 6, "journal.sqlite", "ulimit -f")
    assert_untouched(site)


def test_a_journal_that_fails_in_the_middle_stops_the_run_and_the_terminal_keeps_the_truth(site: Site) -> None:
    with site.running(*BULK, "--canary", "3", "--waves", "rest") as run:
        limit = resource.RLIMIT_FSIZE
        call_when(site, "applyPhone", 2, lambda: resource.prlimit(run.pid, limit, (4096, 4096)))
        ran = finished(run)
    explains(ran, 6, "journal.sqlite", "disk", "lscctl runs resume 1")
    known = phones_of(ran)
    assert set(written(site)) == {name for name, phone in known.items() if phone["state"] not in {"queued", "left-out"}}
    assert len(written(site)) == 3
    untold = {name for name in applied(site) if known[name]["state"] == "written"}
    assert not untold, "what was applied is told as applied"


def test_a_journal_that_is_deleted_in_the_middle_stops_the_run(site: Site) -> None:
    with site.running(*BULK, "--canary", "3", "--waves", "rest") as run:
        call_when(site, "applyPhone", 1, journal(site).unlink)
        ran = finished(run)
    explains(ran, 6, "deleted or replaced")
    assert len(written(site)) == 3


def test_no_secret_is_in_the_journal_nor_in_what_is_told(make_site: Callable[..., Site]) -> None:
    site = make_site(phones=300)
    secrets = long_strings(site)
    ran = site.lscctl(
        "bulk-install", "--cluster", "lab", "--name", "*", "--auth-mode", "auth-string", "--yes", "--no-wait",
        *ONE_WAVE, "--format", "json",
    )  # fmt: skip
    assert names_by_state(ran).keys() - {"left-out"}, ran
    kept = b"".join(path.read_bytes() for path in (site.folder / "state").rglob("*") if path.is_file())
    shown = site.lscctl("runs", "show", "1", "--phones", "--format", "json")
    for secret in (*secrets, site.server.password):
        assert secret.encode() not in kept
        assert not re.search(rf"\b{re.escape(secret)}\b", ran.out + ran.err + shown.out + shown.err)
