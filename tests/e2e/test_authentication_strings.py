"""`--auth-mode auth-string`: strings made, handed out, typed, and taken off the cluster again, from one end to the other."""

import json
import resource
import signal
from collections.abc import Callable

import pytest

from tests.e2e.conftest import FAST, Ran, Site, wait_until
from tests.e2e.rollouts import ONE_WAVE, call_when, explains, history, names_by_state, phones_of
from tests.e2e.strings import AUTH, handed_out, held, need_strings, rows_of, shows_none_of, usual_place


def test_each_phone_gets_a_string_of_its_own_which_is_handed_out_typed_and_cleared(
    make_site: Callable[..., Site],
) -> None:
    site = make_site(phones=120)
    names = need_strings(site, 6)
    written: dict[str, str] = {}

    def follow(operation: str) -> None:
        if operation == "applyPhone":
            written.update(held(site))

    site.server.follow(follow)
    ran = site.lscctl(*AUTH, *ONE_WAVE)
    assert ran.exit_code == 0, ran.err
    strings = handed_out(usual_place(site))
    assert names_by_state(ran)["installed"] == set(names) == set(strings)
    assert len(set(strings.values())) == len(names)
    assert all(len(text) == 8 and text.isdigit() for text in strings.values())
    assert {name: text for name, text in written.items() if name in names} == strings
    assert set(held(site, *names).values()) == {""}
    assert str(usual_place(site)) in ran.err
    shows_none_of(list(strings.values()), ran, site.lscctl("runs", "show", "1", "--phones", "--format", "json"))
    row = rows_of(usual_place(site))[0]
    assert row["model"] == "Cisco 8845"
    assert row["device_pool"]
    assert len(row["hand_out"]) == 64
    story = site.lscctl("runs", "show", "1", "--phone", names[0])
    assert "authentication string cleared" in story.out
    assert len(history(site, "applyPhone")) == len(names), "clearing restarts no phone"


def test_a_dry_run_makes_no_string_and_says_where_they_would_be(make_site: Callable[..., Site]) -> None:
    site = make_site(phones=120)
    names = need_strings(site, 3)
    ran = site.lscctl(*AUTH, "--dry-run", "--output", "plan.json")
    assert ran.exit_code == 0, ran.err
    assert json.loads(ran.out)["authentication_strings"] == {"phones": 3, "length": 8, "keep": False}
    assert json.loads(ran.out)["deadline"] == "24h"
    assert "authentication strings of 3 phones" in ran.err
    assert not usual_place(site).parent.exists()
    assert held(site, *names) == dict.fromkeys(names, "")
    applied = site.lscctl("apply", "plan.json", "--yes", "--format", "json", "--hand-out", "mine.csv")
    assert applied.exit_code == 0, applied.err
    assert set(handed_out(site.folder / "mine.csv")) == set(names)


def test_a_file_that_is_there_is_never_replaced_and_no_phone_is_written(make_site: Callable[..., Site]) -> None:
    site = make_site(phones=120)
    need_strings(site, 3)
    (site.folder / "mine.csv").write_text("precious")
    ran = site.lscctl(*AUTH, "--hand-out", "mine.csv")
    explains(ran, 2, "mine.csv is there already")
    assert (site.folder / "mine.csv").read_text() == "precious"
    assert history(site) == []


# given, kept, and made again


def test_strings_of_a_csv_are_taken_and_the_missing_ones_made(make_site: Callable[..., Site]) -> None:
    site = make_site(phones=120)
    first, second, third = need_strings(site, 3)
    listed = site.folder / "phones.csv"
    listed.write_text(f"Device Name,Authentication String\n{first},0471\n{second},\n{third},9988776655\n")
    ran = site.lscctl(*AUTH, *ONE_WAVE, "--from", "phones.csv", "--string-length", "6")
    assert ran.exit_code == 0, ran.err
    strings = handed_out(usual_place(site))
    assert (strings[first], strings[third], len(strings[second])) == ("0471", "9988776655", 6)
    assert names_by_state(ran)["installed"] == {first, second, third}
    shows_none_of(list(strings.values()), ran)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("{0},12345678901\n", "line 2"),
        ("{0},47x1\n{1},1234\n", "line 2"),
        ("{0},4711\n{1},4711\n", "line 3"),
        ("{0},4711\n{0},4712\n", "line 3"),
    ],
)
def test_a_string_that_cannot_be_is_told_by_its_line_and_never_shown(
    make_site: Callable[..., Site], rows: str, said: str
) -> None:
    site = make_site(phones=120)
    names = need_strings(site, 2)
    (site.folder / "phones.csv").write_text("name,auth_string\n" + rows.format(*names))
    ran = site.lscctl(*AUTH, "--from", "phones.csv")
    explains(ran, 2, said, "phones.csv")
    shows_none_of(["12345678901", "47x1", "4711", "4712"], ran)
    assert history(site) == []


