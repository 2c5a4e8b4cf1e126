"""`--then-lsc-first`: one plan that installs LSCs, then gives profiles lsc-first once all of their phones have one."""

import json
import random
import shlex
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from lscctl.simulator.failures import Failure
from tests.e2e.conftest import Ran, Site
from tests.e2e.lsc_first import (
    APPLY,
    CHANGE,
    PROFILE,
    RUN,
    THEN,
    calls,
    give_the_profile,
    mode,
    profiles_of,
    restarted,
    users,
)
from tests.e2e.rollouts import ONE_WAVE, call_when, explains, history, hours


@pytest.fixture
def site(site: Site) -> Site:
    """A cluster where thirteen phones have the profile; two of them have an LSC, one of these another cluster's."""
    return give_the_profile(site)


def test_once_all_of_its_phones_have_an_lsc_the_profile_gets_lsc_first(site: Site) -> None:
    ran = site.lscctl(*RUN)
    assert ran.exit_code == 0, ran
    told = profiles_of(ran)[PROFILE]
    assert (told["state"], told["phones"], told["auth_mode"], told["then_auth_mode"]) == (
        "changed",
        13,
        "mic-first",
        "lsc-first",
    )
    assert mode(site) == "LSC"
    assert restarted(site) == users(site)
    assert (calls(site, CHANGE), calls(site, APPLY)) == (1, 1)
    order = [write.operation for write in history(site)]
    assert set(order[order.index(APPLY) :]) == {APPLY}
    shown = json.loads(site.lscctl("runs", "show", "--format", "json").out)
    assert (shown["state"], shown["resume"], shown["profiles"][0]["state"]) == ("finished", None, "changed")
    assert "changed" in site.lscctl("runs", "show").out


def test_nor_does_it_matter_what_cucm_makes_of_a_profile_that_changes_below_an_operation(
    make_site: Callable[..., Site],
) -> None:
    site = make_site(assume=("changed-under-operation=stalled", "pending-at=apply", "apply-without-change=nothing"))
    ran = site.lscctl(*RUN)
    assert (ran.exit_code, profiles_of(ran)[PROFILE]["state"]) == (0, "changed"), ran
    assert mode(site) == "LSC"


def test_an_operation_that_somebody_wrote_and_has_not_applied_keeps_the_profile_as_it_is(
    make_site: Callable[..., Site],
) -> None:
    site = give_the_profile(make_site(assume=("pending-at=apply",)))
    planned = json.loads(site.lscctl(*THEN, "--dry-run", "--format", "json").out)
    (theirs,) = [phone["name"] for phone in planned["left_out"] if "valid" in json.dumps(phone)]

    def write() -> None:
        site.sql(
            "UPDATE device SET upgradefinishtime = '2031:01:01:00:00', tkcertificatestatus = (SELECT enum FROM"
            " typecertificatestatus WHERE name = 'Upgrade Success'), tkcertificateoperation = (SELECT enum FROM"
            f" typecertificateoperation WHERE name = 'Install/Upgrade') WHERE name = '{theirs}'"
        )

    call_when(site, "applyPhone", 3, write)
    ran = site.lscctl(*RUN)
    told = profiles_of(ran)[PROFILE]
    assert (ran.exit_code, told["state"]) == (1, "stays"), ran
    assert f"1 phone of it has an operation under way: {theirs}" in told["reason"]
    assert mode(site) == "MIC"


def test_phones_that_were_not_selected_count_and_the_run_goes_on_once_they_have_one(site: Site) -> None:
    ran = site.lscctl(*RUN, "--limit", "4")
    assert ran.exit_code == 1, ran
    told = profiles_of(ran)[PROFILE]
    lacking = {phone["name"] for phone in told["lacking"]}
    assert (told["state"], told["without"]) == ("stays", len(lacking))
    assert lacking < set(users(site))
    assert mode(site) == "MIC"
    assert not calls(site, CHANGE)
    shown = site.lscctl("runs", "show")
    assert min(lacking) in shown.out
    assert "lscctl runs resume 1" in shown.out

    again = site.lscctl("runs", "resume", "--format", "json")
    assert (again.exit_code, profiles_of(again)[PROFILE]["state"]) == (1, "stays")
    assert site.lscctl(*RUN[:4], PROFILE, "--yes", *ONE_WAVE).exit_code == 0
    done = site.lscctl("runs", "resume", "--format", "json")
    assert (done.exit_code, profiles_of(done)[PROFILE]["state"]) == (0, "changed"), done
    assert mode(site) == "LSC"
    assert restarted(site) == users(site)
    assert "nothing to resume" in site.lscctl("runs", "resume").err


