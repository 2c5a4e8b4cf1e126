"""`profiles set-mode --copy-to`: a predefined profile is copied, and its phones move there in waves, whatever happens."""

import json
import signal
from collections.abc import Callable

import pytest

from tests.e2e.conftest import Site
from tests.e2e.rollouts import call_when, explains, history, hours, names_by_state, phones_of, written

STANDARD = "Cisco 8845 - Standard SIP Non-Secure Profile"
COPY = "8845 SIP - copy"
MOVE = ("profiles", "set-mode", "--cluster", "lab", STANDARD, "mic-first", "--copy-to", COPY)


def users(site: Site, profile: str) -> set[object]:
    rows = site.sql(
        "SELECT d.name FROM device d JOIN securityprofile s ON s.pkid = d.fksecurityprofile"
        f" WHERE s.name = '{profile}' AND d.tkclass = 1"
    )
    return {name for (name,) in rows}


def test_the_phones_of_a_predefined_profile_move_to_a_copy_with_the_mode(site: Site) -> None:
    before = users(site, STANDARD)
    ran = site.lscctl(*MOVE, "--key-size", "4096", "--yes", "--format", "json")
    assert ran.exit_code == 0, ran
    assert users(site, COPY) == before == names_by_state(ran)["moved"]
    assert (
        sorted(written(site))
        == sorted(write.phone for write in history(site, "applyPhone"))
        == sorted(map(str, before))
    )
    (found,) = json.loads(site.lscctl("profiles", "list", "--cluster", "lab", COPY, "--format", "json").out)["profiles"]
    assert (found["auth_mode"], found["key_size"], found["predefined"]) == ("mic-first", 4096, False)
    like = "tkdevicesecuritymode, tktransport, tftpencryptedflag, noncepolicytime, sipphoneport, digestauthall"
    copied, original = (
        site.sql(f"SELECT {like} FROM securityprofile WHERE name = '{name}'") for name in (COPY, STANDARD)
    )
    assert copied == original
    shown = json.loads(site.lscctl("runs", "show", "--format", "json").out)
    assert shown["operation"] == "Move to another security profile"
    assert [(one["outcome"], COPY in one["what"]) for one in shown["remedies"]] == [("done", True)]


def test_selectors_say_which_of_its_phones_move_and_a_second_time_the_copy_is_used_again(site: Site) -> None:
    everyone = users(site, STANDARD)
    first = min(map(str, everyone))
    assert site.lscctl(*MOVE, "--name", first, "--yes").exit_code == 0
    assert users(site, COPY) == {first}
    assert site.lscctl(*MOVE, "--yes").exit_code == 0
    assert users(site, COPY) == everyone
    explains(site.lscctl(*MOVE, "--yes"), 4, "no phone")


def test_a_dry_run_shows_the_plan_and_changes_nothing(site: Site) -> None:
    before = users(site, STANDARD)
    dry = site.lscctl(*MOVE, "--dry-run", "--detailed-exitcode", "--format", "json")
    assert dry.exit_code == 10
    steps = json.loads(dry.out)["steps"]
    assert {step["name"] for step in steps} == before
    assert {(step["decision"], step["move_to"]) for step in steps} == {("move", COPY)}
    assert not history(site)
    assert users(site, STANDARD) == before