def test_strings_that_nobody_asked_for_are_refused(make_site: Callable[..., Site]) -> None:
    site = make_site(phones=120)
    (first,) = need_strings(site, 1)
    (site.folder / "phones.csv").write_text(f"name,authentication_string\n{first},47110815\n")
    for options in (("--from", "phones.csv"), ("--strings-from", "phones.csv"), ("--hand-out", "mine.csv")):
        ran = site.lscctl("bulk-install", "--cluster", "lab", "--model", "8845", "--dry-run", *options)
        explains(ran, 2, "--auth-mode auth-string")
        shows_none_of(["47110815"], ran)
    assert site.lscctl("status", "--cluster", "lab", "--from", "phones.csv").exit_code == 0


def test_strings_for_phones_that_the_plan_does_not_write_are_named(make_site: Callable[..., Site]) -> None:
    site = make_site(phones=120)
    (first,) = need_strings(site, 1)
    given = f"name,authentication_string\n{first.lower()},47110815\nSEP00112233440A,12345678\n"
    (site.folder / "phones.csv").write_text(given)
    for way in (("--dry-run",), ()):
        ran = site.lscctl(*AUTH, *ONE_WAVE, "--strings-from", "phones.csv", *way)
        assert ran.exit_code == 0, ran.err
        said = "given for 1 phone that no plan writes, and they do not get them: SEP00112233440A"
        assert said in " ".join(ran.err.split())
        shows_none_of(["47110815", "12345678"], ran)
    assert handed_out(usual_place(site)) == {first: "47110815"}


def test_strings_that_the_cluster_holds_are_handed_out_where_they_are_to_be_kept(
    make_site: Callable[..., Site],
) -> None:
    site = make_site(phones=120)
    first, second, third = need_strings(site, 3)
    site.sql(f"UPDATE device SET authenticationstring = '0815' WHERE name IN ('{first}', '{third}')")
    site.sql(f"UPDATE device SET authenticationstring = 'not digits' WHERE name = '{second}'")
    ran = site.lscctl(*AUTH, *ONE_WAVE, "--keep-auth-strings")
    assert ran.exit_code == 0, ran.err
    strings = handed_out(usual_place(site))
    assert strings[first] == "0815"
    assert all(len(strings[name]) == 8 for name in (second, third))
    assert set(held(site, first, second, third).values()) == {""}


def test_a_retry_hands_the_same_strings_out_again_or_new_ones(make_site: Callable[..., Site]) -> None:
    site = make_site(phones=120, assume=("auth-strings-typed=mistyped", "wrong-string=failed"))
    names = need_strings(site, 3)
    ran = site.lscctl(*AUTH, *ONE_WAVE)
    assert (ran.exit_code, names_by_state(ran)["failed"]) == (1, set(names))
    assert all("ten wrong tries" in phones_of(ran)[name]["next_step"] for name in names)
    assert set(held(site, *names).values()) == {""}, "a string that failed is of no more use"
    again = site.lscctl("runs", "retry", "1", "--yes", "--format", "json")
    assert again.exit_code == 1, again.err
    first, second = (handed_out(usual_place(site, run)) for run in (1, 2))
    assert first == second
    fresh = site.lscctl("runs", "retry", "1", "--yes", "--format", "json", "--new-strings")
    assert fresh.exit_code == 1, fresh.err
    assert not set(handed_out(usual_place(site, 3)).values()) & set(first.values())
    usual_place(site).unlink()
    explains(site.lscctl("runs", "retry", "1", "--yes"), 2, "cannot be read", "--new-strings")
    left_out = site.lscctl("runs", "retry", "1", "--state", "left-out", "--dry-run")
    assert left_out.exit_code in (0, 3), "phones that had no string need no file of strings"
    assert "cannot be read" not in left_out.err


# killed, resumed, lost