def test_a_profile_whose_phones_all_have_one_is_changed_though_no_phone_is_written(site: Site) -> None:
    assert site.lscctl(*THEN[:5], "--yes", *ONE_WAVE).exit_code == 0
    written = len(history(site, "updatePhone"))
    dry = site.lscctl(*THEN, "--dry-run", "--detailed-exitcode", "--format", "json")
    assert (dry.exit_code, profiles_of(dry)[PROFILE]["to_install"]) == (10, 0)
    ran = site.lscctl(*RUN)
    assert (ran.exit_code, profiles_of(ran)[PROFILE]["state"]) == (0, "changed"), ran
    assert len(history(site, "updatePhone")) == written
    explains(site.lscctl(*RUN), 3, "all 13 phones are left out")


def test_a_failed_phone_keeps_its_profile_as_it_is_and_a_retry_changes_it(site: Site) -> None:
    broken = "SEPF8A5C5893625"
    site.cluster.break_phones(Failure.parse(f"invalid-mic={broken}"))
    ran = site.lscctl(*RUN)
    told = profiles_of(ran)[PROFILE]
    assert (ran.exit_code, told["state"]) == (1, "stays"), ran
    assert told["lacking"] == [{"name": broken, "why": "no LSC"}]
    site.cluster.mend_phones("invalid-mic")
    retried = site.lscctl("runs", "retry", "1", "--yes", "--format", "json")
    assert (retried.exit_code, profiles_of(retried)[PROFILE]["state"]) == (0, "changed"), retried
    assert restarted(site) == users(site)


def test_a_retry_counts_anew_where_only_the_profile_is_left(site: Site) -> None:
    assert site.lscctl(*RUN, "--limit", "4").exit_code == 1
    assert site.lscctl(*RUN[:4], PROFILE, "--yes", *ONE_WAVE).exit_code == 0
    retried = site.lscctl("runs", "retry", "1", "--yes", "--format", "json")
    assert (retried.exit_code, profiles_of(retried)[PROFILE]["state"]) == (0, "changed"), retried


@pytest.mark.parametrize("operation", [CHANGE, APPLY])
def test_a_run_that_was_killed_changes_and_applies_no_profile_twice(site: Site, operation: str) -> None:
    with site.running(*RUN) as run:
        call_when(site, operation, 1, run.kill)
        assert run.wait(60) == -signal.SIGKILL
    ran = site.lscctl("runs", "resume", "--format", "json")
    told = profiles_of(ran)[PROFILE]
    assert mode(site) == "LSC"
    assert restarted(site) == users(site)
    assert calls(site, APPLY) == 1
    if operation == APPLY:
        assert (ran.exit_code, told["state"]) == (1, "unknown")
        assert "Apply Config" in told["next_step"]
    else:
        assert (ran.exit_code, told["state"]) == (0, "changed"), ran
    assert "nothing to resume" in site.lscctl("runs", "resume").err


def kill_after(site: Site, first: str, number: int, kill: Callable[[], object]) -> None:
    """Kill when so many requests have arrived since the first of this operation."""
    arrived = 0

    def follow(operation: str) -> None:
        nonlocal arrived
        arrived += bool(arrived) or operation == first
        if arrived == number:
            kill()

    site.server.follow(follow)


@pytest.mark.parametrize("seed", range(4))
def test_whenever_a_run_is_killed_and_resumed_the_profile_is_changed_once_and_never_too_early(
    site: Site, seed: int
) -> None:
    dice = random.Random(seed)
    too_early = []

    def watch(arrived: str) -> None:
        if arrived == CHANGE:
            lacking = site.sql(
                "SELECT d.name FROM device d JOIN securityprofile s ON s.pkid = d.fksecurityprofile"
                f" WHERE s.name = '{PROFILE}' AND coalesce(d.lscvaliduntil, 0) = 0"
            )
            too_early.extend(lacking)

    site.server.follow(watch)
    for part in range(3):
        command = ("runs", "resume") if part else (*RUN, "--concurrency", "1")
        with site.running(*command) as run:
            kill_after(site, "executeSQLQuery" if part else "updatePhone", dice.randint(1, 50), run.kill)
            run.wait(60)
    last = site.lscctl("runs", "resume", "1", "--format", "json")
    assert last.exit_code in (0, 1), last
    state = profiles_of(last)[PROFILE]["state"]
    assert state in ("changed", "unknown", "stays"), last
    assert not too_early
    assert calls(site, APPLY) <= 1
    assert restarted(site) in ([], users(site))
    assert (mode(site) == "LSC") is (state != "stays")