@pytest.mark.parametrize(
    ("arguments", "exit_code", "words"),
    [
        (("--copy-to", "8845 SIP - MIC first", "--key-size", "1024"), 3, ("already", "no such copy", "RSA 1024")),
        (("--copy-to", "8845 sip - MIC first"), 3, ("already", "its name is written otherwise")),
        (("--copy-to", "8845 SIP - Authenticated"), 3, ("already", "deviceSecurityMode")),
        (("--copy-to", "   "), 2, ("--copy-to",)),
        (("--copy-to", STANDARD.upper()), 2, ("--copy-to",)),
        (("--copy-to", COPY, "--profile", "x"), 2, ("--profile",)),
        (("--copy-to", COPY, "--model", "7841"), 4, ("no phone",)),
        (("--copy-to", COPY, "--apply"), 2, ("--apply is about the profile that is named",)),
        (("--copy-to", COPY, "--write-path", "axl"), 2, ("--write-path", "by AXL only")),
        ((), 3, ("predefined", "--copy-to NAME")),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(
    site: Site, arguments: tuple[str, ...], exit_code: int, words: tuple[str, ...]
) -> None:
    explains(site.lscctl(*MOVE[:6], *arguments, "--yes"), exit_code, *words)
    assert not history(site)


def test_selectors_without_a_copy_are_refused_since_the_change_would_touch_everyone(site: Site) -> None:
    command = ("profiles", "set-mode", "--cluster", "lab", "8845 SIP - MIC first", "null-string", "--yes")
    explains(site.lscctl(*command, "--limit", "1"), 2, "--copy-to")
    explains(site.lscctl(*command, "--device-pool", "Berlin*"), 2, "--copy-to")
    explains(site.lscctl(*command, "--expect", "1000"), 3, "--expect says 1,000")
    for options in (("--canary", "1"), ("--window", "22:00-05:00"), ("--no-wait",)):
        explains(site.lscctl(*command, *options), 2, "--copy-to", "no waves")
    assert not history(site)


@pytest.mark.parametrize(
    ("operation", "number"), [("addPhoneSecurityProfile", 1), ("updatePhone", 4), ("applyPhone", 2)]
)
def test_a_move_that_was_killed_is_taken_up_again(site: Site, operation: str, number: int) -> None:
    everyone = users(site, STANDARD)
    with site.running(*MOVE, "--yes", "--canary", "0", "--waves", "rest", "--concurrency", "1") as run:
        call_when(site, operation, number, run.kill)
        assert run.wait(30) == -signal.SIGKILL
    resumed = ("runs", "resume") if operation != "addPhoneSecurityProfile" else (*MOVE, "--yes")
    ran = site.lscctl(*resumed, "--format", "json")
    assert ran.exit_code in (0, 1), ran
    assert users(site, COPY) == everyone
    assert len(written(site)) == len(set(written(site)))
    applied = [write.phone for write in history(site, "applyPhone")]
    assert len(applied) == len(set(applied))
    assert len(names_by_state(ran).get("unknown", set())) == ran.exit_code
    explains(site.lscctl("runs", "retry", "1"), 2, "moved phones")


def test_a_cluster_that_cannot_apply_a_profile_has_its_phones_moved_one_by_one(make_site: Callable[..., Site]) -> None:
    site = make_site(version="9.1")
    explains(
        site.lscctl("profiles", "set-mode", "--cluster", "lab", "7841 SIP - MIC first", "null-string", "--yes"),
        3,
        "cannot apply a profile",
        "--copy-to",
    )
    assert not history(site)
    assert site.lscctl(*MOVE, "--yes").exit_code == 0
    assert {write.operation for write in history(site)} == {"updatePhone", "doDeviceReset"}


def test_a_profile_that_encrypts_what_the_original_does_not_is_no_copy_of_it(site: Site) -> None:
    site.sql("UPDATE securityprofile SET tftpencryptedflag = 't' WHERE name = '8845 SIP - MIC first'")
    explains(site.lscctl(*MOVE[:6], "--copy-to", "8845 SIP - MIC first", "--yes"), 3, "tftpEncryptedConfig")
    assert not history(site)


def test_a_move_is_not_resumed_into_a_profile_that_somebody_has_changed_since(site: Site) -> None:
    with site.running(*MOVE, "--yes", "--canary", "0", "--waves", "rest", "--concurrency", "1") as run:
        call_when(site, "updatePhone", 3, run.kill)
        assert run.wait(30) == -signal.SIGKILL
    mode = "SELECT enum FROM typeauthenticationmode WHERE name = 'By Null String'"
    site.sql(f"UPDATE securityprofile SET tkauthenticationmode = ({mode}) WHERE name = '{COPY}'")
    before = written(site)
    explains(site.lscctl("runs", "resume", "1"), 3, COPY, "not as it was planned")
    assert written(site) == before


@pytest.mark.parametrize("status", ["Operation Pending", "Upgrade Success"])
def test_phones_that_somebody_gave_an_operation_since_the_plan_are_left_alone(site: Site, status: str) -> None:
    of_standard = f"fksecurityprofile = (SELECT pkid FROM securityprofile WHERE name = '{STANDARD}') AND tkclass = 1"
    meanwhile = (
        "UPDATE device SET tkcertificateoperation = (SELECT enum FROM typecertificateoperation WHERE name = 'Delete'),"
        f" tkcertificatestatus = (SELECT enum FROM typecertificatestatus WHERE name = '{status}'),"
        f" upgradefinishtime = '2031:01:01:00:00' WHERE {of_standard}"
    )
    call_when(site, "applyPhone", 1, lambda: site.sql(meanwhile))  # the canary has moved by then
    ran = site.lscctl(*MOVE, "--yes", "--canary", "1", "--format", "json")
    assert ran.exit_code == 0, ran
    moved = names_by_state(ran)["moved"]
    assert len(moved) == 1
    left_out = {name: one for name, one in phones_of(ran).items() if one["state"] == "left-out"}
    assert left_out.keys() == users(site, STANDARD)
    for one in left_out.values():
        assert "someone else's Delete until 2031:01:01:00:00 is under way" in one["reason"]
    assert written(site) == [write.phone for write in history(site, "applyPhone")] == list(moved)
    kept = site.sql(f"SELECT DISTINCT upgradefinishtime FROM device WHERE {of_standard}")
    assert kept == [("2031:01:01:00:00",)]


def test_a_run_of_moves_has_nothing_to_take_back(site: Site) -> None:
    assert site.lscctl(*MOVE, "--yes").exit_code == 0
    explains(site.lscctl("runs", "cancel", "1", "--undo", "--yes"), 2, "moved phones")
    for option in (("--complete-by", "5h"), ("--skip-check", "tvs"), ("--write-path", "sql")):
        explains(site.lscctl("runs", "resume", "1", *option), 2, option[0], "moves phones")
    assert json.loads(site.lscctl("runs", "show", "--format", "json").out)["state"] == "finished"


CHANGE = ("profiles", "set-mode", "--cluster", "lab", "8845 SIP - MIC first", "null-string", "--yes")


def test_whoever_resumes_whatever_run_is_next_may_give_what_a_move_has_no_use_for(site: Site) -> None:
    assert site.lscctl(*MOVE, "--window", hours(2, 3), "--no-wait", "--yes").exit_code == 7
    ran = site.lscctl("runs", "resume", "--complete-by", "4h", "--window", hours(-1, 5))
    assert ran.exit_code == 0, ran
    assert len(users(site, STANDARD)) == 0 < len(users(site, COPY))


def test_a_profile_whose_apply_fails_is_applied_by_the_way_that_is_told(site: Site) -> None:
    site.server.disturb("http-500:applyPhoneSecurityProfile")
    explains(site.lscctl(*CHANGE), 5, "--apply")
    site.server.calm()
    assert "nothing to do (--apply" in site.lscctl(*CHANGE).err
    assert not history(site, "applyPhoneSecurityProfile")
    assert site.lscctl(*CHANGE, "--apply").exit_code == 0
    assert history(site, "applyPhoneSecurityProfile")


def test_phones_that_lsc_first_would_leave_without_a_proof_are_named_before_anything_is_asked(site: Site) -> None:
    have = {name for (name,) in site.sql("SELECT name FROM device WHERE tkclass = 1 AND publickey IS NOT NULL")}
    to_lsc_first = ("profiles", "set-mode", "--cluster", "lab", "8845 SIP - MIC first", "lsc-first", "--dry-run")
    without = users(site, "8845 SIP - MIC first") - have
    assert without
    for told in (site.lscctl(*to_lsc_first), site.lscctl(*to_lsc_first, "--copy-to", COPY)):
        assert told.exit_code == 0
        assert "no valid LSC" in told.err
        assert any(str(name) in told.err for name in without)
    chosen = site.lscctl(*to_lsc_first, "--copy-to", COPY, "--lsc", "valid", "--lsc", "expiring")
    assert "no valid LSC" not in chosen.err
    other = site.lscctl(*to_lsc_first[:-2], "null-string", "--dry-run")
    assert (other.exit_code, "no valid LSC" in other.err) == (0, False)


def test_a_busy_cluster_is_asked_again_for_a_profile(site: Site) -> None:
    for operation in ("updatePhoneSecurityProfile", "applyPhoneSecurityProfile"):
        site.server.disturb(f"http-503:{operation}@1")
    assert site.lscctl(*CHANGE).exit_code == 0


def test_a_profile_is_left_alone_while_an_operation_of_its_phones_is_under_way(site: Site) -> None:
    pending = (
        "UPDATE device SET tkcertificateoperation = 2, tkcertificatestatus = 2 WHERE pkid = (SELECT d.pkid FROM device d"
        " JOIN securityprofile s ON s.pkid = d.fksecurityprofile WHERE s.name = '8845 SIP - MIC first' LIMIT 1)"
    )
    site.sql(pending)
    explains(site.lscctl(*CHANGE), 3, "under way")
    fixed = site.lscctl(
        "bulk-install", "--cluster", "lab", "--profile", "8845 SIP - MIC first", "--renew", "--auth-mode", "null-string",
        "--fix", "--yes",
    )  # fmt: skip
    assert fixed.exit_code == 3
    assert "is not changed: 1 of its phones have an operation under way" in fixed.err
    assert not history(site)


def test_an_authentication_string_is_not_given_to_a_secure_profile(site: Site) -> None:
    secure = ("profiles", "set-mode", "--cluster", "lab", "8845 SIP - Encrypted", "auth-string", "--yes")
    for more in ((), ("--copy-to", COPY)):
        explains(site.lscctl(*secure, *more), 3, "Non Secure")