@pytest.mark.parametrize("number", [1, 4, 12, 20, 26, 32])
def test_whenever_a_run_is_killed_the_file_has_every_string_that_the_cluster_was_given(
    make_site: Callable[..., Site], number: int
) -> None:
    site = make_site(phones=120)
    names = need_strings(site, 6)
    seen = 0
    with site.running(*AUTH, *ONE_WAVE, "--concurrency", "2") as run:

        def follow(_: str) -> None:
            nonlocal seen
            seen += 1
            if seen == number:
                run.kill()

        site.server.follow(follow)
        run.wait(60)
    given = held(site, *names)
    strings = handed_out(usual_place(site)) if usual_place(site).exists() else {}
    assert {name: strings.get(name, "") for name, text in given.items() if text} == {
        name: text for name, text in given.items() if text
    }


def test_however_often_a_run_is_killed_each_phone_is_only_ever_given_the_string_of_its_label(
    make_site: Callable[..., Site],
) -> None:
    site = make_site(phones=120)
    names = need_strings(site, 8)
    given: dict[str, set[str]] = {name: set() for name in names}

    def look(_: str) -> None:
        for name, text in held(site, *names).items():
            given[name] |= {text} - {""}

    site.server.follow(look)
    command: tuple[str, ...] = (*AUTH, "--canary", "2", "--waves", "rest", "--concurrency", "2")
    for operation, number in (("updatePhone", 2), ("applyPhone", 1), ("updatePhone", 3), ("executeSQLQuery", 12)):
        with site.running(*command) as run:
            call_when(site, operation, number, run.kill)
            run.wait(60)
        command = ("runs", "resume", "1", "--format", "json")
    ran = site.lscctl(*command, "--wave-timeout", "5s")
    strings = handed_out(usual_place(site))
    assert given == {name: {string} for name, string in strings.items()}
    states = names_by_state(ran)
    # a phone whose apply was cut off may never have been applied, and keeps its string until somebody has looked
    doubtful = states.get("unknown", set()) | states.get("stalled", set())
    assert states["installed"] | doubtful == set(names), ran.err
    assert {name for name, text in held(site, *names).items() if text} == doubtful
    assert len(doubtful) <= 4


def test_the_file_is_whole_and_on_disk_when_the_first_write_arrives(make_site: Callable[..., Site]) -> None:
    site = make_site(phones=120)
    names = need_strings(site, 4)
    there: list[set[str]] = []
    call_when(site, "updatePhone", 1, lambda: there.append(set(handed_out(usual_place(site)))))
    assert site.lscctl(*AUTH, *ONE_WAVE).exit_code == 0
    assert there == [set(names)]


def test_a_killed_run_goes_on_with_the_strings_that_it_handed_out(make_site: Callable[..., Site]) -> None:
    site = make_site(phones=120)
    names = need_strings(site, 6)
    with site.running(*AUTH, *ONE_WAVE, "--concurrency", "1") as run:
        call_when(site, "updatePhone", 3, run.kill)
        run.wait(60)
    before = usual_place(site).read_bytes()
    written: dict[str, str] = {}
    site.server.follow(lambda operation: written.update(held(site)) if operation == "applyPhone" else None)
    ran = site.lscctl("runs", "resume", "--format", "json")
    assert ran.exit_code == 0, ran.err
    assert names_by_state(ran)["installed"] == set(names)
    assert usual_place(site).read_bytes() == before
    assert {name: text for name, text in written.items() if name in names} == handed_out(usual_place(site))
    assert set(held(site, *names).values()) == {""}
    shows_none_of(list(written.values()), ran)


def test_without_its_file_a_run_does_not_go_on_and_with_it_elsewhere_it_does(make_site: Callable[..., Site]) -> None:
    site = make_site(phones=120)
    names = need_strings(site, 4)
    with site.running(*AUTH, *ONE_WAVE, "--concurrency", "1") as run:
        call_when(site, "updatePhone", 2, run.kill)
        run.wait(60)
    file, moved = usual_place(site), site.folder / "moved.csv"
    writes = len(history(site))
    file.rename(moved)
    explains(site.lscctl("runs", "resume"), 2, "cannot be read", "--hand-out FILE", "nothing was written")
    changed = moved.read_text().replace(",", ";")
    (site.folder / "changed.csv").write_text(changed)
    explains(site.lscctl("runs", "resume", "--hand-out", "changed.csv"), 2, "changed", "nothing was written")
    explains(site.lscctl("runs", "resume", "--hand-out", str(site.folder)), 2, "cannot be read")
    assert len(history(site)) == writes
    ran = site.lscctl("runs", "resume", "--hand-out", "moved.csv", "--format", "json")
    assert (ran.exit_code, names_by_state(ran)["installed"]) == (0, set(names)), ran.err
    explains(site.lscctl("runs", "resume", "1", "--hand-out", "moved.csv"), 2, "run 1 has no use for --hand-out")
    moved.unlink()
    assert site.lscctl("runs", "resume", "1").exit_code == 0, "a run that is done needs its file no more"