@pytest.mark.parametrize("harm", ["drop-after", "cut", "drop-before"])
def test_a_profile_whose_write_got_no_answer_is_read_back(site: Site, harm: str) -> None:
    site.server.disturb(f"{harm}:{CHANGE}@1")
    ran = site.lscctl(*RUN)
    assert (ran.exit_code, profiles_of(ran)[PROFILE]["state"]) == (0, "changed"), ran
    assert mode(site) == "LSC"
    assert restarted(site) == users(site)


def test_an_apply_that_got_no_answer_is_not_sent_again_and_the_doubt_is_told(site: Site) -> None:
    site.server.disturb(f"drop-after:{APPLY}")
    ran = site.lscctl(*RUN)
    told = profiles_of(ran)[PROFILE]
    assert (ran.exit_code, told["state"]) == (1, "unknown"), ran
    assert (calls(site, APPLY), restarted(site)) == (1, users(site))


def test_a_profile_that_more_phones_have_than_were_agreed_to_stays_as_it_is(site: Site) -> None:
    with site.running(*RUN) as run:
        join = (
            f"UPDATE device SET fksecurityprofile = (SELECT pkid FROM securityprofile WHERE name = '{PROFILE}')"
            " WHERE pkid = (SELECT d.pkid FROM device d JOIN securityprofile s ON s.pkid = d.fksecurityprofile"
            " WHERE s.name = '8845 SIP - LSC first' LIMIT 1)"
        )
        call_when(site, "applyPhone", 1, lambda: site.sql(join))
        out, err = run.communicate(timeout=60)
    told = profiles_of(Ran(run.wait(), out, err))[PROFILE]
    assert (run.returncode, told["state"], told["phones"]) == (1, "stays", 14)
    assert "14 phones use it now, and only 13 were agreed to" in told["reason"]
    assert not calls(site, CHANGE)


def test_predefined_profiles_are_told_with_the_way_and_refused_where_there_are_no_others(site: Site) -> None:
    explains(site.lscctl(*RUN[:4], "Cisco 8841 - Standard*", *RUN[5:]), 3, "predefined", "--copy-to NAME")
    assert not history(site)
    ran = site.lscctl("bulk-install", "--cluster", "lab", "--model", "8841", "--model", "8845", *RUN[5:])
    told = profiles_of(ran)
    assert (ran.exit_code, told["Cisco 8841 - Standard SIP Non-Secure Profile"]["state"]) == (1, "stays")
    assert told[PROFILE]["state"] == "changed"
    assert "8845 SIP - LSC first" not in told
    assert mode(site) == "LSC"

    way = told["Cisco 8841 - Standard SIP Non-Secure Profile"]["next_step"].partition(": lscctl ")[2].split()
    command = shlex.split(" ".join(way).replace("NAME", "'8841 copy'"))
    before = users(site, "Cisco 8841 - Standard SIP Non-Secure Profile")
    assert site.lscctl(*command, "--cluster", "lab", "--yes").exit_code == 0
    moved = set(users(site, "8841 copy"))
    assert moved
    assert mode(site, "8841 copy") == "LSC"
    with_lsc = {str(name) for (name,) in site.sql("SELECT name FROM device WHERE lscvaliduntil > 0")}
    assert moved == set(before) & with_lsc


def test_a_profile_of_a_protected_phone_stays_as_it_is(site: Site) -> None:
    first = users(site)[0]
    site.configure(protected=f'{{ phones = ["{first}"] }}')
    explains(site.lscctl(*RUN), 3, f"{first} uses it, and phone '{first}' is protected")
    assert not history(site)


def test_behind_a_closed_gate_no_profile_is_changed(make_site: Callable[..., Site]) -> None:
    site = make_site(fail=("invalid-mic=20",))
    ran = site.lscctl(*RUN[:3], "--profile", "88*first", *RUN[5:], "--max-failures", "0")
    assert ran.exit_code == 1, ran
    assert json.loads(ran.out)["gate"]
    assert {one["state"] for one in profiles_of(ran).values()} == {"waiting"}
    assert not calls(site, CHANGE)


def test_a_run_that_does_not_wait_leaves_profiles_to_its_resume(make_site: Callable[..., Site]) -> None:
    site = make_site(phone_speed=60.0)
    ran = site.lscctl(*RUN, "--no-wait")
    assert (ran.exit_code, profiles_of(ran)[PROFILE]["state"]) == (7, "waiting"), ran
    done = site.lscctl("runs", "resume", "--format", "json")
    assert (done.exit_code, profiles_of(done)[PROFILE]["state"]) == (0, "changed"), done