def test_a_file_that_is_taken_away_under_way_stops_the_writes(make_site: Callable[..., Site]) -> None:
    site = make_site(phones=120)
    need_strings(site, 8)
    call_when(site, "applyPhone", 1, lambda: usual_place(site).unlink())
    ran = site.lscctl(*AUTH, "--canary", "2", "--waves", "rest")
    explains(ran, 6, "taken away", "lscctl runs resume 1")
    assert len(history(site, "updatePhone")) == 4, "two phones were written, and their strings cleared"


def test_a_file_that_is_changed_under_way_stops_the_writes(make_site: Callable[..., Site]) -> None:
    site = make_site(phones=120)
    names = need_strings(site, 8)
    kept = site.folder / "kept.csv"

    def spoil() -> None:
        kept.write_bytes(usual_place(site).read_bytes())
        usual_place(site).write_text(kept.read_text().replace(",0", ","))
        usual_place(site).open("a").write(" ")

    call_when(site, "applyPhone", 1, spoil)
    ran = site.lscctl(*AUTH, "--canary", "2", "--waves", "rest")
    explains(ran, 6, "was changed while", "--hand-out", "lscctl runs resume 1")
    assert len(history(site, "updatePhone")) == 4, "two phones were written, and their strings cleared"
    explains(site.lscctl("runs", "resume", "1"), 2, "was changed since")
    again = site.lscctl("runs", "resume", "1", "--hand-out", str(kept), "--format", "json")
    assert (again.exit_code, names_by_state(again)["installed"]) == (0, set(names)), again.err


def test_labels_that_were_handed_out_give_another_run_their_strings(make_site: Callable[..., Site]) -> None:
    site = make_site(phones=120, assume=("auth-strings-typed=never",))
    names = need_strings(site, 3)
    options = ("--wave-timeout", "2s")
    site.lscctl(*AUTH, *ONE_WAVE, *options, "--hand-out", "labels.html")
    assert (site.folder / "labels.html").read_text().startswith("<!DOCTYPE html>")
    strings = held(site, *names)
    assert set(strings.values()) != {""}
    assert site.lscctl("runs", "cancel", "1", "--undo", "--yes").exit_code == 0
    again = site.lscctl(*AUTH, *ONE_WAVE, *options, "--strings-from", "labels.html", "--hand-out", "again.html")
    assert held(site, *names) == strings
    shows_none_of(list(strings.values()), again)
    (site.folder / "cut.html").write_text("<!DOCTYPE html>\n<p>the first page only</p>")
    explains(site.lscctl(*AUTH, "--strings-from", "cut.html"), 2, "cut.html is no page of labels", "a CSV")


@pytest.mark.parametrize("length", [247, 300])
def test_a_file_that_cannot_be_written_keeps_every_phone_from_being_written(
    make_site: Callable[..., Site], length: int
) -> None:
    site = make_site(phones=120)
    need_strings(site, 3)
    name = f"{'x' * length}.csv"  # too long for the file itself, or only for the one that is renamed to it
    ran = site.lscctl(*AUTH, "--hand-out", name)
    explains(ran, 6, "cannot be written", "File name too long", "no phone was changed")
    assert history(site) == []
    assert not [path for path in site.folder.iterdir() if "xxx" in path.name]
    assert json.loads(site.lscctl("runs", "list", "--format", "json").out)["runs"] == []
    explains(site.lscctl(*AUTH, "--hand-out", "nowhere/mine.csv"), 2, "there is no folder")


# people


@pytest.mark.parametrize("typed", ["mistyped", "locked"])
def test_who_types_wrong_strings_first_gets_there_in_the_end(make_site: Callable[..., Site], typed: str) -> None:
    site = make_site(phones=120, assume=(f"auth-strings-typed={typed}",))
    names = need_strings(site, 3)
    ran = site.lscctl(*AUTH, *ONE_WAVE, "--hand-out", "labels.html", "--hand-out-format", "labels")
    assert (ran.exit_code, names_by_state(ran)["installed"]) == (0, set(names)), ran.err
    page = (site.folder / "labels.html").read_text()
    assert "Ten wrong tries lock the phone for ten minutes" in page
    assert all(f'data-phone="{name}"' in page for name in names)
    assert (site.folder / "labels.html").stat().st_mode & 0o777 == 0o600


def test_a_phone_on_which_nobody_types_keeps_its_string_until_it_is_taken_back(make_site: Callable[..., Site]) -> None:
    site = make_site(phones=120, assume=("auth-strings-typed=never", "auth-string-cleared=refused"))
    names = need_strings(site, 3)
    ran = site.lscctl(*AUTH, *ONE_WAVE, "--wave-timeout", "2s")
    assert (ran.exit_code, names_by_state(ran)["stalled"]) == (1, set(names)), ran.err
    assert held(site, *names) == handed_out(usual_place(site))
    back = site.lscctl("runs", "cancel", "1", "--undo", "--yes")
    assert back.exit_code == 0, back.err
    assert set(held(site, *names).values()) == {""}
    assert "3 phones set back to No Pending Operation" in back.err


@pytest.mark.parametrize("undo", [(), ("--undo", "--yes")])
def test_a_cancelled_run_names_the_phones_whose_string_it_clears_no_more(
    make_site: Callable[..., Site], undo: tuple[str, ...]
) -> None:
    site = make_site(phones=120, phone_speed=1.0)
    names = need_strings(site, 3)
    left = site.lscctl(*AUTH, *ONE_WAVE, "--no-wait")
    assert left.exit_code == 7, left.err
    with site.cluster.lock:
        site.cluster.schedule.speed = FAST
        site.cluster.schedule.shift(-86_400)
    inside = ", ".join(f"'{name}'" for name in names)
    without = f"SELECT name FROM device WHERE name IN ({inside}) AND lscvaliduntil = 0"
    wait_until(lambda: not site.sql(without))
    assert set(held(site, *names)) == set(names)
    strings = list(handed_out(usual_place(site)).values())
    cancelled = site.lscctl("runs", "cancel", "1", *undo)
    assert cancelled.exit_code == 0, cancelled.err
    assert all(name in cancelled.err for name in names), cancelled.err
    assert "no run clears it any more" in cancelled.err
    assert "lscctl status --cluster lab --has-auth-string lists them" in " ".join(cancelled.err.split())
    shows_none_of(strings, cancelled)


def test_without_an_own_timeout_a_wave_waits_for_its_people(make_site: Callable[..., Site]) -> None:
    site = make_site(phones=120)
    need_strings(site, 3)
    planned = json.loads(site.lscctl(*AUTH, "--dry-run").out)
    assert (planned["rollout"]["wave_timeout"], planned["deadline"]) == (None, "24h")
    chosen = json.loads(site.lscctl(*AUTH, "--dry-run", "--wave-timeout", "8h", "--complete-by", "3d").out)
    assert (chosen["rollout"]["wave_timeout"], chosen["deadline"]) == (8 * 3600, "3d")


# taken off the cluster


@pytest.mark.parametrize("answer", ["ignored", "refused"])
def test_where_axl_clears_no_string_the_phones_are_named_and_a_resume_with_sql_clears_them(
    make_site: Callable[..., Site], answer: str
) -> None:
    site = make_site(phones=120, assume=(f"auth-string-cleared={answer}",))
    names = need_strings(site, 5)
    ran = site.lscctl(*AUTH, *ONE_WAVE)
    assert (ran.exit_code, names_by_state(ran)["installed"]) == (0, set(names)), ran.err
    strings = handed_out(usual_place(site))
    assert held(site, *names) == strings
    (note,) = [note for note in json.loads(ran.out)["notes"] if "authentication string" in note]
    assert all(name in note for name in names)
    assert all("still at the cluster" in phones_of(ran)[name]["reason"] for name in names)
    shows_none_of(list(strings.values()), ran)
    site.configure(allow_sql_writes="true")
    again = site.lscctl("runs", "resume", "1", "--format", "json")
    assert again.exit_code == 0, again.err
    assert set(held(site, *names).values()) == {""}
    assert not [note for note in json.loads(again.out)["notes"] if "still holds" in note]