def test_outside_the_window_no_profile_is_changed(site: Site) -> None:
    assert site.lscctl(*THEN[:5], "--yes", *ONE_WAVE).exit_code == 0
    ran = site.lscctl(*RUN, "--window", hours(2, 4), "--no-wait")
    told = profiles_of(ran)[PROFILE]
    assert (ran.exit_code, told["state"]) == (7, "waiting"), ran
    assert "outside the window" in told["reason"]
    assert not calls(site, CHANGE)
    done = site.lscctl("runs", "resume", "--window", hours(-2, 4), "--format", "json")
    assert (done.exit_code, profiles_of(done)[PROFILE]["state"]) == (0, "changed"), done


def test_a_reviewed_plan_carries_both_out(site: Site, tmp_path: Path) -> None:
    file = str(tmp_path / "plan.json")
    assert site.lscctl(*THEN, "--dry-run", "--output", file).exit_code == 0
    assert not history(site)
    ran = site.lscctl("apply", file, "--yes", "--confirm-count", "12", "--format", "json")
    assert (ran.exit_code, profiles_of(ran)[PROFILE]["state"]) == (0, "changed"), ran
    assert mode(site) == "LSC"


def test_a_reviewed_plan_touches_no_profile_that_is_otherwise_now(site: Site, tmp_path: Path) -> None:
    file = str(tmp_path / "plan.json")
    assert site.lscctl(*THEN, "--dry-run", "--output", file).exit_code == 0
    site.sql(
        f"UPDATE device SET fksecurityprofile = (SELECT pkid FROM securityprofile WHERE name = '{PROFILE}')"
        " WHERE pkid = (SELECT d.pkid FROM device d JOIN securityprofile s ON s.pkid = d.fksecurityprofile"
        " WHERE s.name = '8845 SIP - LSC first' LIMIT 1)"
    )
    explains(site.lscctl("apply", file, "--yes", "--strict"), 3, "14 phones use it now")
    assert not history(site)
    ran = site.lscctl("apply", file, "--yes", "--format", "json")
    assert (ran.exit_code, profiles_of(ran)[PROFILE]["state"]) == (1, "stays"), ran
    assert "14 phones use it now" in ran.err
    assert not calls(site, CHANGE)


def test_a_program_that_is_told_of_the_run_s_end_hears_of_the_profiles(site: Site, tmp_path: Path) -> None:
    heard = tmp_path / "heard.ndjson"
    program = tmp_path / "tell"
    program.write_text(f"#!/bin/sh\ncat >> {heard}\n")
    program.chmod(0o755)
    assert site.lscctl(*RUN, "--limit", "1", "--notify", str(program)).exit_code == 1
    (event,) = (json.loads(line) for line in heard.read_text(encoding="utf-8").splitlines())
    assert (event["event"], event["profiles"]) == ("finished", {PROFILE: "stays"})
    assert "1 security profile not done yet" in " ".join(site.lscctl("runs", "list").out.split())


def test_a_cancelled_run_changes_no_profile_any_more(make_site: Callable[..., Site]) -> None:
    site = make_site(phone_speed=60.0)
    assert site.lscctl(*RUN, "--no-wait").exit_code == 7
    assert site.lscctl("runs", "cancel", "1").exit_code == 0
    explains(site.lscctl("runs", "resume", "1"), 3, "cancelled")
    assert "nothing to resume" in site.lscctl("runs", "resume").err


def test_a_cluster_that_cannot_apply_a_profile_is_told_before_anything_is_written(
    make_site: Callable[..., Site],
) -> None:
    site = make_site(version="9.1")
    explains(site.lscctl(*RUN[:4], "7841 SIP*", *RUN[5:]), 3, "cannot apply a profile", "--copy-to")
    assert not history(site)


def test_the_plan_tells_how_many_phones_restart_and_junit_and_the_audit_log_tell_the_profiles(site: Site) -> None:
    dry = site.lscctl(*THEN, "--dry-run")
    assert "13 phones use it, whether this plan writes them or not" in " ".join(dry.out.split())
    site.configure(audit_log=f'"{site.folder / "audit.log"}"')
    ran = site.lscctl(*THEN, "--yes", "--format", "junit", "--limit", "1")
    assert ran.exit_code == 1
    assert "lab.security profiles" in ran.out
    assert "have no valid LSC" in ran.out
    assert site.lscctl(*RUN).exit_code == 0
    lines = [json.loads(line) for line in (site.folder / "audit.log").read_text(encoding="utf-8").splitlines()]
    about = [line for line in lines if line.get("profile") == PROFILE]
    assert [line["action"] for line in about] == ["write", "apply"]
    assert about[0]["changes"]["mode"]["new"] == "By Existing Certificate (precedence to LSC)"