def test_where_cucm_clears_strings_itself_nothing_is_written_for_it(make_site: Callable[..., Site]) -> None:
    site = make_site(phones=120, assume=("auth-string-after-success=cleared",))
    names = need_strings(site, 4)
    ran = site.lscctl(*AUTH, *ONE_WAVE)
    assert (ran.exit_code, names_by_state(ran)["installed"]) == (0, set(names)), ran.err
    assert len(history(site, "updatePhone")) == len(names)


def test_a_string_that_somebody_else_set_meanwhile_is_left_alone(make_site: Callable[..., Site]) -> None:
    site = make_site(phones=120)
    names = need_strings(site, 3)
    other = "UPDATE device SET authenticationstring = '5550001' WHERE name = '" + names[0] + "'"
    call_when(site, "applyPhone", 3, lambda: site.sql(other))
    ran = site.lscctl(*AUTH, *ONE_WAVE)
    assert ran.exit_code == 0, ran.err
    assert held(site, *names) == {names[0]: "5550001", names[1]: "", names[2]: ""}


def test_the_sql_write_path_writes_and_clears_strings_too(make_site: Callable[..., Site]) -> None:
    site = make_site(phones=120)
    site.configure(allow_sql_writes="true")
    names = need_strings(site, 6)
    written: dict[str, str] = {}
    site.server.follow(lambda operation: written.update(held(site)) if operation == "applyPhone" else None)
    ran = site.lscctl(*AUTH, *ONE_WAVE, "--write-path", "sql")
    assert (ran.exit_code, names_by_state(ran)["installed"]) == (0, set(names)), ran.err
    assert {name: text for name, text in written.items() if name in names} == handed_out(usual_place(site))
    assert set(held(site, *names).values()) == {""}


def test_a_disk_that_is_full_while_strings_are_cleared_stops_that_and_a_resume_clears_the_rest(
    make_site: Callable[..., Site],
) -> None:
    site = make_site(phones=120)
    names = need_strings(site, 5)
    with site.running(*AUTH, *ONE_WAVE) as run:
        limit = resource.RLIMIT_FSIZE
        call_when(site, "updatePhone", 6, lambda: resource.prlimit(run.pid, limit, (4096, 4096)))
        out, err = run.communicate(timeout=60)
    assert run.returncode == 6, err
    assert "disk" in err
    assert "lscctl runs resume 1" in err
    strings = handed_out(usual_place(site))
    left = {name for name, string in held(site, *names).items() if string}
    assert left
    assert left < set(names), "one was being cleared when the disk was full"
    ran = site.lscctl("runs", "resume", "1", "--format", "json")
    assert (ran.exit_code, names_by_state(ran)["installed"]) == (0, set(names)), ran.err
    assert set(held(site, *names).values()) == {""}
    assert len(history(site, "applyPhone")) == 5, "no phone is applied for that"
    shows_none_of(list(strings.values()), Ran(6, out, err), ran)


def test_a_cancel_takes_back_and_clears_what_a_second_write_that_was_refused_has_left(
    make_site: Callable[..., Site],
) -> None:
    site = make_site(phones=120)
    names = need_strings(site, 3)

    def cut_off_while_refused(operation: str, *command: str) -> None:
        site.server.disturb(f"http-503:{operation}")
        with site.running(*command) as run:
            call_when(site, operation, 2, lambda: run.send_signal(signal.SIGINT))
            assert run.wait(60) == 130
        site.server.calm()

    cut_off_while_refused("applyPhone", *AUTH, *ONE_WAVE, "--complete-by", "2h")
    with site.cluster.lock:
        site.cluster.jump_clock(6 * 3600)
    cut_off_while_refused("updatePhone", "runs", "resume", "1", "--format", "json")
    strings = handed_out(usual_place(site))
    assert held(site, *names) == strings
    cancelled = site.lscctl("runs", "cancel", "1")
    assert "3 phones may still be pending at the cluster" in cancelled.err
    assert "3 phones" in cancelled.err.partition("may still hold")[0].splitlines()[-1]
    undone = site.lscctl("runs", "cancel", "1", "--undo", "--yes")
    assert undone.exit_code == 0, undone
    assert held(site, *names) == dict.fromkeys(names, "")
    inside = ", ".join(f"'{name}'" for name in names)
    assert site.sql(f"SELECT count(*) FROM device WHERE tkcertificateoperation <> 1 AND name IN ({inside})") == [(0,)]
    assert not history(site, "applyPhone")
    shows_none_of(list(strings.values()), cancelled, undone)
